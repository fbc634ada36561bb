//! Files at the Graph API: those of customers, and what is given to it.

use super::{FakeGraph, MOMENT, at_some_time};
use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::body::Body;
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Value, json};
use std::fmt::Write;

/// A picture of one dot.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];
/// What follows it.
const REST: usize = 40_000;

/// The file of this name: a picture, with other bytes behind it than any other.
pub fn file_of(name: &str) -> Vec<u8> {
    let mut bytes = DOT.to_vec();
    let seed = digest(&SHA256, name.as_bytes());
    bytes.extend(seed.as_ref().iter().cycle().take(REST));
    bytes
}

/// Where a customer's file is; its id is its name.
pub async fn locate(State(graph): State<FakeGraph>, Path(name): Path<String>) -> Json<Value> {
    let bytes = file_of(&name);
    let mut hex = String::new();
    for byte in digest(&SHA256, &bytes).as_ref() {
        write!(hex, "{byte:02x}").unwrap();
    }
    Json(
        json!({"messaging_product": "whatsapp", "id": name, "url": format!("{}/files/{name}", graph.base_url()),
        "mime_type": "image/png", "sha256": hex, "file_size": bytes.len()}),
    )
}

/// Its bytes, with a pause in the middle.
pub async fn give(Path(name): Path<String>) -> Response {
    let mut first = Bytes::from(file_of(&name));
    let second = first.split_off(first.len() / 2);
    let length = first.len() + second.len();
    let late = futures::stream::once(async move {
        tokio::time::sleep(MOMENT).await;
        second
    });
    let pieces = futures::stream::once(async { first }).chain(late);
    let body = Body::from_stream(pieces.map(Ok::<_, std::io::Error>));
    ([(header::CONTENT_LENGTH, length)], body).into_response()
}

/// Takes a file, in one of the three ways.
pub async fn upload(State(graph): State<FakeGraph>, mut form: Multipart) -> Response {
    let mut file = None;
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() == Some("file") {
            // Cut off where its sender has died.
            file = field.bytes().await.ok();
        }
    }
    let Some(bytes) = file else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let name = format!("{:?}", digest(&SHA256, &bytes));
    let keep = async move {
        let mut uploads = graph.0.uploads.lock().unwrap();
        let id = format!("up-{}", uploads.len() + 1);
        uploads.insert(id.clone(), bytes);
        id
    };
    let id = at_some_time(&name, keep).await;
    Json(json!({"id": id})).into_response()
}
