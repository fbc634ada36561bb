//! Files to WhatsApp: each is uploaded once for all messages that carry it within a month.

use super::blobs::BlobError;
use super::name::{safe, usual};
use super::{Kind, MediaDesk};
use crate::access::{Scope, Sealer};
use crate::clock::now_ms;
use crate::messages::OutboundMedia;
use crate::provider::cloud_api::{MediaAccess, MediaError, Outgoing, SendOutcome};
use crate::store::{Claim, Store, StoreError, Uploaded};
use app::error::ApiError;
use app::ids::{ConversationId, MediaId};
use async_trait::async_trait;
use std::sync::Arc;

const DAY_MS: i64 = 24 * 3_600_000;
/// How long Meta keeps an upload, in milliseconds.
const LIFE_MS: i64 = 30 * DAY_MS;
/// An upload with less than this left is done anew: a message may wait.
const LEAST_MS: i64 = DAY_MS;

/// Why WhatsApp has not got a file.
#[derive(Debug, thiserror::Error)]
pub enum GiveError {
    /// There is no such file, or its bytes are not there.
    #[error("this file is not there")]
    Missing,
    /// The number's access token cannot be opened.
    #[error("the stored access token cannot be opened with this installation's secret")]
    Sealed,
    /// Meta's answer.
    #[error(transparent)]
    Meta(#[from] MediaError),
    /// The bytes.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives files to WhatsApp.
#[derive(Clone)]
pub struct Giver {
    store: Arc<dyn Store>,
    desk: Arc<MediaDesk>,
    sealer: Arc<Sealer>,
}

impl Giver {
    /// For the outbox.
    pub fn new(store: Arc<dyn Store>, desk: Arc<MediaDesk>, sealer: Arc<Sealer>) -> Self {
        Self {
            store,
            desk,
            sealer,
        }
    }

    /// Meta's id of a file, good for a day at least. Uploads it if Meta has not got it, or not for long. Nothing is sent to anybody by
    /// this, so it may be repeated.
    pub async fn ensure_uploaded(&self, media: &MediaId) -> Result<String, GiveError> {
        let source = self
            .store
            .upload_source(media)
            .await?
            .ok_or(GiveError::Missing)?;
        if let Some((id, until)) = source.given
            && until > now_ms() + LEAST_MS
        {
            return Ok(id);
        }
        let record = source.record;
        let (Some(blob), Some(size)) = (record.blob, record.size) else {
            return Err(GiveError::Missing);
        };
        let token = self
            .sealer
            .open(source.number.as_str(), &source.access_token)
            .ok_or(GiveError::Sealed)?;
        let name = record.file_name.as_deref().map(safe);
        let begun = now_ms();
        let file = Outgoing {
            file_name: name
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| usual(&record.mime_type)),
            mime_type: given_as(record.mime_type, size),
            size,
            bytes: self.desk.blobs.read(&blob, 0..size).await?,
        };
        let access = MediaAccess {
            base_url: &source.graph_base_url,
            phone_number_id: &source.phone_number_id,
            access_token: &token,
        };
        let id = self.desk.client.upload(access, file).await?;
        self.store.note_given(media, &id, begun + LIFE_MS).await?;
        Ok(id)
    }
}

/// The type that Meta is told. It refuses pictures, films, sounds and texts that it does not know, and sizes by their type, whatever
/// the message: such a file is one of bytes, and its name says the rest. What else it refuses is told with its own words.
fn given_as(mime_type: String, size: u64) -> String {
    let known = [Kind::Image, Kind::Video, Kind::Audio, Kind::Sticker]
        .into_iter()
        .find(|kind| kind.check_type(&mime_type).is_ok());
    let family = mime_type.split('/').next().unwrap_or_default();
    let taken = known.map_or_else(
        || mime_type == "text/plain" || !["image", "video", "audio", "text"].contains(&family),
        |kind| kind.check_size(size).is_ok(),
    );
    if taken {
        mime_type
    } else {
        "application/octet-stream".to_owned()
    }
}

#[async_trait]
impl OutboundMedia for Giver {
    async fn uploaded(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        media: &MediaId,
    ) -> Result<Option<Uploaded>, ApiError> {
        Ok(self.store.uploaded(scope, conversation, media).await?)
    }

    async fn ensure_uploaded(&self, _: &Claim, media: &MediaId) -> Result<String, SendOutcome> {
        Giver::ensure_uploaded(self, media)
            .await
            .map_err(GiveError::outcome)
    }
}

impl GiveError {
    /// How a send ends that has not got its file: nothing has gone out, so whatever may pass is tried again.
    fn outcome(self) -> SendOutcome {
        let refused = |code, title: String| SendOutcome::Refused {
            code,
            title,
            details: None,
        };
        match self {
            Self::Missing => refused(131_053, self.to_string()),
            Self::Sealed => refused(190, self.to_string()),
            Self::Meta(MediaError::Refused { code, title }) => refused(code, title),
            Self::Meta(_) | Self::Blobs(_) | Self::Store(_) => {
                SendOutcome::NotSent(self.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_is_told_types_that_it_takes() {
        const MB: u64 = 1 << 20;
        const BYTES: &str = "application/octet-stream";
        for (mime, size, told) in [
            ("video/mp4", 16 * MB, "video/mp4"),
            ("video/mp4", 16 * MB + 1, BYTES),
            ("image/jpeg", 5 * MB + 1, BYTES),
            ("image/gif", 1, BYTES),
            ("text/csv", 1, BYTES),
            ("text/plain", 100 * MB, "text/plain"),
            ("application/pdf", 100 * MB, "application/pdf"),
            ("font/ttf", 1, "font/ttf"),
        ] {
            assert_eq!(given_as(mime.to_owned(), size), told, "{mime} {size}");
        }
    }
}
