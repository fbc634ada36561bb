//! The public API in SQL.

use super::SqliteStore;
use super::messages::send;
use super::outbox::load;
use super::rows;
use super::signals::signal;
use super::workflow::change;
use super::writer::Tx;
use crate::access::Scope;
use crate::clock::now_ms;
use crate::fresh;
use crate::store::public::{KEYS_KEPT_MS, Place, Walk, check_number, not_ready, same_send};
use crate::store::rows::{conversation_columns, listed_columns, message_columns};
use crate::store::words::id;
use crate::store::{
    Counted, IdempotencyKey, KeyHold, ListedConversation, ListedMessage, NumberSettings,
    NumberedPage, PublicApi, Recipient, Sending, SentTo, SignalKind, Span, StoreError,
};
use app::ids::{ContactId, ConversationId, MessageId, NumberId};
use app::workflow::Work;
use async_trait::async_trait;
use sqlx::{Row, SqliteConnection};

/// How many conversations of a number there are in a span of time.
pub const COUNT_CONVERSATIONS: &str = "SELECT count(*) FROM conversations b INDEXED BY conversations_by_recency \
     WHERE b.number_id = ?1 AND b.last_message_at BETWEEN ?2 AND ?3";

/// Ids are counted off within the index, and only the rows of the page are read. CROSS JOIN keeps that order.
macro_rules! conversations_query {
    ($order:literal) => {
        concat!(
            "SELECT ",
            conversation_columns!(),
            ", c.created_at FROM (SELECT b.id FROM conversations b INDEXED BY conversations_by_recency \
             WHERE b.number_id = ?1 AND b.last_message_at BETWEEN ?2 AND ?3 ORDER BY b.last_message_at ",
            $order,
            ", b.id ",
            $order,
            " LIMIT ?4 OFFSET ?5) k CROSS JOIN conversations c ON c.id = k.id CROSS JOIN contacts p ON p.id = c.contact_id \
             ORDER BY c.last_message_at DESC, c.id DESC"
        )
    };
}

/// A page of conversations, from the newest and from the oldest.
pub const CONVERSATIONS: [&str; 2] = [conversations_query!("DESC"), conversations_query!("ASC")];

/// How many messages of a number there are in a span of time.
pub const COUNT_HISTORY: &str = "SELECT count(*) FROM messages b INDEXED BY messages_by_time \
     WHERE b.number_id = ?1 AND b.direction <> 'INTERNAL' AND b.sent_at BETWEEN ?2 AND ?3";

macro_rules! listed {
    () => {
        concat!(
            "SELECT ",
            message_columns!(),
            listed_columns!("m.quote ->> 'messageId'")
        )
    };
}

macro_rules! history_query {
    ($order:literal) => {
        concat!(
            listed!(),
            " FROM (SELECT b.id FROM messages b INDEXED BY messages_by_time \
             WHERE b.number_id = ?1 AND b.direction <> 'INTERNAL' AND b.sent_at BETWEEN ?2 AND ?3 ORDER BY b.sent_at ",
            $order,
            ", b.id ",
            $order,
            " LIMIT ?4 OFFSET ?5) k CROSS JOIN messages m ON m.id = k.id CROSS JOIN conversations c ON c.id = m.conversation_id \
             CROSS JOIN contacts p ON p.id = c.contact_id ORDER BY m.sent_at DESC, m.id DESC"
        )
    };
}

/// A page of the history, from the newest and from the oldest.
pub const HISTORY: [&str; 2] = [history_query!("DESC"), history_query!("ASC")];

/// How much of it went out.
pub const COUNT_OUTBOUND: &str = "SELECT count(*) FROM messages b INDEXED BY messages_by_time \
     WHERE b.number_id = ?1 AND b.direction <> 'INTERNAL' AND b.direction = 'OUTBOUND' AND b.sent_at BETWEEN ?2 AND ?3";

macro_rules! outbound_query {
    ($order:literal) => {
        concat!(
            listed!(),
            " FROM (SELECT b.id FROM messages b INDEXED BY messages_by_time WHERE b.number_id = ?1 AND b.direction <> 'INTERNAL' \
             AND b.direction = 'OUTBOUND' AND b.sent_at BETWEEN ?2 AND ?3 ORDER BY b.sent_at ",
            $order,
            ", b.id ",
            $order,
            " LIMIT ?4 OFFSET ?5) k CROSS JOIN messages m ON m.id = k.id CROSS JOIN conversations c ON c.id = m.conversation_id \
             CROSS JOIN contacts p ON p.id = c.contact_id ORDER BY m.sent_at DESC, m.id DESC"
        )
    };
}

