//! NATS: for installations where the database's notifications are the limit.

mod address;
mod line;

use super::outgoing::{Outgoing, Words};
use super::{Bus, BusError, Ears, wire};
use crate::ids::fresh_ulid;
use address::Address;
use app::ids::TenantId;
use async_nats::connection::State;
use async_nats::{Client, Subscriber};
use async_trait::async_trait;
use futures::StreamExt;
use line::Line;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How soon a connection that was lost without a word is noticed: after two of these.
const PING: Duration = Duration::from_secs(5);
/// Rest before the next attempt, in milliseconds: doubled with each.
const FIRST_REST_MS: u64 = 50;
const LAST_REST_MS: u64 = 2_000;
/// What sending the last hints may take at the end.
const FAREWELL: Duration = Duration::from_millis(300);

/// Hints over NATS.
pub struct Nats {
    address: Address,
    sender: String,
    outgoing: Outgoing,
    words: Words,
}

impl Nats {
    /// `url` is `nats://` or, for TLS, `tls://`, with `user:password@` or `token@` where the server wants them; several with commas.
    /// A path is put before the subject. Connects later.
    pub fn new(url: &str) -> Result<Self, BusError> {
        Ok(Self {
            address: Address::parse(url)?,
            sender: fresh_ulid(),
            outgoing: Outgoing::default(),
            words: Words::default(),
        })
    }

    /// A client that connects in the background, for as long as it lives.
    async fn connect(&self, line: Arc<Line>) -> Result<(Client, Subscriber), async_nats::Error> {
        let client = self
            .address
            .options()
            .name("pilot-inbox")
            .no_echo()
            .retry_on_initial_connect()
            .ping_interval(PING)
            .reconnect_delay_callback(rest)
            .event_callback(move |event| {
                let line = line.clone();
                async move { line.happened(&event) }
            })
            .connect(self.address.servers.clone())
            .await?;
        let hints = client.subscribe(self.address.subject.clone()).await?;
        Ok((client, hints))
    }

    /// Sends until `shutdown`, and then what still waits.
    async fn send(&self, client: &Client, line: &Line, shutdown: &CancellationToken) {
        loop {
            let hints = tokio::select! {
                () = shutdown.cancelled() => break,
                hints = self.outgoing.take() => hints,
            };
            if client.connection_state() == State::Connected {
                self.publish_now(client, &hints).await;
            } else {
                // The client would keep every one of them; here the newest wait.
                self.outgoing.put_back(&hints);
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = line.connected() => {}
                }
            }
        }
        let hints = self.outgoing.take_now();
        if client.connection_state() == State::Connected {
            self.publish_now(client, &hints).await;
        }
        if let Err(error) = client.flush().await {
            tracing::debug!(%error, "the last hints were not sent");
        }
    }

    async fn publish_now(&self, client: &Client, hints: &[(TenantId, i64)]) {
        for message in wire::write(&self.sender, hints) {
            if let Err(error) = client
                .publish(self.address.subject.clone(), message.into())
                .await
            {
                tracing::debug!(%error, "a hint was not sent");
                return;
            }
        }
        wire::count_sent(hints.len());
    }

    /// Sends words for as long as the client lives. While it has no connection they are lost.
    async fn send_words(&self, client: &Client) {
        loop {
            for word in self.words.take().await {
                let message = wire::write_word(&self.sender, &word);
                if let Some(message) = message
                    && client.connection_state() == State::Connected
                    && let Err(error) = client
                        .publish(self.address.subject.clone(), message.into())
                        .await
                {
                    tracing::debug!(%error, "a word was not sent");
                }
            }
        }
    }

    async fn hear(&self, hints: &mut Subscriber, ears: &dyn Ears) {
        while let Some(message) = hints.next().await {
            wire::hear(&message.payload, &self.sender, ears);
        }
    }

    /// Works as long as the client does.
    async fn serve(
        &self,
        ears: &Arc<dyn Ears>,
        shutdown: &CancellationToken,
    ) -> Result<(), async_nats::Error> {
        let line = Arc::new(Line::new(ears.clone(), shutdown.clone()));
        let (client, mut hints) = self.connect(line.clone()).await?;
        tokio::select! {
            () = self.send(&client, &line, shutdown) => {}
            () = self.send_words(&client) => {}
            () = self.hear(&mut hints, &**ears) => {}
        }
        Ok(())
    }
}

#[async_trait]
impl Bus for Nats {
    fn publish(&self, hints: &[(&TenantId, i64)]) {
        self.outgoing.add(hints);
    }

    fn spread(&self, word: String) {
        self.words.add(word);
    }

    async fn run(&self, ears: Arc<dyn Ears>, shutdown: CancellationToken) {
        let work = async {
            while !shutdown.is_cancelled() {
                if let Err(error) = self.serve(&ears, &shutdown).await {
                    tracing::error!(%error, "NATS cannot be used; trying again");
                }
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = sleep(Duration::from_millis(LAST_REST_MS)) => {}
                }
            }
        };
        let too_late = async {
            shutdown.cancelled().await;
            sleep(FAREWELL).await;
        };
        tokio::select! {
            () = work => {}
            () = too_late => tracing::debug!("the last hints were not sent in time"),
        }
    }
}

/// Rest before this attempt to connect.
fn rest(attempt: usize) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
    let ms = FIRST_REST_MS.saturating_mul(2_u64.saturating_pow(doublings));
    match attempt {
        0 | 1 => Duration::ZERO,
        _ => Duration::from_millis(ms.min(LAST_REST_MS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_and_stay_short() {
        assert_eq!(rest(0), Duration::ZERO);
        assert_eq!(rest(1), Duration::ZERO);
        assert_eq!(rest(2), Duration::from_millis(100));
        assert_eq!(rest(3), Duration::from_millis(200));
        assert_eq!(rest(usize::MAX), Duration::from_millis(LAST_REST_MS));
    }
}
