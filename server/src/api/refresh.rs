//! `POST /api/public/embed/refresh`: a new token for one that is still valid.

use super::{EmbedSession, ErrorBody, Failure, bearer, parent_origin};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// Renews the token of a session, until the session's own end. Called by the embedded inbox itself.
#[utoipa::path(
    post,
    path = "/api/public/embed/refresh",
    tag = "embed",
    security(("embedToken" = [])),
    responses(
        (status = 200, body = EmbedSession),
        (status = 401, body = ErrorBody, description = "`TOKEN_MISSING`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `SESSION_ENDED`"),
        (status = 403, body = ErrorBody, description = "`ORIGIN_NOT_ALLOWED`"),
    )
)]
pub async fn refresh(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let minted = state
        .access
        .refresh(bearer(&headers), parent_origin(&headers))
        .await?;
    let mut response = Json(EmbedSession::from(minted)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
