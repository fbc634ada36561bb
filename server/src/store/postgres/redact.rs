//! What is not kept any more, in SQL, some of it at a time. This is the one place that lets go of what was said.

use super::erase::{forget_words, let_go_of_files};
use super::number_log::lock_tenant_of;
use super::transaction::Tx;
use crate::clock::now_ms;
use crate::store::lifecycle::{CONVERSATIONS_AT_ONCE, ERASED_EVENT, LOG_AT_ONCE, REDACTED};
use crate::store::{DAY_MS, Redacted, StoreError};
use app::ids::NumberId;
use sqlx::Row;
use sqlx::postgres::PgConnection;

/// Messages of some conversations that are old and still say something. What has yet to go out, and what was done with a conversation,
/// stay.
pub const REDACTABLE: &str = "SELECT m.id FROM messages m WHERE m.conversation_id = ANY($1) AND m.second < $2 \
     AND m.kind <> 'activity' AND m.content IS DISTINCT FROM $3 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id) LIMIT $4";

/// A stretch of a number's conversations, by contact.
pub const REDACTED_CONVERSATIONS: &str = "SELECT c.id, c.contact_id, c.last_message_at FROM conversations c \
     WHERE c.number_id = $1 AND c.contact_id > $2 ORDER BY c.contact_id LIMIT $3";

pub(super) async fn step(
    tx: &mut Tx,
    number: &NumberId,
    before: i64,
    from: &str,
    limit: u32,
) -> Result<Redacted, StoreError> {
    // Whoever changes messages of a tenant does it alone.
    lock_tenant_of(tx, number).await?;
    let db = tx.connection();
    let mut count = 0;
    if from.is_empty() {
        count += told(db, number, before).await?;
        if count > 0 {
            // There may be more of it.
            let next = Some(String::new());
            return Ok(Redacted { count, next });
        }
    }
    let found = sqlx::query(REDACTED_CONVERSATIONS)
        .bind(number.as_str())
        .bind(from)
        .bind(CONVERSATIONS_AT_ONCE)
        .fetch_all(&mut *db)
        .await?;
    let (mut ids, mut stale, mut last) = (Vec::new(), Vec::new(), None);
    for row in &found {
        let (id, contact): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if row.try_get::<i64, _>(2)? < before {
            stale.push(id.clone());
        }
        ids.push(id);
        last = Some(contact);
    }
    let Some(last) = last else {
        return Ok(Redacted { count, next: None });
    };
    let messages: Vec<String> = sqlx::query_scalar(REDACTABLE)
        .bind(&ids)
        .bind(before.div_euclid(1000))
        .bind(REDACTED)
        .bind(i64::from(limit))
        .fetch_all(&mut *db)
        .await?;
    count += messages.len() as u64;
    let is_all = messages.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    if !messages.is_empty() {
        blank(db, &ids, &messages).await?;
    }
    if !is_all {
        // The same stretch again.
        let next = Some(from.to_owned());
        return Ok(Redacted { count, next });
    }
    forget_people(db, number, &stale, before).await?;
    Ok(Redacted {
        count,
        next: Some(last),
    })
}

/// Events and settled deliveries that tell of it. Positions of the log stay.
async fn told(db: &mut PgConnection, number: &NumberId, before: i64) -> Result<u64, StoreError> {
    let events = sqlx::query(
            "UPDATE events SET payload = $1 WHERE (tenant_id, seq) IN (SELECT e.tenant_id, e.seq FROM events e \
             WHERE e.at < $2 AND e.number_id = $3 AND e.payload <> $1 LIMIT $4)",
        )
        .bind(ERASED_EVENT)
        .bind(before)
        .bind(number.as_str())
        .bind(LOG_AT_ONCE)
        .execute(&mut *db)
        .await?
        .rows_affected();
    let deliveries = sqlx::query(
            "DELETE FROM webhook_deliveries WHERE (webhook_id, seq) IN (SELECT d.webhook_id, d.seq FROM webhooks w \
             JOIN webhook_deliveries d ON d.webhook_id = w.id \
             WHERE w.number_id = $1 AND d.planned_at < $2 AND d.state <> 'waiting' LIMIT $3)",
        )
        .bind(number.as_str())
        .bind(before)
        .bind(LOG_AT_ONCE)
        .execute(&mut *db)
        .await?
        .rows_affected();
    Ok(events + deliveries)
}

/// What was said, the files, what younger messages quote of it, and what can be found.
async fn blank(
    db: &mut PgConnection,
    conversations: &[String],
    messages: &[String],
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE messages SET text = NULL, content = $2, quote = NULL, reactions = NULL, reaction_failure = NULL, raw = NULL, draft = NULL \
         WHERE id = ANY($1)",
    )
    .bind(messages)
    .bind(REDACTED)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "UPDATE messages SET quote = (quote::jsonb - 'text')::text WHERE conversation_id = ANY($1) \
         AND quote IS NOT NULL AND quote::jsonb ->> 'text' IS NOT NULL AND quote::jsonb ->> 'messageId' = ANY($2)",
    )
    .bind(conversations)
    .bind(messages)
    .execute(&mut *db)
    .await?;
    let_go_of_files(db, messages).await?;
    forget_words(db, messages).await
}

/// Who it was in conversations that ended before that. The phone, or the id in its place, stays: by it the next message finds its
/// conversation.
async fn forget_people(
    db: &mut PgConnection,
    number: &NumberId,
    conversations: &[String],
    before: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE conversations SET preview_text = NULL, own_name = NULL WHERE id = ANY($1) \
         AND (preview_text IS NOT NULL OR own_name IS NOT NULL)",
    )
    .bind(conversations)
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM contact_fields WHERE conversation_id = ANY($1)")
        .bind(conversations)
        .execute(&mut *db)
        .await?;
    // Unless another number keeps who the person is.
    sqlx::query(
        "UPDATE contacts SET name = NULL, username = NULL WHERE (name IS NOT NULL OR username IS NOT NULL) AND id IN \
           (SELECT c.contact_id FROM conversations c WHERE c.id = ANY($1)) \
         AND NOT EXISTS (SELECT 1 FROM conversations o JOIN numbers n ON n.id = o.number_id WHERE o.contact_id = contacts.id \
           AND o.last_message_at >= CASE WHEN n.id = $2 THEN $3 WHEN n.pii_mode = 'STORE_X_DAYS' THEN $4 - n.pii_retention_days * $5 \
                                       ELSE $6 END)",
    )
    .bind(conversations)
    .bind(number.as_str())
    .bind(before)
    .bind(now_ms())
    .bind(DAY_MS)
    .bind(i64::MIN)
    .execute(&mut *db)
    .await?;
    forget_words(db, conversations).await
}
