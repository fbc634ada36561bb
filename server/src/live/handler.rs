//! `GET /api/live`.

use super::audience::{Audience, Session};
use super::connection::{Connection, Start};
use crate::api::{Failure, bearer, parent_origin};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;

/// Opens a stream for the token in the `Authorization` header, from `Last-Event-ID` on or from now on.
pub async fn open(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Failure> {
    let (claims, session) = state
        .access
        .embed(bearer(&headers), parent_origin(&headers))
        .await?;
    let cursor = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok());
    let session = Session::new(state.access.clone(), claims, session);
    let from = Start {
        cursor,
        follow: true,
    };
    open_for(&state, session, from).await
}

/// Opens a stream for whoever has been verified.
pub(crate) async fn open_for<A: Audience>(
    state: &AppState,
    audience: A,
    from: Start,
) -> Result<Response, Failure> {
    let connection = Connection::open(
        state.store.clone(),
        state.access.changes(),
        &state.hub,
        state.shutdown.clone(),
        audience,
        from,
    )
    .await?;
    metrics::counter!("pilot_live_streams_opened_total").increment(1);
    let open = OpenStream::count();
    let stream = futures::stream::unfold((connection, open), |(mut connection, open)| async move {
        let bytes = connection.next().await?;
        Some((Ok::<_, Infallible>(bytes), (connection, open)))
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

/// Counts a stream for as long as it lives.
struct OpenStream;

impl OpenStream {
    fn count() -> Self {
        metrics::gauge!("pilot_live_streams").increment(1.0);
        Self
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        metrics::gauge!("pilot_live_streams").decrement(1.0);
    }
}
