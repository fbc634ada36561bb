//! How every server function is called.

use super::Renewal;
use crate::browser;
use crate::error::{ApiError, Code};
use crate::inbox::Inbox;
use futures::future::{Either, select};
use std::pin::pin;

/// How long an answer is waited for, in milliseconds. A line that is dead may not say so for minutes.
const DEADLINE: u32 = 30_000;

impl Inbox {
    /// Calls the server. A token that has run out is renewed, once, and the call made again; an answer that means the end of the
    /// session ends it.
    pub(crate) async fn call<T, F>(&self, request: impl Fn() -> F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let generation = self.generation();
        let mut result = in_time(request()).await;
        if matches!(&result, Err(error) if error.code == Code::TokenExpired) {
            result = match self.renew(generation).await {
                Renewal::Renewed => in_time(request()).await,
                Renewal::Over => result,
                Renewal::Unreachable => Err(ApiError::transport()),
            };
        }
        if matches!(&result, Err(error) if error.code.ends_session()) {
            self.end(generation);
        }
        result
    }
}

async fn in_time<T>(request: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    match select(pin!(request), pin!(browser::sleep(DEADLINE))).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err(ApiError::transport()),
    }
}
