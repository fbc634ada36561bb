//! `GET /v1/media/{id}`, and ours: `POST /v1/media`.

use super::send::some_conversation;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::Action;
use crate::media::{Target, take};
use crate::state::AppState;
use app::error::{ApiError, Code};
use app::ids::MediaId;
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Largest file that is given as text, in bytes: all of it is in memory meanwhile.
const LARGEST: u64 = 25 * 1024 * 1024;

/// Of which number.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct MediaQuery {
    /// WhatsApp's id of the number, if it is to be held against the key's.
    phone_number_id: Option<String>,
}

/// As what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadAs {
    /// `image`, `video`, `audio`, `voice`, `document` or `sticker`.
    #[param(
        example = "document",
        pattern = "^(image|video|audio|voice|document|sticker)$"
    )]
    kind: String,
}

/// A file as text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaContentBody {
    /// A data URI.
    #[schema(example = "data:image/png;base64,iVBORw0KGgo=")]
    pub base64: String,
    /// Its type, as the bytes say where they say it.
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// Its name.
    pub file_name: Option<String>,
    /// Its id.
    pub media_id: String,
}

/// A file that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadedBody {
    /// What `media` of a send takes. Unused, it is dropped after a day.
    #[schema(example = "med_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// Its type.
    pub mime_type: String,
    /// In bytes.
    pub size: i64,
    /// Of a picture or a film, in pixels.
    pub width: Option<u32>,
    /// The same.
    pub height: Option<u32>,
    /// Of a sound or a film, in milliseconds.
    pub duration_ms: Option<i64>,
}

/// A file of a message, as text.
#[utoipa::path(
    get,
    path = "/v1/media/{id}",
    tag = "media",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the file, as `media.id` of a message has it"),
        MediaQuery,
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    responses(
        (status = 200, body = MediaContentBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: no such file, or its bytes are not here yet"),
        (status = 413, body = ErrorBody, description = "`MEDIA_TOO_LARGE`: more than 25 MB"),
        (status = 503, body = ErrorBody, description = "`UNAVAILABLE`"),
    )
)]
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<MediaQuery>,
) -> Result<Json<MediaContentBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let unknown = || ApiError::not_found("file");
    if let Some(named) = query.phone_number_id {
        let numbers = state.store.numbers(&caller.scope).await?;
        if !numbers.iter().any(|number| number.phone_number_id == named) {
            return Err(unknown().into());
        }
    }
    let id = MediaId::parse(id).ok_or_else(unknown)?;
    let found = state
        .store
        .media(&caller.scope, std::slice::from_ref(&id))
        .await?;
    let record = found.into_iter().next().ok_or_else(unknown)?;
    let (Some(key), Some(size)) = (record.blob, record.size) else {
        return Err(unknown().into());
    };
    if size > LARGEST {
        return Err(ApiError::new(
            Code::MediaTooLarge,
            "This file is too large to be given as text: more than 25 MB.",
        )
        .into());
    }
    let unread = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a file could not be read");
        ApiError::new(
            Code::Unavailable,
            "The file could not be read just now. Try again in a moment.",
        )
    };
    let bytes = state
        .media
        .blobs
        .read(&key, 0..size)
        .await
        .map_err(|error| unread(&error))?;
    let mut whole = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    let mut bytes = std::pin::pin!(bytes);
    while let Some(piece) = bytes.try_next().await.map_err(|error| unread(&error))? {
        whole.extend_from_slice(&piece);
    }
    let mime_type = record.real_type.unwrap_or(record.mime_type);
    Ok(Json(MediaContentBody {
        base64: format!("data:{mime_type};base64,{}", STANDARD.encode(&whole)),
        mime_type,
        file_name: record.file_name,
        media_id: id.into(),
    }))
}

/// Takes a file that a message will carry. The body is the file itself, its type is in `content-type`, and its name, percent-encoded, in
/// `x-file-name`.
#[utoipa::path(
    post,
    path = "/v1/media",
    tag = "media",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        UploadAs,
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
        ("x-file-name" = Option<String>, Header, description = "Its name, percent-encoded"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, body = UploadedBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `MEDIA_TYPE_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: the number has no conversation yet"),
        (status = 413, body = ErrorBody, description = "`MEDIA_TOO_LARGE`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: more than 60 at once and one a second at this number"),
        (status = 503, body = ErrorBody, description = "`UNAVAILABLE`"),
    )
)]
pub async fn upload(
    State(state): State<AppState>,
    headers: HeaderMap,
    query: Result<Query<UploadAs>, QueryRejection>,
    body: Body,
) -> Result<Response, Failure> {
    let caller = number_caller(&state, &headers, Action::Reply).await?;
    // After the key: who has none is told that, and nothing else.
    let Query(UploadAs { kind }) =
        query.map_err(|wrong| ApiError::body_invalid(&wrong.body_text()).at("kind"))?;
    let conversation = some_conversation(&state, &caller).await?;
    let bucket = format!("v1-upload:{}", caller.number);
    let target = Target {
        scope: &caller.scope,
        conversation,
        bucket: &bucket,
    };
    take(&state, target, &kind, &headers, body).await
}
