//! Files in SQL, for the workers: claims, their ends, what is given to Meta, what nobody used.

use super::PostgresStore;
use super::media::{record, record_columns, show};
use super::transaction::{Tx, reading, transaction};
use crate::store::words::{count, id};
use crate::store::{
    MediaClaim, MediaOutcome, MediaRecord, MediaWork, StoreError, StoredBytes, UploadSource,
};
use app::ids::MediaId;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

#[async_trait]
impl MediaWork for PostgresStore {
    async fn claim_media(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<MediaClaim>, StoreError> {
        // One statement is a transaction. If its answer is lost, the lease ends and somebody claims anew.
        let claimed = reading!(
            sqlx::query(
                "WITH due AS (SELECT m.id FROM media m JOIN numbers n ON n.id = m.number_id \
                   WHERE m.due_at <= $2 AND n.deleted_at IS NULL AND m.message_id IS NOT NULL AND m.provider_media_id IS NOT NULL \
                   ORDER BY m.due_at, m.id LIMIT $3 FOR UPDATE OF m SKIP LOCKED), \
                 claimed AS (UPDATE media SET due_at = $1, attempts = attempts + 1 FROM due WHERE media.id = due.id RETURNING media.*) \
                 SELECT m.id, m.tenant_id, m.number_id, g.kind, m.provider_media_id, m.mime_type, m.digest, m.attempts, \
                        n.phone_number_id, n.access_token, n.graph_base_url \
                   FROM claimed m JOIN numbers n ON n.id = m.number_id JOIN messages g ON g.id = m.message_id ORDER BY m.id",
            )
            .bind(lease)
            .bind(now)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
        )?;
        claimed.iter().map(claim).collect()
    }

    async fn renew_media(&self, claims: &[(MediaId, u32)], lease: i64) -> Result<(), StoreError> {
        let ids: Vec<&str> = claims.iter().map(|(media, _)| media.as_str()).collect();
        let attempts: Vec<i64> = claims
            .iter()
            .map(|(_, attempts)| i64::from(*attempts))
            .collect();
        reading!(
            sqlx::query(
                "UPDATE media SET due_at = $1 FROM unnest($2::text[], $3::bigint[]) AS c(id, attempts) \
                  WHERE media.id = c.id AND media.attempts = c.attempts AND media.due_at IS NOT NULL",
            )
            .bind(lease)
            .bind(&ids)
            .bind(&attempts)
            .execute(&self.pool)
        )?;
        Ok(())
    }

    async fn settle_media(
        &self,
        claim: &MediaClaim,
        outcome: MediaOutcome,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| settle(&mut tx, claim, &outcome))
    }

    async fn next_media_due(&self) -> Result<Option<i64>, StoreError> {
        reading!(
            sqlx::query_scalar(
                "SELECT m.due_at FROM media m JOIN numbers n ON n.id = m.number_id \
                  WHERE m.due_at IS NOT NULL AND n.deleted_at IS NULL ORDER BY m.due_at LIMIT 1",
            )
            .fetch_optional(&self.pool)
        )
    }

    async fn upload_source(&self, media: &MediaId) -> Result<Option<UploadSource>, StoreError> {
        let row = reading!(
            sqlx::query(
                "SELECT m.id, m.mime_type, m.real_type, m.file_name, m.size, m.blob, m.thumbnail, m.upload_id, m.upload_expires_at, \
                        m.number_id, n.phone_number_id, n.access_token, n.graph_base_url \
                   FROM media m JOIN numbers n ON n.id = m.number_id WHERE m.id = $1 AND m.blob IS NOT NULL",
            )
            .bind(media.as_str())
            .fetch_optional(&self.pool)
        )?;
        let Some(row) = row else { return Ok(None) };
        let given: Option<String> = row.try_get(7)?;
        let until: Option<i64> = row.try_get(8)?;
        Ok(Some(UploadSource {
            record: record(&row)?,
            given: given.zip(until),
            number: id(row.try_get(9)?)?,
            phone_number_id: row.try_get(10)?,
            access_token: row.try_get(11)?,
            graph_base_url: row.try_get(12)?,
        }))
    }

