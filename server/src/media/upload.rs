//! `POST /api/media`: a file from an operator, before a message takes it. The body is the file itself.

use super::keep::{Kept, keep, look};
use super::name::safe;
use super::spool::{HEAD, Spool, SpoolError, Spooled};
use super::types::{Kind, check_size, plain};
use super::{Facts, sniff, voice};
use crate::access::{Action, Scope};
use crate::api::{Failure, bearer, parent_origin};
use crate::clock::now_ms;
use crate::fresh;
use crate::state::AppState;
use crate::store::{NewUpload, Pace};
use app::error::{ApiError, Code};
use app::ids::{ConversationId, MediaId};
use app::media::{FILE_NAME_HEADER, UploadedMedia};
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use serde::Deserialize;
use tokio::io::AsyncSeekExt;

/// What one session may upload.
const UPLOADS: Pace = Pace {
    interval_ms: 1_000,
    burst: 60,
};

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub struct UploadQuery {
    /// The conversation that it is for: its number will send it.
    conversation: String,
    /// As what it will be sent: `image`, `video`, `audio`, `voice`, `document` or `sticker`.
    kind: String,
}

/// As what a file is to be sent.
#[derive(Clone, Copy)]
struct Wanted {
    kind: Kind,
    /// A recording, in a form that browsers record in.
    voice: bool,
}

impl Wanted {
    fn parse(name: &str) -> Option<Self> {
        let voice = name == "voice";
        let kind = if voice {
            Kind::Audio
        } else {
            Kind::parse(name)?
        };
        Some(Self { kind, voice })
    }

    fn check_type(self, mime: &str) -> Result<(), ApiError> {
        if self.voice {
            voice::check_type(mime)
        } else {
            self.kind.check_type(mime)
        }
    }

    /// Holds what the bytes are against what they are said to be.
    fn check_real(self, declared: &str, real: &str) -> Result<(), ApiError> {
        if self.kind.fits(real) {
            self.check_type(real)
        } else {
            Err(not_what_it_says(declared, real))
        }
    }
}

/// Takes one file for a conversation. Its type is in `content-type`, its name, percent-encoded, in `x-file-name`.
pub async fn upload(
    State(state): State<AppState>,
    query: Result<Query<UploadQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (claims, session) = state
        .access
        .embed(bearer(&headers), parent_origin(&headers))
        .await?;
    session.scope.check(Action::Reply)?;
    let Query(query) = query.map_err(|rejection| ApiError::body_invalid(&rejection.body_text()))?;
    let conversation = ConversationId::parse(query.conversation)
        .ok_or_else(|| ApiError::body_invalid("conversation is not an id").at("conversation"))?;
    state
        .store
        .check_conversation(&session.scope, &conversation)
        .await?;
    let bucket = format!("upload:{}", claims.sid);
    let target = Target {
        scope: &session.scope,
        conversation,
        bucket: &bucket,
    };
    take(&state, target, &query.kind, &headers, body).await
}

/// For whom a file is taken.
pub(crate) struct Target<'t> {
    /// Who brings it, verified.
    pub scope: &'t Scope,
    /// A conversation of the scope: its number will send the file.
    pub conversation: ConversationId,
    /// What uploads are counted by.
    pub bucket: &'t str,
}

