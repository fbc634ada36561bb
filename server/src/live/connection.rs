//! One open stream: replays the log from the cursor, then follows it, and never skips or repeats a position.

use super::audience::Audience;
use super::batch::{Batch, Cursor, EncodedEvent};
use super::hub::Hub;
use super::word::Word;
use crate::clock::now_ms;
use crate::store::{EventPage, Store, StoreError};
use app::live::signal;
use bytes::Bytes;
use futures::future::{BoxFuture, OptionFuture};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Comment sent on a quiet stream, so that proxies keep it and the browser knows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events read from the log at a time.
const REPLAY: u32 = 200;
/// How long a stream waits for a log that cannot be read, before its client has to try elsewhere.
const PATIENCE: Duration = Duration::from_secs(20);
/// Rest after the first failure; doubled with each further one.
const FIRST_REST: Duration = Duration::from_millis(100);
/// Longest rest between two attempts.
const LAST_REST: Duration = Duration::from_secs(2);

/// Where a stream begins, and whether it goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// After this position; `None`: from now on.
    pub cursor: Option<i64>,
    /// Whether it goes on once it has told what the log holds.
    pub follow: bool,
}

/// A stream of one audience. What it waits for is registered once and not for each event: with hundreds of streams on one tenant,
/// that is most of what an event costs.
pub(crate) struct Connection<A> {
    store: Arc<dyn Store>,
    audience: A,
    batches: BroadcastStream<Arc<Batch>>,
    words: BroadcastStream<Arc<Word>>,
    revocations: WatchStream<i64>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Goes off when the audience may have to leave or a heartbeat may be due; both move on meanwhile.
    timer: Pin<Box<Sleep>>,
    cursor: Cursor,
    follow: bool,
    /// The log being read from the cursor on, while that is behind.
    replay: Option<BoxFuture<'static, Result<EventPage, StoreError>>>,
    /// When the first attempt of this replay began.
    replaying_since: Instant,
    /// Rest before the next attempt, while the log cannot be read.
    rest: Duration,
    waiting: VecDeque<Bytes>,
    heartbeat: Instant,
    over: bool,
}

