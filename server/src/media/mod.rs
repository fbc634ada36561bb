//! Files: fetched from WhatsApp, taken from operators, kept by their content, shown by signed addresses, given to WhatsApp.

mod address;
mod blobs;
mod fetcher;
mod inspect;
mod keep;
mod link;
mod name;
mod outgoing;
mod range;
mod serve;
mod spool;
mod types;
mod unused;
mod upload;
mod voice;

pub(crate) use address::Addresses;
pub use blobs::{BlobError, Blobs};
pub use fetcher::{Fetcher, RetryPace};
pub use inspect::{Facts, THUMBNAIL, inspect, sniff};
pub use link::{Grant, Holder, Links, Variant};
pub use outgoing::{GiveError, Giver};
pub use range::{Asked, asked};
pub use serve::serve;
pub use spool::{Spool, SpoolError, Spooled, hex};
pub use types::{Kind, LARGEST, is_shown, plain, saved_as};
pub use unused::{drop_unused, drop_unused_regularly};
pub use upload::upload;
pub(crate) use upload::{Offered, Target, accept, safe_name, take};

use crate::access::Secrets;
use crate::provider::cloud_api::MediaClient;
use app::error::{ApiError, Code};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// How long bytes are waited for, from WhatsApp or from a browser.
const STALL: Duration = Duration::from_secs(30);
/// Uploads that one server takes at once.
const UPLOADS: usize = 16;

/// Requests with a large file inside that one server reads at once. Each takes up to 45 MB.
const INSIDE: usize = 4;

/// What a start may say about files.
#[derive(Debug, Clone)]
pub struct MediaSettings {
    /// `s3://bucket/prefix`; without it the folder `media` in the data directory.
    pub store: Option<String>,
    /// What to call ourselves when fetching from Meta.
    pub user_agent: Option<String>,
    /// How long bytes are waited for.
    pub stall: Duration,
    /// When a failed fetch is tried again.
    pub retry: RetryPace,
    /// Where others reach this program, scheme and host: what addresses of files begin with.
    pub public_url: Option<String>,
}

impl Default for MediaSettings {
    fn default() -> Self {
        Self {
            store: None,
            user_agent: None,
            stall: STALL,
            retry: RetryPace::default(),
            public_url: None,
        }
    }
}

/// What handlers and workers share about files.
pub struct MediaDesk {
    /// Where the bytes are.
    pub blobs: Blobs,
    /// Signs addresses.
    pub links: Links,
    /// Speaks to WhatsApp.
    pub client: MediaClient,
    /// As it was started.
    pub settings: MediaSettings,
    wake: Notify,
    uploads: Arc<Semaphore>,
    inside: Arc<Semaphore>,
}

/// Why files cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum MediaStartError {
    /// The folder or the bucket.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The signing secret.
    #[error(transparent)]
    Secret(#[from] crate::access::SecretError),
    /// The HTTP client.
    #[error("cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

impl MediaDesk {
    /// Opens the blob store.
    pub fn open(
        settings: MediaSettings,
        data_dir: &Path,
        secrets: &Secrets,
    ) -> Result<Arc<Self>, MediaStartError> {
        let blobs = match &settings.store {
            Some(address) => Blobs::in_bucket(address)?,
            None => Blobs::in_folder(&data_dir.join("media"))?,
        };
        Ok(Arc::new(Self {
            blobs,
            links: Links::new(secrets)?,
            client: MediaClient::new(settings.user_agent.as_deref(), settings.stall)?,
            settings,
            wake: Notify::new(),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            inside: Arc::new(Semaphore::new(INSIDE)),
        }))
    }

    /// Lets one more request with a large file inside in.
    pub(crate) fn one_more_inside(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.inside.clone().try_acquire_owned().map_err(|_| {
            ApiError::new(
                Code::Unavailable,
                "Too many large requests are being read just now. Try again in a moment, or upload the file first.",
            )
        })
    }

    /// Tells the fetcher that there may be something to fetch.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}