    async fn note_given(
        &self,
        media: &MediaId,
        upload_id: &str,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        reading!(
            sqlx::query("UPDATE media SET upload_id = $1, upload_expires_at = $2 WHERE id = $3")
                .bind(upload_id)
                .bind(expires_at)
                .bind(media.as_str())
                .execute(&self.pool)
        )?;
        Ok(())
    }

    async fn unused_uploads(
        &self,
        before: i64,
        limit: u32,
    ) -> Result<Vec<MediaRecord>, StoreError> {
        let found = reading!(
            sqlx::query(concat!(
                "SELECT ",
                record_columns!(),
                " FROM media WHERE message_id IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2"
            ))
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
        )?;
        found.iter().map(record).collect()
    }

    async fn is_used_elsewhere(&self, blob: &str, media: &MediaId) -> Result<bool, StoreError> {
        reading!(
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM media WHERE blob = $1 AND id <> $2) \
                     OR EXISTS (SELECT 1 FROM media WHERE thumbnail = $1 AND id <> $2)",
            )
            .bind(blob)
            .bind(media.as_str())
            .fetch_one(&self.pool)
        )
    }

    async fn forget_upload(&self, media: &MediaId) -> Result<bool, StoreError> {
        let gone = reading!(
            sqlx::query("DELETE FROM media WHERE id = $1 AND message_id IS NULL")
                .bind(media.as_str())
                .execute(&self.pool)
        )?;
        Ok(gone.rows_affected() > 0)
    }
}

fn claim(row: &PgRow) -> Result<MediaClaim, StoreError> {
    Ok(MediaClaim {
        id: id(row.try_get(0)?)?,
        tenant: id(row.try_get(1)?)?,
        number: id(row.try_get(2)?)?,
        message_kind: row.try_get(3)?,
        provider_media_id: row.try_get(4)?,
        mime_type: row.try_get(5)?,
        digest: row.try_get(6)?,
        attempts: count(row.try_get(7)?)?,
        phone_number_id: row.try_get(8)?,
        access_token: row.try_get(9)?,
        graph_base_url: row.try_get(10)?,
    })
}

async fn settle(tx: &mut Tx, claim: &MediaClaim, outcome: &MediaOutcome) -> Result<(), StoreError> {
    tx.lock(&claim.tenant).await?;
    // Only the claim that counts: its lease may have ended, and another server be at work, or the message have been taken back.
    let message: Option<Option<String>> = sqlx::query_scalar(
        "SELECT message_id FROM media WHERE id = $1 AND attempts = $2 AND due_at IS NOT NULL FOR UPDATE",
    )
    .bind(claim.id.as_str())
    .bind(i64::from(claim.attempts))
    .fetch_optional(tx.connection())
    .await?;
    let Some(Some(message)) = message else {
        return Ok(());
    };
    match outcome {
        MediaOutcome::RetryAt(at) => {
            sqlx::query("UPDATE media SET due_at = $1 WHERE id = $2")
                .bind(at)
                .bind(claim.id.as_str())
                .execute(tx.connection())
                .await?;
            return Ok(());
        }
        MediaOutcome::Ready(bytes) => keep(tx.connection(), &claim.id, bytes).await?,
        MediaOutcome::Failed(sentence) => {
            sqlx::query(
                "UPDATE media SET state = 'failed', failure = $1, due_at = NULL WHERE id = $2",
            )
            .bind(sentence)
            .bind(claim.id.as_str())
            .execute(tx.connection())
            .await?;
        }
    }
    show(tx, &claim.tenant, &id(message)?, &claim.id, outcome).await?;
    Ok(())
}

async fn keep(
    db: &mut PgConnection,
    media: &MediaId,
    bytes: &StoredBytes,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE media SET state = 'ready', failure = NULL, due_at = NULL, real_type = $1, size = $2, blob = $3, thumbnail = $4, \
                width = $5, height = $6, duration_ms = $7 WHERE id = $8",
    )
    .bind(bytes.facts.real_type.as_deref())
    .bind(i64::try_from(bytes.size).unwrap_or(i64::MAX))
    .bind(bytes.blob.as_str())
    .bind(bytes.thumbnail.as_deref())
    .bind(bytes.facts.width.map(i64::from))
    .bind(bytes.facts.height.map(i64::from))
    .bind(bytes.facts.duration_ms.and_then(|ms| i64::try_from(ms).ok()))
    .bind(media.as_str())
    .execute(db)
    .await?;
    Ok(())
}
