//! Files in SQL, for the workers: claims, their ends, what is given to Meta, what nobody used.

use super::SqliteStore;
use super::media::{record, record_columns, show};
use super::writer::Tx;
use crate::store::words::{count, id};
use crate::store::{
    MediaClaim, MediaOutcome, MediaRecord, MediaWork, StoreError, StoredBytes, UploadSource,
};
use app::ids::MediaId;
use async_trait::async_trait;
use serde_json::json;
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl MediaWork for SqliteStore {
    async fn claim_media(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<MediaClaim>, StoreError> {
        self.writer
            .run(move |tx| Box::pin(async move { claim(tx.connection, now, lease, limit).await }))
            .await
    }

    async fn renew_media(&self, claims: &[(MediaId, u32)], lease: i64) -> Result<(), StoreError> {
        let claims = json!(claims).to_string();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE media SET due_at = ? WHERE due_at IS NOT NULL AND (id, attempts) IN \
                         (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
                    )
                    .bind(lease)
                    .bind(claims)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn settle_media(
        &self,
        claim: &MediaClaim,
        outcome: MediaOutcome,
    ) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.writer
            .run(move |tx| Box::pin(async move { settle(tx, &claim, &outcome).await }))
            .await
    }

    async fn next_media_due(&self) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT m.due_at FROM media m JOIN numbers n ON n.id = m.number_id \
              WHERE m.due_at IS NOT NULL AND n.deleted_at IS NULL ORDER BY m.due_at LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await?)
    }

    async fn upload_source(&self, media: &MediaId) -> Result<Option<UploadSource>, StoreError> {
        let row = sqlx::query(
            "SELECT m.id, m.mime_type, m.real_type, m.file_name, m.size, m.blob, m.thumbnail, m.upload_id, m.upload_expires_at, \
                    m.number_id, n.phone_number_id, n.access_token, n.graph_base_url \
               FROM media m JOIN numbers n ON n.id = m.number_id WHERE m.id = ? AND m.blob IS NOT NULL",
        )
        .bind(media.as_str())
        .fetch_optional(&self.readers)
        .await?;
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
        let (media, upload_id) = (media.clone(), upload_id.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE media SET upload_id = ?, upload_expires_at = ? WHERE id = ?",
                    )
                    .bind(upload_id)
                    .bind(expires_at)
                    .bind(media.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn unused_uploads(
        &self,
        before: i64,
        limit: u32,
    ) -> Result<Vec<MediaRecord>, StoreError> {
        sqlx::query(concat!(
            "SELECT ",
            record_columns!(),
            " FROM media WHERE message_id IS NULL AND created_at < ? ORDER BY created_at LIMIT ?"
        ))
        .bind(before)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(record)
        .collect()
    }

    async fn is_used_elsewhere(&self, blob: &str, media: &MediaId) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM media WHERE blob = ?1 AND id <> ?2) OR EXISTS (SELECT 1 FROM media WHERE thumbnail = ?1 AND id <> ?2)",
        )
        .bind(blob)
        .bind(media.as_str())
        .fetch_one(&self.readers)
        .await?)
    }

    async fn forget_upload(&self, media: &MediaId) -> Result<bool, StoreError> {
        let media = media.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let gone = sqlx::query("DELETE FROM media WHERE id = ? AND message_id IS NULL")
                        .bind(media.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(gone.rows_affected() > 0)
                })
            })
            .await
    }
}

async fn claim(
    db: &mut SqliteConnection,
    now: i64,
    lease: i64,
    limit: u32,
) -> Result<Vec<MediaClaim>, StoreError> {
    let claimed: Vec<String> = sqlx::query_scalar(
        "UPDATE media SET due_at = ?1, attempts = attempts + 1 WHERE id IN \
           (SELECT m.id FROM media m JOIN numbers n ON n.id = m.number_id \
             WHERE m.due_at <= ?2 AND n.deleted_at IS NULL AND m.message_id IS NOT NULL AND m.provider_media_id IS NOT NULL \
             ORDER BY m.due_at, m.id LIMIT ?3) RETURNING id",
    )
    .bind(lease)
    .bind(now)
    .bind(limit)
    .fetch_all(&mut *db)
    .await?;
    sqlx::query(
        "SELECT m.id, m.tenant_id, m.number_id, g.kind, m.provider_media_id, m.mime_type, m.digest, m.attempts, n.phone_number_id, \
                n.access_token, n.graph_base_url \
           FROM media m JOIN numbers n ON n.id = m.number_id JOIN messages g ON g.id = m.message_id \
          WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id",
    )
    .bind(json!(claimed).to_string())
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
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
    })
    .collect()
}

async fn settle(
    tx: &mut Tx<'_>,
    claim: &MediaClaim,
    outcome: &MediaOutcome,
) -> Result<(), StoreError> {
    // Only the claim that counts: its lease may have ended, and another server be at work, or the message have been taken back.
    let message: Option<Option<String>> = sqlx::query_scalar(
        "SELECT message_id FROM media WHERE id = ? AND attempts = ? AND due_at IS NOT NULL",
    )
    .bind(claim.id.as_str())
    .bind(claim.attempts)
    .fetch_optional(&mut *tx.connection)
    .await?;
    let Some(Some(message)) = message else {
        return Ok(());
    };
    match outcome {
        MediaOutcome::RetryAt(at) => {
            sqlx::query("UPDATE media SET due_at = ? WHERE id = ?")
                .bind(at)
                .bind(claim.id.as_str())
                .execute(&mut *tx.connection)
                .await?;
            return Ok(());
        }
        MediaOutcome::Ready(bytes) => keep(tx.connection, &claim.id, bytes).await?,
        MediaOutcome::Failed(sentence) => {
            sqlx::query(
                "UPDATE media SET state = 'failed', failure = ?, due_at = NULL WHERE id = ?",
            )
            .bind(sentence)
            .bind(claim.id.as_str())
            .execute(&mut *tx.connection)
            .await?;
        }
    }
    show(tx, &claim.tenant, &id(message)?, &claim.id, outcome).await?;
    Ok(())
}

async fn keep(
    db: &mut SqliteConnection,
    media: &MediaId,
    bytes: &StoredBytes,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE media SET state = 'ready', failure = NULL, due_at = NULL, real_type = ?, size = ?, blob = ?, thumbnail = ?, width = ?, \
                height = ?, duration_ms = ? WHERE id = ?",
    )
    .bind(bytes.facts.real_type.as_deref())
    .bind(i64::try_from(bytes.size).unwrap_or(i64::MAX))
    .bind(bytes.blob.as_str())
    .bind(bytes.thumbnail.as_deref())
    .bind(bytes.facts.width)
    .bind(bytes.facts.height)
    .bind(bytes.facts.duration_ms.and_then(|ms| i64::try_from(ms).ok()))
    .bind(media.as_str())
    .execute(db)
    .await?;
    Ok(())
}
