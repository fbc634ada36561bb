//! A request to send, as it comes in: small, or with a file inside.

use super::body::{SendBody, inside};
use crate::api::Failure;
use crate::api::send::inline::Inline;
use crate::routes::API_BODY;
use crate::state::AppState;
use app::error::{ApiError, Code};
use axum::body::Body;
use futures::StreamExt;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

/// Largest file inside a request, in bytes: WhatsApp's largest film or sound. Larger documents are uploaded first.
const LARGEST_FILE: usize = 16 * 1024 * 1024;
/// Largest request, in bytes: base64 takes four bytes for three.
const LARGEST: usize = LARGEST_FILE.div_ceil(3) * 4 + API_BODY;

/// What is asked for.
pub(super) struct Request {
    /// Its fields.
    pub wanted: SendBody,
    /// Its values, as they are compared. A file stands there by its digest.
    pub canonical: Value,
    /// The file inside.
    pub file: Option<Inline>,
    /// Large ones are few at once: each is in memory as a whole.
    _permit: Option<OwnedSemaphorePermit>,
}

/// Reads it. Whoever sends it has been asked for the key.
pub(super) async fn read(state: &AppState, body: Body) -> Result<Request, Failure> {
    let (bytes, permit) = receive(state, body).await?;
    let is_large = bytes.len() > API_BODY;
    let read = inside(&bytes);
    drop(bytes);
    match read {
        Ok((_, _, None)) | Err(_) if is_large => Err(too_large()),
        Ok((wanted, canonical, file)) => Ok(Request {
            wanted,
            canonical,
            file,
            _permit: permit,
        }),
        Err(error) => Err(error.into()),
    }
}

async fn receive(
    state: &AppState,
    body: Body,
) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), Failure> {
    let mut pieces = body.into_data_stream();
    let (mut bytes, mut permit) = (Vec::new(), None);
    loop {
        let next = tokio::time::timeout(state.media.settings.stall, pieces.next()).await;
        let piece = match next {
            Ok(Some(Ok(piece))) => piece,
            Ok(None) => return Ok((bytes, permit)),
            Ok(Some(Err(_))) | Err(_) => {
                return Err(Failure::new(
                    Code::BodyInvalid,
                    "The request did not arrive whole. Send it again.",
                ));
            }
        };
        let size = bytes.len() + piece.len();
        if size > LARGEST {
            return Err(too_large());
        }
        if size > API_BODY && permit.is_none() {
            permit = Some(state.media.one_more_inside()?);
        }
        bytes.extend_from_slice(&piece);
    }
}

fn too_large() -> Failure {
    ApiError::new(
        Code::BodyTooLarge,
        "The request is larger than this address takes.",
    )
    .into()
}
