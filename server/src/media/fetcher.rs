//! The fetcher: claims files that are due, fetches and checks them, and records how it ended. Several servers share the work by leases.

use super::MediaDesk;
use super::keep::{Kept, keep, look};
use super::spool::{Spool, SpoolError, Spooled, hex};
use super::types::{Kind, LARGEST};
use crate::access::Sealer;
use crate::clock::now_ms;
use crate::provider::cloud_api::{Located, MediaAccess, MediaError};
use crate::store::{MediaClaim, MediaOutcome, Store, StoreError};
use app::ids::MediaId;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Files under way at once.
const AT_ONCE: usize = 8;
/// The longest nap, so that what another server took in is found.
const NAP: Duration = Duration::from_secs(2);
/// How long a claim is believed in without a word from its server, in milliseconds.
const LEASE_MS: i64 = 30_000;
/// Three chances before a lease ends.
const RENEWAL: Duration = Duration::from_secs(9);
/// How long one file may take.
const LIMIT: Duration = Duration::from_mins(15);
/// How often an address that has ended is asked for anew within one attempt.
const ADDRESSES: usize = 3;
/// The longest pause between attempts, in milliseconds.
const LONGEST_PAUSE: i64 = 3_600_000;

/// When a failed fetch is tried again: after `first`, then after four times as long each time.
#[derive(Debug, Clone, Copy)]
pub struct RetryPace {
    /// The first pause.
    pub first: Duration,
    /// Attempts in all.
    pub attempts: u32,
}

impl Default for RetryPace {
    /// About two hours in all: ids of files are good for a week, and a person can have it fetched again.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            attempts: 8,
        }
    }
}

impl RetryPace {
    fn pause_ms(self, attempts: u32) -> i64 {
        let first = i64::try_from(self.first.as_millis()).unwrap_or(LONGEST_PAUSE);
        let factor = 4i64.saturating_pow(attempts.saturating_sub(1));
        first.saturating_mul(factor).min(LONGEST_PAUSE)
    }
}

/// Why a file was not fetched, in a sentence for the operator.
enum Trouble {
    /// It may go better the next time.
    Passing(String),
    /// It will not.
    Lasting(String),
}

/// The fetcher of one process.
pub struct Fetcher {
    store: Arc<dyn Store>,
    desk: Arc<MediaDesk>,
    sealer: Arc<Sealer>,
    permits: Arc<Semaphore>,
    tasks: TaskTracker,
    held: Mutex<HashSet<(MediaId, u32)>>,
}

impl Fetcher {
    /// A fetcher that has not started.
    pub fn new(store: Arc<dyn Store>, desk: Arc<MediaDesk>, sealer: Arc<Sealer>) -> Arc<Self> {
        Arc::new(Self {
            store,
            desk,
            sealer,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            tasks: TaskTracker::new(),
            held: Mutex::default(),
        })
    }