/// A page of it, from the newest and from the oldest.
pub const OUTBOUND: [&str; 2] = [outbound_query!("DESC"), outbound_query!("ASC")];

/// The conversations of a number that have the unread messages from one place to another: id, unread, and how many stand before.
pub const UNREAD: &str = "SELECT id, unread, earlier FROM (SELECT b.id, b.unread, \
       sum(b.unread) OVER (ORDER BY b.last_message_at DESC, b.id DESC ROWS UNBOUNDED PRECEDING) - b.unread AS earlier \
       FROM conversations b INDEXED BY conversations_with_unread WHERE b.number_id = ?1 AND b.unread > 0) \
     WHERE earlier < ?3 AND earlier + unread > ?2 ORDER BY earlier";

/// A message that was sent through us, by our id.
const BY_ID: &str = concat!(
    listed!(),
    " FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN contacts p ON p.id = c.contact_id \
     WHERE m.number_id = ?1 AND m.id = ?2 AND m.direction = 'OUTBOUND' AND m.client_id IS NOT NULL"
);
/// The same by WhatsApp's id.
const BY_PROVIDER_ID: &str = concat!(
    listed!(),
    " FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN contacts p ON p.id = c.contact_id \
     WHERE m.number_id = ?1 AND m.provider_id = ?2 AND m.direction = 'OUTBOUND' AND m.client_id IS NOT NULL"
);

/// Where a message to somebody goes: the phone of the number, its account, the contact, the conversation, and what of it is unread.
macro_rules! place_query {
    ($known_as:literal) => {
        concat!(
            "SELECT n.phone, w.waba_id, k.id, c.id, c.unread, c.last_inbound_at, n.settings FROM numbers n \
             LEFT JOIN (SELECT p.waba_id FROM conversations x JOIN contacts p ON p.id = x.contact_id WHERE x.number_id = ?1 LIMIT 1) w ON true \
             LEFT JOIN contacts k ON k.tenant_id = ?2 AND k.waba_id = w.waba_id AND k.",
            $known_as,
            " = ?3 LEFT JOIN conversations c ON c.number_id = n.id AND c.contact_id = k.id WHERE n.id = ?1"
        )
    };
}

/// The same for the owner of a phone.
pub const PLACE_OF_PHONE: &str = place_query!("phone");
/// The same for a business-scoped id.
pub const PLACE_OF_USER: &str = place_query!("bsuid");

/// The conversation of a number with the owner of a phone.
const WITH_PHONE: &str = "SELECT c.id FROM contacts p JOIN conversations c ON c.contact_id = p.id AND c.number_id = ?1 \
     WHERE p.tenant_id = ?2 AND p.phone = ?3 AND p.waba_id = \
       (SELECT k.waba_id FROM conversations x JOIN contacts k ON k.id = x.contact_id WHERE x.number_id = ?1 LIMIT 1)";
/// The same with a business-scoped id.
const WITH_USER: &str = "SELECT c.id FROM contacts p JOIN conversations c ON c.contact_id = p.id AND c.number_id = ?1 \
     WHERE p.tenant_id = ?2 AND p.bsuid = ?3 AND p.waba_id = \
       (SELECT k.waba_id FROM conversations x JOIN contacts k ON k.id = x.contact_id WHERE x.number_id = ?1 LIMIT 1)";

#[async_trait]
impl PublicApi for SqliteStore {
    async fn conversations_by_time(
        &self,
        scope: &Scope,
        number: &NumberId,
        span: Span,
        page: NumberedPage,
    ) -> Result<Counted<ListedConversation>, StoreError> {
        check_number(scope, number)?;
        // One read transaction: the count and the page are of the same moment.
        let mut snapshot = self.readers.begin().await?;
        let total = count(&mut snapshot, COUNT_CONVERSATIONS, number, span).await?;
        let mut items = Vec::new();
        if let Some(walk) = page.walk(total) {
            for row in fetch(&mut snapshot, &CONVERSATIONS, number, span, walk).await? {
                items.push(rows::listed_conversation(&row)?);
            }
        }
        snapshot.commit().await?;
        Ok(Counted { items, total })
    }

