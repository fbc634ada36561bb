//! `GET /media/{id}/{access}`: the bytes of a file, by a signed address. A browser is never given a reason to carry out what is in it.

use super::link::{Holder, Variant};
use super::name::{disposition, safe, usual};
use super::range::{Asked, asked};
use super::types::{is_shown, saved_as};
use crate::api::Failure;
use crate::clock::now_ms;
use crate::media::BlobError;
use crate::state::AppState;
use crate::store::MediaRecord;
use app::error::{ApiError, Code};
use app::ids::MediaId;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers a file, a stretch of it, or that the browser has it already.
pub async fn serve(
    State(state): State<AppState>,
    Path((id, access)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let grant = MediaId::parse(id).and_then(|id| Some((state.media.links.read(&id, &access)?, id)));
    let Some((grant, id)) = grant else {
        return Err(missing());
    };
    let now = now_ms();
    if grant.expires_at <= now {
        return Err(Failure::new(
            Code::TokenExpired,
            "This address has ended. Ask for a new one.",
        ));
    }
    let ids = std::slice::from_ref(&id);
    let found = match &grant.holder {
        Holder::Session(session) => {
            let access = &state.access;
            let session = access.addressed_session(&grant.tenant, session).await?;
            state.store.media(&session.scope, ids).await?
        }
        Holder::Number(number) => {
            let access = &state.access;
            let scope = access.addressed_number(&grant.tenant, number).await?;
            state.store.media(&scope, ids).await?
        }
    };
    let record = found.into_iter().next().ok_or_else(missing)?;
    let served = Served::of(&state, &record, grant.variant).await?;
    let lasts = (grant.expires_at - now).div_euclid(1000);
    answer(&state, &served, &headers, lasts).await
}

/// What is sent.
struct Served {
    key: String,
    size: u64,
    mime: String,
    disposition: String,
}

impl Served {
    async fn of(state: &AppState, record: &MediaRecord, variant: Variant) -> Result<Self, Failure> {
        if variant == Variant::Thumbnail {
            let key = record.thumbnail.clone().ok_or_else(missing)?;
            let (size, head) = state.media.blobs.begin_of(&key).await.map_err(unread)?;
            // We made it: a WebP begins with RIFF, and everything else is a JPEG.
            let mime = if head.starts_with(b"RIFF") {
                "image/webp"
            } else {
                "image/jpeg"
            };
            return Ok(Self {
                disposition: disposition(true, &usual(mime)),
                mime: mime.to_owned(),
                key,
                size,
            });
        }
        let (Some(key), Some(size)) = (record.blob.clone(), record.size) else {
            return Err(missing());
        };
        let confirmed = record.real_type.as_deref().filter(|mime| is_shown(mime));
        let shown = variant == Variant::Shown && confirmed.is_some();
        // What the bytes do not confirm has at most a type that browsers only save.
        let mime = match confirmed {
            Some(mime) => mime,
            None => match saved_as(&record.mime_type) {
                declared if is_shown(declared) => "application/octet-stream",
                declared => declared,
            },
        };
        let name = record.file_name.as_deref().map(safe);
        let name = name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| usual(mime));
        Ok(Self {
            disposition: disposition(shown, &name),
            mime: mime.to_owned(),
            key,
            size,
        })
    }
}

async fn answer(
    state: &AppState,
    served: &Served,
    asking: &HeaderMap,
    lasts: i64,
) -> Result<Response, Failure> {
    let tag = format!("\"{}\"", served.key);
    let text = |name: HeaderName| asking.get(name).and_then(|value| value.to_str().ok());
    let mut response = if is_known(text(header::IF_NONE_MATCH), &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // A range of another file than the one that the browser has the rest of is of no use to it.
        let range = text(header::RANGE)
            .filter(|_| text(header::IF_RANGE).is_none_or(|known| known.trim() == tag));
        match asked(range, served.size) {
            Asked::Outside => {
                let mut response =
                    Failure::new(Code::BodyInvalid, "This range lies outside of the file.")
                        .into_response();
                *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
                let total = format!("bytes */{}", served.size);
                response
                    .headers_mut()
                    .insert(header::CONTENT_RANGE, value(&total)?);
                return Ok(response);
            }
            Asked::Whole => bytes(state, served, 0..served.size, StatusCode::OK).await?,
            Asked::Part(part) => {
                let said = format!("bytes {}-{}/{}", part.start, part.end - 1, served.size);
                let mut response = bytes(state, served, part, StatusCode::PARTIAL_CONTENT).await?;
                response
                    .headers_mut()
                    .insert(header::CONTENT_RANGE, value(&said)?);
                response
            }
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, value(&tag)?);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        header::CACHE_CONTROL,
        value(&format!("private, max-age={lasts}"))?,
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    Ok(response)
}

async fn bytes(
    state: &AppState,
    served: &Served,
    part: std::ops::Range<u64>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let length = part.end - part.start;
    let stream = state
        .media
        .blobs
        .read(&served.key, part)
        .await
        .map_err(unread)?;
    let mut response = (status, Body::from_stream(stream)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_TYPE, value(&served.mime)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&served.disposition)?);
    Ok(response)
}

/// Whether `If-None-Match` names this tag.
fn is_known(header: Option<&str>, tag: &str) -> bool {
    header.is_some_and(|known| {
        known.split(',').any(|one| {
            let one = one.trim();
            one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
        })
    })
}

fn value(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).map_err(|error| {
        tracing::error!(%error, "a header of a file");
        ApiError::internal().into()
    })
}

fn missing() -> Failure {
    ApiError::not_found("file").into()
}

fn unread(error: BlobError) -> Failure {
    match error {
        BlobError::Missing => {
            tracing::error!("the bytes of a file are not where the database says");
            missing()
        }
        other => {
            tracing::error!(error = %other, "the bytes of a file could not be read");
            Failure::from(ApiError::new(
                Code::Unavailable,
                "This file cannot be read just now. Try again in a moment.",
            ))
        }
    }
}
