//! A page that looks like a phone, on which a person plays the customer.

use std::convert::Infallible;

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use super::{Change, Simulator};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src 'self' data: blob:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub(super) async fn page() -> Response {
    asset("text/html; charset=utf-8", include_str!("phone.html"))
}

/// Its style sheets and the modules of its script.
pub(super) async fn part(Path(name): Path<String>) -> Response {
    const CSS: &str = "text/css; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    match name.as_str() {
        "phone.css" => asset(CSS, include_str!("phone.css")),
        "bubble.css" => asset(CSS, include_str!("bubble.css")),
        "phone.js" => asset(SCRIPT, include_str!("phone.js")),
        "chat.js" => asset(SCRIPT, include_str!("chat.js")),
        "dom.js" => asset(SCRIPT, include_str!("dom.js")),
        "face.js" => asset(SCRIPT, include_str!("face.js")),
        "people.js" => asset(SCRIPT, include_str!("people.js")),
        "simulator.js" => asset(SCRIPT, include_str!("simulator.js")),
        "writing.js" => asset(SCRIPT, include_str!("writing.js")),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Hints that something is worth reading again, until the simulator stops.
pub(super) async fn events(
    Extract(simulator): Extract<Simulator>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stopped = simulator.inner.stopped.clone();
    let changes = BroadcastStream::new(simulator.inner.changes.subscribe()).map(|change| {
        // A page that fell behind starts over: hints carry nothing that could be missing.
        let change = change.unwrap_or(Change::Reset);
        Ok(Event::default()
            .json_data(change)
            .unwrap_or_else(|_| Event::default().comment("unreadable")))
    });
    Sse::new(changes.take_until(stopped.cancelled_owned())).keep_alive(KeepAlive::default())
}

fn asset(content_type: &'static str, content: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, content).into_response()
}
