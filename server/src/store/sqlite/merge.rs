//! Two contacts that turned out to be one person, in SQL.

use super::messages::conversation_by_id;
use super::writer::Tx;
use crate::ingest::{Merge, encode_event};
use crate::store::words::id;
use crate::store::{LoggedEvent, StoreError};
use app::ids::{ConversationId, NumberId, TenantId};
use app::live::LiveEvent;
use sqlx::{Row, SqliteConnection};

/// Two contacts turned out to be one person: everything of `drop` moves to `keep`.
pub(super) async fn merge_contacts(tx: &mut Tx<'_>, merge: &Merge) -> Result<(), StoreError> {
    let moving = sqlx::query(
        "SELECT c.id, c.tenant_id, c.number_id, k.id FROM conversations c \
         LEFT JOIN conversations k ON k.number_id = c.number_id AND k.contact_id = ? WHERE c.contact_id = ?",
    )
    .bind(merge.keep.as_str())
    .bind(merge.drop.as_str())
    .fetch_all(&mut *tx.connection)
    .await?;
    // The phone first: it is unique, and the one that stays takes it over.
    sqlx::query("UPDATE contacts SET phone = NULL WHERE id = ? RETURNING phone")
        .bind(merge.drop.as_str())
        .execute(&mut *tx.connection)
        .await?;
    for row in moving {
        let from: ConversationId = id(row.try_get(0)?)?;
        let tenant = id(row.try_get(1)?)?;
        let number: NumberId = id(row.try_get(2)?)?;
        let into = if let Some(into) = row.try_get::<Option<String>, _>(3)? {
            let into: ConversationId = id(into)?;
            join_conversations(tx.connection, &from, &into).await?;
            into
        } else {
            sqlx::query("UPDATE conversations SET contact_id = ? WHERE id = ?")
                .bind(merge.keep.as_str())
                .bind(from.as_str())
                .execute(&mut *tx.connection)
                .await?;
            from.clone()
        };
        log_merge(tx, tenant, number, &from, &into).await?;
    }
    sqlx::query("DELETE FROM contacts WHERE id = ?")
        .bind(merge.drop.as_str())
        .execute(&mut *tx.connection)
        .await?;
    Ok(())
}

async fn join_conversations(
    db: &mut SqliteConnection,
    from: &ConversationId,
    into: &ConversationId,
) -> Result<(), StoreError> {
    for statement in [
        // A composer's id is unique within a conversation; it has done its work for a message that is stored.
        "UPDATE messages SET client_id = NULL WHERE conversation_id = ?1 AND client_id IN \
                (SELECT client_id FROM messages WHERE conversation_id = ?2)",
        "UPDATE messages SET conversation_id = ?2 WHERE conversation_id = ?1",
        "UPDATE outbox SET conversation_id = ?2 WHERE conversation_id = ?1",
        "UPDATE conversations SET unread = conversations.unread + f.unread, \
                last_inbound_at = nullif(max(coalesce(conversations.last_inbound_at, 0), coalesce(f.last_inbound_at, 0)), 0) \
         FROM (SELECT unread, last_inbound_at FROM conversations WHERE id = ?1) f WHERE conversations.id = ?2",
        "UPDATE conversations SET last_message_at = f.last_message_at, last_message_id = f.last_message_id, \
                preview_direction = f.preview_direction, preview_kind = f.preview_kind, \
                preview_text = f.preview_text, preview_status = f.preview_status \
         FROM (SELECT * FROM conversations WHERE id = ?1) f \
         WHERE conversations.id = ?2 AND f.last_message_at > conversations.last_message_at",
        // What was to be done in one of them is to be done in both; of two owners the one of the conversation that stays.
        "UPDATE conversations SET assignee_id = coalesce(conversations.assignee_id, f.assignee_id), \
                pinned = max(conversations.pinned, f.pinned), state = CASE WHEN f.state = 'open' THEN 'open' ELSE conversations.state END, \
                snoozed_until = CASE WHEN f.state = 'open' THEN NULL ELSE conversations.snoozed_until END \
         FROM (SELECT assignee_id, pinned, state FROM conversations WHERE id = ?1) f WHERE conversations.id = ?2",
        "UPDATE conversations SET place = CASE WHEN pinned = 1 THEN 4000000000000000 + min(max(last_message_at, 0), 4000000000000000) ELSE last_message_at END \
         WHERE id = ?2 AND ?1 <> ?2",
        "INSERT OR IGNORE INTO conversation_labels (conversation_id, label_id, number_id, state, place) SELECT ?2, label_id, number_id, state, place FROM conversation_labels WHERE conversation_id = ?1",
        "DELETE FROM conversation_labels WHERE conversation_id = ?1 AND ?1 <> ?2",
        "UPDATE conversation_labels SET state = c.state, place = c.place FROM conversations c \
         WHERE c.id = ?2 AND conversation_labels.conversation_id = c.id AND ?1 <> ?2",
        "UPDATE conversations SET labels = nullif((SELECT json_group_array(label_id ORDER BY label_id) FROM conversation_labels WHERE conversation_id = ?2), '[]') WHERE id = ?2 AND ?1 <> ?2",
        // Of two names the one of the conversation that stays; what was known under another name in the other one is known in both.
        "UPDATE conversations SET own_name = coalesce(conversations.own_name, f.own_name), \
                details_seq = coalesce(conversations.details_seq, f.details_seq) \
         FROM (SELECT own_name, details_seq FROM conversations WHERE id = ?1) f WHERE conversations.id = ?2",
        "INSERT OR IGNORE INTO contact_fields (conversation_id, name, value, place) \
         SELECT ?2, name, value, place + 1000 FROM contact_fields WHERE conversation_id = ?1",
        "DELETE FROM contact_fields WHERE conversation_id = ?1 AND ?1 <> ?2",
        "DELETE FROM conversations WHERE id = ?1 AND id <> ?2",
    ] {
        sqlx::query(statement)
            .bind(from.as_str())
            .bind(into.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

async fn log_merge(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    number: NumberId,
    from: &ConversationId,
    into: &ConversationId,
) -> Result<(), StoreError> {
    let seq = tx.take_seqs(&tenant, 1).await?;
    sqlx::query(
        "UPDATE conversations SET seq = ?1, details_seq = iif(details_seq IS NULL, NULL, ?1) WHERE id = ?2",
    )
        .bind(seq)
        .bind(into.as_str())
        .execute(&mut *tx.connection)
        .await?;
    let conversation = Box::new(conversation_by_id(tx.connection, into).await?);
    let event = if from == into {
        LiveEvent::Conversation { conversation }
    } else {
        LiveEvent::ConversationMerged {
            from: from.clone(),
            into: conversation,
        }
    };
    tx.log(LoggedEvent {
        tenant,
        seq,
        number,
        payload: encode_event(&event),
    })
    .await
}
