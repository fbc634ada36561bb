//! Files in the store: what is asked for and answered. Times are milliseconds since the epoch. The bytes are in the blob store
//! ([`crate::media::Blobs`]).

use super::StoreError;
use crate::access::Scope;
use crate::media::{Facts, Kind};
use app::ids::{ConversationId, MediaId, NumberId, TenantId};
use app::messages::{Media, MediaState, Message};
use async_trait::async_trait;

/// What is known of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRecord {
    /// Its id.
    pub id: MediaId,
    /// As declared by whoever sent it.
    pub mime_type: String,
    /// As the bytes say.
    pub real_type: Option<String>,
    /// Its name, as it came.
    pub file_name: Option<String>,
    /// In bytes; where the bytes are there.
    pub size: Option<u64>,
    /// Key of the bytes; where they are there.
    pub blob: Option<String>,
    /// Key of the small picture.
    pub thumbnail: Option<String>,
}

/// The bytes of a file, as they have been stored.
#[derive(Debug, Clone)]
pub struct StoredBytes {
    /// Their key.
    pub blob: String,
    /// How many.
    pub size: u64,
    /// What they say of themselves.
    pub facts: Facts,
    /// Key of the small picture.
    pub thumbnail: Option<String>,
}

/// An uploaded file that can be sent.
#[derive(Debug, Clone)]
pub struct Uploaded {
    /// As what: a picture can be meant as a document.
    pub kind: Kind,
    /// As it is shown.
    pub media: Media,
}

/// A file that an operator has uploaded.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Its id.
    pub id: MediaId,
    /// For which conversation.
    pub conversation: ConversationId,
    /// As what it will be sent.
    pub kind: Kind,
    /// Its type.
    pub mime_type: String,
    /// Its name.
    pub file_name: Option<String>,
    /// Its bytes.
    pub bytes: StoredBytes,
    /// When.
    pub created_at: i64,
}

/// A file to fetch now.
#[derive(Debug, Clone)]
pub struct MediaClaim {
    /// Which.
    pub id: MediaId,
    /// Whose.
    pub tenant: TenantId,
    /// Of which number.
    pub number: NumberId,
    /// What the message that has it is.
    pub message_kind: String,
    /// Meta's id of it.
    pub provider_media_id: String,
    /// As declared.
    pub mime_type: String,
    /// SHA-256 that was promised, hexadecimal.
    pub digest: Option<String>,
    /// How often it has been tried, this time included.
    pub attempts: u32,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base.
    pub graph_base_url: String,
}

/// How an attempt to fetch a file ended.
#[derive(Debug, Clone)]
pub enum MediaOutcome {
    /// The bytes are there.
    Ready(StoredBytes),
    /// To be tried again then.
    RetryAt(i64),
    /// It will not be tried again by itself; why, in a sentence for the operator.
    Failed(String),
}

/// A file to give to Meta.
#[derive(Debug, Clone)]
pub struct UploadSource {
    /// Which.
    pub record: MediaRecord,
    /// Meta's id of it and the end of that id, where it has been given before.
    pub given: Option<(String, i64)>,
    /// Of which number.
    pub number: NumberId,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base.
    pub graph_base_url: String,
}

/// Files, for sessions: everything here takes a scope.
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// Those of these files that the scope may see, in any order.
    async fn media(&self, scope: &Scope, ids: &[MediaId]) -> Result<Vec<MediaRecord>, StoreError>;
    /// Whether the scope may see a conversation; [`StoreError::NotFound`] if not.
    async fn check_conversation(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<(), StoreError>;
    /// A file that was uploaded to be sent, as it is shown, if it is of the number of this conversation.
    async fn uploaded(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        media: &MediaId,
    ) -> Result<Option<Uploaded>, StoreError>;
    /// Keeps an uploaded file, of the number of its conversation.
    async fn add_upload(&self, scope: &Scope, upload: NewUpload) -> Result<(), StoreError>;
    /// Has a file that has failed fetched anew. Answers its message.
    async fn fetch_media_again(
        &self,
        scope: &Scope,
        media: &MediaId,
        now: i64,
    ) -> Result<Message, StoreError>;
}

/// Files, for the workers: they work off claims.
#[async_trait]
pub trait MediaWork: Send + Sync {
    /// Claims up to `limit` files that are due. Whoever does not settle or renew before `lease` has lost the claim to the next.
    async fn claim_media(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<MediaClaim>, StoreError>;
    /// Says that these are still being fetched.
    async fn renew_media(&self, claims: &[(MediaId, u32)], lease: i64) -> Result<(), StoreError>;
    /// Records how it ended, with the message and the log, in one transaction. A claim that has been lost changes nothing.
    async fn settle_media(
        &self,
        claim: &MediaClaim,
        outcome: MediaOutcome,
    ) -> Result<(), StoreError>;
    /// When a file is due next.
    async fn next_media_due(&self) -> Result<Option<i64>, StoreError>;
    /// What is needed to give a file to Meta; `None` where there is no such file with bytes.
    async fn upload_source(&self, media: &MediaId) -> Result<Option<UploadSource>, StoreError>;
    /// Keeps Meta's id of a file.
    async fn note_given(
        &self,
        media: &MediaId,
        upload_id: &str,
        expires_at: i64,
    ) -> Result<(), StoreError>;
    /// Uploads from before `before` that no message has taken, at most `limit`.
    async fn unused_uploads(&self, before: i64, limit: u32)
    -> Result<Vec<MediaRecord>, StoreError>;
    /// Whether any file but this one has these bytes.
    async fn is_used_elsewhere(&self, blob: &str, media: &MediaId) -> Result<bool, StoreError>;
    /// Forgets an upload, unless a message has taken it meanwhile; whether it was forgotten.
    async fn forget_upload(&self, media: &MediaId) -> Result<bool, StoreError>;
}

/// For messages whose file is still on its way when one asks for it again.
pub(super) fn not_fetchable() -> StoreError {
    app::error::ApiError::new(
        app::error::Code::NotFetchable,
        "This file is there or on its way already, so there is nothing to fetch again.",
    )
    .into()
}

/// Writes how a file ended into its message; `None` if the message has another file by now, or none.
pub(super) fn settled(
    mut message: Message,
    media: &MediaId,
    outcome: &MediaOutcome,
) -> Option<Message> {
    let shown = message.content.as_mut()?.media.as_mut()?;
    if shown.id != *media {
        return None;
    }
    match outcome {
        MediaOutcome::Ready(bytes) => {
            shown.state = MediaState::Ready;
            shown.failure = None;
            shown.size = i64::try_from(bytes.size).ok();
            shown.width = bytes.facts.width;
            shown.height = bytes.facts.height;
            shown.duration_ms = bytes
                .facts
                .duration_ms
                .and_then(|ms| i64::try_from(ms).ok());
            shown.thumbnail = bytes.thumbnail.is_some();
        }
        MediaOutcome::Failed(sentence) => {
            shown.state = MediaState::Failed;
            shown.failure = Some(sentence.clone());
        }
        MediaOutcome::RetryAt(_) => {
            shown.state = MediaState::Pending;
            shown.failure = None;
        }
    }
    Some(message)
}
