//! What a large file costs in memory. A program of its own: the figure is the whole process', and no other test must add to it.
#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test is its report, also in what the tests stand on"
)]
#![cfg(target_os = "linux")]

#[path = "../suite/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the suite uses the rest")]
mod support;

use aws_lc_rs::digest::{Context, SHA256};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::{get, post};
use futures::StreamExt;
use pilot_inbox::media::{Giver, hex};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use support::{Client, TestApp, eventually, meta};
use tokio::net::TcpListener;
use tower::ServiceExt;

const PIECE: usize = 64 * 1024;

/// The same bytes each time, made as they are wanted.
fn bytes(size: usize) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> + Send {
    let pieces = size / PIECE;
    futures::stream::iter(0..pieces)
        .map(|at| Ok(Bytes::from(vec![u8::try_from(at % 251).unwrap(); PIECE])))
}

async fn digest_of(size: usize) -> String {
    let mut context = Context::new(&SHA256);
    let mut all = std::pin::pin!(bytes(size));
    while let Some(piece) = all.next().await {
        context.update(&piece.unwrap());
    }
    hex(context.finish().as_ref())
}

/// The most memory that this process has had so far, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

/// A Graph API with one file, which is never in memory. It takes uploads and keeps their size.
async fn graph(size: usize, taken: Arc<Mutex<usize>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (url, sha256) = (format!("{base}/file"), digest_of(size).await);
    let located = json!({"url": url, "file_size": size, "sha256": sha256});
    let upload = async move |body: Body| {
        let mut body = body.into_data_stream();
        while let Some(piece) = body.next().await {
            *taken.lock().unwrap() += piece.unwrap().len();
        }
        axum::Json(json!({"id": "4711"}))
    };
    let router = Router::new()
        .route("/v25.0/{id}", get(async move || axum::Json(located)))
        .route("/v25.0/{id}/media", post(upload))
        .route("/file", get(async move || Body::from_stream(bytes(size))))
        .layer(axum::extract::DefaultBodyLimit::disable());
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("{base}/v25.0")
}

async fn media_of(operator: &Client, wamid_text: &str) -> Option<Value> {
    let list = operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let thread = json!({"conversation_id": list["items"][0]["id"], "page": {}});
    let thread = operator.ask("/api/messages/list", &thread).await;
    let found = thread["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|message| message["text"] == wamid_text)?["content"]["media"]
        .clone();
    (found["state"] != "PENDING").then_some(found)
}

/// In, out to a browser, in from a browser, out to WhatsApp.
async fn pass_through(app: &TestApp, size: usize) {
    let taken = Arc::new(Mutex::new(0));
    app.use_graph(&graph(size, taken.clone()).await).await;
    let operator = app.operator().await;
    let text = format!("{size} bytes");
    let message = json!({"id": format!("wamid.{size}"), "from": "5511999990001", "timestamp": "1700000000",
        "type": "document", "document": {"id": "1", "mime_type": "application/zip", "caption": text}});
    app.deliver(&meta::messages(app.acme.first(), &[message]))
        .await;
    let media = eventually("the file", || media_of(&operator, &text)).await;
    assert_eq!(media["state"], "READY", "{media}");

    let links = operator
        .ask("/api/media/urls", &json!({"ids": [media["id"]]}))
        .await;
    let request = Request::get(links[0]["url"].as_str().unwrap())
        .body(Body::empty())
        .unwrap();
    let mut answer = app
        .router
        .clone()
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .into_data_stream();
    let mut seen = Context::new(&SHA256);
    while let Some(piece) = answer.next().await {
        seen.update(&piece.unwrap());
    }
    assert_eq!(hex(seen.finish().as_ref()), digest_of(size).await);

    let list = operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let conversation = list["items"][0]["id"].as_str().unwrap();
    let request = Request::post(format!(
        "/api/media?conversation={conversation}&kind=document"
    ))
    .header(
        "authorization",
        format!("Bearer {}", app.token(&app.acme).await),
    )
    .header("content-type", "application/zip")
    .body(Body::from_stream(bytes(size)))
    .unwrap();
    let answer = app.router.clone().oneshot(request).await.unwrap();
    let told = axum::body::to_bytes(answer.into_body(), 10_000)
        .await
        .unwrap();
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told["size"], size, "{told}");

    let state = &app.state;
    let giver = Giver::new(state.store.clone(), state.media.clone(), app.sealer());
    let id = app::ids::MediaId::parse(told["id"].as_str().unwrap()).unwrap();
    assert_eq!(giver.ensure_uploaded(&id).await.unwrap(), "4711");
    assert!(*taken.lock().unwrap() > size);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_megabytes_pass_through_in_sixteen() {
    let mut app = TestApp::on_sqlite().await;
    let _listening = app.listen().await;
    // Whatever is needed once is there after a small one.
    pass_through(&app, 16 * PIECE).await;
    let before = peak();
    pass_through(&app, 100 << 20).await;
    let extra = peak() - before;
    println!("100 MB cost {} KB of memory", extra / 1024);
    assert!(extra <= 16 << 20, "{extra} bytes more than before");
}