    async fn history(
        &self,
        scope: &Scope,
        number: &NumberId,
        span: Span,
        page: NumberedPage,
    ) -> Result<Counted<ListedMessage>, StoreError> {
        check_number(scope, number)?;
        let mut snapshot = self.readers.begin().await?;
        let total = count(&mut snapshot, COUNT_HISTORY, number, span).await?;
        let mut items = Vec::new();
        if let Some(walk) = page.walk(total) {
            for row in fetch(&mut snapshot, &HISTORY, number, span, walk).await? {
                items.push(rows::listed_message(&row)?);
            }
        }
        snapshot.commit().await?;
        Ok(Counted { items, total })
    }

    async fn outbound(
        &self,
        scope: &Scope,
        number: &NumberId,
        span: Span,
        page: NumberedPage,
    ) -> Result<Counted<ListedMessage>, StoreError> {
        check_number(scope, number)?;
        let mut snapshot = self.readers.begin().await?;
        let total = count(&mut snapshot, COUNT_OUTBOUND, number, span).await?;
        let mut items = Vec::new();
        if let Some(walk) = page.walk(total) {
            for row in fetch(&mut snapshot, &OUTBOUND, number, span, walk).await? {
                items.push(rows::listed_message(&row)?);
            }
        }
        snapshot.commit().await?;
        Ok(Counted { items, total })
    }

    async fn unread_messages(
        &self,
        scope: &Scope,
        number: &NumberId,
        page: NumberedPage,
    ) -> Result<Counted<ListedMessage>, StoreError> {
        check_number(scope, number)?;
        let mut snapshot = self.readers.begin().await?;
        let total: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(b.unread), 0) FROM conversations b INDEXED BY conversations_with_unread \
             WHERE b.number_id = ? AND b.unread > 0",
        )
        .bind(number.as_str())
        .fetch_one(&mut *snapshot)
        .await?;
        let (from, to) = (page.offset(), page.offset() + i64::from(page.size));
        let found = sqlx::query(UNREAD)
            .bind(number.as_str())
            .bind(from)
            .bind(to)
            .fetch_all(&mut *snapshot)
            .await?;
        let mut items = Vec::new();
        for row in found {
            let (unread, earlier): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
            let skip = (from - earlier).max(0);
            let found = sqlx::query(concat!(
                listed!(),
                " FROM messages m CROSS JOIN conversations c ON c.id = m.conversation_id CROSS JOIN contacts p ON p.id = c.contact_id \
                 WHERE m.conversation_id = ?1 AND m.direction = 'INBOUND' AND m.kind NOT IN ('system', 'revoke', 'edit') \
                 ORDER BY m.second DESC, m.id DESC LIMIT ?2 OFFSET ?3"
            ))
            .bind(row.try_get::<String, _>(0)?)
            .bind((to - earlier).min(unread) - skip)
            .bind(skip)
            .fetch_all(&mut *snapshot)
            .await?;
            for row in found {
                items.push(rows::listed_message(&row)?);
            }
        }
        snapshot.commit().await?;
        Ok(Counted { items, total })
    }

    async fn sent_message(
        &self,
        scope: &Scope,
        number: &NumberId,
        id: &str,
    ) -> Result<ListedMessage, StoreError> {
        check_number(scope, number)?;
        let is_ours =
            MessageId::parse(id).is_some_and(|id| id.as_str().starts_with(MessageId::PREFIX));
        let statement = if is_ours { BY_ID } else { BY_PROVIDER_ID };
        let row = sqlx::query(statement)
            .bind(number.as_str())
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or(StoreError::NotFound)?;
        rows::listed_message(&row)
    }

    async fn send_to(
        &self,
        scope: &Scope,
        number: &NumberId,
        sending: Sending,
    ) -> Result<SentTo, StoreError> {
        check_number(scope, number)?;
        let (scope, number) = (scope.clone(), number.clone());
        self.writer
            .run(move |tx| Box::pin(async move { send_once(tx, &scope, &number, &sending).await }))
            .await
    }

    async fn sent_before(
        &self,
        scope: &Scope,
        number: &NumberId,
        key: &IdempotencyKey,
    ) -> Result<Option<SentTo>, StoreError> {
        check_number(scope, number)?;
        find_sent(&mut *self.readers.acquire().await?, number, key).await
    }

    async fn hold_key(
        &self,
        scope: &Scope,
        number: &NumberId,
        key: &IdempotencyKey,
    ) -> Result<Option<KeyHold>, StoreError> {
        check_number(scope, number)?;
        // One server has the file.
        Ok(self.holds.take(number, &key.key))
    }

    async fn conversation_with(
        &self,
        scope: &Scope,
        number: &NumberId,
        recipient: &Recipient,
    ) -> Result<Option<ConversationId>, StoreError> {
        check_number(scope, number)?;
        find_conversation(
            &mut *self.readers.acquire().await?,
            scope,
            number,
            recipient,
        )
        .await
    }
}