impl<A: Audience> Connection<A> {
    /// Opens it.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        revocations: watch::Receiver<i64>,
        hub: &Hub,
        shutdown: CancellationToken,
        audience: A,
        from: Start,
    ) -> Result<Self, StoreError> {
        // Listen first, then look at the log: nothing falls between the two.
        let (batches, words) = hub.subscribe_to_all(audience.scope().tenant());
        let (batches, words) = (BroadcastStream::new(batches), BroadcastStream::new(words));
        let position = match from.cursor {
            Some(cursor) => cursor,
            None => store.log_position(audience.scope()).await?,
        };
        let ready = audience.ready(position);
        Ok(Self {
            store,
            audience,
            batches,
            words,
            revocations: WatchStream::from_changes(revocations),
            shutdown: Box::pin(shutdown.cancelled_owned()),
            // At once: the first time off sets it.
            timer: Box::pin(sleep_until(Instant::now())),
            cursor: Cursor::new(position, from.cursor.is_some()),
            follow: from.follow,
            replay: None,
            replaying_since: Instant::now(),
            rest: Duration::ZERO,
            waiting: VecDeque::from([ready.encode().into()]),
            heartbeat: Instant::now() + HEARTBEAT,
            over: false,
        })
    }

    /// The next bytes to send; `None` at the end.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frames) = self.take_waiting() {
                self.heartbeat = Instant::now() + HEARTBEAT;
                return Some(frames);
            }
            if self.over {
                return None;
            }
            if self.replay.is_none() {
                if self.cursor.is_behind() {
                    if self.audience.hears_new_numbers() {
                        self.look_again().await;
                    }
                    self.replay = Some(self.read_log());
                } else if !self.follow {
                    self.over = true;
                }
                // There may be a last word.
                if self.over {
                    continue;
                }
            }
            tokio::select! {
                biased;
                () = &mut self.shutdown => self.over = true,
                change = self.revocations.next() => match change {
                    Some(_) => self.look_again().await,
                    None => self.over = true,
                },
                Some(page) = OptionFuture::from(self.replay.as_mut()) => {
                    self.replay = None;
                    self.replayed(page);
                }
                batch = self.batches.next(), if self.replay.is_none() => match batch {
                    Some(Ok(batch)) => {
                        if self.is_of_a_new_number(&batch) {
                            self.look_again().await;
                        }
                        let new = self.cursor.take(&batch);
                        self.send(new);
                    }
                    // Too slow for the hub: the log has it all.
                    Some(Err(_)) => self.cursor.fall_behind(),
                    None => self.over = true,
                },
                // Who was too slow has missed something that is not true any more.
                Some(word) = self.words.next() => if let Ok(word) = word
                    && self.audience.hears_words()
                    && self.audience.scope().allows(&word.number)
                {
                    self.waiting.push_back(word.frame.clone());
                },
                () = &mut self.timer => self.look_at_the_clock().await,
            }
        }
    }

    async fn look_at_the_clock(&mut self) {
        if self.audience.ends_at() <= now_ms() {
            self.look_again().await;
        }
        let now = Instant::now();
        if self.heartbeat <= now {
            self.waiting
                .push_back(Bytes::from_static(b": still here\n\n"));
            self.heartbeat = now + HEARTBEAT;
        }
        let ends_in = self.audience.ends_at().saturating_sub(now_ms()).max(0);
        let ends_in = Duration::from_millis(u64::try_from(ends_in).unwrap_or(0));
        self.timer
            .as_mut()
            .reset(now + ends_in.min(self.heartbeat - now));
    }

    /// Everything that waits, in one piece: one write for a burst.
    fn take_waiting(&mut self) -> Option<Bytes> {
        match self.waiting.len() {
            0 => None,
            1 => self.waiting.pop_front(),
            _ => Some(self.waiting.drain(..).flatten().collect()),
        }
    }

    fn send(&mut self, events: &[EncodedEvent]) {
        for event in events {
            if self.audience.scope().allows(&event.number) {
                self.waiting.extend(self.audience.tell(event));
            }
        }
    }

    /// Whether something of it is of a number that may have come since the last look.
    fn is_of_a_new_number(&self, batch: &Batch) -> bool {
        let scope = self.audience.scope();
        self.audience.hears_new_numbers()
            && batch
                .events
                .iter()
                .any(|event| event.seq > self.cursor.position() && !scope.allows(&event.number))
    }

    /// Reads on, after a rest if the last attempt failed. Meanwhile the stream lives: heartbeats go out, and it can be ended.
    fn read_log(&mut self) -> BoxFuture<'static, Result<EventPage, StoreError>> {
        let (store, scope) = (self.store.clone(), self.audience.scope().clone());
        let (position, rest) = (self.cursor.position(), self.rest);
        if rest.is_zero() {
            self.replaying_since = Instant::now();
        }
        Box::pin(async move {
            if !rest.is_zero() {
                sleep(rest).await;
            }
            store.events_after(&scope, position, REPLAY).await
        })
    }

    fn replayed(&mut self, page: Result<EventPage, StoreError>) {
        match page {
            Ok(EventPage::Events {
                events,
                position,
                more,
            }) => {
                self.rest = Duration::ZERO;
                self.cursor.read_up_to(position, more);
                let events: Vec<EncodedEvent> = events.iter().map(EncodedEvent::of).collect();
                self.send(&events);
            }
            Ok(EventPage::Gone) => self.finish(signal::RESET),
            Err(error) => self.wait_for_the_log(&error),
        }
    }

    fn wait_for_the_log(&mut self, error: &StoreError) {
        if self.replaying_since.elapsed() < PATIENCE {
            tracing::debug!(%error, "a stream could not read the log and tries again");
            self.rest = (self.rest * 2).clamp(FIRST_REST, LAST_REST);
        } else {
            // The client comes back with its cursor.
            tracing::warn!(%error, "a stream ends because the log cannot be read");
            self.over = true;
        }
    }

    /// Access was taken away somewhere, or what this process knew of it has ended.
    async fn look_again(&mut self) {
        match self.audience.look_again().await {
            Ok(true) => {}
            Ok(false) => self.finish(signal::ENDED),
            Err(_) => self.over = true,
        }
    }

    fn finish(&mut self, name: &str) {
        let frame = self.audience.last_word(name, self.cursor.position());
        self.waiting.push_back(frame.encode().into());
        self.over = true;
    }
}
