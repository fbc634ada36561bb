//! Transactions, and trying again when the database asks for it.

use super::PostgresStore;
use crate::clock::now_ms;
use crate::store::health::Trouble;
use crate::store::{CommitListener, LoggedEvent, StoreError};
use app::ids::TenantId;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Postgres, Transaction};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a write is tried again while the database restarts or moves. Whoever delivers or types tries again after that.
const PATIENCE: Duration = Duration::from_secs(8);
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Begins a transaction, in a task of its own: if the caller leaves meanwhile (a browser that is closed), the task still learns that the
/// transaction has begun, and so ends it. Otherwise sqlx would give the connection to others in the middle of it.
pub(super) async fn begin(
    pool: &PgPool,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    // An error says that the program is stopping.
    Ok(begun.await.map_err(|_| StoreError::Unavailable)??)
}

/// A transaction, and the events to publish after its commit.
pub(super) struct Tx {
    transaction: Transaction<'static, Postgres>,
    pub events: Vec<LoggedEvent>,
}

impl Tx {
    pub async fn begin(pool: &PgPool) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: begin(pool, "BEGIN").await?,
            events: Vec::new(),
        })
    }

    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Commits and publishes, in a task of its own: what is committed is published, also if the caller has left.
    pub async fn commit(self, listener: &Arc<dyn CommitListener>) -> Result<(), StoreError> {
        let listener = listener.clone();
        let committed = tokio::spawn(async move {
            self.transaction.commit().await?;
            if !self.events.is_empty() {
                listener.committed(self.events);
            }
            Ok(())
        });
        // An error says that the program is stopping.
        committed.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Makes this the one transaction that writes for a tenant. NO KEY: rows that refer to the tenant may be written meanwhile.
    pub async fn lock(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM tenants WHERE id = $1 FOR NO KEY UPDATE")
            .bind(tenant.as_str())
            .fetch_optional(self.connection())
            .await?
            .map(|_| ())
            .ok_or(StoreError::NotFound)
    }

    /// Takes the next positions of a tenant's log; returns the last of them.
    pub async fn take_seqs(&mut self, tenant: &TenantId, count: i64) -> Result<i64, StoreError> {
        sqlx::query_scalar("UPDATE tenants SET seq = seq + $1 WHERE id = $2 RETURNING seq")
            .bind(count)
            .bind(tenant.as_str())
            .fetch_optional(self.connection())
            .await?
            .ok_or(StoreError::NotFound)
    }

    /// Writes an event into the log.
    pub async fn log(&mut self, event: LoggedEvent) -> Result<(), StoreError> {
        let payload =
            std::str::from_utf8(&event.payload).map_err(|e| StoreError::Data(e.to_string()))?;
        sqlx::query("INSERT INTO events (tenant_id, seq, number_id, payload, at) VALUES ($1, $2, $3, $4, $5)")
            .bind(event.tenant.as_str())
            .bind(event.seq)
            .bind(event.number.as_str())
            .bind(payload)
            .bind(now_ms())
            .execute(&mut *self.transaction)
            .await?;
        self.note(event);
        Ok(())
    }

    /// An event that the caller has written into the log, to publish after the commit.
    pub fn note(&mut self, event: LoggedEvent) {
        self.events.push(event);
    }

    /// Access was taken away: every server looks again.
    pub async fn access_changed(&mut self) -> Result<(), StoreError> {
        sqlx::query("UPDATE access_epoch SET epoch = epoch + 1")
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

impl PostgresStore {
    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        Tx::begin(&self.pool).await
    }
}

/// Counts the tries of one piece of work.
pub(super) struct Tries {
    until: Instant,
    pause: Duration,
}

impl Tries {
    pub fn begin() -> Self {
        Self {
            until: Instant::now() + PATIENCE,
            pause: FIRST_PAUSE,
        }
    }

    /// Waits a moment if the work is worth another try.
    pub async fn again(&mut self, error: &StoreError) -> bool {
        if !passes(error) || Instant::now() + self.pause > self.until {
            return false;
        }
        tracing::debug!(%error, "trying again");
        metrics::counter!("pilot_database_retries_total").increment(1);
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        true
    }
}

/// Whether this failure says nothing about the work: the same may succeed in a moment.
fn passes(error: &StoreError) -> bool {
    let StoreError::Database(error) = error else {
        return false;
    };
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // Serialization, deadlock, lock not available; connection; starting, stopping, read-only after a fail-over.
            matches!(
                code.as_ref(),
                "40001" | "40P01" | "55P03" | "53300" | "57P01" | "57P02" | "57P03" | "25006"
            ) || code.starts_with("08")
        }),
        _ => false,
    }
}

/// What a caller hears when trying again did not help.
pub(super) fn outcome(error: StoreError, trouble: &Trouble) -> StoreError {
    trouble.note(&error);
    given_up(error)
}

/// The same for a read.
pub(super) fn given_up(error: StoreError) -> StoreError {
    if let StoreError::Database(sqlx::Error::PoolClosed) = error {
        // The program is stopping.
        return StoreError::Unavailable;
    }
    if passes(&error) {
        tracing::warn!(%error, "the database did not do it in time");
        return StoreError::Unavailable;
    }
    error
}

/// `transaction!(store, |tx| work(&mut tx, …))`: the work, its commit and the publishing of its events; all of it again while the
/// database asks for that. The work may therefore run several times, also after a commit whose answer was lost.
macro_rules! transaction {
    ($store:expr, |$tx:ident| $work:expr) => {{
        let mut tries = $crate::store::postgres::transaction::Tries::begin();
        loop {
            let tried = async {
                let mut $tx = $store.begin().await?;
                let value = $work.await?;
                $tx.commit(&$store.listener).await?;
                Ok(value)
            }
            .await;
            match tried {
                Ok(value) => break Ok(value),
                Err(error) => {
                    if !tries.again(&error).await {
                        break Err($crate::store::postgres::transaction::outcome(
                            error,
                            &$store.trouble,
                        ));
                    }
                }
            }
        }
    }};
}

/// `reading!(work)`: a read, again while the database asks for that.
macro_rules! reading {
    ($work:expr) => {{
        let mut tries = $crate::store::postgres::transaction::Tries::begin();
        loop {
            let tried: Result<_, $crate::store::StoreError> = $work.await.map_err(From::from);
            match tried {
                Ok(value) => break Ok(value),
                Err(error) => {
                    if !tries.again(&error).await {
                        break Err($crate::store::postgres::transaction::given_up(error));
                    }
                }
            }
        }
    }};
}
pub(super) use {reading, transaction};
