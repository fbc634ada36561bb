//! Threads and sending in SQL.

use super::conversations::find;
use super::media::take_upload;
use super::outbox::{fail, load};
use super::rows;
use super::writer::Tx;
use crate::access::Scope;
use crate::clock::now_ms;
use crate::fresh;
use crate::ingest::{News, encode_message};
use crate::store::pages::{Wanted, around, beside};
use crate::store::rows::{conversation_columns, message_columns};
use crate::store::rules::{
    cancelled, may_cancel, may_retry, not_cancellable, nothing_to_quote, paused, quote_of,
    same_again, scheduled, window_allows,
};
use crate::store::words::{direction_text, json_of, part};
use crate::store::{LoggedEvent, Outgoing, StoreError};
use app::conversations::{Conversation, Preview, preview_of};
use app::ids::{ClientId, ConversationId, MessageId, NumberId, TenantId};
use app::messages::{DeliveryStatus, Direction, Draft, Message, MessagePage, Quote, Waiting};
use app::paging::PageRequest;
use sqlx::SqliteConnection;

macro_rules! thread_query {
    ($comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            message_columns!(),
            " FROM messages m WHERE m.conversation_id = ?1 AND (m.second, m.id) ",
            $comparison,
            " (?2, ?3) ORDER BY m.second ",
            $order,
            ", m.id ",
            $order,
            " LIMIT ?4"
        )
    };
}

/// The newest page of a thread.
pub const NEWEST_PAGE: &str = thread_query!("<", "DESC");

/// A page of a conversation that the caller has found within its scope.
pub(super) async fn page_of_messages(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    page: &PageRequest,
) -> Result<MessagePage, StoreError> {
    let wanted = Wanted::of(page)?;
    let query = if wanted.towards_newer {
        sqlx::query(thread_query!(">", "ASC"))
    } else {
        sqlx::query(NEWEST_PAGE)
    };
    let found = query
        .bind(conversation.as_str())
        .bind(wanted.at)
        .bind(wanted.id)
        .bind(wanted.limit)
        .fetch_all(db)
        .await?;
    let items = found.iter().map(rows::message).collect::<Result<_, _>>()?;
    Ok(wanted.messages(items))
}

/// The part of a conversation around one of its messages; the caller has found the conversation within its scope.
pub(super) async fn page_around(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    message: &MessageId,
) -> Result<MessagePage, StoreError> {
    let message = one_of(db, conversation, message)
        .await?
        .ok_or(StoreError::NotFound)?;
    let (before, after) = beside(&message);
    let before = page_of_messages(db, conversation, &before).await?;
    let after = page_of_messages(db, conversation, &after).await?;
    Ok(around(before, message, after))
}

pub(super) async fn send(
    tx: &mut Tx<'_>,
    scope: &Scope,
    conversation: &ConversationId,
    client_id: &ClientId,
    outgoing: &Outgoing,
) -> Result<Message, StoreError> {
    let mut conversation = find(tx.connection, scope, conversation).await?;
    if let Some(known) = by_client_id(tx.connection, &conversation.id, client_id).await? {
        let stored = stored_draft(tx.connection, &known.id).await?;
        return same_again(known, stored.as_ref(), outgoing);
    }
    window_allows(&conversation, outgoing.window_at)?;
    let quote = answered(tx.connection, &conversation.id, outgoing).await?;
    let now = now_ms();
    let seq = tx.take_seqs(scope.tenant(), 1).await?;
    let message = Message {
        client_id: Some(client_id.clone()),
        text: outgoing.text.clone(),
        content: outgoing.content.clone(),
        quote,
        waiting: match scheduled(outgoing, now) {
            Some(at) => Some(Waiting::until("SCHEDULED", at)),
            None => pause_of(tx.connection, &conversation.number_id).await?,
        },
        sent_at: now,
        seq,
        ..Message::bare(
            fresh!(MessageId),
            conversation.id.clone(),
            Direction::Outbound,
            outgoing.kind.as_str(),
        )
    };
    let times = Times {
        now,
        at: scheduled(outgoing, now),
        until: outgoing.draft.deliver_until,
    };
    let preview = become_last(&mut conversation, &message);
    conversation.preview = Some(preview.clone());
    let (place, number) = (conversation.place(), conversation.number_id.clone());
    let has_labels = !conversation.labels.is_empty();
    let last_message_at = conversation.last_message_at;
    let event = LoggedEvent {
        tenant: scope.tenant().clone(),
        seq,
        number: number.clone(),
        payload: encode_message(conversation, message.clone(), None),
    };
    let payload = std::str::from_utf8(&event.payload);
    let payload = payload.map_err(|error| StoreError::Data(error.to_string()))?;
    sqlx::query(SEND)
        .bind(message.id.as_str())
        .bind(scope.tenant().as_str())
        .bind(number.as_str())
        .bind(message.conversation_id.as_str())
        .bind(client_id.as_str())
        .bind(direction_text(message.direction))
        .bind(message.kind.as_str())
        .bind(message.text.as_deref())
        .bind(message.status.as_str())
        .bind(message.sent_at)
        .bind(message.position().0)
        .bind(seq)
        .bind(now)
        .bind(json_of(message.content.as_ref())?)
        .bind(json_of(message.quote.as_ref())?)
        .bind(json_of(outgoing.stored())?)
        .bind(json_of(message.waiting.as_ref())?)
        // The outbox.
        .bind(message.id.as_str())
        .bind(scope.tenant().as_str())
        .bind(number.as_str())
        .bind(message.conversation_id.as_str())
        .bind(times.state())
        .bind(times.due_at())
        .bind(now)
        .bind(seq)
        .bind(times.until)
        // The conversation.
        .bind(last_message_at)
        .bind(message.id.as_str())
        .bind(direction_text(preview.direction))
        .bind(preview.kind.as_str())
        .bind(preview.text.as_deref())
        .bind(preview.status.as_str())
        .bind(seq)
        .bind(place)
        .bind(message.conversation_id.as_str())
        // The log.
        .bind(event.tenant.as_str())
        .bind(seq)
        .bind(number.as_str())
        .bind(payload)
        .bind(now)
        .execute(&mut *tx.connection)
        .await?;
    tx.events.push(event);
    if has_labels {
        place_labels(tx.connection, &message.conversation_id, place).await?;
    }
    if let Some(media) = outgoing.draft.media() {
        take_upload(&mut *tx.connection, media, &message.id).await?;
    }
    Ok(message)
}

