//! The Graph API, as far as an inbox calls it.

mod checks;
pub(super) mod media;
pub(super) mod messages;
pub(super) mod numbers;
mod offers;
pub(super) mod onboarding;
mod request;
pub(super) mod templates;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Simulator;
use super::error_codes::GraphError;
use super::wamid::fbtrace_id;

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.http_status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(self.body())).into_response()
    }
}

/// Refuses a request without a bearer token, or with another than the configured one.
fn authorise(simulator: &Simulator, headers: &HeaderMap) -> Result<(), GraphError> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::trim)
        .filter(|token| !token.is_empty());
    let expected = simulator.inner.config.access_token.as_deref();
    if token.is_some_and(|token| expected.is_none_or(|expected| expected == token)) {
        return Ok(());
    }
    Err(GraphError {
        http_status: 401,
        code: 190,
        message: "Invalid OAuth access token - Cannot parse access token".to_owned(),
        details: "Send the access token as Authorization: Bearer.".to_owned(),
    })
}

/// Graph's answer for an object that does not exist or belongs to someone else.
fn no_such_object(id: &str) -> Response {
    let body = json!({"error": {
        "message": format!(
            "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to \
             missing permissions, or does not support this operation."
        ),
        "type": "GraphMethodException",
        "code": 100,
        "error_subcode": 33,
        "fbtrace_id": fbtrace_id(),
    }});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
