//! Deliveries of a provider: the durable end of a webhook.

use super::SqliteStore;
use crate::clock::now_ms;
use crate::ids::fresh_ulid;
use crate::ingest::{HealthReport, NumberChanges};
use crate::store::{Deliveries, Ingested, StoreError};
use async_trait::async_trait;

/// Bodies kept for inspection; the oldest go first.
const KEPT: i64 = 1_000;

#[async_trait]
impl Deliveries for SqliteStore {
    async fn ingest(&self, changes: Vec<NumberChanges>) -> Result<Ingested, StoreError> {
        self.writer.ingest(changes).await
    }

    async fn note_health(&self, reports: Vec<HealthReport>) -> Result<(), StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move { super::health::note(tx.connection, &reports).await })
            })
            .await
    }

    async fn keep_for_inspection(&self, reason: &str, body: &[u8]) -> Result<(), StoreError> {
        let (reason, body) = (reason.to_owned(), body.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query("INSERT INTO inspections (id, reason, body, received_at) VALUES (?, ?, ?, ?)")
                        .bind(format!("in_{}", fresh_ulid()))
                        .bind(reason)
                        .bind(body)
                        .bind(now_ms())
                        .execute(&mut *tx.connection)
                        .await?;
                    sqlx::query("DELETE FROM inspections WHERE id IN (SELECT id FROM inspections ORDER BY id DESC LIMIT -1 OFFSET ?)")
                        .bind(KEPT)
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}