/// Takes one file for whoever has been verified: the body is the file.
pub(crate) async fn take(
    state: &AppState,
    target: Target<'_>,
    kind: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let offered = Offered {
        id: fresh!(MediaId),
        kind,
        declared: text(header::CONTENT_TYPE.as_str()).unwrap_or_default(),
        size: text(header::CONTENT_LENGTH.as_str())
            .and_then(|length| length.parse().ok())
            .unwrap_or(0),
        file_name: text(FILE_NAME_HEADER)
            .map(|name| percent_encoding::percent_decode_str(name).decode_utf8_lossy())
            .and_then(|name| safe_name(&name)),
    };
    // Whoever cut it off does not read the answer.
    let pieces = body
        .into_data_stream()
        .map(|piece| piece.map_err(|_| cut_off()));
    let uploaded = accept(state, target, offered, pieces).await?;
    let mut response = (StatusCode::CREATED, Json(uploaded)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A file as it is offered.
pub(crate) struct Offered<'o> {
    /// The id that it gets.
    pub id: MediaId,
    /// As what it is to be sent.
    pub kind: &'o str,
    /// Its type, as whoever brings it says.
    pub declared: &'o str,
    /// Its size in bytes, as far as it is known before; 0 if it is not.
    pub size: u64,
    /// Its name.
    pub file_name: Option<String>,
}

/// A name as it is stored; `None` if nothing of it is left.
pub(crate) fn safe_name(name: &str) -> Option<String> {
    Some(safe(name)).filter(|name| !name.is_empty())
}

/// Takes a file that comes in pieces, and holds it against what WhatsApp takes.
pub(crate) async fn accept(
    state: &AppState,
    target: Target<'_>,
    offered: Offered<'_>,
    pieces: impl Stream<Item = Result<Bytes, Failure>> + Send,
) -> Result<UploadedMedia, Failure> {
    let Target {
        scope,
        conversation,
        bucket,
    } = target;
    let wanted = Wanted::parse(offered.kind).ok_or_else(|| {
        ApiError::body_invalid("kind is image, video, audio, voice, document or sticker").at("kind")
    })?;
    let kind = wanted.kind;
    let mut declared = plain(offered.declared);
    wanted.check_type(&declared)?;
    kind.check_size(offered.size)?;
    if let Some(wait) = state.store.take(bucket, UPLOADS, now_ms()).await? {
        return Err(Failure::rate_limited(wait));
    }
    let Ok(_permit) = state.media.uploads.clone().try_acquire_owned() else {
        return Err(ApiError::new(
            Code::Unavailable,
            "Too many files are being uploaded just now. Try again in a moment.",
        )
        .into());
    };

    let mut spooled = receive(state, pieces, wanted, &declared).await?;
    if wanted.voice {
        spooled = as_voice(state, spooled, &declared).await?;
        "audio/ogg".clone_into(&mut declared);
    }
    let facts = look(&spooled, &declared).await.map_err(unkept)?;
    check(kind, &declared, &spooled, &facts).await?;
    let mut kept = keep(&state.media.blobs, spooled, facts)
        .await
        .map_err(unkept)?;
    let id = offered.id;
    let new = NewUpload {
        id: id.clone(),
        conversation,
        kind,
        mime_type: declared.clone(),
        file_name: offered.file_name,
        bytes: kept.bytes.clone(),
        created_at: now_ms(),
    };
    state.store.add_upload(scope, new).await?;
    kept.assure(&state.media.blobs).await.map_err(unkept)?;
    metrics::counter!("pilot_media_uploads_total").increment(1);
    Ok(uploaded(id, declared, &kept))
}

fn uploaded(id: MediaId, mime_type: String, kept: &Kept) -> UploadedMedia {
    let facts = &kept.bytes.facts;
    UploadedMedia {
        id,
        mime_type,
        size: i64::try_from(kept.bytes.size).unwrap_or(i64::MAX),
        width: facts.width,
        height: facts.height,
        duration_ms: facts.duration_ms.and_then(|ms| i64::try_from(ms).ok()),
    }
}

/// Writes the file aside. It ends as soon as the first bytes say that this is something else, or there are too many.
async fn receive(
    state: &AppState,
    pieces: impl Stream<Item = Result<Bytes, Failure>> + Send,
    wanted: Wanted,
    declared: &str,
) -> Result<Spooled, Failure> {
    let kind = wanted.kind;
    let mut spool = Spool::begin(state.media.blobs.spool(), kind.limit())
        .await
        .map_err(unkept)?;
    let mut pieces = std::pin::pin!(pieces);
    let mut looked = false;
    loop {
        let next = tokio::time::timeout(state.media.settings.stall, pieces.next()).await;
        let piece = match next {
            Ok(Some(piece)) => piece?,
            Ok(None) => break,
            Err(_) => return Err(cut_off()),
        };
        spool.write(&piece).await.map_err(|error| match error {
            SpoolError::TooLarge(_) => kind
                .check_size(u64::MAX)
                .err()
                .unwrap_or_else(ApiError::internal)
                .into(),
            SpoolError::Io(error) => unkept(error),
        })?;
        if !looked && spool.head().len() >= HEAD {
            looked = true;
            if let Some(real) = sniff(spool.head(), declared) {
                wanted.check_real(declared, &real)?;
            }
        }
    }
    if spool.size() == 0 {
        return Err(Failure::new(Code::BodyInvalid, "This file is empty."));
    }
    spool.finish().await.map_err(unkept)
}

fn cut_off() -> Failure {
    Failure::new(
        Code::BodyInvalid,
        "The file did not arrive whole. Upload it again.",
    )
}

/// A recording as WhatsApp takes it.
async fn as_voice(
    state: &AppState,
    recording: Spooled,
    declared: &str,
) -> Result<Spooled, Failure> {
    let head = recording.head(HEAD as u64).await.map_err(unkept)?;
    match sniff(&head, declared).as_deref() {
        Some("audio/ogg") => return Ok(recording),
        Some(real) if voice::is_webm(real) => {}
        real => return Err(not_what_it_says(declared, real.unwrap_or("something else")).into()),
    }
    let mut file = recording.file.try_clone().await.map_err(unkept)?;
    file.rewind().await.map_err(unkept)?;
    let file = file.into_std().await;
    let made = tokio::task::spawn_blocking(move || voice::to_ogg(std::io::BufReader::new(file)));
    let ogg = made.await.map_err(unkept)?.map_err(ApiError::from)?;
    let mut spool = Spool::begin(state.media.blobs.spool(), u64::MAX)
        .await
        .map_err(unkept)?;
    spool.write(&ogg).await.map_err(unkept)?;
    let spooled = spool.finish().await.map_err(unkept)?;
    Kind::Audio.check_size(spooled.size)?;
    Ok(spooled)
}

/// Holds the whole file against what WhatsApp takes.
async fn check(
    kind: Kind,
    declared: &str,
    spooled: &Spooled,
    facts: &Facts,
) -> Result<(), ApiError> {
    if kind == Kind::Document {
        return Ok(());
    }
    let Some(real) = facts.real_type.as_deref() else {
        return Err(not_what_it_says(declared, "something else"));
    };
    Wanted { kind, voice: false }.check_real(declared, real)?;
    let head = spooled.head(64).await.map_err(|error| {
        tracing::error!(%error, "a file could not be read again");
        ApiError::internal()
    })?;
    if kind == Kind::Sticker && !moves(&head) {
        check_size(
            "a sticker that does not move",
            spooled.size,
            Kind::STILL_STICKER,
        )?;
    }
    // Meta: ogg only with opus, and mono.
    if real == "audio/ogg" && (head.get(28..36) != Some(b"OpusHead") || head.get(37) != Some(&1)) {
        return Err(ApiError::new(
            Code::MediaTypeInvalid,
            "WhatsApp takes an Ogg file only as Opus with one channel. Convert it, or send it as a document.",
        )
        .at("type"));
    }
    Ok(())
}

/// Whether a WebP is animated: a flag of its extended header.
fn moves(head: &[u8]) -> bool {
    head.get(12..16) == Some(b"VP8X") && head.get(20).is_some_and(|flags| flags & 2 != 0)
}

fn not_what_it_says(declared: &str, real: &str) -> ApiError {
    ApiError::new(
        Code::MediaTypeInvalid,
        format!(
            "This file is said to be {declared}, and it is {real}. Choose another file, or send it as a document."
        ),
    )
    .at("type")
}

fn unkept(error: impl std::fmt::Display) -> Failure {
    tracing::error!(%error, "an uploaded file could not be kept");
    ApiError::new(
        Code::Unavailable,
        "The file could not be stored just now. Try again in a moment.",
    )
    .into()
}
