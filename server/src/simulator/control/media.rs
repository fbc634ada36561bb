//! `/media`: files that customers have, and the files that the product has uploaded.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Query, Refusal};
use crate::media::{Asked, asked};
use crate::simulator::Simulator;

/// What a file is called.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Name {
    file_name: Option<String>,
}

/// Takes a file of a customer's: its type is the content type. A message names it by the id that is answered.
pub(in crate::simulator) async fn add(
    Extract(simulator): Extract<Simulator>,
    Query(name): Query<Name>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mime = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| Refusal::invalid("give the file's type as content-type"))?;
    let file = simulator
        .state()
        .files
        .add(mime, name.file_name, body, None);
    Ok((StatusCode::CREATED, Json(file)).into_response())
}

/// Every file, oldest first. Those with a `phoneNumberId` were uploaded by the product.
pub(in crate::simulator) async fn list(Extract(simulator): Extract<Simulator>) -> Json<Value> {
    let state = simulator.state();
    let items: Vec<_> = state.files.iter().collect();
    Json(json!({"total": items.len(), "items": items}))
}

/// The bytes of one.
pub(in crate::simulator) async fn get(
    Extract(simulator): Extract<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let file = simulator
        .state()
        .files
        .get(&id)
        .cloned()
        .ok_or_else(|| Refusal::not_found(format!("there is no file {id}")))?;
    let size = file.bytes.len();
    // Players ask for parts.
    let range = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let (status, range, bytes) = match asked(range, size as u64) {
        Asked::Whole => (StatusCode::OK, None, file.bytes),
        Asked::Outside => (
            StatusCode::RANGE_NOT_SATISFIABLE,
            Some(format!("bytes */{size}")),
            Bytes::new(),
        ),
        Asked::Part(part) => {
            let at = |place: u64| usize::try_from(place).unwrap_or(size).min(size);
            let told = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            let bytes = file.bytes.slice(at(part.start)..at(part.end));
            (StatusCode::PARTIAL_CONTENT, Some(told), bytes)
        }
    };
    let headers = [
        (header::CONTENT_TYPE, file.mime_type),
        // They are anybody's bytes: a browser may draw them in a page, and carry none of them out.
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let range = range.map(|range| [(header::CONTENT_RANGE, range)]);
    Ok((status, headers, range, bytes).into_response())
}
