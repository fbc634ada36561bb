//! The worker of what is no message: signs, read receipts, typing. Apart from the worker of messages, so that neither waits for the
//! other; and any of them may be sent twice, so there is nothing to confirm.

use super::Wake;
use crate::access::Sealer;
use crate::clock::now_ms;
use crate::provider::cloud_api::send::{Recipient, reaction, read_receipt};
use crate::provider::cloud_api::{
    Advice, GraphClient, Route, SendOutcome, advice, delay_ms, failure,
};
use crate::store::{SignalClaim, SignalKind, SignalOutcome, Store};
use app::messages::Failure;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Under way at once.
const AT_ONCE: usize = 8;
/// The longest nap, so that what another process queued is found.
const NAP: Duration = Duration::from_secs(2);
/// How long one may be under way, in milliseconds: longer than any answer takes.
const LEASE_MS: i64 = 60_000;
/// WhatsApp shows typing for 25 seconds; what is later than this is not worth showing.
const TYPING_MS: i64 = 15_000;
/// How often a receipt is tried, and a sign.
const RECEIPT_TRIES: u32 = 5;
const SIGN_TRIES: u32 = 12;
/// How long a sign of a number that pauses waits, in milliseconds.
const PAUSE_MS: i64 = 60_000;
/// And for how long altogether.
const GIVE_UP_MS: i64 = 24 * 3_600_000;

/// The worker of one process.
pub struct Signaller {
    store: Arc<dyn Store>,
    graph: GraphClient,
    sealer: Arc<Sealer>,
    wake: Wake,
    permits: Arc<Semaphore>,
    sends: TaskTracker,
}

impl Signaller {
    /// A worker that has not started.
    pub fn new(
        store: Arc<dyn Store>,
        graph: GraphClient,
        sealer: Arc<Sealer>,
        wake: Wake,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            graph,
            sealer,
            wake,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            sends: TaskTracker::new(),
        })
    }

    /// Works until `shutdown`. What is under way then is claimed again after the next start.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            self.round().await;
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.wake.heard() => {}
                () = tokio::time::sleep(NAP) => {}
            }
        }
        self.sends.close();
        self.sends.wait().await;
    }

    async fn round(self: &Arc<Self>) {
        let mut permits = Vec::new();
        while let Ok(permit) = self.permits.clone().try_acquire_owned() {
            permits.push(permit);
        }
        let now = now_ms();
        let limit = u32::try_from(permits.len()).unwrap_or(1);
        match self.store.claim_signals(now, now + LEASE_MS, limit).await {
            Ok(claims) => {
                for (claim, permit) in claims.into_iter().zip(permits) {
                    let worker = self.clone();
                    self.sends
                        .spawn(async move { worker.attempt(claim, permit).await });
                }
            }
            Err(error) => {
                tracing::warn!(%error, "signals could not be looked up; trying again");
            }
        }
    }

    async fn attempt(&self, claim: SignalClaim, permit: OwnedSemaphorePermit) {
        let outcome = self.send(&claim).await;
        let outcome = settle(&claim, outcome, now_ms());
        if let SignalOutcome::Refused(failure) = &outcome {
            tracing::info!(message = %claim.message, kind = claim.kind.as_str(), code = failure.code, "a signal was given up");
        }
        // Not stored, it is sent once more when its lease has ended, which does no harm.
        if let Err(error) = self.store.settle_signal(&claim, outcome).await {
            tracing::warn!(%error, "the outcome of a signal could not be stored");
        }
        drop(permit);
        self.wake.wake();
    }

    async fn send(&self, claim: &SignalClaim) -> SendOutcome {
        let nothing = |title: &str| SendOutcome::Refused {
            code: 100,
            title: title.into(),
            details: None,
        };
        if claim.kind == SignalKind::Typing && now_ms() - claim.created_at > TYPING_MS {
            return nothing("too late to show that somebody types");
        }
        let to = Recipient {
            phone: claim.to_phone.as_deref(),
            bsuid: claim.to_bsuid.as_deref(),
        };
        let body = match (&claim.target, claim.kind) {
            (None, _) => None,
            (Some(target), SignalKind::Reaction) => reaction(to, target, &claim.emoji, &claim.id),
            (Some(target), kind) => Some(read_receipt(target, kind == SignalKind::Typing)),
        };
        let Some(body) = body else {
            return nothing("there is nobody, or nothing, to send this to");
        };
        let Some(access_token) = self.sealer.open(claim.number.as_str(), &claim.access_token)
        else {
            return nothing("the stored access token cannot be opened");
        };
        let route = Route {
            base_url: &claim.graph_base_url,
            phone_number_id: &claim.phone_number_id,
            access_token: &access_token,
        };
        self.graph.post_message(route, &body).await
    }
}

fn settle(claim: &SignalClaim, outcome: SendOutcome, now: i64) -> SignalOutcome {
    let tries = match claim.kind {
        SignalKind::Reaction => SIGN_TRIES,
        SignalKind::Read => RECEIPT_TRIES,
        SignalKind::Typing => 1,
    };
    let again = |at: i64, failure: Failure| {
        if claim.attempts < tries {
            SignalOutcome::RetryAt(at)
        } else {
            SignalOutcome::Refused(failure)
        }
    };
    match outcome {
        SendOutcome::Accepted { provider_id } => SignalOutcome::Sent {
            provider_id: (claim.kind == SignalKind::Reaction).then_some(provider_id),
        },
        SendOutcome::Done => SignalOutcome::Sent { provider_id: None },
        SendOutcome::NotSent(_) | SendOutcome::Unknown(_) => again(
            now + delay_ms(2, 1_000, claim.attempts),
            Failure {
                code: "UNREACHABLE".into(),
                sentence: "WhatsApp could not be reached.".into(),
                retryable: true,
            },
        ),
        SendOutcome::Refused {
            code,
            title,
            details,
        } => {
            let failure = failure(code, &title, details.as_deref());
            match advice(code) {
                Advice::Retry { first_ms, .. } => {
                    again(now + delay_ms(code, first_ms, claim.attempts - 1), failure)
                }
                Advice::PauseNumber
                    if claim.kind == SignalKind::Reaction
                        && now - claim.created_at < GIVE_UP_MS =>
                {
                    SignalOutcome::RetryAt(now + PAUSE_MS)
                }
                Advice::PauseNumber | Advice::Fail { .. } => SignalOutcome::Refused(failure),
            }
        }
    }
}
