//! Carries webhooks to the product: signed, several at once, again and again until it answers 200.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::time::{Duration, Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::signing::{escape_as_meta, signature};

/// Meta gives up after seven days.
const GIVE_UP_AFTER: Duration = Duration::from_hours(7 * 24);
/// How many requests may be under way at the same time.
const AT_ONCE: usize = 32;

/// Something to deliver.
pub(super) struct Parcel {
    pub(super) body: Value,
    /// First attempts within one lane follow each other; `None` waits for nothing.
    pub(super) lane: Option<String>,
    /// How long to wait before the first attempt.
    pub(super) delay: Duration,
    /// 2 for a duplicate.
    pub(super) copies: usize,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// No attempt has ended.
    Waiting,
    /// At least one attempt failed; another will follow.
    Retrying,
    /// Answered 200.
    Acknowledged,
    /// Seven days are over, or a reset came first.
    GivenUp,
}

/// A delivery that has not been acknowledged.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pending {
    pub(super) id: u64,
    pub(super) attempts: u32,
    /// What the last attempt came to.
    pub(super) last_outcome: Option<String>,
    pub(super) bytes: usize,
}

/// Counters and open deliveries.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) acknowledged: u64,
    pub(super) failed_attempts: u64,
    pub(super) given_up: u64,
    pub(super) pending: Vec<Pending>,
}

/// Follows one delivery.
pub(super) struct Receipt(watch::Receiver<Progress>);

impl Receipt {
    /// Waits until the product answered 200; `false` if the delivery was given up.
    pub(super) async fn acknowledged(mut self) -> bool {
        let done =
            |progress: &Progress| matches!(progress, Progress::Acknowledged | Progress::GivenUp);
        matches!(
            self.0.wait_for(done).await.as_deref(),
            Ok(Progress::Acknowledged)
        )
    }

    /// Waits until one attempt ended, however it ended.
    pub(super) async fn first_attempt(mut self) {
        // An error means that the task is gone; then there is nothing to wait for either.
        let _ = self
            .0
            .wait_for(|progress| *progress != Progress::Waiting)
            .await;
    }
}

/// The delivery service. Cheap to clone.
#[derive(Clone)]
pub(super) struct Deliveries {
    shared: Arc<Shared>,
}

struct Shared {
    client: reqwest::Client,
    url: url::Url,
    app_secret: String,
    permits: Semaphore,
    next_id: AtomicU64,
    /// Per lane: ends when the newest delivery's first attempt has ended.
    lanes: Mutex<HashMap<String, oneshot::Receiver<()>>>,
    pending: Mutex<BTreeMap<u64, Pending>>,
    acknowledged: AtomicU64,
    failed_attempts: AtomicU64,
    given_up: AtomicU64,
}

