//! One tenant's feed with its streams, and the one reader that looks at the log for all of them.

use super::batch::{Batch, EncodedEvent};
use super::feed::{Feed, Found, Look};
use super::word::Word;
use crate::store::{EventPage, Log, StoreError};
use app::ids::TenantId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// Batches that a stream may lag behind before it has to read the log.
const BACKLOG: usize = 256;
/// Events read from the log at a time.
const PAGE: u32 = 200;
/// From the beginning of one look at the log to the next: on a busy tenant, what comes meanwhile is found together.
const PACE: Duration = Duration::from_millis(3);
/// Rest after the first failure; doubled with each further one.
const FIRST_REST: Duration = Duration::from_millis(50);
/// Longest rest between two attempts.
const LAST_REST: Duration = Duration::from_secs(2);

/// The log, as all followers of this process see it.
pub(super) struct Source {
    /// Weak: the store holds the hub, which hears of its commits.
    log: Weak<dyn Log>,
    shutdown: CancellationToken,
    runtime: Handle,
    away: AtomicBool,
}

impl Source {
    /// Needs the runtime.
    pub(super) fn new(log: Weak<dyn Log>, shutdown: CancellationToken) -> Self {
        Self {
            log,
            shutdown,
            runtime: Handle::current(),
            away: AtomicBool::new(false),
        }
    }

    /// Done when the program stops.
    pub(super) async fn ended(&self) {
        self.shutdown.cancelled().await;
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        self.runtime.spawn(task)
    }

    /// How far these tenants' logs reach.
    pub(super) async fn positions(
        &self,
        tenants: &[TenantId],
    ) -> Result<Vec<(TenantId, i64)>, StoreError> {
        let log = self.log.upgrade().ok_or(StoreError::Unavailable)?;
        self.notice(log.positions(tenants).await)
    }

    async fn look(&self, tenant: &TenantId, look: Look) -> Result<Found, StoreError> {
        let after = match look {
            Look::Position => {
                let found = self.positions(std::slice::from_ref(tenant)).await?;
                let (_, position) = found.first().ok_or(StoreError::NotFound)?;
                return Ok(Found::Position(*position));
            }
            Look::After(after) => after,
        };
        metrics::counter!("pilot_feed_reads_total").increment(1);
        let log = self.log.upgrade().ok_or(StoreError::Unavailable)?;
        let page = self.notice(log.log_after(tenant, after, PAGE).await)?;
        Ok(match page {
            EventPage::Events {
                events,
                position,
                more,
            } => Found::Events {
                events: events.iter().map(EncodedEvent::of).collect(),
                upto: position,
                more,
            },
            EventPage::Gone => Found::Gone,
        })
    }

    /// Says once that the log cannot be read, and once that it can again.
    fn notice<T>(&self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        match &answer {
            Ok(_) if self.away.swap(false, Ordering::Relaxed) => {
                tracing::info!("the log can be read again");
            }
            Err(error) if !self.away.swap(true, Ordering::Relaxed) => {
                tracing::warn!(%error, "the log cannot be read; open streams wait, and it is tried again");
            }
            Ok(_) | Err(_) => {}
        }
        answer
    }
}

/// One tenant that has open streams.
pub(super) struct Follower {
    tenant: TenantId,
    streams: broadcast::Sender<Arc<Batch>>,
    words: broadcast::Sender<Arc<Word>>,
    state: Mutex<State>,
}

struct State {
    feed: Feed,
    reader: Option<JoinHandle<()>>,
}

impl Follower {
    pub(super) fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            streams: broadcast::channel(BACKLOG).0,
            words: broadcast::channel(BACKLOG).0,
            state: Mutex::new(State {
                feed: Feed::new(),
                reader: None,
            }),
        }
    }

    /// Hears of everything from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.streams.subscribe()
    }

    /// Hears of what is in no log from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<Word>> {
        self.words.subscribe()
    }

    /// Says something to all streams that is in no log.
    pub(super) fn say(&self, word: Word) {
        // An error says that nobody listens.
        let _ = self.words.send(Arc::new(word));
    }

    /// Whether any stream is open.
    pub(super) fn is_heard(&self) -> bool {
        self.streams.receiver_count() > 0
    }

    /// Up to where everything was sent out.
    pub(super) fn position(&self) -> Option<i64> {
        self.state().feed.position()
    }

    /// Puts something into the feed, sends out what that gives, and has the log read if something is missing.
    pub(super) fn update(
        self: &Arc<Self>,
        source: Option<&Arc<Source>>,
        change: impl FnOnce(&mut Feed) -> Vec<Batch>,
    ) {
        let mut state = self.state();
        // Sent under the lock: batches have to come in order.
        for batch in change(&mut state.feed) {
            // An error says that the last stream has just ended.
            let _ = self.streams.send(Arc::new(batch));
        }
        // A reader that ended without saying so has panicked.
        let is_read = state
            .reader
            .as_ref()
            .is_some_and(|reader| !reader.is_finished());
        if state.feed.wants_a_look()
            && !is_read
            && let Some(source) = source
        {
            state.reader = Some(source.spawn(self.clone().read(source.clone())));
        }
    }

    /// Looks at the log until nothing is missing.
    async fn read(self: Arc<Self>, source: Arc<Source>) {
        let mut rest = FIRST_REST;
        while let Some(look) = self.next_look() {
            let began = Instant::now();
            let answer = tokio::select! {
                biased;
                () = source.ended() => return,
                answer = source.look(&self.tenant, look) => answer,
            };
            match answer {
                Ok(found) => {
                    rest = FIRST_REST;
                    let goes_on = matches!(found, Found::Events { more: true, .. });
                    self.update(None, |feed| feed.found(found));
                    if !goes_on {
                        sleep_until(began + PACE).await;
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, tenant = %self.tenant, "a look at the log failed");
                    self.state().feed.found_nothing();
                    tokio::select! {
                        () = source.ended() => return,
                        () = sleep(rest) => {}
                    }
                    rest = (rest * 2).min(LAST_REST);
                }
            }
        }
    }

    /// What the reader has to do; without anything it has ended, and the next gap needs a new one.
    fn next_look(&self) -> Option<Look> {
        let mut state = self.state();
        let look = if self.is_heard() {
            state.feed.look()
        } else {
            None
        };
        if look.is_none() {
            state.reader = None;
        }
        look
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
