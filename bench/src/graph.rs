//! A Graph API for what the inbox sends and fetches: it answers as fast as the real one, and remembers when it was asked.

use crate::Outcome;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long a send takes at the real one.
pub const ANSWER: Duration = Duration::from_millis(100);
/// Of a picture.
const SCREENSHOT: &[u8] = include_bytes!("../../docs/screenshots/narrow.png");
/// Of a file that is not a picture, unless its id says otherwise.
const SIZE: usize = 200_000;
const PIECE: usize = 64 * 1024;

/// Serves until it is dropped.
pub struct Graph {
    /// Where.
    pub base_url: String,
    asked: Arc<Mutex<Asked>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Asked {
    sends: Vec<Instant>,
    uploaded: usize,
}

impl Graph {
    /// Starts one on a free port.
    pub async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let asked = Arc::<Mutex<Asked>>::default();
        let router = Router::new()
            .route("/{id}/messages", post(send))
            .route("/{id}/media", post(upload))
            .route(
                "/{id}/message_templates",
                get(|| async { Json(json!({"data": []})) }),
            )
            .route("/{id}", get(locate))
            .route("/files/{id}", get(give))
            .with_state((asked.clone(), base_url.clone()));
        // It ends with its listener, which nobody takes away.
        let serving = axum::serve(listener, router).into_future();
        let task = tokio::spawn(async move { drop(serving.await) });
        Ok(Self {
            base_url,
            asked,
            task,
        })
    }

    /// When each send came, in order.
    pub fn sends(&self) -> Vec<Instant> {
        locked(&self.asked).sends.clone()
    }

    /// Bytes of all uploads, with what stands around the files.
    pub fn uploaded(&self) -> usize {
        locked(&self.asked).uploaded
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Shared = State<(Arc<Mutex<Asked>>, String)>;

fn locked(asked: &Mutex<Asked>) -> std::sync::MutexGuard<'_, Asked> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn send(State((asked, _)): Shared) -> Json<Value> {
    let count = {
        let mut asked = locked(&asked);
        asked.sends.push(Instant::now());
        asked.sends.len()
    };
    tokio::time::sleep(ANSWER).await;
    Json(
        json!({"messaging_product": "whatsapp", "messages": [{"id": format!("wamid.bench-sent-{count}")}]}),
    )
}

/// Nothing of it is kept: it may be large.
async fn upload(State((asked, _)): Shared, request: Request) -> Json<Value> {
    let mut pieces = request.into_body().into_data_stream();
    let mut size = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        size += piece.len();
    }
    locked(&asked).uploaded += size;
    Json(json!({"id": format!("upload-{size}")}))
}

async fn locate(State((_, base_url)): Shared, Path(id): Path<String>) -> Json<Value> {
    let (_, size) = file(&id);
    Json(
        json!({"messaging_product": "whatsapp", "id": id, "url": format!("{base_url}/files/{id}"), "file_size": size}),
    )
}

async fn give(Path(id): Path<String>) -> Response {
    let (head, size) = file(&id);
    // Its end is its name, so that no two are the same.
    let rest = size - head.len() - id.len();
    let zeros = Bytes::from(vec![0; PIECE]);
    let pieces =
        (0..rest.div_ceil(PIECE)).map(move |at| zeros.slice(0..PIECE.min(rest - at * PIECE)));
    let pieces = std::iter::once(Bytes::from_static(head))
        .chain(pieces)
        .chain([Bytes::from(id)]);
    let body = Body::from_stream(futures::stream::iter(pieces.map(Ok::<_, std::io::Error>)));
    ([(CONTENT_LENGTH, size)], body).into_response()
}

/// How a file begins, and its size: `picture-…`, `voice-…`, `document-…`, and `document-…-of-<bytes>`.
fn file(id: &str) -> (&'static [u8], usize) {
    let head: &[u8] = match id.split('-').next() {
        Some("picture") => return (SCREENSHOT, SCREENSHOT.len() + id.len()),
        Some("voice") => b"OggS\0\x02",
        _ => b"%PDF-1.4\n",
    };
    let size = id
        .rsplit_once("-of-")
        .and_then(|(_, size)| size.parse().ok());
    (head, size.unwrap_or(SIZE))
}
