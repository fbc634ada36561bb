//! The end of a number that nobody can bring back, in SQL, some of it at a time. What is left is a row that says whose it was.

use crate::store::StoreError;
use crate::store::lifecycle::{CONVERSATIONS_AT_ONCE, ERASED_EVENT, LOG_AT_ONCE};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

/// Erases some of the first number that there is something left of. Its phone is what goes last.
pub(super) async fn step(
    db: &mut SqliteConnection,
    before: i64,
    limit: u32,
) -> Result<bool, StoreError> {
    let found = sqlx::query(
        "SELECT id, tenant_id FROM numbers WHERE deleted_at <= ? AND deleted_at IS NOT NULL AND phone <> '' ORDER BY deleted_at, id LIMIT 1",
    )
    .bind(before)
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = found else { return Ok(false) };
    let (number, tenant): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    if told(db, &number, &tenant).await? {
        return Ok(true);
    }
    if conversations(db, &number, limit).await? {
        return Ok(true);
    }
    rest(db, &number, &tenant).await?;
    Ok(true)
}

/// What was told to screens and backends. Returns whether there may be more.
async fn told(db: &mut SqliteConnection, number: &str, tenant: &str) -> Result<bool, StoreError> {
    let deliveries = sqlx::query(
        "DELETE FROM webhook_deliveries WHERE (webhook_id, seq) IN (SELECT d.webhook_id, d.seq FROM webhooks w \
         CROSS JOIN webhook_deliveries d ON d.webhook_id = w.id WHERE w.number_id = ? LIMIT ?)",
    )
    .bind(number)
    .bind(LOG_AT_ONCE)
    .execute(&mut *db)
    .await?
    .rows_affected();
    if deliveries > 0 {
        return Ok(true);
    }
    sqlx::query("DELETE FROM webhooks WHERE number_id = ?")
        .bind(number)
        .execute(&mut *db)
        .await?;
    // Their positions stay: a log with a gap would read like one that is cut off.
    let events = sqlx::query(
        "UPDATE events SET payload = ?1 WHERE (tenant_id, seq) IN (SELECT e.tenant_id, e.seq FROM events e \
         WHERE e.tenant_id = ?2 AND e.number_id = ?3 AND e.payload <> ?1 LIMIT ?4)",
    )
    .bind(ERASED_EVENT)
    .bind(tenant)
    .bind(number)
    .bind(LOG_AT_ONCE)
    .execute(&mut *db)
    .await?
    .rows_affected();
    Ok(events > 0)
}

/// Some conversations with everything in them. Returns whether there may be more.
async fn conversations(
    db: &mut SqliteConnection,
    number: &str,
    limit: u32,
) -> Result<bool, StoreError> {
    let found = sqlx::query("SELECT id, contact_id FROM conversations WHERE number_id = ? LIMIT ?")
        .bind(number)
        .bind(CONVERSATIONS_AT_ONCE)
        .fetch_all(&mut *db)
        .await?;
    if found.is_empty() {
        return Ok(false);
    }
    let (mut ids, mut contacts) = (Vec::new(), Vec::new());
    for row in &found {
        ids.push(row.try_get::<String, _>(0)?);
        contacts.push(row.try_get::<String, _>(1)?);
    }
    let (ids, contacts) = (json!(ids).to_string(), json!(contacts).to_string());
    let messages: Vec<String> = sqlx::query_scalar(
        "SELECT m.id FROM json_each(?) j CROSS JOIN messages m ON m.conversation_id = j.value LIMIT ?",
    )
    .bind(&ids)
    .bind(limit)
    .fetch_all(&mut *db)
    .await?;
    let is_all = messages.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let messages = json!(messages).to_string();
    let_go_of_files(db, &messages).await?;
    forget_words(db, &messages).await?;
    for statement in [
        "DELETE FROM outbox WHERE message_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM signals WHERE message_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(statement)
            .bind(&messages)
            .execute(&mut *db)
            .await?;
    }
    if is_all {
        forget_words(db, &ids).await?;
        sqlx::query("DELETE FROM conversations WHERE id IN (SELECT value FROM json_each(?))")
            .bind(&ids)
            .execute(&mut *db)
            .await?;
        sqlx::query(
            "DELETE FROM contacts WHERE id IN (SELECT value FROM json_each(?)) \
             AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.contact_id = contacts.id)",
        )
        .bind(&contacts)
        .execute(db)
        .await?;
    }
    Ok(true)
}

/// Files of messages go with the uploads that nobody used, at the next look.
pub(super) async fn let_go_of_files(
    db: &mut SqliteConnection,
    messages: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE media SET message_id = NULL, due_at = NULL, state = 'failed', created_at = 0 \
         WHERE message_id IN (SELECT value FROM json_each(?))",
    )
    .bind(messages)
    .execute(db)
    .await?;
    Ok(())
}

/// What can be found of these messages or conversations.
pub(super) async fn forget_words(
    db: &mut SqliteConnection,
    subjects: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM search_words WHERE rowid IN \
           (SELECT d.id FROM json_each(?) j CROSS JOIN search_documents d ON d.subject = j.value)",
    )
    .bind(subjects)
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM search_documents WHERE subject IN (SELECT value FROM json_each(?))")
        .bind(subjects)
        .execute(db)
        .await?;
    Ok(())
}

/// What belongs to the number itself.
async fn rest(db: &mut SqliteConnection, number: &str, tenant: &str) -> Result<(), StoreError> {
    for statement in [
        "UPDATE media SET due_at = NULL, state = 'failed', created_at = 0 WHERE number_id = ?",
        "DELETE FROM embed_sessions WHERE api_key_id IN (SELECT k.id FROM api_keys k WHERE k.number_id = ?)",
        "DELETE FROM api_keys WHERE number_id = ?",
        "DELETE FROM pairings WHERE number_id = ?",
        "DELETE FROM templates WHERE number_id = ?",
        "DELETE FROM number_alerts WHERE number_id = ?",
        "DELETE FROM held_statuses WHERE number_id = ?",
        "DELETE FROM held_changes WHERE number_id = ?",
        "DELETE FROM idempotency_keys WHERE number_id = ?",
        "DELETE FROM inbox_numbers WHERE number_id = ?",
        "DELETE FROM operator_numbers WHERE number_id = ?",
        "DELETE FROM label_numbers WHERE number_id = ?",
        "DELETE FROM quick_reply_numbers WHERE number_id = ?",
        "UPDATE numbers SET name = '', phone = '', phone_number_id = id, access_token = x'', graph_base_url = '', refusal = NULL, \
           health = NULL, unread = 0, gateway_session = NULL, settings = '{}' WHERE id = ?",
    ] {
        sqlx::query(statement)
            .bind(number)
            .execute(&mut *db)
            .await?;
    }
    for statement in [
        "DELETE FROM labels WHERE tenant_id = ? AND NOT EXISTS (SELECT 1 FROM label_numbers l WHERE l.label_id = labels.id)",
        "DELETE FROM quick_replies WHERE tenant_id = ? AND NOT EXISTS \
           (SELECT 1 FROM quick_reply_numbers q WHERE q.quick_reply_id = quick_replies.id)",
    ] {
        sqlx::query(statement)
            .bind(tenant)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
