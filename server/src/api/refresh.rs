//! `POST /api/public/embed/refresh`: a new token for one that is still valid.

use super::{EmbedSession, ErrorBody, Failure, bearer, parent_origin};
use crate::clock::now_ms;
use crate::state::AppState;
use crate::store::Pace;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What one session may renew: an inbox renews at two thirds of a token's life, so this is a token of a second, and a page that is
/// opened again and again.
const REFRESHES: Pace = Pace {
    interval_ms: 500,
    burst: 20,
};

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
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: more than 20 at once and two a second for one session, over all servers"),
    )
)]
pub async fn refresh(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (claims, session) = state
        .access
        .embed(bearer(&headers), parent_origin(&headers))
        .await?;
    let bucket = format!("refresh:{}", claims.sid);
    if let Some(wait) = state.store.take(&bucket, REFRESHES, now_ms()).await? {
        return Err(Failure::rate_limited(wait));
    }
    let minted = state.access.refresh(&claims, &session).await?;
    let mut response = Json(EmbedSession::from(minted)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