/// All that a send changes, in one round trip: each costs two switches between threads.
const SEND: &str = "\
INSERT INTO messages (id, tenant_id, number_id, conversation_id, client_id, direction, kind, text, status, \
    sent_at, second, seq, created_at, content, quote, draft, waiting) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
INSERT INTO outbox (message_id, tenant_id, number_id, conversation_id, state, due_at, created_at, seq, expires_at) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);
UPDATE conversations SET last_message_at = ?, last_message_id = ?, preview_direction = ?, preview_kind = ?, \
    preview_text = ?, preview_status = ?, seq = ?, place = ? WHERE id = ?;
INSERT INTO events (tenant_id, seq, number_id, payload, at) VALUES (?, ?, ?, ?, ?)";

pub(super) async fn retry(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &MessageId,
    window_at: Option<i64>,
) -> Result<Message, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = ? AND m.tenant_id = ?"
    ))
    .bind(id.as_str())
    .bind(scope.tenant().as_str())
    .fetch_optional(&mut *tx.connection)
    .await?
    .ok_or(StoreError::NotFound)?;
    let mut message = rows::message(&row)?;
    let conversation = find(tx.connection, scope, &message.conversation_id).await?;
    if !may_retry(&message)? {
        return Ok(message);
    }
    let draft = stored_draft(tx.connection, id).await?;
    if draft.as_ref().is_none_or(Draft::needs_window) {
        window_allows(&conversation, window_at)?;
    }
    let seq = tx.take_seqs(scope.tenant(), 1).await?;
    message.status = DeliveryStatus::Queued;
    message.failure = None;
    message.seq = seq;
    message.waiting = pause_of(tx.connection, &conversation.number_id).await?;
    let now = now_ms();
    // A person wants it to go out now; the end that was set for it holds if it has not passed.
    let times = Times {
        now,
        at: None,
        until: draft
            .and_then(|draft| draft.deliver_until)
            .filter(|until| *until > now),
    };
    // WhatsApp's id belongs to the failed attempt; reports about it must not touch the new one.
    sqlx::query(
        "UPDATE messages SET status = 'QUEUED', failure_code = NULL, failure_sentence = NULL, failure_retryable = NULL, \
                provider_id = NULL, reported_sent_at = NULL, waiting = ?, \
                attempt = attempt + 1, seq = ? WHERE id = ?",
    )
    .bind(json_of(message.waiting.as_ref())?)
    .bind(seq)
    .bind(id.as_str())
    .execute(&mut *tx.connection)
    .await?;
    queue(
        tx.connection,
        scope.tenant(),
        &conversation,
        &message,
        times,
    )
    .await?;
    let conversation = refresh_preview(tx.connection, conversation, &message).await?;
    log_message(tx, scope.tenant(), conversation, &message, None).await?;
    Ok(message)
}

pub(super) async fn cancel(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &MessageId,
) -> Result<Message, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = ? AND m.tenant_id = ?"
    ))
    .bind(id.as_str())
    .bind(scope.tenant().as_str())
    .fetch_optional(&mut *tx.connection)
    .await?
    .ok_or(StoreError::NotFound)?;
    let message = rows::message(&row)?;
    find(tx.connection, scope, &message.conversation_id).await?;
    may_cancel(&message)?;
    // Claimed at this moment, it may be on its way.
    let waits: Option<i64> = sqlx::query_scalar(
        "SELECT seq FROM outbox WHERE message_id = ? AND state IN ('ready', 'scheduled')",
    )
    .bind(id.as_str())
    .fetch_optional(&mut *tx.connection)
    .await?;
    if waits.is_none() {
        return Err(not_cancellable());
    }
    fail(tx, id, &cancelled()).await?;
    load(tx.connection, id).await
}