async fn send_once(
    tx: &mut Tx<'_>,
    scope: &Scope,
    number: &NumberId,
    sending: &Sending,
) -> Result<SentTo, StoreError> {
    if let Some(key) = &sending.key
        && let Some(sent) = find_sent(tx.connection, number, key).await?
    {
        return Ok(sent);
    }
    let place = place_of(tx, scope, number, &sending.recipient).await?;
    let message = send(
        tx,
        scope,
        &place.conversation,
        &sending.client_id,
        &sending.outgoing,
    )
    .await?;
    remember(
        tx.connection,
        scope,
        number,
        &message.id,
        sending.key.as_ref(),
    )
    .await?;
    let ids = std::slice::from_ref(&message.conversation_id);
    for label in &sending.labels {
        let (label, on) = (label.clone(), true);
        change(tx, scope, ids, &Work::Label { label, on }).await?;
    }
    let reads = sending.reads.unwrap_or(place.marks_read);
    if reads && place.unread > 0 {
        change(tx, scope, ids, &Work::Read).await?;
    }
    let signals = reads
        && place.last_inbound_at.is_some()
        && signal(tx, scope, &message.conversation_id, SignalKind::Read).await?;
    Ok(SentTo {
        from_phone: place.from_phone,
        message,
        replayed: false,
        signals,
    })
}

async fn count(
    db: &mut SqliteConnection,
    statement: &'static str,
    number: &NumberId,
    span: Span,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(statement)
        .bind(number.as_str())
        .bind(span.from)
        .bind(span.to)
        .fetch_one(db)
        .await?)
}

async fn fetch(
    db: &mut SqliteConnection,
    statements: &[&'static str; 2],
    number: &NumberId,
    span: Span,
    walk: Walk,
) -> Result<Vec<sqlx::sqlite::SqliteRow>, StoreError> {
    Ok(sqlx::query(statements[usize::from(walk.from_oldest)])
        .bind(number.as_str())
        .bind(span.from)
        .bind(span.to)
        .bind(walk.take)
        .bind(walk.skip)
        .fetch_all(db)
        .await?)
}

/// Of the number that sends: its phone, and whether who answers has read.
async fn phone_of(db: &mut SqliteConnection, number: &NumberId) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar("SELECT phone FROM numbers WHERE id = ?")
        .bind(number.as_str())
        .fetch_one(db)
        .await?)
}

async fn find_conversation(
    db: &mut SqliteConnection,
    scope: &Scope,
    number: &NumberId,
    recipient: &Recipient,
) -> Result<Option<ConversationId>, StoreError> {
    let (statement, known_as) = match recipient {
        Recipient::Phone(phone) => (WITH_PHONE, phone),
        Recipient::User(user) => (WITH_USER, user),
    };
    let found: Option<String> = sqlx::query_scalar(statement)
        .bind(number.as_str())
        .bind(scope.tenant().as_str())
        .bind(known_as.as_str())
        .fetch_optional(db)
        .await?;
    found.map(id).transpose()
}

async fn find_sent(
    db: &mut SqliteConnection,
    number: &NumberId,
    key: &IdempotencyKey,
) -> Result<Option<SentTo>, StoreError> {
    let Some(known) = known_by(db, number, key).await? else {
        return Ok(None);
    };
    Ok(Some(SentTo {
        message: load(db, &known).await?,
        from_phone: phone_of(db, number).await?,
        replayed: true,
        signals: false,
    }))
}

