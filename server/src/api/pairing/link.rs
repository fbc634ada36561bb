//! `/v1/remote-pairing/{token}`: what whoever holds a link may ask and do. There is no key: the link is one, for one number.

use super::bodies::{LinkInfoBody, LinkStatusBody, StartedBody};
use crate::access::PairingId;
use crate::api::{ErrorBody, Failure};
use crate::clock::now_ms;
use crate::console::Visit;
use crate::state::AppState;
use crate::store::{Pace, PairingRecord, link_is_over};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What one address may ask of all links: an office whose people connect numbers, with a page that looks every two seconds.
const OF_AN_ADDRESS: Pace = Pace {
    interval_ms: 50,
    burst: 200,
};
/// What may be asked of one link.
const OF_A_LINK: Pace = Pace {
    interval_ms: 250,
    burst: 60,
};
/// What may be tried by one link: each is a call to somebody else's server.
const TRIES: Pace = Pace {
    interval_ms: 3_000,
    burst: 10,
};

async fn take(state: &AppState, bucket: &str, pace: Pace) -> Result<(), Failure> {
    match state.store.take(bucket, pace, now_ms()).await? {
        None => Ok(()),
        Some(wait) => Err(Failure::rate_limited(wait)),
    }
}

/// The link, if there is one: looked up no faster than its paces allow. What cannot be a secret costs nothing.
pub(crate) async fn admitted(visit: &Visit, token: &str) -> Result<Option<PairingRecord>, Failure> {
    let Some(id) = PairingId::of(token) else {
        return Ok(None);
    };
    let state = &visit.state;
    let bucket = format!("pairing-from:{}", visit.address());
    take(state, &bucket, OF_AN_ADDRESS).await?;
    let record = state.store.pairing(&id).await?;
    if record.is_some() {
        take(state, &id.bucket(), OF_A_LINK).await?;
    }
    Ok(record)
}

/// The same for what is tried by it.
pub(crate) async fn admitted_to_try(visit: &Visit, token: &str) -> Result<PairingRecord, Failure> {
    let record = admitted(visit, token).await?.ok_or_else(link_is_over)?;
    take(&visit.state, &format!("{}:try", record.id.bucket()), TRIES).await?;
    Ok(record)
}

/// An answer that nobody keeps.
pub(super) fn private(body: impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a link is for, or why it is not good. Of one that is not, nothing is told.
#[utoipa::path(
    get,
    path = "/v1/remote-pairing/{token}",
    operation_id = "remote_pairing_info",
    tag = "remote pairing",
    params(("token" = String, Path, description = "The last part of the link")),
    responses(
        (status = 200, body = LinkInfoBody),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: of one link more than 60 at once and four a second, or 200 and 20 from one address"),
    )
)]
pub async fn info(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let record = admitted(&visit, &token).await?;
    let view = state.pairing.show(record).await?;
    Ok(private(LinkInfoBody::of(view, state.pairing.meta_app_id())))
}

/// How far connecting is. Poll it until `OPEN`, every two seconds or so; or hear of it by `…/events`. For ten minutes after that it says that
/// it worked.
#[utoipa::path(
    get,
    path = "/v1/remote-pairing/{token}/status",
    operation_id = "remote_pairing_status",
    tag = "remote pairing",
    params(("token" = String, Path, description = "The last part of the link")),
    responses(
        (status = 200, body = LinkStatusBody),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: as above"),
    )
)]
pub async fn status(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let record = admitted(&visit, &token).await?;
    let view = state.pairing.show(record).await?;
    Ok(private(LinkStatusBody::from(view)))
}

/// Has a code made that the phone scans; again, while it is good, the same one.
#[utoipa::path(
    post,
    path = "/v1/remote-pairing/{token}/connect",
    operation_id = "remote_pairing_connect",
    tag = "remote pairing",
    params(("token" = String, Path, description = "The last part of the link")),
    responses(
        (status = 200, body = StartedBody),
        (status = 400, body = ErrorBody, description = "`NOT_SUPPORTED_FOR_META`, `CONNECTION_REFUSED`"),
        (status = 404, body = ErrorBody, description = "`LINK_INVALID`: unknown, used or too old"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_CONNECTED`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: of one link more than ten tries at once, and one in three seconds"),
        (status = 503, body = ErrorBody, description = "`PROVIDER_NOT_CONFIGURED`, `UPSTREAM_TIMEOUT`, `UPSTREAM_ERROR`"),
    )
)]
pub async fn start(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let record = admitted_to_try(&visit, &token).await?;
    let record = state.pairing.begin(record).await?;
    Ok(private(StartedBody::of(&record)))
}
