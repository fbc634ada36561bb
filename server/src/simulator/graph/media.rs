//! Files at the Graph API: upload, address, download, deletion (Meta, "Media").

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, OriginalUri, Path, Query, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde::Deserialize;
use serde_json::json;

use super::messages::unavailable;
use super::{authorise, no_such_object};
use crate::simulator::Simulator;
use crate::simulator::error_codes::GraphError;
use crate::simulator::files::{FileTrouble, StoredFile};

/// The types that Meta takes, and how large, in bytes.
const TAKEN: [(&str, usize); 8] = [
    ("audio/", 16 << 20),
    ("image/webp", 500 << 10),
    ("image/jpeg", 5 << 20),
    ("image/png", 5 << 20),
    ("video/mp4", 16 << 20),
    ("video/3gpp", 16 << 20),
    ("text/plain", 100 << 20),
    ("application/", 100 << 20),
];

/// `POST /{version}/{phone-number-id}/media`.
pub(in crate::simulator) async fn upload(
    Extract(simulator): Extract<Simulator>,
    Path((_version, id)): Path<(String, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    if simulator.state().number(&id).is_none() {
        return no_such_object(&id);
    }
    let form = match Form::read(form).await {
        Ok(form) => form,
        Err(error) => {
            return GraphError::parameter(format!("the form cannot be read: {error}"))
                .into_response();
        }
    };
    if form.product.as_deref() != Some("whatsapp") {
        return GraphError::parameter("The parameter messaging_product is required.")
            .into_response();
    }
    let Some((mime, name, bytes)) = form.file else {
        return GraphError::parameter("The parameter file is required.").into_response();
    };
    let limit = TAKEN
        .iter()
        .find(|(taken, _)| mime.starts_with(taken))
        .map(|(_, limit)| *limit);
    match limit {
        None => {
            let refusal = format!(
                "Param file must be a file with one of the allowed types. Received file of type '{mime}'."
            );
            return GraphError::parameter(refusal).into_response();
        }
        Some(limit) if bytes.len() > limit => {
            return GraphError::of_code(131_053, "The file is too large.").into_response();
        }
        Some(_) => {}
    }
    let file = simulator.state().files.add(&mime, name, bytes, Some(id));
    Json(json!({"id": file.id})).into_response()
}

#[derive(Default)]
struct Form {
    product: Option<String>,
    /// Type, name, bytes.
    file: Option<(String, Option<String>, Bytes)>,
}

impl Form {
    async fn read(mut parts: Multipart) -> Result<Self, MultipartError> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            match part.name() {
                Some("messaging_product") => form.product = Some(part.text().await?),
                Some("file") => {
                    let mime = part.content_type().unwrap_or_default().to_owned();
                    let name = part.file_name().map(str::to_owned);
                    form.file = Some((mime, name, part.bytes().await?));
                }
                _ => {}
            }
        }
        Ok(form)
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::simulator) struct Owner {
    phone_number_id: Option<String>,
}

impl Simulator {
    /// Where a file is for the next minutes; `None` if there is no such file.
    pub(super) fn locate_file(
        &self,
        id: &str,
        owner: &Owner,
        uri: &OriginalUri,
        headers: &HeaderMap,
    ) -> Option<Response> {
        let mut state = self.state();
        let file = state.files.get(id)?.clone();
        let asked_by = owner.phone_number_id.as_ref();
        if asked_by.is_some_and(|number| state.number(number).is_none()) {
            return None;
        }
        let trouble = state
            .behaviour
            .take_file_trouble(FileTrouble::is_of_the_address);
        match trouble {
            Some(FileTrouble::Unknown) => return None,
            Some(FileTrouble::Unavailable) => return Some(unavailable()),
            _ => {}
        }
        let seconds = state.behaviour.media_address_seconds;
        let token = state.files.address(id, seconds);
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        let host = if trouble == Some(FileTrouble::Foreign) {
            "files.example.test"
        } else {
            host
        };
        // Beside `/graph`, wherever the simulator is mounted.
        let mounted = uri.path().split("/graph/").next().unwrap_or_default();
        let sha256 = if trouble == Some(FileTrouble::WrongDigest) {
            "0".repeat(64)
        } else {
            file.sha256
        };
        Some(
            Json(json!({
                "messaging_product": "whatsapp",
                "url": format!("http://{host}{mounted}/lookaside/{token}"),
                "mime_type": file.mime_type,
                "sha256": sha256,
                "file_size": file.size,
                "id": file.id,
            }))
            .into_response(),
        )
    }
}

/// `GET /lookaside/{token}`: the bytes. The bearer token is needed here as well.
pub(in crate::simulator) async fn download(
    Extract(simulator): Extract<Simulator>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    if authorise(&simulator, &headers).is_err() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (file, trouble) = {
        let mut state = simulator.state();
        let Some(file) = state.files.at_address(&token).cloned() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let trouble = state
            .behaviour
            .take_file_trouble(|trouble| !trouble.is_of_the_address());
        (file, trouble)
    };
    match trouble {
        None => whole(&file),
        Some(FileTrouble::Gone) => StatusCode::NOT_FOUND.into_response(),
        Some(FileTrouble::Redirect) => (
            StatusCode::FOUND,
            [(header::LOCATION, "http://files.example.test/elsewhere")],
        )
            .into_response(),
        Some(trouble) => broken(&file, trouble),
    }
}

fn whole(file: &StoredFile) -> Response {
    let headers = [(header::CONTENT_TYPE, file.mime_type.clone())];
    (headers, file.bytes.clone()).into_response()
}

/// An answer that ends badly.
fn broken(file: &StoredFile, trouble: FileTrouble) -> Response {
    let half = file.bytes.slice(..file.size / 2);
    let begun = futures::stream::iter([Ok(half)]);
    let body = match trouble {
        FileTrouble::Stall => Body::from_stream(begun.chain(futures::stream::pending())),
        FileTrouble::Oversize => {
            let more = Ok(Bytes::from(vec![0; file.size + 1]));
            Body::from_stream(begun.chain(futures::stream::iter([more])))
        }
        _ => {
            let cut = std::io::Error::other("simulated connection loss");
            Body::from_stream(begun.chain(futures::stream::iter([Err(cut)])))
        }
    };
    let mut response = body.into_response();
    if trouble == FileTrouble::HalfBody {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, file.size.into());
    }
    response
}

/// `DELETE /{version}/{media-id}`.
pub(in crate::simulator) async fn delete(
    Extract(simulator): Extract<Simulator>,
    Path((_version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    if simulator.state().files.remove(&id) {
        Json(json!({"success": true})).into_response()
    } else {
        no_such_object(&id)
    }
}

/// `GET /{version}/{id}`: a number, or where a file is.
pub(in crate::simulator) async fn get(
    Extract(simulator): Extract<Simulator>,
    Path((_version, id)): Path<(String, String)>,
    Query(owner): Query<Owner>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let is_file = simulator.state().files.get(&id).is_some();
    if !is_file {
        return super::numbers::get(&simulator, &id);
    }
    simulator
        .locate_file(&id, &owner, &uri, &headers)
        .unwrap_or_else(|| no_such_object(&id))
}
