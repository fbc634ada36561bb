//! Files in SQL: what comes with messages, and what sessions ask for. The workers' part is in `media_work`.

use super::credentials::number_list;
use super::messages::{conversation_by_id, log_message, refresh_preview};
use super::transaction::{Tx, reading, transaction};
use super::{PostgresStore, rows};
use crate::access::Scope;
use crate::ingest::NewMedia;
use crate::media::{Kind, hex};
use crate::store::media::{not_fetchable, settled};
use crate::store::rows::message_columns;
use crate::store::words::{id, json_of};
use crate::store::{MediaOutcome, MediaRecord, MediaStore, NewUpload, StoreError, Uploaded};
use app::ids::{ConversationId, MediaId, MessageId, TenantId};
use app::messages::{Media, MediaState, Message};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

/// Takes the files of new messages to be fetched, and lets go of those whose messages were taken back, in the transaction that writes
/// the messages.
pub(super) async fn write(
    db: &mut PgConnection,
    new: &[NewMedia],
    revoked: &[MediaId],
) -> Result<(), StoreError> {
    if !new.is_empty() {
        // One statement however many there are: the tenant's row is locked meanwhile.
        let column = |of: fn(&NewMedia) -> String| new.iter().map(of).collect::<Vec<_>>();
        let names: Vec<Option<String>> = new.iter().map(|media| media.file_name.clone()).collect();
        let digests: Vec<Option<String>> = new
            .iter()
            .map(|media| media.sha256.map(|digest| hex(&digest)))
            .collect();
        sqlx::query(
            "INSERT INTO media (id, tenant_id, number_id, message_id, provider_media_id, state, mime_type, file_name, digest, due_at, created_at) \
             SELECT u.id, u.tenant, u.number, u.message, u.provider, 'pending', u.mime, u.name, u.digest, $9, $9 \
               FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) \
                 AS u(id, tenant, number, message, provider, mime, name, digest) ON CONFLICT (id) DO NOTHING",
        )
        .bind(column(|media| media.id.to_string()))
        .bind(column(|media| media.tenant.to_string()))
        .bind(column(|media| media.number.to_string()))
        .bind(column(|media| media.message.to_string()))
        .bind(column(|media| media.provider_media_id.clone()))
        .bind(column(|media| crate::media::plain(&media.mime_type)))
        .bind(names)
        .bind(digests)
        .bind(crate::clock::now_ms())
        .execute(&mut *db)
        .await?;
    }
    if !revoked.is_empty() {
        let revoked: Vec<&str> = revoked.iter().map(MediaId::as_str).collect();
        // Without a message: what is kept of it goes with the uploads that nobody used.
        sqlx::query(
            "UPDATE media SET message_id = NULL, due_at = NULL, state = 'failed' WHERE id = ANY($1)",
        )
        .bind(revoked)
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Columns of [`record`].
macro_rules! record_columns {
    () => {
        "id, mime_type, real_type, file_name, size, blob, thumbnail"
    };
}
pub(super) use record_columns;

pub(super) fn record(row: &PgRow) -> Result<MediaRecord, StoreError> {
    Ok(MediaRecord {
        id: id(row.try_get(0)?)?,
        mime_type: row.try_get(1)?,
        real_type: row.try_get(2)?,
        file_name: row.try_get(3)?,
        size: row
            .try_get::<Option<i64>, _>(4)?
            .and_then(|size| u64::try_from(size).ok()),
        blob: row.try_get(5)?,
        thumbnail: row.try_get(6)?,
    })
}

/// Columns of [`uploaded`].
macro_rules! uploaded_columns {
    () => {
        "m.id, m.mime_type, m.file_name, m.size, m.width, m.height, m.duration_ms, m.thumbnail IS NOT NULL, m.kind"
    };
}

fn uploaded(row: &PgRow) -> Result<Uploaded, StoreError> {
    let pixels = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    let kind: String = row.try_get(8)?;
    let media = Media {
        id: id(row.try_get(0)?)?,
        mime_type: row.try_get(1)?,
        file_name: row.try_get(2)?,
        size: row.try_get(3)?,
        state: MediaState::Ready,
        failure: None,
        width: pixels(row.try_get(4)?),
        height: pixels(row.try_get(5)?),
        duration_ms: row.try_get(6)?,
        voice: false,
        animated: false,
        thumbnail: row.try_get(7)?,
    };
    Ok(Uploaded {
        kind: Kind::parse(&kind).unwrap_or(Kind::Document),
        media,
    })
}

/// A message takes a file that was uploaded for it: it is not dropped any more.
pub(super) async fn take_upload(
    db: &mut PgConnection,
    media: &MediaId,
    message: &MessageId,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE media SET message_id = coalesce(message_id, $1) WHERE id = $2")
        .bind(message.as_str())
        .bind(media.as_str())
        .execute(db)
        .await?;
    Ok(())
}

#[async_trait]
impl MediaStore for PostgresStore {
    async fn media(&self, scope: &Scope, ids: &[MediaId]) -> Result<Vec<MediaRecord>, StoreError> {
        let ids: Vec<&str> = ids.iter().map(MediaId::as_str).collect();
        let found = reading!(
            sqlx::query(concat!(
                "SELECT ",
                record_columns!(),
                " FROM media WHERE id = ANY($1) AND tenant_id = $2 AND number_id = ANY($3) AND state = 'ready'"
            ))
            .bind(&ids)
            .bind(scope.tenant().as_str())
            .bind(number_list(scope))
            .fetch_all(&self.pool)
        )?;
        found.iter().map(record).collect()
    }

    async fn check_conversation(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<(), StoreError> {
        let found = reading!(
            sqlx::query(
                "SELECT 1 FROM conversations WHERE id = $1 AND tenant_id = $2 AND number_id = ANY($3)"
            )
            .bind(conversation.as_str())
            .bind(scope.tenant().as_str())
            .bind(number_list(scope))
            .fetch_optional(&self.pool)
        )?;
        found.map(|_| ()).ok_or(StoreError::NotFound)
    }

    async fn uploaded(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        media: &MediaId,
    ) -> Result<Option<Uploaded>, StoreError> {
        let found = reading!(
            sqlx::query(concat!(
                "SELECT ",
                uploaded_columns!(),
                " FROM media m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.number_id = m.number_id \
                   WHERE m.id = $1 AND c.id = $2 AND m.tenant_id = $3 AND m.number_id = ANY($4) \
                     AND m.state = 'ready' AND m.kind IS NOT NULL"
            ))
            .bind(media.as_str())
            .bind(conversation.as_str())
            .bind(scope.tenant().as_str())
            .bind(number_list(scope))
            .fetch_optional(&self.pool)
        )?;
        found.map(|row| uploaded(&row)).transpose()
    }

    async fn add_upload(&self, scope: &Scope, upload: NewUpload) -> Result<(), StoreError> {
        transaction!(self, |tx| add_upload(&mut tx, scope, &upload))
    }

    async fn fetch_media_again(
        &self,
        scope: &Scope,
        media: &MediaId,
        now: i64,
    ) -> Result<Message, StoreError> {
        transaction!(self, |tx| fetch_again(&mut tx, scope, media, now))
    }
}

async fn add_upload(tx: &mut Tx, scope: &Scope, upload: &NewUpload) -> Result<(), StoreError> {
    let facts = &upload.bytes.facts;
    // It may run twice, also after a commit whose answer was lost.
    let added = sqlx::query(
        "INSERT INTO media (id, tenant_id, number_id, kind, state, mime_type, real_type, file_name, size, blob, thumbnail, width, height, \
                            duration_ms, created_at) \
         SELECT $1, c.tenant_id, c.number_id, $2, 'ready', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM conversations c \
          WHERE c.id = $13 AND c.tenant_id = $14 AND c.number_id = ANY($15) \
         ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at",
    )
    .bind(upload.id.as_str())
    .bind(upload.kind.name())
    .bind(upload.mime_type.as_str())
    .bind(facts.real_type.as_deref())
    .bind(upload.file_name.as_deref())
    .bind(i64::try_from(upload.bytes.size).unwrap_or(i64::MAX))
    .bind(upload.bytes.blob.as_str())
    .bind(upload.bytes.thumbnail.as_deref())
    .bind(facts.width.map(i64::from))
    .bind(facts.height.map(i64::from))
    .bind(facts.duration_ms.and_then(|ms| i64::try_from(ms).ok()))
    .bind(upload.created_at)
    .bind(upload.conversation.as_str())
    .bind(scope.tenant().as_str())
    .bind(number_list(scope))
    .execute(tx.connection())
    .await?;
    if added.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

async fn fetch_again(
    tx: &mut Tx,
    scope: &Scope,
    media: &MediaId,
    now: i64,
) -> Result<Message, StoreError> {
    tx.lock(scope.tenant()).await?;
    let row = sqlx::query(
        "SELECT state, message_id FROM media WHERE id = $1 AND tenant_id = $2 AND number_id = ANY($3)",
    )
    .bind(media.as_str())
    .bind(scope.tenant().as_str())
    .bind(number_list(scope))
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    let message: MessageId = match row.try_get::<Option<String>, _>(1)? {
        Some(message) => id(message)?,
        None => return Err(StoreError::NotFound),
    };
    if row.try_get::<String, _>(0)? != "failed" {
        return Err(not_fetchable());
    }
    sqlx::query("UPDATE media SET state = 'pending', failure = NULL, attempts = 0, due_at = $1 WHERE id = $2")
        .bind(now)
        .bind(media.as_str())
        .execute(tx.connection())
        .await?;
    show(
        tx,
        scope.tenant(),
        &message,
        media,
        &MediaOutcome::RetryAt(now),
    )
    .await?
    .ok_or(StoreError::NotFound)
}

/// Writes what became of a file into its message, and the event, under the tenant's lock. `None` if the message does not show this file
/// any more.
pub(super) async fn show(
    tx: &mut Tx,
    tenant: &TenantId,
    message: &MessageId,
    media: &MediaId,
    outcome: &MediaOutcome,
) -> Result<Option<Message>, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = $1"
    ))
    .bind(message.as_str())
    .fetch_one(tx.connection())
    .await?;
    let Some(mut message) = settled(rows::message(&row)?, media, outcome) else {
        return Ok(None);
    };
    message.seq = tx.take_seqs(tenant, 1).await?;
    sqlx::query("UPDATE messages SET content = $1, seq = $2 WHERE id = $3")
        .bind(json_of(message.content.as_ref())?)
        .bind(message.seq)
        .bind(message.id.as_str())
        .execute(tx.connection())
        .await?;
    let conversation = conversation_by_id(tx.connection(), &message.conversation_id).await?;
    let conversation = refresh_preview(tx.connection(), conversation, &message).await?;
    log_message(tx, tenant, conversation, &message, None).await?;
    Ok(Some(message))
}
