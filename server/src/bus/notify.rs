//! PostgreSQL's LISTEN and NOTIFY: nothing more to run than the database.

use super::outgoing::{Outgoing, Words};
use super::{Bus, Ears, wire};
use crate::ids::fresh_ulid;
use app::ids::TenantId;
use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgListener, PgNotification, PgPool, PgPoolOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

const CHANNEL: &str = "pilot_inbox_hints";
/// At most one message in this time: transactions that notify commit one after the other, in the whole database.
const PACE: Duration = Duration::from_millis(20);
/// A line on which nothing was heard for so long is tried: a connection that is lost without a word is silent too.
const SILENCE: Duration = Duration::from_secs(10);
/// How long the database may take for an answer.
const ANSWER: Duration = Duration::from_secs(5);
/// Rest before the next attempt.
const FIRST_REST: Duration = Duration::from_millis(100);
/// Longest rest.
const LAST_REST: Duration = Duration::from_secs(2);
/// What sending the last hints may take at the end, and closing as well.
const FAREWELL: Duration = Duration::from_millis(300);

/// Hints as notifications of the database. It has two connections of its own, and needs a session for the listening one: a pooler
/// in transaction mode between it and the database makes it deaf.
pub struct Notify {
    pool: PgPool,
    sender: String,
    outgoing: Outgoing,
    words: Words,
}

impl Notify {
    /// Connects later. Needs the runtime.
    pub fn new(options: PgConnectOptions) -> Self {
        let pool = PgPoolOptions::new()
            // Two are used; one that was lost without a word may be held for a while.
            .max_connections(4)
            .min_connections(0)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(ANSWER)
            .connect_lazy_with(options.application_name("pilot-inbox hints"));
        Self {
            pool,
            sender: fresh_ulid(),
            outgoing: Outgoing::default(),
            words: Words::default(),
        }
    }

    /// Sends until `shutdown`, and then what still waits.
    async fn send(&self, shutdown: &CancellationToken) {
        let mut rest = FIRST_REST;
        loop {
            let hints = tokio::select! {
                () = shutdown.cancelled() => break,
                hints = self.outgoing.take() => hints,
            };
            let began = Instant::now();
            match self.notify(&hints).await {
                Ok(()) => {
                    rest = FIRST_REST;
                    sleep_until(began + PACE).await;
                }
                Err(error) => {
                    tracing::debug!(%error, "a hint was not sent");
                    self.outgoing.put_back(&hints);
                    sleep(rest).await;
                    rest = (rest * 2).min(LAST_REST);
                }
            }
        }
        let hints = self.outgoing.take_now();
        if !hints.is_empty()
            && let Err(error) = self.notify(&hints).await
        {
            tracing::debug!(%error, "the last hints were not sent");
        }
    }

    async fn notify(&self, hints: &[(TenantId, i64)]) -> Result<(), sqlx::Error> {
        self.notify_all(wire::write(&self.sender, hints)).await?;
        wire::count_sent(hints.len());
        Ok(())
    }

    /// Sends words until `shutdown`. One that cannot be sent is lost.
    async fn send_words(&self, shutdown: &CancellationToken) {
        loop {
            let words = tokio::select! {
                () = shutdown.cancelled() => return,
                words = self.words.take() => words,
            };
            let began = Instant::now();
            let messages = words
                .iter()
                .filter_map(|word| wire::write_word(&self.sender, word))
                .collect();
            if let Err(error) = self.notify_all(messages).await {
                tracing::debug!(%error, "a word was not sent");
            }
            sleep_until(began + PACE).await;
        }
    }

    async fn notify_all(&self, messages: Vec<String>) -> Result<(), sqlx::Error> {
        let sent = sqlx::query("SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message")
            .bind(CHANNEL)
            .bind(messages)
            .execute(&self.pool);
        timeout(ANSWER, sent)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(())
    }

    async fn hear(&self, ears: &dyn Ears) {
        let mut rest = FIRST_REST;
        let mut is_away = false;
        loop {
            let Err(error) = self.listen(ears, &mut rest, &mut is_away).await;
            if !is_away {
                is_away = true;
                tracing::warn!(%error, "the database's notifications are away; what other servers store is looked for every few seconds");
            }
            sleep(rest).await;
            rest = (rest * 2).min(LAST_REST);
        }
    }

    async fn listen(
        &self,
        ears: &dyn Ears,
        rest: &mut Duration,
        is_away: &mut bool,
    ) -> Result<std::convert::Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        // Listening first, then looking: nothing falls between the two.
        ears.missed_some();
        *rest = FIRST_REST;
        if std::mem::take(is_away) {
            tracing::info!("the database's notifications are back");
        }
        loop {
            match timeout(SILENCE, listener.try_recv()).await {
                Ok(Ok(Some(notification))) => {
                    if let Some(payload) = payload(&notification) {
                        wire::hear(payload.as_bytes(), &self.sender, ears);
                    }
                }
                // The connection was lost; the listener has a new one and listens again.
                Ok(Ok(None)) => ears.missed_some(),
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    timeout(ANSWER, sqlx::query("SELECT 1").execute(&mut listener))
                        .await
                        .map_err(|_| sqlx::Error::PoolTimedOut)??;
                }
            }
        }
    }
}

#[async_trait]
impl Bus for Notify {
    fn publish(&self, hints: &[(&TenantId, i64)]) {
        self.outgoing.add(hints);
    }

    fn spread(&self, word: String) {
        self.words.add(word);
    }

    async fn run(&self, ears: Arc<dyn Ears>, shutdown: CancellationToken) {
        let hear = async {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.hear(&*ears) => {}
            }
        };
        let too_late = async {
            shutdown.cancelled().await;
            sleep(FAREWELL).await;
        };
        tokio::select! {
            _ = async { tokio::join!(self.send(&shutdown), self.send_words(&shutdown), hear) } => {}
            () = too_late => tracing::debug!("the last hints were not sent in time"),
        }
        // Waits for both connections; a database that is away would make that long.
        if timeout(FAREWELL, self.pool.close()).await.is_err() {
            tracing::debug!("the bus did not close in time");
        }
    }
}

/// The payload as text. The library insists on UTF-8, which a database of another encoding need not give.
fn payload(notification: &PgNotification) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| notification.payload().to_owned())).ok()
}
