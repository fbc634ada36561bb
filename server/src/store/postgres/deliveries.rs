//! Deliveries of a provider: the durable end of a webhook.

use super::PostgresStore;
use super::transaction::{Tx, transaction};
use crate::clock::now_ms;
use crate::ids::fresh_ulid;
use crate::ingest::{HealthReport, NumberChanges};
use crate::store::{Deliveries, Ingested, StoreError};
use async_trait::async_trait;

/// Bodies kept for inspection; the oldest go first.
const KEPT: i64 = 1_000;

#[async_trait]
impl Deliveries for PostgresStore {
    async fn ingest(&self, changes: Vec<NumberChanges>) -> Result<Ingested, StoreError> {
        self.deliveries.take(changes).await
    }

    async fn note_health(&self, reports: Vec<HealthReport>) -> Result<(), StoreError> {
        transaction!(self, |tx| super::health::note(tx.connection(), &reports))
    }

    async fn keep_for_inspection(&self, reason: &str, body: &[u8]) -> Result<(), StoreError> {
        let id = format!("in_{}", fresh_ulid());
        transaction!(self, |tx| keep(&mut tx, &id, reason, body))
    }
}

async fn keep(tx: &mut Tx, id: &str, reason: &str, body: &[u8]) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO inspections (id, reason, body, received_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(reason)
    .bind(body)
    .bind(now_ms())
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "DELETE FROM inspections WHERE id IN (SELECT id FROM inspections ORDER BY id DESC OFFSET $1)",
    )
    .bind(KEPT)
    .execute(tx.connection())
    .await?;
    Ok(())
}
