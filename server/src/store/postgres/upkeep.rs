//! Upkeep in SQL.

use super::PostgresStore;
use super::transaction::{Tx, begin, reading, transaction};
use crate::clock::now_ms;
use crate::store::{
    KEYS_KEPT_MS, Resealed, SealedPlace, SealedText, StoreError, UNSETTLED_KEPT_MS, Upkeep,
};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgPool;

/// What is older than it has to be, but for what a webhook that tells of something has yet to look at. One that is paused, or whose number is
/// gone, holds nothing up.
const OLD_EVENTS: &str = "DELETE FROM events WHERE (tenant_id, seq) IN (SELECT e.tenant_id, e.seq FROM events e WHERE e.at < $1 \
     AND NOT EXISTS (SELECT 1 FROM webhooks w JOIN numbers n ON n.id = w.number_id WHERE w.tenant_id = e.tenant_id \
       AND w.planned_seq < e.seq AND w.active AND w.paused_at IS NULL AND n.deleted_at IS NULL) \
     ORDER BY e.at, e.seq LIMIT 5000 FOR UPDATE SKIP LOCKED)";

/// Deliveries that were settled long ago, or are not for so long that nobody wants them any more.
const OLD_DELIVERIES: &str = "DELETE FROM webhook_deliveries WHERE (webhook_id, seq) IN (SELECT d.webhook_id, d.seq FROM webhook_deliveries d \
     WHERE d.planned_at < $1 AND (d.state <> 'waiting' OR d.planned_at < $2 \
       OR NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.id = d.webhook_id)) ORDER BY d.planned_at LIMIT 5000 FOR UPDATE SKIP LOCKED)";

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

    async fn sealed_texts(&self) -> Result<Vec<SealedText>, StoreError> {
        reading!(
            sqlx::query(
                "SELECT 'access_token', id, access_token FROM numbers WHERE phone <> '' \
                 UNION ALL SELECT 'embed_secret', id, embed_secret FROM tenants WHERE embed_secret IS NOT NULL \
                 UNION ALL SELECT 'previous_embed_secret', id, previous_embed_secret FROM tenants WHERE previous_embed_secret IS NOT NULL \
             UNION ALL SELECT 'webhook_secret', id, secret FROM webhooks \
             UNION ALL SELECT 'previous_webhook_secret', id, previous_secret FROM webhooks WHERE previous_secret IS NOT NULL",
            )
            .fetch_all(&self.pool)
        )?
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
        transaction!(self, |tx| adopt_secret(&mut tx, secret_mark, &resealed))
    }

    async fn prune(&self, before: i64) -> Result<u64, StoreError> {
        transaction!(self, |tx| prune(&mut tx, before))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        reading!(try_to_write(&self.pool))?;
        if self.trouble.is_noted() {
            reading!(find_room(&self.pool))?;
            self.trouble.end();
        }
        Ok(())
    }

    async fn close(&self) {
        self.deliveries.close().await;
        self.keeper.close();
        self.pool.close().await;
    }
}

/// Writes a row and takes it back: whoever asks whether we are ready need not be somebody, and leaves nothing behind.
async fn try_to_write(pool: &PgPool) -> Result<(), StoreError> {
    let mut transaction = begin(pool, "BEGIN").await?;
    sqlx::query("INSERT INTO jobs (name, due_at) VALUES ('ping', 0) ON CONFLICT (name) DO NOTHING")
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.rollback().await?)
}

/// Takes some hundred kilobytes of the disk, in a table of its own: other tables may have room in pages that are there already.
async fn find_room(pool: &PgPool) -> Result<(), StoreError> {
    let found = sqlx::query(
        "CREATE TEMP TABLE room ON COMMIT DROP AS SELECT n, random()::text AS words FROM generate_series(1, 8000) n",
    )
    .execute(pool)
    .await;
    match found {
        // Without the right to make such tables the small write has to do.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => Ok(()),
        other => Ok(other.map(|_| ())?),
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

async fn adopt_secret(
    tx: &mut Tx,
    secret_mark: &[u8],
    resealed: &[Resealed],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO installation (id, secret_mark) VALUES (1, $1) \
         ON CONFLICT (id) DO UPDATE SET secret_mark = excluded.secret_mark",
    )
    .bind(secret_mark)
    .execute(tx.connection())
    .await?;
    for Resealed { text, sealed } in resealed {
        let statement = match text.place {
            SealedPlace::AccessToken => {
                "UPDATE numbers SET access_token = $1 WHERE id = $2 AND access_token = $3"
            }
            SealedPlace::EmbedSecret => {
                "UPDATE tenants SET embed_secret = $1 WHERE id = $2 AND embed_secret = $3"
            }
            SealedPlace::PreviousEmbedSecret => {
                "UPDATE tenants SET previous_embed_secret = $1 WHERE id = $2 AND previous_embed_secret = $3"
            }
            SealedPlace::WebhookSecret => {
                "UPDATE webhooks SET secret = $1 WHERE id = $2 AND secret = $3"
            }
            SealedPlace::PreviousWebhookSecret => {
                "UPDATE webhooks SET previous_secret = $1 WHERE id = $2 AND previous_secret = $3"
            }
        };
        sqlx::query(statement)
            .bind(sealed)
            .bind(&text.owner)
            .bind(&text.sealed)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

async fn prune(tx: &mut Tx, before: i64) -> Result<u64, StoreError> {
    // In slices, so that no transaction is long; the next round takes the rest. What another server is dropping just now is left to it.
    let events = sqlx::query(OLD_EVENTS)
        .bind(before)
        .execute(tx.connection())
        .await?
        .rows_affected();
    for statement in [
        "DELETE FROM held_statuses WHERE received_at < $1",
        "DELETE FROM held_changes WHERE received_at < $1",
        "DELETE FROM number_alerts WHERE last_at < $1",
        "DELETE FROM limits WHERE spent_until < $1",
        "DELETE FROM embed_session_origins WHERE expires_at < $1",
        "DELETE FROM embed_sessions WHERE expires_at < $1",
        "DELETE FROM account_links WHERE expires_at < $1",
        "DELETE FROM pairings WHERE expires_at < $1",
        "DELETE FROM console_sessions WHERE ends_at < $1",
    ] {
        sqlx::query(statement)
            .bind(before)
            .execute(tx.connection())
            .await?;
    }
    sqlx::query(
        "DELETE FROM idempotency_keys WHERE (number_id, key) IN (SELECT number_id, key FROM idempotency_keys WHERE created_at < $1 \
           ORDER BY created_at LIMIT 5000 FOR UPDATE SKIP LOCKED)",
    )
    .bind(before.max(now_ms() - KEYS_KEPT_MS))
    .execute(tx.connection())
    .await?;
    let deliveries = sqlx::query(OLD_DELIVERIES)
        .bind(before)
        .bind(before - UNSETTLED_KEPT_MS)
        .execute(tx.connection())
        .await?
        .rows_affected();
    Ok(events + deliveries)
}
