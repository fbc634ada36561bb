//! The deliverer: claims what is due, sends it, records how it ended. Several servers share the work by leases.

use super::Bell;
use super::signature::{PREVIOUS_SIGNATURE_HEADER, SIGNATURE_HEADER, sign};
use crate::access::Sealer;
use crate::clock::now_ms;
use crate::outgoing::Reach;
use crate::store::{DeliveryClaim, Settled, Store, StoreError, TryOutcome};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// Under way at once. A receiver that does not answer has at most [`crate::store::DELIVERIES_AT_ONCE`] of them.
const AT_ONCE: usize = 256;
/// The longest nap, so that what another server planned or left is found.
const NAP: Duration = Duration::from_secs(1);
/// How long a receiver may take to be reached, and to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a claim is believed in, in milliseconds: a little longer than a try takes.
const LEASE_MS: i64 = 12_000;
/// How much of an answer is kept, in bytes.
const ANSWER_KEPT: usize = 1024;
/// What calls.
const AGENT: &str = concat!("pilot-inbox/", env!("CARGO_PKG_VERSION"));

/// Sends to receivers.
#[derive(Clone)]
pub struct Receivers {
    client: Client,
    reach: Reach,
}

impl Receivers {
    /// `reach` is how far it may call.
    pub fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT);
        Ok(Self {
            client: reach.limit(builder).build()?,
            reach,
        })
    }

    /// How far it may call.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// HTTP status and the beginning of the answer, or what went wrong.
    async fn post(
        &self,
        claim: &DeliveryClaim,
        signatures: &[String],
    ) -> Result<(u16, String), String> {
        let url = Url::parse(&claim.url).map_err(|error| error.to_string())?;
        // Looked at again: the operator may have changed what is allowed since it was written down.
        self.reach.check(&url).map_err(|error| error.to_string())?;
        let mut request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, AGENT)
            .header("x-pilot-status-event", &claim.event)
            .header("x-pilot-status-event-id", &claim.event_id);
        for (name, signature) in [SIGNATURE_HEADER, PREVIOUS_SIGNATURE_HEADER]
            .into_iter()
            .zip(signatures)
        {
            request = request.header(name, signature);
        }
        let answer = request
            .body(claim.body.clone())
            .send()
            .await
            .map_err(|error| described(&error))?;
        let status = answer.status().as_u16();
        Ok((status, beginning(answer).await))
    }
}

/// Without the address, which may carry a secret in its query; with what lies beneath, which says more.
fn described(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    match (error.is_connect(), text.is_empty()) {
        (true, false) => format!("not reached: {text}"),
        (true, true) => "not reached".into(),
        (false, false) => text,
        (false, true) => "the request could not be sent".into(),
    }
}

/// The rest is not read: a receiver that sends without end takes nothing but its own time.
async fn beginning(mut answer: Response) -> String {
    let mut kept = Vec::new();
    while kept.len() < ANSWER_KEPT {
        match answer.chunk().await {
            Ok(Some(chunk)) => kept.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    kept.truncate(ANSWER_KEPT);
    // No database keeps NUL in a text.
    String::from_utf8_lossy(&kept).replace('\0', "\u{FFFD}")
}

/// The deliverer of one process.
pub struct Deliverer {
    store: Arc<dyn Store>,
    receivers: Receivers,
    sealer: Arc<Sealer>,
    bell: Bell,
    permits: Arc<Semaphore>,
    tries: TaskTracker,
}

impl Deliverer {
    /// One that has not started.
    pub fn new(
        store: Arc<dyn Store>,
        receivers: Receivers,
        sealer: Arc<Sealer>,
        bell: Bell,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            receivers,
            sealer,
            bell,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            tries: TaskTracker::new(),
        })
    }

    /// Delivers until `shutdown`, then waits for the tries that are under way. What is left of them is tried again when its lease ends.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let nap = match self.round().await {
                Ok(nap) => nap,
                Err(error) => {
                    tracing::warn!(%error, "deliveries of webhooks could not be looked up; trying again");
                    NAP
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.bell.heard() => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
        self.tries.close();
        self.tries.wait().await;
    }

    /// Claims and starts what is due. Returns how long to sleep.
    async fn round(self: &Arc<Self>) -> Result<Duration, StoreError> {
        let Some(due) = self.store.next_delivery_due().await? else {
            return Ok(NAP);
        };
        let now = now_ms();
        if due > now {
            let wait = u64::try_from(due - now).unwrap_or(u64::MAX);
            return Ok(Duration::from_millis(wait).min(NAP));
        }
        let mut permits = Vec::new();
        while let Ok(permit) = self.permits.clone().try_acquire_owned() {
            permits.push(permit);
        }
        if permits.is_empty() {
            // Whatever ends rings.
            return Ok(NAP);
        }
        let limit = u32::try_from(permits.len()).unwrap_or(1);
        let claims = self
            .store
            .claim_deliveries(now, now + LEASE_MS, limit)
            .await?;
        for (claim, permit) in claims.into_iter().zip(permits) {
            let deliverer = self.clone();
            self.tries
                .spawn(async move { deliverer.attempt(claim, permit).await });
        }
        // Others may be due that were over the limit.
        Ok(Duration::from_millis(50))
    }

    async fn attempt(&self, claim: DeliveryClaim, permit: OwnedSemaphorePermit) {
        let begun = Instant::now();
        let answer = match self.signatures(&claim) {
            Some(signatures) => self.receivers.post(&claim, &signatures).await,
            None => Err("the stored secret cannot be opened with this installation's".into()),
        };
        let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let outcome = match answer {
            Ok((status, response)) => TryOutcome {
                taken: (200..300).contains(&status),
                status_code: Some(status.into()),
                response,
                duration_ms,
                at: now_ms(),
            },
            Err(response) => TryOutcome {
                taken: false,
                status_code: None,
                response,
                duration_ms,
                at: now_ms(),
            },
        };
        let label = if outcome.taken { "taken" } else { "failed" };
        metrics::counter!("pilot_webhook_tries_total", "outcome" => label).increment(1);
        match self.store.settle_delivery(&claim, &outcome).await {
            Ok(Settled::Noted | Settled::TooLate) => {}
            Ok(Settled::Paused) => {
                metrics::counter!("pilot_webhooks_paused_total").increment(1);
                tracing::error!(webhook = %claim.webhook, "a webhook was paused: its receiver has not taken anything for three days");
            }
            // It is tried again when its lease has ended: the receiver knows it by its id.
            Err(error) => {
                tracing::warn!(%error, webhook = %claim.webhook, "the outcome of a delivery could not be stored");
            }
        }
        drop(permit);
        self.bell.ring();
    }

    /// `None` if one of them is of another installation.
    fn signatures(&self, claim: &DeliveryClaim) -> Option<Vec<String>> {
        let sign = |sealed: &Vec<u8>| {
            let secret = self.sealer.open(claim.webhook.as_str(), sealed)?;
            Some(sign(&secret, claim.body.as_bytes()))
        };
        claim.secrets.iter().map(sign).collect()
    }
}
