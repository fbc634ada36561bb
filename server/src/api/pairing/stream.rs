//! `GET /v1/remote-pairing/{token}/events`: how far connecting is, whenever that changes (ours).

use super::bodies::LinkStatusBody;
use super::link::admitted;
use crate::access::PairingId;
use crate::api::{ErrorBody, Failure};
use crate::console::Visit;
use crate::pairing::View;
use crate::state::AppState;
use app::live::Frame;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);
/// Comment on a quiet stream, so that proxies keep it.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When to come back where there are too many streams, in milliseconds.
const CROWDED_MS: i64 = 5_000;

/// One event `status` with what `…/status` answers, at once and whenever that changes, and a comment every 15 seconds. It ends once the number is
/// connected, or the link is over.
#[utoipa::path(
    get,
    path = "/v1/remote-pairing/{token}/events",
    operation_id = "remote_pairing_events",
    tag = "remote pairing",
    params(("token" = String, Path, description = "The last part of the link")),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: as of `…/status`, or too many streams on this server"),
    )
)]
pub async fn events(
    State(state): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let record = admitted(&visit, &token).await?;
    let permit = state.pairing.streams.clone().try_acquire_owned();
    let permit = permit.map_err(|_| Failure::rate_limited(CROWDED_MS))?;
    let first = state.pairing.show(record).await?;
    let watching = Watching {
        id: PairingId::of(&token),
        first: Some(first),
        said: None,
        heartbeat: Instant::now() + HEARTBEAT,
        is_over: false,
        state,
        _permit: permit,
    };
    let stream = futures::stream::unfold(watching, |mut watching| async move {
        let bytes = watching.next().await?;
        Some((Ok::<_, Infallible>(bytes), watching))
    });
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies of the nginx kind would otherwise hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// An open stream.
struct Watching {
    state: AppState,
    /// `None` where the secret cannot be one.
    id: Option<PairingId>,
    /// What it opens with.
    first: Option<View>,
    /// What was said last.
    said: Option<LinkStatusBody>,
    heartbeat: Instant,
    is_over: bool,
    _permit: OwnedSemaphorePermit,
}

impl Watching {
    /// The next bytes to send; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        while !self.is_over {
            let view = if let Some(view) = self.first.take() {
                view
            } else {
                tokio::select! {
                    () = self.state.shutdown.cancelled() => return None,
                    () = tokio::time::sleep(LOOK) => {}
                }
                self.look().await?
            };
            self.is_over = view.face.is_last();
            let status = LinkStatusBody::from(view);
            if self.said.as_ref() != Some(&status) {
                let frame = Frame {
                    id: None,
                    event: Some("status".into()),
                    data: serde_json::to_string(&status).ok()?,
                };
                self.said = Some(status);
                self.heartbeat = Instant::now() + HEARTBEAT;
                return Some(frame.encode().into());
            }
            if self.heartbeat <= Instant::now() {
                self.heartbeat = Instant::now() + HEARTBEAT;
                return Some(Bytes::from_static(b": still here\n\n"));
            }
        }
        None
    }

    /// `None` while the database does not answer: the page comes back by itself.
    async fn look(&self) -> Option<View> {
        let record = match &self.id {
            Some(id) => self.state.store.pairing(id).await.ok()?,
            None => None,
        };
        self.state.pairing.show(record).await.ok()
    }
}
