//! Numbered messages, from going out to coming out of open streams.

use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use crate::listener::{Arrival, Listener, listen, marked};
use crate::meta::{Text, delivery};
use crate::sample::Samples;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Rest between two messages that are sent one at a time.
pub(super) const REST: Duration = Duration::from_millis(2);
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The first few messages warm up.
pub(super) const WARM_UP: usize = 10;

/// A number that no other message of this run has: one that is known already makes no event.
pub(super) fn next_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A signed delivery of one message with this number in its text.
pub(super) fn numbered(to: &str, index: usize) -> Call {
    let text = Text {
        customer: index % 50,
        id: format!("live-{index:08}"),
        body: marked(index),
        at: jiff::Timestamp::now().as_second(),
    };
    delivery(to, &[text])
}

/// Open streams and what comes out of them.
pub(super) struct Audience {
    arrived: UnboundedSender<Arrival>,
    arrivals: UnboundedReceiver<Arrival>,
    open: Vec<Listener>,
}

impl Audience {
    pub(super) fn empty() -> Self {
        let (arrived, arrivals) = unbounded_channel();
        Self {
            arrived,
            arrivals,
            open: Vec::new(),
        }
    }

    /// Opens more streams.
    pub(super) async fn join(&mut self, address: SocketAddr, token: &str, count: usize) -> Outcome {
        for _ in 0..count {
            self.open
                .push(listen(address, token, self.arrived.clone()).await?);
        }
        Ok(())
    }

    /// Sends one message and waits until it has come out of so many streams; answers how long each took, in milliseconds.
    pub(super) async fn hear(
        &mut self,
        webhook: &mut Http,
        to: &str,
        listeners: usize,
    ) -> Outcome<Vec<f64>> {
        let index = next_number();
        let call = numbered(to, index);
        let sent = Instant::now();
        let answer = webhook.send(&call).await?;
        if !answer.status.is_success() {
            return Err(format!("a webhook was answered {}", answer.status).into());
        }
        let mut took = Vec::with_capacity(listeners);
        while took.len() < listeners {
            let arrival = tokio::time::timeout(PATIENCE, self.arrivals.recv())
                .await
                .map_err(|_| {
                    format!(
                        "message {index} reached {} of {listeners} streams",
                        took.len()
                    )
                })?
                .ok_or("the streams have ended")?;
            if arrival.index != index {
                return Err(format!(
                    "event {} came where {index} was due: out of order, doubled, or another tenant's",
                    arrival.index
                )
                .into());
            }
            took.push((arrival.at - sent).as_secs_f64() * 1e3);
        }
        tokio::time::sleep(REST).await;
        Ok(took)
    }
}

/// From `webhook` to each of so many streams of `streams`.
pub(super) async fn one_at_a_time(
    webhook: SocketAddr,
    streams: SocketAddr,
    (to, token): (&str, &str),
    listeners: usize,
    count: usize,
) -> Outcome<Samples> {
    let mut audience = Audience::empty();
    audience.join(streams, token, listeners).await?;
    let mut webhook = Http::connect(webhook).await?;
    let mut samples = Vec::with_capacity(count * listeners);
    for turn in 0..count + WARM_UP {
        let took = audience.hear(&mut webhook, to, listeners).await?;
        if turn >= WARM_UP {
            samples.extend(took);
        }
    }
    Ok(samples.into_iter().collect())
}

/// The same body to a route that answers a constant, and back.
pub(super) async fn round_trip(constant: SocketAddr, count: usize) -> Outcome<Samples> {
    let mut http = Http::connect(constant).await?;
    let mut samples = Samples::default();
    for _ in 0..count {
        let call = numbered("0", next_number()).to("/constant");
        let sent = Instant::now();
        http.send(&call).await?;
        samples.add(sent.elapsed());
        tokio::time::sleep(REST).await;
    }
    Ok(samples)
}
