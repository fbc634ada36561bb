//! Upkeep in SQL.

use super::PostgresStore;
use super::transaction::{Tx, reading, transaction};
use crate::store::{StoreError, Upkeep};
use async_trait::async_trait;

#[async_trait]
impl Upkeep for PostgresStore {
    async fn clock(&self) -> Result<Option<i64>, StoreError> {
        Ok(Some(
            sqlx::query_scalar("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
                .fetch_one(&self.pool)
                .await?,
        ))
    }

    async fn begin_job(&self, name: &str, now: i64, every: i64) -> Result<bool, StoreError> {
        let begun = reading!(
            sqlx::query(
                "INSERT INTO jobs (name, due_at) VALUES ($1, $2 + $3) \
                 ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE jobs.due_at <= $2",
            )
            .bind(name)
            .bind(now)
            .bind(every)
            .execute(&self.pool)
        )?;
        Ok(begun.rows_affected() > 0)
    }

    async fn belongs_to(&self, secret_mark: &[u8]) -> Result<bool, StoreError> {
        transaction!(self, |tx| belongs_to(&mut tx, secret_mark))
    }

    async fn adopt_secret(&self, secret_mark: &[u8]) -> Result<(), StoreError> {
        reading!(
            sqlx::query(
                "INSERT INTO installation (id, secret_mark) VALUES (1, $1) \
                 ON CONFLICT (id) DO UPDATE SET secret_mark = excluded.secret_mark",
            )
            .bind(secret_mark)
            .execute(&self.pool)
        )?;
        Ok(())
    }

    async fn prune(&self, before: i64) -> Result<u64, StoreError> {
        transaction!(self, |tx| prune(&mut tx, before))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // A standby answers reads and takes no write: not ready.
        let read_only: String =
            sqlx::query_scalar("SELECT current_setting('transaction_read_only')")
                .fetch_one(&self.pool)
                .await?;
        if read_only == "on" {
            return Err(StoreError::Unavailable);
        }
        Ok(())
    }

    async fn close(&self) {
        self.deliveries.close().await;
        self.pool.close().await;
    }
}

async fn belongs_to(tx: &mut Tx, secret_mark: &[u8]) -> Result<bool, StoreError> {
    sqlx::query("INSERT INTO installation (id, secret_mark) VALUES (1, $1) ON CONFLICT DO NOTHING")
        .bind(secret_mark)
        .execute(tx.connection())
        .await?;
    let known: Vec<u8> = sqlx::query_scalar("SELECT secret_mark FROM installation")
        .fetch_one(tx.connection())
        .await?;
    Ok(known == secret_mark)
}

async fn prune(tx: &mut Tx, before: i64) -> Result<u64, StoreError> {
    // In slices, so that no transaction is long; the next round takes the rest. What another server is dropping just now is left to it.
    let events = sqlx::query(
        "DELETE FROM events WHERE (tenant_id, seq) IN \
         (SELECT tenant_id, seq FROM events WHERE at < $1 ORDER BY at, seq LIMIT 5000 FOR UPDATE SKIP LOCKED)",
    )
    .bind(before)
    .execute(tx.connection())
    .await?
    .rows_affected();
    for statement in [
        "DELETE FROM held_statuses WHERE received_at < $1",
        "DELETE FROM limits WHERE spent_until < $1",
        "DELETE FROM embed_session_origins WHERE expires_at < $1",
        "DELETE FROM embed_sessions WHERE expires_at < $1",
    ] {
        sqlx::query(statement)
            .bind(before)
            .execute(tx.connection())
            .await?;
    }
    Ok(events)
}
