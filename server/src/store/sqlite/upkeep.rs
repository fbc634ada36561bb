//! Upkeep in SQL.

use super::SqliteStore;
use crate::store::{StoreError, Upkeep};
use async_trait::async_trait;

#[async_trait]
impl Upkeep for SqliteStore {
    async fn prune(&self, before: i64) -> Result<u64, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    // In slices, so that the writer is never away for long; the next round takes the rest.
                    let events = sqlx::query(
                        "DELETE FROM events WHERE (tenant_id, seq) IN (SELECT tenant_id, seq FROM events WHERE at < ? LIMIT 5000)",
                    )
                    .bind(before)
                    .execute(&mut *tx.connection)
                    .await?
                    .rows_affected();
                    for statement in [
                        "DELETE FROM held_statuses WHERE received_at < ?",
                        "DELETE FROM embed_session_origins WHERE expires_at < ?",
                        "DELETE FROM embed_sessions WHERE expires_at < ?",
                    ] {
                        sqlx::query(statement)
                            .bind(before)
                            .execute(&mut *tx.connection)
                            .await?;
                    }
                    Ok(events)
                })
            })
            .await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Through the writer: a server that can only read is not ready.
        self.writer
            .run(|tx| {
                Box::pin(async move {
                    sqlx::query("SELECT 1").execute(&mut *tx.connection).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}
