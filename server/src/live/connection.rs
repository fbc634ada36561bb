//! One open stream: replays the log from the cursor, then follows it, and never skips or repeats a position.

use super::hub::{Batch, Hub, encode};
use crate::access::{Access, Claims, LiveSession};
use crate::clock::now_ms;
use crate::store::{EventPage, Store};
use app::live::{Frame, signal};
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Comment sent on a quiet stream, so that proxies keep it and the browser knows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events read from the log at a time.
const REPLAY: u32 = 200;

/// A stream of one session.
pub struct Connection {
    store: Arc<dyn Store>,
    access: Arc<Access>,
    claims: Claims,
    session: Arc<LiveSession>,
    commits: broadcast::Receiver<Batch>,
    revocations: watch::Receiver<i64>,
    shutdown: CancellationToken,
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
        let commits = hub.subscribe(session.scope.tenant());
        let position = match cursor {
            Some(cursor) => cursor,
            None => store.log_position(&session.scope).await?,
        };
        let revocations = access.changes();
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
            shutdown,
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
            let ends_in = self.session.expires_at().saturating_sub(now_ms()).max(0);
            let expiry =
                Instant::now() + Duration::from_millis(u64::try_from(ends_in).unwrap_or(0));
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => self.over = true,
                _ = self.revocations.changed() => self.check_session().await,
                batch = self.commits.recv() => match batch {
                    Ok(batch) => self.take(&batch),
                    // Too slow for the hub: the log has it all.
                    Err(broadcast::error::RecvError::Lagged(_)) => self.behind = true,
                    Err(broadcast::error::RecvError::Closed) => self.over = true,
                },
                () = sleep_until(expiry) => self.check_session().await,
                () = sleep_until(self.heartbeat) => {
                    self.waiting.push_back(Bytes::from_static(b": still here\n\n"));
                }
            }
        }
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
