//! The live stream, read as the app reads it.

use super::PATIENCE;
use app::live::{Frame, FrameReader, LiveEvent};
use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, StatusCode};
use futures::StreamExt;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;
use tower::ServiceExt;

/// An open stream.
pub struct EventStream {
    body: BodyDataStream,
    reader: FrameReader,
    waiting: VecDeque<Frame>,
    /// Everything that came, as it came.
    pub wire: Vec<u8>,
    pub headers: HeaderMap,
}

impl EventStream {
    pub async fn open(router: Router, token: &str, cursor: Option<i64>) -> Self {
        let request = Request::get("/api/live").header("authorization", format!("Bearer {token}"));
        let request = match cursor {
            Some(cursor) => request.header("last-event-id", cursor.to_string()),
            None => request,
        };
        Self::answer(router, request).await
    }

    /// With a cursor that need not be one.
    pub async fn open_with(router: Router, token: &str, cursor: &str) -> Self {
        let request = Request::get("/api/live").header("authorization", format!("Bearer {token}"));
        Self::answer(router, request.header("last-event-id", cursor)).await
    }

    /// The public API's stream with a key; `query` begins with a question mark.
    pub async fn of_backend(router: Router, key: &str, query: &str) -> Self {
        let request = Request::get(format!("/v1/events{query}")).header("x-api-key", key);
        Self::answer(router, request).await
    }

    /// The same after this event, at this number.
    pub async fn of_backend_at(router: Router, key: &str, number: &str, after: i64) -> Self {
        let request = Request::get("/v1/events?after=0")
            .header("x-api-key", key)
            .header("x-whatsapp-number-id", number)
            .header("last-event-id", after.to_string());
        Self::answer(router, request).await
    }

    async fn answer(router: Router, request: axum::http::request::Builder) -> Self {
        let response = router
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        Self {
            headers: response.headers().clone(),
            body: response.into_body().into_data_stream(),
            reader: FrameReader::default(),
            waiting: VecDeque::new(),
            wire: Vec::new(),
        }
    }

    /// The next frame; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Frame> {
        self.next_within(PATIENCE).await
    }

    /// The next frame, which has to come within `limit`.
    pub async fn next_within(&mut self, limit: Duration) -> Option<Frame> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Some(frame);
            }
            let chunk = self.chunk_within(limit).await?;
            self.waiting.extend(self.reader.push(&chunk));
        }
    }

    /// The next bytes, whatever they are.
    pub async fn chunk_within(&mut self, limit: Duration) -> Option<Vec<u8>> {
        let chunk = tokio::time::timeout(limit, self.body.next())
            .await
            .unwrap_or_else(|_| panic!("nothing came within {limit:?}"))?
            .unwrap();
        self.wire.extend_from_slice(&chunk);
        Some(chunk.to_vec())
    }

    /// The position at which the stream begins.
    pub async fn ready(&mut self) -> i64 {
        let frame = self.next().await.expect("a stream begins");
        assert_eq!((frame.event.as_deref(), frame.id), (Some("ready"), None));
        frame.data.parse().unwrap()
    }

    /// The position at which the public API's stream begins.
    pub async fn begins(&mut self) -> i64 {
        let frame = self.next().await.expect("a stream begins");
        assert_eq!(frame.event.as_deref(), Some("ready"));
        let said: Value = serde_json::from_str(&frame.data).unwrap();
        let id = frame.id.expect("it has an id");
        assert_eq!(said["position"], id.as_str());
        id.parse().unwrap()
    }

    /// The next event of the public API, with its position.
    pub async fn told(&mut self) -> (i64, Value) {
        let frame = self.next().await.expect("the stream goes on");
        assert_eq!(frame.event, None, "an event has no name: {}", frame.data);
        let seq = frame.id.expect("an event has an id").parse().unwrap();
        (seq, serde_json::from_str(&frame.data).unwrap())
    }

    /// The next logged event.
    pub async fn event(&mut self) -> Logged {
        let frame = self.next().await.expect("the stream goes on");
        assert_eq!(frame.event, None, "a logged event has no name");
        Logged {
            seq: frame.id.expect("a logged event has an id").parse().unwrap(),
            event: serde_json::from_str(&frame.data).unwrap(),
            json: serde_json::from_str(&frame.data).unwrap(),
        }
    }

    /// The text of the message that the next event is about.
    pub async fn text(&mut self) -> String {
        self.event().await.text()
    }

    /// The same, where there may be a last event before: what ends the stream is told as well, if there is still time.
    pub async fn ends_soon_with(&mut self, name: &str, limit: Duration) {
        let frame = self.next_within(limit).await.expect("a last word");
        if frame.event.is_none() {
            return self.ends_with(name, limit).await;
        }
        assert_eq!(frame.event.as_deref(), Some(name), "{frame:?}");
    }

    /// The rest of the stream, which has to end within `limit` with the signal `name`.
    pub async fn ends_with(&mut self, name: &str, limit: Duration) {
        let frame = self.next_within(limit).await.expect("a last word");
        assert_eq!(frame.event.as_deref(), Some(name), "{frame:?}");
        assert!(
            self.next_within(limit).await.is_none(),
            "nothing follows `{name}`"
        );
    }
}

/// An event with its position.
pub struct Logged {
    pub seq: i64,
    pub event: LiveEvent,
    pub json: Value,
}

impl Logged {
    pub fn text(&self) -> String {
        self.json["message"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
