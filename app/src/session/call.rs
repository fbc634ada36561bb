//! How every server function is called from the browser.
//!
//! The functions' own types say where and what; the request itself is one piece of code for all of them. Called as functions they
//! would each bring a copy of the client into the bundle.

use super::{PARENT_ORIGIN_HEADER, Renewal, token};
use crate::browser;
use crate::error::{ApiError, Code};
use crate::inbox::Inbox;
use crate::wire::{self, Wire};
use futures::future::{Either, select};
use gloo_net::http::Request;
use serde::Serialize;
use server_fn::ServerFn;
use std::pin::{Pin, pin};

/// How long an answer is waited for, in milliseconds. A line that is dead may not say so for minutes.
const DEADLINE: u32 = 30_000;

/// One attempt of a call.
pub(crate) type Attempt<'a> = Pin<Box<dyn Future<Output = Result<String, ApiError>> + 'a>>;

impl Inbox {
    /// Calls the server. A token that has run out is renewed, once, and the call made again; an answer that means the end of the
    /// session ends it.
    pub(crate) async fn call<S>(&self, request: S) -> Result<S::Output, ApiError>
    where
        S: ServerFn<Error = ApiError> + Serialize,
        S::Output: Wire,
    {
        let body = serde_json::to_string(&request).unwrap_or_default();
        let answer = self.post(S::PATH, body).await?;
        wire::parse(&answer).ok_or_else(ApiError::transport)
    }

    /// Calls the server with another token than the one in use, and leaves the session alone whatever the answer.
    pub(super) async fn ask_with<S>(&self, bearer: &str, request: S) -> Result<S::Output, ApiError>
    where
        S: ServerFn<Error = ApiError> + Serialize,
        S::Output: Wire,
    {
        let body = serde_json::to_string(&request).unwrap_or_default();
        let answer = in_time(S::PATH, &body, bearer).await?;
        wire::parse(&answer).ok_or_else(ApiError::transport)
    }

    async fn post(&self, path: &'static str, body: String) -> Result<String, ApiError> {
        self.with_token(&|bearer| {
            let body = &body;
            Box::pin(async move { in_time(path, body, &bearer).await })
        })
        .await
    }

    /// Makes a call, which gets the value of its `Authorization` header, as [`Inbox::call`] does.
    pub(crate) async fn with_token<'a>(
        &self,
        attempt: &dyn Fn(String) -> Attempt<'a>,
    ) -> Result<String, ApiError> {
        let generation = self.generation();
        let bearer = token::bearer().unwrap_or_default();
        let mut result = attempt(bearer.clone()).await;
        let mut current = token::bearer().unwrap_or_default();
        if let Err(error) = &result
            && error.code.ends_session()
        {
            let is_stale = error.code == Code::TokenExpired;
            // Whoever asks with a token that the server has never taken is told so, instead of being asked for another one.
            let page_helps = self.keeper.page_renews() && self.keeper.is_accepted();
            if current == bearer && (is_stale || page_helps) {
                match self.renew(generation, !is_stale).await {
                    Renewal::Renewed => current = token::bearer().unwrap_or_default(),
                    Renewal::Over => {}
                    Renewal::Unreachable => return Err(ApiError::transport()),
                }
            }
            // Replaced meanwhile, by this renewal or another.
            if current != bearer && !self.is_past(generation) {
                result = attempt(current).await;
            }
        }
        if let Err(error) = &result
            && error.code.ends_session()
        {
            if !self.keeper.is_accepted() && !self.is_past(generation) {
                self.tell_refusal(error);
            }
            self.end(generation);
        }
        result
    }
}

/// Asks for a token where the browser itself says who asks.
pub(crate) async fn ask_for_token(path: &str) -> Result<String, ApiError> {
    in_time(path, "{}", "").await
}

pub(super) async fn in_time(path: &str, body: &str, bearer: &str) -> Result<String, ApiError> {
    match select(
        pin!(send(path, body, bearer)),
        pin!(browser::sleep(DEADLINE)),
    )
    .await
    {
        Either::Left((Some(result), _)) => result,
        Either::Left((None, _)) | Either::Right(_) => Err(ApiError::transport()),
    }
}

/// `None` if there was no answer.
async fn send(path: &str, body: &str, bearer: &str) -> Option<Result<String, ApiError>> {
    let mut request = Request::post(path)
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .header(PARENT_ORIGIN_HEADER, &token::parent_origin());
    if !bearer.is_empty() {
        request = request.header("authorization", bearer);
    }
    let request = request.body(body).ok()?;
    let answer = request.send().await.ok()?;
    let text = answer.text().await.ok()?;
    Some(if answer.ok() {
        Ok(text)
    } else {
        // A body that is not ours comes from something between us and the server.
        Err(wire::parse(&text).unwrap_or_else(ApiError::transport))
    })
}