pub(super) async fn conversation_by_id(
    db: &mut SqliteConnection,
    id: &ConversationId,
) -> Result<Conversation, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id = ?"
    ))
    .bind(id.as_str())
    .fetch_one(db)
    .await?;
    rows::conversation(&row)
}

pub(super) async fn by_client_id(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    client_id: &ClientId,
) -> Result<Option<Message>, StoreError> {
    sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.conversation_id = ? AND m.client_id = ?"
    ))
    .bind(conversation.as_str())
    .bind(client_id.as_str())
    .fetch_optional(db)
    .await?
    .map(|row| rows::message(&row))
    .transpose()
}

/// When a message is to go out.
#[derive(Clone, Copy)]
struct Times {
    now: i64,
    /// Not before.
    at: Option<i64>,
    /// Not after.
    until: Option<i64>,
}

impl Times {
    fn state(&self) -> &'static str {
        match self.at {
            Some(_) => "scheduled",
            None => "ready",
        }
    }

    fn due_at(&self) -> i64 {
        self.at.unwrap_or(self.now)
    }
}

async fn queue(
    db: &mut SqliteConnection,
    tenant: &TenantId,
    conversation: &Conversation,
    message: &Message,
    times: Times,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (message_id, tenant_id, number_id, conversation_id, state, due_at, created_at, seq, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(message.id.as_str())
    .bind(tenant.as_str())
    .bind(conversation.number_id.as_str())
    .bind(conversation.id.as_str())
    .bind(times.state())
    .bind(times.due_at())
    .bind(times.now)
    .bind(message.seq)
    .bind(times.until)
    .execute(db)
    .await?;
    Ok(())
}

/// What a message answers to, as it is shown beside it.
async fn answered(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    outgoing: &Outgoing,
) -> Result<Option<Box<Quote>>, StoreError> {
    let Some(id) = &outgoing.draft.quoted else {
        return Ok(None);
    };
    let quoted = quoted(db, conversation, id).await?;
    Ok(Some(Box::new(quote_of(&quoted))))
}

/// The message that another one of the same conversation answers to.
async fn quoted(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    id: &MessageId,
) -> Result<Message, StoreError> {
    one_of(db, conversation, id)
        .await?
        .filter(|message| message.direction != Direction::Internal)
        .ok_or_else(nothing_to_quote)
}

/// A message, if it is of this conversation.
async fn one_of(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    id: &MessageId,
) -> Result<Option<Message>, StoreError> {
    sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = ? AND m.conversation_id = ?"
    ))
    .bind(id.as_str())
    .bind(conversation.as_str())
    .fetch_optional(db)
    .await?
    .map(|row| rows::message(&row))
    .transpose()
}

/// Why nothing goes out from a number just now.
async fn pause_of(
    db: &mut SqliteConnection,
    number: &NumberId,
) -> Result<Option<Waiting>, StoreError> {
    let refusal: Option<String> = sqlx::query_scalar("SELECT refusal FROM numbers WHERE id = ?")
        .bind(number.as_str())
        .fetch_one(db)
        .await?;
    Ok(refusal.map(paused))
}

async fn stored_draft(
    db: &mut SqliteConnection,
    id: &MessageId,
) -> Result<Option<Draft>, StoreError> {
    let draft: Option<String> = sqlx::query_scalar("SELECT draft FROM messages WHERE id = ?")
        .bind(id.as_str())
        .fetch_one(db)
        .await?;
    part(draft.as_deref())
}

/// What a message changes of its conversation when it is the last one.
fn become_last(conversation: &mut Conversation, message: &Message) -> Preview {
    conversation.seq = message.seq;
    conversation.last_message_at = conversation.last_message_at.max(message.sent_at);
    preview_of(message)
}

async fn place_labels(
    db: &mut SqliteConnection,
    conversation: &ConversationId,
    place: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversation_labels SET place = ? WHERE conversation_id = ?")
        .bind(place)
        .bind(conversation.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// The conversation's row after a message of it changed, which shows if it is the last one.
pub(super) async fn refresh_preview(
    db: &mut SqliteConnection,
    mut conversation: Conversation,
    message: &Message,
) -> Result<Conversation, StoreError> {
    conversation.seq = message.seq;
    let is_last: bool = sqlx::query_scalar(
        "UPDATE conversations SET seq = ?1, preview_status = CASE WHEN last_message_id = ?2 THEN ?3 ELSE preview_status END \
         WHERE id = ?4 RETURNING last_message_id IS ?2",
    )
    .bind(message.seq)
    .bind(message.id.as_str())
    .bind(message.status.as_str())
    .bind(conversation.id.as_str())
    .fetch_one(db)
    .await?;
    if is_last {
        conversation.preview = Some(preview_of(message));
    }
    Ok(conversation)
}

pub(super) async fn log_message(
    tx: &mut Tx<'_>,
    tenant: &TenantId,
    conversation: Conversation,
    message: &Message,
    news: Option<News>,
) -> Result<(), StoreError> {
    tx.log(LoggedEvent {
        tenant: tenant.clone(),
        seq: message.seq,
        number: conversation.number_id.clone(),
        payload: encode_message(conversation, message.clone(), news),
    })
    .await
}