impl Deliveries {
    pub(super) fn new(client: reqwest::Client, url: url::Url, app_secret: String) -> Self {
        let shared = Shared {
            client,
            url,
            app_secret,
            permits: Semaphore::new(AT_ONCE),
            next_id: AtomicU64::new(1),
            lanes: Mutex::default(),
            pending: Mutex::default(),
            acknowledged: AtomicU64::new(0),
            failed_attempts: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Starts a delivery, to end with `life`. The order of calls is the order within a lane.
    pub(super) fn post(&self, parcel: Parcel, life: &CancellationToken) -> Receipt {
        let body = Bytes::from(escape_as_meta(&parcel.body.to_string()));
        let (done, mine) = oneshot::channel();
        let before = parcel
            .lane
            .and_then(|lane| lock(&self.shared.lanes).insert(lane, mine));
        let due = Instant::now() + parcel.delay;
        for _ in 1..parcel.copies {
            drop(self.start(body.clone(), due, None, None, life));
        }
        self.start(body, due, before, Some(done), life)
    }

    fn start(
        &self,
        body: Bytes,
        due: Instant,
        before: Option<oneshot::Receiver<()>>,
        done: Option<oneshot::Sender<()>>,
        life: &CancellationToken,
    ) -> Receipt {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let pending = Pending {
            id,
            attempts: 0,
            last_outcome: None,
            bytes: body.len(),
        };
        lock(&self.shared.pending).insert(id, pending);
        let (progress, receipt) = watch::channel(Progress::Waiting);
        let shared = Arc::clone(&self.shared);
        let life = life.clone();
        tokio::spawn(async move {
            let carry = shared.carry(id, body, due, before, done, &progress);
            let end = life
                .run_until_cancelled(carry)
                .await
                .unwrap_or(Progress::GivenUp);
            lock(&shared.pending).remove(&id);
            progress.send_replace(end);
        });
        Receipt(receipt)
    }

    /// Makes one attempt with exactly these bytes and headers; status and body of the answer.
    pub(super) async fn attempt(
        &self,
        body: Bytes,
        signature: Option<String>,
    ) -> Result<(u16, String), reqwest::Error> {
        let answer = self.shared.request(body, signature).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// The right signature for these bytes.
    pub(super) fn sign(&self, body: &[u8]) -> String {
        signature(&self.shared.app_secret, body)
    }

    pub(super) fn summary(&self) -> Summary {
        Summary {
            acknowledged: self.shared.acknowledged.load(Ordering::Relaxed),
            failed_attempts: self.shared.failed_attempts.load(Ordering::Relaxed),
            given_up: self.shared.given_up.load(Ordering::Relaxed),
            pending: lock(&self.shared.pending).values().cloned().collect(),
        }
    }

    /// Starts the counters and lanes anew. Open deliveries end with their own token.
    pub(super) fn forget(&self) {
        lock(&self.shared.lanes).clear();
        for counter in [
            &self.shared.acknowledged,
            &self.shared.failed_attempts,
            &self.shared.given_up,
        ] {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

impl Shared {
    async fn carry(
        &self,
        id: u64,
        body: Bytes,
        due: Instant,
        before: Option<oneshot::Receiver<()>>,
        done: Option<oneshot::Sender<()>>,
        progress: &watch::Sender<Progress>,
    ) -> Progress {
        if let Some(before) = before {
            // The other end is dropped, not used: either way the lane is free.
            let _ = before.await;
        }
        sleep_until(due).await;
        let signature = signature(&self.app_secret, &body);
        let started = Instant::now();
        let mut done = done;
        for attempt in 1.. {
            let outcome = self.try_once(body.clone(), signature.clone()).await;
            // Frees the lane after the first attempt.
            drop(done.take());
            let Err(outcome) = outcome else {
                self.acknowledged.fetch_add(1, Ordering::Relaxed);
                return Progress::Acknowledged;
            };
            self.failed_attempts.fetch_add(1, Ordering::Relaxed);
            if let Some(pending) = lock(&self.pending).get_mut(&id) {
                pending.attempts = attempt;
                pending.last_outcome = Some(outcome);
            }
            progress.send_replace(Progress::Retrying);
            let gap = gap_after(attempt);
            if started.elapsed() + gap > GIVE_UP_AFTER {
                break;
            }
            sleep(gap).await;
        }
        self.given_up.fetch_add(1, Ordering::Relaxed);
        Progress::GivenUp
    }

    async fn try_once(&self, body: Bytes, signature: String) -> Result<(), String> {
        let Ok(_permit) = self.permits.acquire().await else {
            return Err("the simulator is shutting down".to_owned());
        };
        match self.request(body, Some(signature)).send().await {
            // Meta counts nothing but 200 as success.
            Ok(answer) if answer.status().as_u16() == 200 => Ok(()),
            Ok(answer) => Err(format!("answered {}", answer.status().as_u16())),
            Err(error) => Err(error.without_url().to_string()),
        }
    }

    fn request(&self, body: Bytes, signature: Option<String>) -> reqwest::RequestBuilder {
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .body(body);
        match signature {
            Some(signature) => request.header("x-hub-signature-256", signature),
            None => request,
        }
    }
}

/// How long to wait after so many failed attempts: 200 ms, doubled each time, at most 30 s.
fn gap_after(attempt: u32) -> Duration {
    Duration::from_millis(200 << attempt.saturating_sub(1).min(8)).min(Duration::from_secs(30))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_double_up_to_half_a_minute() {
        let gaps: Vec<_> = (1..=10)
            .map(|attempt| gap_after(attempt).as_millis())
            .collect();
        assert_eq!(
            gaps,
            [
                200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000
            ]
        );
        assert_eq!(gap_after(u32::MAX), Duration::from_secs(30));
    }
}
