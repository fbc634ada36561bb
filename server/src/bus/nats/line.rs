//! What is known of the connection to NATS, and what the log says of it.

use crate::bus::Ears;
use async_nats::Event;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longest wait for news of the connection: of many events some may be lost.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Line {
    ears: Arc<dyn Ears>,
    shutdown: CancellationToken,
    is_up: watch::Sender<bool>,
    /// Whether the log says already that something is wrong.
    complained: AtomicBool,
}

impl Line {
    pub fn new(ears: Arc<dyn Ears>, shutdown: CancellationToken) -> Self {
        Self {
            ears,
            shutdown,
            is_up: watch::Sender::new(false),
            complained: AtomicBool::new(false),
        }
    }

    /// Takes an event of the client.
    pub fn happened(&self, event: &Event) {
        match event {
            Event::Connected => {
                self.is_up.send_replace(true);
                self.complained.store(false, Ordering::Relaxed);
                tracing::info!("connected to NATS");
                self.ears.missed_some();
            }
            Event::Disconnected | Event::Closed => {
                self.is_up.send_replace(false);
                self.complain(event);
            }
            // Too many messages waited to be heard.
            Event::SlowConsumer(_) => self.ears.missed_some(),
            Event::ServerError(_) | Event::ClientError(_) => self.complain(event),
            Event::LameDuckMode | Event::Draining => {}
        }
    }

    /// Once until it is connected again: an attempt that fails is followed by many. The end of the program is no reason.
    fn complain(&self, event: &Event) {
        if !self.shutdown.is_cancelled() && !self.complained.swap(true, Ordering::Relaxed) {
            let what = if *self.is_up.borrow() {
                "NATS refuses something"
            } else {
                "NATS is away"
            };
            tracing::warn!(%event, "{what}; what other servers store is looked for every few seconds meanwhile");
        }
    }

    /// Returns when there is a connection, or soon anyway.
    pub async fn connected(&self) {
        let mut is_up = self.is_up.subscribe();
        // Whichever it was, the caller looks for itself.
        let _ = timeout(LOOK_AGAIN, is_up.wait_for(|is_up| *is_up)).await;
    }
}
