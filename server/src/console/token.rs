//! `POST /console/token`: an embed token for the cookie, for the inbox on our own page.

use super::visit::{Visit, as_json};
use crate::api::{EmbedSession, Failure};
use crate::clock::now_ms;
use crate::store::Pace;
use app::error::{ApiError, Code};
use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What one session of the console may open: a page that is loaded again and again, in several tabs.
const OPENINGS: Pace = Pace {
    interval_ms: 1_000,
    burst: 30,
};

/// Gives the signed-in operator's page the token that it works with.
pub async fn mint(visit: Visit) -> Result<Response, Failure> {
    let caller = visit.caller().await.map_err(as_json)?;
    visit.check_origin()?;
    if !visit.is_scripted() {
        return Err(ApiError::new(
            Code::CrossSite,
            "This request does not come from a page of this server, so nothing was done.",
        )
        .into());
    }
    let origin = visit.own_origin()?;
    let bucket = caller.bucket("console");
    let store = &visit.state.store;
    if let Some(wait) = store.take(&bucket, OPENINGS, now_ms()).await? {
        return Err(Failure::rate_limited(wait));
    }
    let minted = visit.state.access.console_token(&caller, &origin).await?;
    let mut response = Json(EmbedSession::from(minted)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
