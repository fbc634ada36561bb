//! One open stream: replays the log from the cursor, then follows it, and never skips or repeats a position.

use super::hub::{Batch, Hub, encode};
use crate::access::{Access, Claims, LiveSession};
use crate::clock::now_ms;
use crate::store::{EventPage, Store};
use app::live::{Frame, signal};
use bytes::Bytes;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Comment sent on a quiet stream, so that proxies keep it and the browser knows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events read from the log at a time.
const REPLAY: u32 = 200;

/// A stream of one session. What it waits for is registered once and not for each event: with hundreds of streams on one tenant,
/// that is most of what an event costs.
pub struct Connection {
    store: Arc<dyn Store>,
    access: Arc<Access>,
    claims: Claims,
    session: Arc<LiveSession>,
    commits: BroadcastStream<Batch>,
    revocations: WatchStream<i64>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Goes off when the session may have ended or a heartbeat may be due; both move on meanwhile.
    timer: Pin<Box<Sleep>>,
    /// The last position that was sent or passed over.
    position: i64,
    /// Whether the log holds more than was sent.
    behind: bool,
    waiting: VecDeque<Bytes>,
    heartbeat: Instant,
    over: bool,
}

impl Connection {
    /// Goes on after `cursor`; without one, from now on.
    pub async fn open(
        store: Arc<dyn Store>,
        access: Arc<Access>,
        hub: &Hub,
        shutdown: CancellationToken,
        claims: Claims,
        session: Arc<LiveSession>,
        cursor: Option<i64>,
    ) -> Result<Self, crate::store::StoreError> {
        // Listen first, then look at the log: nothing falls between the two.
        let commits = BroadcastStream::new(hub.subscribe(session.scope.tenant()));
        let position = match cursor {
            Some(cursor) => cursor,
            None => store.log_position(&session.scope).await?,
        };
        let revocations = WatchStream::from_changes(access.changes());
        let ready = Frame {
            event: Some(signal::READY.into()),
            data: position.to_string(),
            id: None,
        };
        Ok(Self {
            store,
            access,
            claims,
            session,
            commits,
            revocations,
            shutdown: Box::pin(shutdown.cancelled_owned()),
            // At once: the first time off sets it.
            timer: Box::pin(sleep_until(Instant::now())),
            position,
            behind: cursor.is_some(),
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
            if self.behind {
                self.replay().await;
                continue;
            }
            tokio::select! {
                biased;
                () = &mut self.shutdown => self.over = true,
                change = self.revocations.next() => match change {
                    Some(_) => self.check_session().await,
                    None => self.over = true,
                },
                batch = self.commits.next() => match batch {
                    Some(Ok(batch)) => self.take(&batch),
                    // Too slow for the hub: the log has it all.
                    Some(Err(_)) => self.behind = true,
                    None => self.over = true,
                },
                () = &mut self.timer => self.look_at_the_clock().await,
            }
        }
    }

    async fn look_at_the_clock(&mut self) {
        if self.session.expires_at() <= now_ms() {
            self.check_session().await;
        }
        let now = Instant::now();
        if self.heartbeat <= now {
            self.waiting
                .push_back(Bytes::from_static(b": still here\n\n"));
            self.heartbeat = now + HEARTBEAT;
        }
        let ends_in = self.session.expires_at().saturating_sub(now_ms()).max(0);
        let expiry = now + Duration::from_millis(u64::try_from(ends_in).unwrap_or(0));
        self.timer.as_mut().reset(expiry.min(self.heartbeat));
    }

    /// Everything that waits, in one piece: one write for a burst.
    fn take_waiting(&mut self) -> Option<Bytes> {
        match self.waiting.len() {
            0 => None,
            1 => self.waiting.pop_front(),
            _ => Some(self.waiting.drain(..).flatten().collect()),
        }
    }

    fn take(&mut self, batch: &Batch) {
        for event in batch.iter() {
            if event.seq <= self.position {
                continue;
            }
            if event.seq > self.position + 1 {
                self.behind = true;
                return;
            }
            self.position = event.seq;
            if self.session.scope.allows(&event.number) {
                self.waiting.push_back(event.frame.clone());
            }
        }
    }

    async fn replay(&mut self) {
        match self
            .store
            .events_after(&self.session.scope, self.position, REPLAY)
            .await
        {
            Ok(EventPage::Events {
                events,
                position,
                more,
            }) => {
                self.waiting
                    .extend(events.iter().map(|event| encode(event).frame));
                self.position = position.max(self.position);
                self.behind = more;
            }
            Ok(EventPage::Gone) => self.finish(signal::RESET),
            Err(error) => {
                // The client comes back with its cursor.
                tracing::warn!(%error, "a stream could not read the log");
                self.over = true;
            }
        }
    }

    /// Access was taken away somewhere, or the newest token that this process knows of has ended.
    async fn check_session(&mut self) {
        match self.access.still_live(&self.claims, &self.session).await {
            Ok(Some(session)) => self.session = session,
            Ok(None) => self.finish(signal::ENDED),
            Err(_) => self.over = true,
        }
    }

    fn finish(&mut self, name: &str) {
        let frame = Frame {
            event: Some(name.into()),
            data: String::new(),
            id: None,
        };
        self.waiting.push_back(frame.encode().into());
        self.over = true;
    }
}
