//! Files to WhatsApp: each is uploaded once for all messages that carry it within a month.

use super::MediaDesk;
use super::blobs::BlobError;
use super::name::{safe, usual};
use crate::access::{Scope, Sealer};
use crate::clock::now_ms;
use crate::messages::OutboundMedia;
use crate::provider::cloud_api::{MediaAccess, MediaError, Outgoing, SendOutcome};
use crate::store::{Claim, Store, StoreError};
use app::error::ApiError;
use app::ids::{ConversationId, MediaId};
use app::messages::Media;
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
            mime_type: record.mime_type,
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

#[async_trait]
impl OutboundMedia for Giver {
    async fn uploaded(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        media: &MediaId,
    ) -> Result<Option<Media>, ApiError> {
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
