//! The HTTP edge: credentials out of headers, errors into answers, and the public API.

mod branding;
mod embed_sessions;
mod exchange;
mod failure;
mod numbers;
mod openapi;
mod refresh;
mod server_functions;
mod words;

pub use branding::{get as show_branding, put as change_branding};
pub use embed_sessions::{
    EmbedSession, MintBody, ORIGINS_MAX, create as create_embed_session, end as end_embed_session,
    is_exact_origin,
};
pub use exchange::{ExchangeBody, ExchangedBody, InboxBody, OperatorBody, exchange};
pub use failure::{ErrorBody, Failure};
pub use numbers::{ApiKeyLabel, NumberBody, list as list_numbers};
pub use openapi::document as openapi_document;
pub use refresh::refresh;
pub use server_functions::{call as call_server_function, paths as server_function_paths};
pub use words::words;

use crate::access::KeyCaller;
use crate::state::AppState;
use axum::http::{HeaderMap, header};

/// The token of `Authorization: Bearer …`, if there is one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

/// The origin of the embedding page, where the request names one.
pub fn parent_origin(headers: &HeaderMap) -> Option<&str> {
    text(headers, app::session::PARENT_ORIGIN_HEADER)
}

/// The caller of a `/v1` route, by `x-api-key` or `x-api-key-id`.
pub(crate) async fn key_caller(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<KeyCaller, Failure> {
    let key = text(headers, "x-api-key");
    let key_id = text(headers, "x-api-key-id");
    Ok(state.access.key(key, key_id).await?)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|value| !value.is_empty())
}