    /// Works until `shutdown`; what is under way then is left to the next start.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tokio::select! {
            () = self.clone().work(shutdown) => {}
            () = self.keep_leases() => {}
        }
    }

    async fn work(self: Arc<Self>, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let nap = match self.round(&shutdown).await {
                Ok(nap) => nap,
                Err(error) => {
                    tracing::error!(%error, "files to fetch could not be read; trying again");
                    NAP
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.desk.wake.notified() => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Claims and starts what is due. Returns how long to sleep.
    async fn round(self: &Arc<Self>, shutdown: &CancellationToken) -> Result<Duration, StoreError> {
        let now = now_ms();
        let Some(due) = self.store.next_media_due().await? else {
            return Ok(NAP);
        };
        if due > now {
            let wait = u64::try_from(due - now).unwrap_or(u64::MAX);
            return Ok(Duration::from_millis(wait).min(NAP));
        }
        let mut permits = Vec::new();
        while let Ok(permit) = self.permits.clone().try_acquire_owned() {
            permits.push(permit);
        }
        if permits.is_empty() {
            // Whatever ends wakes the fetcher.
            return Ok(NAP);
        }
        let limit = u32::try_from(permits.len()).unwrap_or(1);
        let claims = self.store.claim_media(now, now + LEASE_MS, limit).await?;
        let nap = if claims.is_empty() {
            NAP
        } else {
            Duration::from_millis(200)
        };
        for (claim, permit) in claims.into_iter().zip(permits) {
            self.held().insert((claim.id.clone(), claim.attempts));
            let (fetcher, shutdown) = (self.clone(), shutdown.clone());
            self.tasks.spawn(async move {
                fetcher.attempt(claim, permit, shutdown).await;
            });
        }
        Ok(nap)
    }

    async fn attempt(
        &self,
        claim: MediaClaim,
        permit: OwnedSemaphorePermit,
        shutdown: CancellationToken,
    ) {
        let fetched = tokio::select! {
            () = shutdown.cancelled() => None,
            fetched = tokio::time::timeout(LIMIT, self.fetch(&claim)) => Some(fetched),
        };
        let (outcome, mut kept) = match fetched {
            None => (MediaOutcome::RetryAt(now_ms()), None),
            Some(Ok(Ok(kept))) => (MediaOutcome::Ready(kept.bytes.clone()), Some(kept)),
            Some(Ok(Err(trouble))) => (self.after(&claim, trouble), None),
            Some(Err(_)) => (self.after(&claim, slow()), None),
        };
        let label = match &outcome {
            MediaOutcome::Ready(_) => "ready",
            MediaOutcome::RetryAt(_) => "retried",
            MediaOutcome::Failed(_) => "failed",
        };
        metrics::counter!("pilot_media_fetched_total", "outcome" => label).increment(1);
        self.record(&claim, outcome).await;
        if let Some(kept) = &mut kept
            && let Err(error) = kept.assure(&self.desk.blobs).await
        {
            tracing::error!(%error, media = %claim.id, "it is not sure that the bytes of a file are still there");
        }
        self.held().remove(&(claim.id, claim.attempts));
        drop(permit);
        self.desk.wake();
    }

    fn after(&self, claim: &MediaClaim, trouble: Trouble) -> MediaOutcome {
        let pace = self.desk.settings.retry;
        match trouble {
            Trouble::Passing(why) if claim.attempts < pace.attempts => {
                tracing::info!(media = %claim.id, attempt = claim.attempts, why, "a file could not be fetched; trying again");
                MediaOutcome::RetryAt(now_ms() + pace.pause_ms(claim.attempts))
            }
            Trouble::Passing(why) | Trouble::Lasting(why) => {
                tracing::warn!(media = %claim.id, why, "a file could not be fetched");
                MediaOutcome::Failed(why)
            }
        }
    }

    async fn fetch(&self, claim: &MediaClaim) -> Result<Kept, Trouble> {
        let token = self
            .sealer
            .open(claim.number.as_str(), &claim.access_token)
            .ok_or_else(|| {
                Trouble::Passing(
                    "The number's access token cannot be opened. Give it a new one, then fetch the file again.".into(),
                )
            })?;
        let access = MediaAccess {
            base_url: &claim.graph_base_url,
            phone_number_id: &claim.phone_number_id,
            access_token: &token,
        };
        for _ in 0..ADDRESSES {
            let located = self
                .desk
                .client
                .locate(access, &claim.provider_media_id)
                .await
                .map_err(told)?;
            if located.size.is_some_and(|size| size > LARGEST) {
                return Err(too_large());
            }
            let answer = match self.desk.client.open(access, &located).await {
                Ok(answer) => answer,
                Err(MediaError::Gone) => continue,
                Err(error) => return Err(told(error)),
            };
            let spooled = self.receive(answer, &located).await?;
            return self.check(claim, &located, spooled).await;
        }
        Err(Trouble::Passing(
            "WhatsApp does not have this file any more.".into(),
        ))
    }

    async fn receive(
        &self,
        mut answer: reqwest::Response,
        located: &Located,
    ) -> Result<Spooled, Trouble> {
        let limit = located.size.unwrap_or(LARGEST);
        if answer.content_length().is_some_and(|size| size > limit) {
            return Err(not_whole());
        }
        let mut spool = Spool::begin(self.desk.blobs.spool(), limit)
            .await
            .map_err(unkept)?;
        loop {
            match answer.chunk().await {
                Ok(Some(bytes)) => spool.write(&bytes).await.map_err(|error| match error {
                    SpoolError::TooLarge(_) => not_whole(),
                    SpoolError::Io(error) => unkept(error),
                })?,
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(error = %error.without_url(), "a file was cut off");
                    return Err(not_whole());
                }
            }
        }
        spool.finish().await.map_err(unkept)
    }

    async fn check(
        &self,
        claim: &MediaClaim,
        located: &Located,
        spooled: Spooled,
    ) -> Result<Kept, Trouble> {
        if located.size.is_some_and(|size| size != spooled.size) {
            return Err(not_whole());
        }
        let found = spooled.digest;
        let promised = claim.digest.as_deref();
        if promised.is_some_and(|digest| digest != hex(&found))
            || located.digest.is_some_and(|digest| digest != found)
        {
            return Err(Trouble::Passing(
                "The file did not arrive as it was sent: its checksum is another one.".into(),
            ));
        }
        let facts = look(&spooled, &claim.mime_type).await.map_err(unkept)?;
        let kind = Kind::parse(&claim.message_kind).unwrap_or(Kind::Document);
        if let Some(real) = facts.real_type.as_deref().filter(|real| !kind.fits(real)) {
            return Err(Trouble::Lasting(format!(
                "This file is not what it is said to be ({}, but it is {real}), so it was not kept.",
                claim.mime_type
            )));
        }
        keep(&self.desk.blobs, spooled, facts).await.map_err(unkept)
    }

    /// The outcome should reach the store; if it does not, the lease ends and the file is fetched again.
    async fn record(&self, claim: &MediaClaim, outcome: MediaOutcome) {
        for attempt in 0..5u32 {
            match self.store.settle_media(claim, outcome.clone()).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, media = %claim.id, "what became of a file could not be stored");
                    tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
                }
            }
        }
    }

    async fn keep_leases(&self) {
        loop {
            tokio::time::sleep(RENEWAL).await;
            let held: Vec<(MediaId, u32)> = self.held().iter().cloned().collect();
            if held.is_empty() {
                continue;
            }
            let lease = now_ms() + LEASE_MS;
            if let Err(error) = self.store.renew_media(&held, lease).await {
                // Whoever takes over fetches the same bytes.
                tracing::warn!(%error, "claims of files could not be renewed; trying again");
            }
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashSet<(MediaId, u32)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(error: MediaError) -> Trouble {
    match error {
        MediaError::Refused { code: 190, .. } => Trouble::Passing(
            "WhatsApp refused the number's access token. Give it a new one, then fetch the file again."
                .into(),
        ),
        MediaError::Refused { code, .. } => Trouble::Passing(format!(
            "WhatsApp did not give this file out (code {code}). It keeps files for a week; after that only the sender has them."
        )),
        MediaError::Gone => {
            Trouble::Passing("WhatsApp does not have this file any more.".into())
        }
        MediaError::Foreign(host) => Trouble::Lasting(format!(
            "The file is said to be at {host}, which is not WhatsApp's, so it was not fetched."
        )),
        MediaError::Redirected => Trouble::Passing(
            "WhatsApp pointed somewhere else for this file, which is not followed.".into(),
        ),
        MediaError::Unreadable(why) => {
            tracing::debug!(why, "Meta's answer about a file");
            Trouble::Passing("WhatsApp could not be reached for this file.".into())
        }
    }
}

fn not_whole() -> Trouble {
    Trouble::Passing("The file did not arrive whole.".into())
}

fn slow() -> Trouble {
    Trouble::Passing("The file took too long to arrive.".into())
}

fn too_large() -> Trouble {
    Trouble::Lasting(format!(
        "This file is larger than {} MB, which WhatsApp does not give out.",
        LARGEST / (1024 * 1024)
    ))
}

fn unkept(error: impl std::fmt::Display) -> Trouble {
    tracing::error!(%error, "a file could not be kept");
    Trouble::Passing("The file could not be stored on our side.".into())
}
