//! A customer's backend that is told of events, and does as it is told.

use super::eventually;
use super::meta;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// This HTTP status.
    Status(u16),
    /// Elsewhere.
    Redirect(String),
    /// Nothing at all, for as long as the test runs.
    Silence,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Hit {
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Hit {
    pub fn body(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn event(&self) -> String {
        self.body()["event"].as_str().unwrap().to_owned()
    }

    pub fn content(&self) -> String {
        let body = self.body();
        body["data"]["content"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether one of the signatures is by this secret: the rule of `docs/api.md`, written down once more.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let expected = meta::signature(secret, &self.bytes).replace("sha256=", "");
        [
            "x-pilot-status-signature",
            "x-pilot-status-signature-previous",
        ]
        .iter()
        .any(|name| self.header(name) == expected)
    }
}

#[derive(Default)]
struct Seen {
    hits: Vec<Hit>,
    next: VecDeque<Reply>,
    always: Option<Reply>,
}

#[derive(Clone)]
pub struct Receiver {
    seen: Arc<Mutex<Seen>>,
    address: SocketAddr,
}

impl Receiver {
    /// One that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            seen: Arc::default(),
            address: listener.local_addr().unwrap(),
        };
        let router = axum::Router::new()
            .fallback(take)
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?from=inbox", self.address)
    }

    /// What becomes of the next requests; then they are taken again.
    pub fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.seen.lock().unwrap().next.extend(replies);
    }

    /// What becomes of all that have no reply of their own.
    pub fn always(&self, reply: Reply) {
        self.seen.lock().unwrap().always = Some(reply);
    }

    pub fn hits(&self) -> Vec<Hit> {
        self.seen.lock().unwrap().hits.clone()
    }

    pub async fn wait_for(&self, count: usize) -> Vec<Hit> {
        eventually(&format!("{count} events"), || async {
            Some(self.hits()).filter(|hits| hits.len() >= count)
        })
        .await
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let reply = {
        let mut seen = receiver.seen.lock().unwrap();
        seen.hits.push(Hit {
            headers,
            bytes: body.to_vec(),
        });
        let next = seen.next.pop_front();
        next.or_else(|| seen.always.clone())
    };
    match reply {
        None => (StatusCode::OK, "thanks").into_response(),
        Some(Reply::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Reply::Redirect(to)) => {
            (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response()
        }
        Some(Reply::Silence) => std::future::pending().await,
    }
}
