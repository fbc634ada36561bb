//! Rows into the model. The column lists stand beside the functions that read them.

use crate::ingest::{ConversationState, MessageState};
use crate::store::StoreError;
use app::conversations::{Contact, Conversation, Preview};
use app::ids::{ClientId, ContactId, ConversationId, MessageId, NumberId, TenantId};
use app::messages::{DeliveryStatus, Direction, Failure, Message};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Columns of [`conversation`]; tables `c` (conversations) and `p` (contacts).
macro_rules! conversation_columns {
    () => {
        "c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, c.preview_kind, \
         c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid"
    };
}
/// Columns of [`message`]; table `m`.
macro_rules! message_columns {
    () => {
        "m.id, m.conversation_id, m.client_id, m.direction, m.kind, m.text, m.status, m.failure_code, \
         m.failure_sentence, m.failure_retryable, m.sent_at, m.seq"
    };
}
/// Columns of [`message_state`]: those of [`message`] and what only the store knows.
macro_rules! message_state_columns {
    () => {
        concat!(
            message_columns!(),
            ", m.number_id, m.provider_id, m.reported_sent_at, m.reported_delivered_at, m.reported_read_at, m.attempt"
        )
    };
}
pub(super) use {conversation_columns, message_columns, message_state_columns};

/// A stored id. It was checked when it was written, so anything else is damage.
pub(super) fn id<T: TryFrom<String>>(text: String) -> Result<T, StoreError> {
    let shown = text.clone();
    T::try_from(text).map_err(|_| StoreError::Data(format!("`{shown}` is not an id")))
}

pub(super) fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "INBOUND",
        Direction::Outbound => "OUTBOUND",
    }
}

fn direction(text: &str) -> Result<Direction, StoreError> {
    match text {
        "INBOUND" => Ok(Direction::Inbound),
        "OUTBOUND" => Ok(Direction::Outbound),
        other => Err(StoreError::Data(format!("`{other}` is not a direction"))),
    }
}

pub(super) fn status(text: &str) -> Result<DeliveryStatus, StoreError> {
    DeliveryStatus::parse(text).ok_or_else(|| StoreError::Data(format!("`{text}` is not a status")))
}

pub(super) fn conversation(row: &SqliteRow) -> Result<Conversation, StoreError> {
    let preview = match row.try_get::<Option<String>, _>(5)? {
        None => None,
        Some(text) => Some(Preview {
            direction: direction(&text)?,
            kind: row.try_get(6)?,
            text: row.try_get(7)?,
            status: status(row.try_get(8)?)?,
        }),
    };
    Ok(Conversation {
        id: id::<ConversationId>(row.try_get(0)?)?,
        number_id: id::<NumberId>(row.try_get(1)?)?,
        unread: row.try_get(2)?,
        last_message_at: row.try_get(3)?,
        last_inbound_at: row.try_get(4)?,
        preview,
        seq: row.try_get(9)?,
        contact: Contact {
            id: id::<ContactId>(row.try_get(10)?)?,
            name: row.try_get(11)?,
            phone: row
                .try_get::<Option<String>, _>(12)?
                .map(|digits| format!("+{digits}")),
            username: row.try_get(13)?,
            user_id: row.try_get(14)?,
        },
    })
}

pub(super) fn message(row: &SqliteRow) -> Result<Message, StoreError> {
    let failure = match row.try_get::<Option<String>, _>(7)? {
        None => None,
        Some(code) => Some(Failure {
            code,
            sentence: row.try_get::<Option<String>, _>(8)?.unwrap_or_default(),
            retryable: row.try_get::<Option<bool>, _>(9)?.unwrap_or_default(),
        }),
    };
    Ok(Message {
        id: id::<MessageId>(row.try_get(0)?)?,
        conversation_id: id::<ConversationId>(row.try_get(1)?)?,
        client_id: row
            .try_get::<Option<String>, _>(2)?
            .map(id::<ClientId>)
            .transpose()?,
        direction: direction(row.try_get(3)?)?,
        kind: row.try_get(4)?,
        text: row.try_get(5)?,
        status: status(row.try_get(6)?)?,
        failure,
        sent_at: row.try_get(10)?,
        seq: row.try_get(11)?,
    })
}

pub(super) fn message_state(row: &SqliteRow) -> Result<MessageState, StoreError> {
    Ok(MessageState {
        message: message(row)?,
        number: id::<NumberId>(row.try_get(12)?)?,
        provider_id: row.try_get(13)?,
        raw: None,
        reported: [row.try_get(14)?, row.try_get(15)?, row.try_get(16)?],
        attempt: row.try_get(17)?,
        is_new: false,
        dirty: false,
    })
}

/// Columns of [`conversation`], then `c.last_message_id` and the position of that message.
pub(super) fn conversation_state(row: &SqliteRow) -> Result<ConversationState, StoreError> {
    let conversation = conversation(row)?;
    Ok(ConversationState {
        last_message: row
            .try_get::<Option<String>, _>(15)?
            .map(id::<MessageId>)
            .transpose()?,
        last_second: conversation.last_message_at.div_euclid(1000),
        row: conversation,
        dirty: false,
    })
}

pub(super) fn tenant(text: String) -> Result<TenantId, StoreError> {
    id(text)
}
