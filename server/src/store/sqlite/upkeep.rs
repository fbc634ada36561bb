//! Upkeep in SQL.

use super::SqliteStore;
use crate::clock::now_ms;
use crate::store::{
    KEYS_KEPT_MS, Resealed, SealedPlace, SealedText, StoreError, UNSETTLED_KEPT_MS, Upkeep,
};
use async_trait::async_trait;
use sqlx::Row;

/// What is older than it has to be, but for what a webhook that tells of something has yet to look at. One that is paused, or whose number is
/// gone, holds nothing up.
const OLD_EVENTS: &str = "DELETE FROM events WHERE (tenant_id, seq) IN (SELECT e.tenant_id, e.seq FROM events e WHERE e.at < ? \
     AND NOT EXISTS (SELECT 1 FROM webhooks w JOIN numbers n ON n.id = w.number_id WHERE w.tenant_id = e.tenant_id \
       AND w.planned_seq < e.seq AND w.active AND w.paused_at IS NULL AND n.deleted_at IS NULL) ORDER BY e.at, e.seq LIMIT 5000)";

/// Deliveries that were settled long ago, or are not for so long that nobody wants them any more.
const OLD_DELIVERIES: &str = "DELETE FROM webhook_deliveries WHERE (webhook_id, seq) IN (SELECT webhook_id, seq FROM webhook_deliveries d \
     WHERE d.planned_at < ?1 AND (d.state <> 'waiting' OR d.planned_at < ?2 \
       OR NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.id = d.webhook_id)) ORDER BY d.planned_at LIMIT 5000)";

#[async_trait]
impl Upkeep for SqliteStore {
    async fn clock(&self) -> Result<Option<i64>, StoreError> {
        // The file's clock is the server's own.
        Ok(None)
    }

    async fn begin_job(&self, name: &str, now: i64, every: i64) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let begun = sqlx::query(
                        "INSERT INTO jobs (name, due_at) VALUES (?1, ?2 + ?3) \
                         ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE jobs.due_at <= ?2",
                    )
                    .bind(name)
                    .bind(now)
                    .bind(every)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(begun.rows_affected() > 0)
                })
            })
            .await
    }

    async fn belongs_to(&self, secret_mark: &[u8]) -> Result<bool, StoreError> {
        let mark = secret_mark.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query("INSERT INTO installation (id, secret_mark) VALUES (1, ?) ON CONFLICT DO NOTHING")
                        .bind(mark.as_slice())
                        .execute(&mut *tx.connection)
                        .await?;
                    let known: Vec<u8> = sqlx::query_scalar("SELECT secret_mark FROM installation")
                        .fetch_one(&mut *tx.connection)
                        .await?;
                    Ok(known == mark)
                })
            })
            .await
    }

    async fn sealed_texts(&self) -> Result<Vec<SealedText>, StoreError> {
        sqlx::query(
            "SELECT 'access_token', id, access_token FROM numbers WHERE phone <> '' \
             UNION ALL SELECT 'embed_secret', id, embed_secret FROM tenants WHERE embed_secret IS NOT NULL \
             UNION ALL SELECT 'previous_embed_secret', id, previous_embed_secret FROM tenants WHERE previous_embed_secret IS NOT NULL \
             UNION ALL SELECT 'webhook_secret', id, secret FROM webhooks \
             UNION ALL SELECT 'previous_webhook_secret', id, previous_secret FROM webhooks WHERE previous_secret IS NOT NULL",
        )
        .fetch_all(&self.readers)
        .await?
        .into_iter()
        .map(|row| {
            Ok(SealedText {
                place: SealedPlace::parse(row.try_get(0)?)?,
                owner: row.try_get(1)?,
                sealed: row.try_get(2)?,
            })
        })
        .collect()
    }

    async fn adopt_secret(
        &self,
        secret_mark: &[u8],
        resealed: Vec<Resealed>,
    ) -> Result<(), StoreError> {
        let mark = secret_mark.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO installation (id, secret_mark) VALUES (1, ?) \
                         ON CONFLICT (id) DO UPDATE SET secret_mark = excluded.secret_mark",
                    )
                    .bind(mark)
                    .execute(&mut *tx.connection)
                    .await?;
                    for Resealed { text, sealed } in resealed {
                        let statement = match text.place {
                            SealedPlace::AccessToken => {
                                "UPDATE numbers SET access_token = ? WHERE id = ? AND access_token = ?"
                            }
                            SealedPlace::EmbedSecret => {
                                "UPDATE tenants SET embed_secret = ? WHERE id = ? AND embed_secret = ?"
                            }
                            SealedPlace::PreviousEmbedSecret => {
                                "UPDATE tenants SET previous_embed_secret = ? WHERE id = ? AND previous_embed_secret = ?"
                            }
                            SealedPlace::WebhookSecret => {
                                "UPDATE webhooks SET secret = ? WHERE id = ? AND secret = ?"
                            }
                            SealedPlace::PreviousWebhookSecret => {
                                "UPDATE webhooks SET previous_secret = ? WHERE id = ? AND previous_secret = ?"
                            }
                        };
                        sqlx::query(statement)
                            .bind(sealed)
                            .bind(text.owner)
                            .bind(text.sealed)
                            .execute(&mut *tx.connection)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn prune(&self, before: i64) -> Result<u64, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    // In slices, so that the writer is never away for long; the next round takes the rest.
                    let events = sqlx::query(OLD_EVENTS)
                    .bind(before)
                    .execute(&mut *tx.connection)
                    .await?
                    .rows_affected();
                    for statement in [
                        "DELETE FROM held_statuses WHERE received_at < ?",
"DELETE FROM held_changes WHERE received_at < ?",
"DELETE FROM number_alerts WHERE last_at < ?",
                        "DELETE FROM limits WHERE spent_until < ?",
                        "DELETE FROM embed_session_origins WHERE expires_at < ?",
                        "DELETE FROM embed_sessions WHERE expires_at < ?",
        "DELETE FROM account_links WHERE expires_at < ?",
                        "DELETE FROM pairings WHERE expires_at < ?",
        "DELETE FROM console_sessions WHERE ends_at < ?",
                    ] {
                        sqlx::query(statement)
                            .bind(before)
                            .execute(&mut *tx.connection)
                            .await?;
                    }
                    sqlx::query(
                        "DELETE FROM idempotency_keys WHERE (number_id, key) IN \
                           (SELECT number_id, key FROM idempotency_keys WHERE created_at < ? ORDER BY created_at LIMIT 5000)",
                    )
                    .bind(before.max(now_ms() - KEYS_KEPT_MS))
                    .execute(&mut *tx.connection)
                    .await?;
                    let deliveries = sqlx::query(OLD_DELIVERIES)
                        .bind(before)
                        .bind(before - UNSETTLED_KEPT_MS)
                        .execute(&mut *tx.connection)
                        .await?
                        .rows_affected();
                    Ok(events + deliveries)
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
            .await?;
        if self.trouble.is_noted() {
            self.find_room().await?;
            self.trouble.end();
        }
        Ok(())
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

impl SqliteStore {
    /// Takes some hundred kilobytes of the disk and gives them back.
    async fn find_room(&self) -> Result<(), StoreError> {
        for statement in [
            "INSERT OR REPLACE INTO inspections (id, reason, body, received_at) VALUES ('room', '', randomblob(400000), 0)",
            "DELETE FROM inspections WHERE id = 'room'",
        ] {
            self.writer
                .run(move |tx| {
                    Box::pin(async move {
                        sqlx::query(statement).execute(&mut *tx.connection).await?;
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}
