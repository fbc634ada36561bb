//! The files of messages that go out: what sending needs from whoever keeps them.

use crate::access::Scope;
use crate::provider::cloud_api::SendOutcome;
use crate::store::{Claim, Uploaded};
use app::error::ApiError;
use app::ids::{ConversationId, MediaId};
use async_trait::async_trait;

/// Keeps uploaded files, and brings them to WhatsApp.
#[async_trait]
pub trait OutboundMedia: Send + Sync {
    /// An uploaded file that may be sent in this conversation; `None` if there is no such file within the scope.
    async fn uploaded(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        media: &MediaId,
    ) -> Result<Option<Uploaded>, ApiError>;
    /// WhatsApp's id of the file, uploaded there if it has none that is still valid. Whatever goes wrong is told as the outcome of
    /// the send: `NotSent` where it may be tried again, `Refused` where not. It must not be `Unknown`: nothing has been sent yet.
    async fn ensure_uploaded(&self, claim: &Claim, media: &MediaId) -> Result<String, SendOutcome>;
}

/// What WhatsApp calls a file of this type.
pub fn media_kind(mime_type: &str) -> &'static str {
    match mime_type {
        "image/jpeg" | "image/png" => "image",
        "video/mp4" | "video/3gpp" | "video/3gp" => "video",
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => "audio",
        "image/webp" => "sticker",
        _ => "document",
    }
}