async fn known_by(
    db: &mut SqliteConnection,
    number: &NumberId,
    key: &IdempotencyKey,
) -> Result<Option<MessageId>, StoreError> {
    let found = sqlx::query(
        "SELECT body, message_id FROM idempotency_keys WHERE number_id = ? AND key = ? AND created_at > ?",
    )
    .bind(number.as_str())
    .bind(key.key.as_str())
    .bind(now_ms() - KEYS_KEPT_MS)
    .fetch_optional(db)
    .await?;
    found
        .map(|row| same_send(key, row.try_get(0)?, id(row.try_get(1)?)?))
        .transpose()
}

/// Says that a message came by the public API, and by which key.
async fn remember(
    db: &mut SqliteConnection,
    scope: &Scope,
    number: &NumberId,
    message: &MessageId,
    key: Option<&IdempotencyKey>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE messages SET origin = 'API' WHERE id = ?")
        .bind(message.as_str())
        .execute(&mut *db)
        .await?;
    if let Some(key) = key {
        // One that is there is older than a day.
        sqlx::query(
            "INSERT INTO idempotency_keys (number_id, key, tenant_id, body, message_id, created_at) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (number_id, key) DO UPDATE SET body = excluded.body, message_id = excluded.message_id, \
               created_at = excluded.created_at",
        )
        .bind(number.as_str())
        .bind(key.key.as_str())
        .bind(scope.tenant().as_str())
        .bind(key.body.as_slice())
        .bind(message.as_str())
        .bind(now_ms())
        .execute(db)
        .await?;
    }
    Ok(())
}

/// The conversation of a number with somebody, who may be new.
async fn place_of(
    tx: &mut Tx<'_>,
    scope: &Scope,
    number: &NumberId,
    recipient: &Recipient,
) -> Result<Place, StoreError> {
    let (statement, known_as) = match recipient {
        Recipient::Phone(phone) => (PLACE_OF_PHONE, phone),
        Recipient::User(user) => (PLACE_OF_USER, user),
    };
    let row = sqlx::query(statement)
        .bind(number.as_str())
        .bind(scope.tenant().as_str())
        .bind(known_as.as_str())
        .fetch_one(&mut *tx.connection)
        .await?;
    let settings = NumberSettings::parse(row.try_get(6)?)?;
    let marks_read = settings.mark_read_on_send.unwrap_or(true);
    let conversation: Option<String> = row.try_get(3)?;
    if let Some(conversation) = conversation {
        return Ok(Place {
            from_phone: row.try_get(0)?,
            conversation: id(conversation)?,
            unread: row.try_get(4)?,
            last_inbound_at: row.try_get(5)?,
            marks_read,
        });
    }
    let waba: Option<String> = row.try_get(1)?;
    let waba = waba.ok_or_else(not_ready)?;
    let contact: Option<String> = row.try_get(2)?;
    Ok(Place {
        from_phone: row.try_get(0)?,
        conversation: new_conversation(tx, scope, number, recipient, &waba, contact).await?,
        unread: 0,
        last_inbound_at: None,
        marks_read,
    })
}

async fn new_conversation(
    tx: &mut Tx<'_>,
    scope: &Scope,
    number: &NumberId,
    recipient: &Recipient,
    waba: &str,
    contact: Option<String>,
) -> Result<ConversationId, StoreError> {
    let now = now_ms();
    let contact: ContactId = if let Some(contact) = contact {
        id(contact)?
    } else {
        let contact = fresh!(ContactId);
        let (phone, user) = match recipient {
            Recipient::Phone(phone) => (Some(phone.as_str()), None),
            Recipient::User(user) => (None, Some(user.as_str())),
        };
        sqlx::query(
            "INSERT INTO contacts (id, tenant_id, waba_id, bsuid, phone, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(contact.as_str())
        .bind(scope.tenant().as_str())
        .bind(waba)
        .bind(user)
        .bind(phone)
        .bind(now)
        .bind(now)
        .execute(&mut *tx.connection)
        .await?;
        contact
    };
    let conversation = fresh!(ConversationId);
    // Its first message, which follows, takes a position of the log.
    sqlx::query(
        "INSERT INTO conversations (id, tenant_id, number_id, contact_id, unread, last_message_at, seq, created_at, place) \
         VALUES (?, ?, ?, ?, 0, ?, 0, ?, ?)",
    )
    .bind(conversation.as_str())
    .bind(scope.tenant().as_str())
    .bind(number.as_str())
    .bind(contact.as_str())
    .bind(now)
    .bind(now)
    .bind(now)
    .execute(&mut *tx.connection)
    .await?;
    Ok(conversation)
}
