//! The worker: claims what is due, sends it, records how it ended.

use super::lease::Leases;
use super::outcome::{Moment, settle};
use crate::access::Sealer;
use crate::clock::now_ms;
use crate::ingest::Callback;
use crate::messages::OutboundMedia;
use crate::provider::cloud_api::send::{self, Named, Recipient, UploadedMedia};
use crate::provider::cloud_api::{GraphClient, Route, SendOutcome};
use crate::store::{Claim, Settlement, Store, StoreError};
use app::messages::Draft;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Sends under way at once.
const AT_ONCE: usize = 32;
/// The longest nap, so that what another process queued is found.
const NAP: Duration = Duration::from_secs(2);

/// Tells the worker that there may be something to do.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Until somebody says so.
    pub(crate) async fn heard(&self) {
        self.0.notified().await;
    }

    /// Look now.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// The worker of one process.
pub struct Worker {
    store: Arc<dyn Store>,
    graph: GraphClient,
    media: Arc<dyn OutboundMedia>,
    sealer: Arc<Sealer>,
    wake: Wake,
    confirmation_ms: i64,
    permits: Arc<Semaphore>,
    sends: TaskTracker,
    leases: Leases,
}

impl Worker {
    /// A worker that has not started.
    /// `confirmation` is how long a status is waited for where nobody knows whether a message went out.
    pub fn new(
        store: Arc<dyn Store>,
        graph: GraphClient,
        media: Arc<dyn OutboundMedia>,
        sealer: Arc<Sealer>,
        wake: Wake,
        confirmation: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            graph,
            media,
            sealer,
            wake,
            confirmation_ms: i64::try_from(confirmation.as_millis()).unwrap_or(i64::MAX / 2),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            sends: TaskTracker::new(),
            leases: Leases::default(),
        })
    }

    /// Works until `shutdown`, then waits for the sends that are under way.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tokio::select! {
            () = self.clone().work(shutdown) => {}
            () = self.leases.keep(&*self.store) => {}
        }
    }

    async fn work(self: Arc<Self>, shutdown: CancellationToken) {
        match self
            .store
            .recover_outbox(now_ms() + self.confirmation_ms)
            .await
        {
            Ok(0) => {}
            Ok(count) => tracing::info!(
                count,
                "messages have no answer from before this start; waiting for WhatsApp's word"
            ),
            Err(error) => tracing::error!(%error, "the outbox could not be recovered"),
        }
        while !shutdown.is_cancelled() {
            let nap = match self.round().await {
                Ok(nap) => nap,
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read; trying again");
                    NAP
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.wake.0.notified() => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
        self.sends.close();
        self.sends.wait().await;
    }

    /// Claims and starts what is due. Returns how long to sleep.
    async fn round(self: &Arc<Self>) -> Result<Duration, StoreError> {
        let now = now_ms();
        let Some(due) = self.store.next_outbox_due().await? else {
            return Ok(NAP);
        };
        if due > now {
            let wait = u64::try_from(due - now).unwrap_or(u64::MAX);
            return Ok(Duration::from_millis(wait).min(NAP));
        }
        let expired = self.store.expire_unconfirmed(now).await?;
        metrics::counter!("pilot_outbox_unconfirmed_total").increment(expired);
        let deadline = now + self.confirmation_ms;
        let taken_over = self.store.take_over(now, deadline).await?;
        if taken_over > 0 {
            tracing::warn!(
                count = taken_over,
                "messages were being sent by a server that is gone; waiting for WhatsApp's word"
            );
        }
        // A claim starts the clock of "may be on its way": claim only what can start now.
        let mut permits = Vec::new();
        while let Ok(permit) = self.permits.clone().try_acquire_owned() {
            permits.push(permit);
        }
        if permits.is_empty() {
            return Ok(NAP);
        }
        let limit = u32::try_from(permits.len()).unwrap_or(1);
        for (claim, permit) in self
            .store
            .claim_outbox(now, Leases::end(), limit)
            .await?
            .into_iter()
            .zip(permits)
        {
            self.leases.begin(&claim.message);
            let worker = self.clone();
            self.sends
                .spawn(async move { worker.attempt(claim, permit).await });
        }
        // Whatever ends wakes the worker; only what becomes due by itself needs the clock.
        Ok(NAP.min(Duration::from_millis(200)))
    }

    async fn attempt(&self, claim: Claim, permit: OwnedSemaphorePermit) {
        let outcome = match self.sealer.open(claim.number.as_str(), &claim.access_token) {
            Some(access_token) => self
                .deliver(&claim, &access_token)
                .await
                .unwrap_or_else(|outcome| outcome),
            None => SendOutcome::Refused {
                code: 190,
                title: "the stored access token cannot be opened with this installation's secret"
                    .into(),
                details: None,
            },
        };
        let label = match &outcome {
            SendOutcome::Accepted { .. } => "accepted",
            SendOutcome::Refused { .. } => "refused",
            SendOutcome::NotSent(_) => "not_sent",
            SendOutcome::Unknown(_) | SendOutcome::Done => "unknown",
        };
        metrics::counter!("pilot_sends_total", "outcome" => label).increment(1);
        match &outcome {
            SendOutcome::Accepted { .. } | SendOutcome::Done => {}
            SendOutcome::Refused { code, .. } => {
                tracing::warn!(message = %claim.message, code, "WhatsApp refused a message");
            }
            SendOutcome::NotSent(why) | SendOutcome::Unknown(why) => {
                tracing::warn!(message = %claim.message, outcome = label, why, "a send did not end well");
            }
        }
        let now = now_ms();
        #[allow(clippy::cast_precision_loss)]
        let jitter = (now % 97) as f64 / 96.0;
        let moment = Moment {
            attempts: claim.requests,
            queued_at: claim.queued_at,
            now,
            confirmation_ms: self.confirmation_ms,
            jitter,
        };
        self.record(&claim, settle(outcome, moment)).await;
        self.leases.finish(&claim.message);
        drop(permit);
        self.wake.wake();
    }

    /// Sends what is claimed. An error is an outcome as well: of what had to be done before.
    async fn deliver(&self, claim: &Claim, access_token: &str) -> Result<SendOutcome, SendOutcome> {
        let plain = || Draft::text(claim.text.as_str());
        let draft = claim.draft.clone().unwrap_or_else(plain);
        let file = match draft.media() {
            Some(media) => Some(self.media.ensure_uploaded(claim, media).await?),
            None => None,
        };
        let named = Named {
            quoted: claim.quoted.as_deref(),
            media: file.as_deref().map(|provider_id| UploadedMedia {
                provider_id,
                kind: claim.header.as_deref().unwrap_or(&claim.kind),
            }),
        };
        let to = Recipient {
            phone: claim.to_phone.as_deref(),
            bsuid: claim.to_bsuid.as_deref(),
        };
        let callback = Callback {
            message: claim.message.clone(),
            attempt: claim.attempt,
        };
        let Some(body) = send::message(&draft, to, named, &callback) else {
            return Err(SendOutcome::Refused {
                code: 100,
                title: "No recipient".into(),
                details: Some("This contact has neither a phone nor a user id.".into()),
            });
        };
        let route = Route {
            base_url: &claim.graph_base_url,
            phone_number_id: &claim.phone_number_id,
            access_token,
        };
        Ok(self.graph.post_message(route, &body).await)
    }

    /// The outcome must reach the store: what it says decides whether the message may ever be sent again.
    async fn record(&self, claim: &Claim, settlement: Settlement) {
        for attempt in 0..9u32 {
            match self.store.settle(claim, settlement.clone()).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, message = %claim.message, "the outcome of a send could not be stored");
                    tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
                }
            }
        }
        // The row stays claimed: when its lease ends it becomes unconfirmed, and a status or a person settles it.
    }
}
