//! What the public API reads in numbered pages, and what it sends. Everything here is of one number, which the scope has to allow.

use super::{KeyHold, Outgoing, StoreError};
use crate::access::Scope;
use app::conversations::{Contact, Conversation};
use app::error::{ApiError, Code};
use app::ids::{ClientId, ConversationId, LabelId, MessageId, NumberId};
use app::messages::Message;
use async_trait::async_trait;
use serde_json::Value;

/// How long a key of a send is remembered, in milliseconds (Pilot Status, "Idempotency").
pub const KEYS_KEPT_MS: i64 = 24 * 3_600_000;

/// From when to when, in milliseconds since the epoch; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: i64,
    /// The last one.
    pub to: i64,
}

impl Span {
    /// All of time.
    pub const ALL: Self = Self {
        from: i64::MIN,
        to: i64::MAX,
    };
}

/// A page by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedPage {
    /// From 1 on.
    pub page: u32,
    /// Rows of a page, from 1 to 100.
    pub size: u32,
}

impl NumberedPage {
    /// Rows before it.
    pub fn offset(self) -> i64 {
        (i64::from(self.page) - 1) * i64::from(self.size)
    }

    /// How to read it out of `total` rows: an index is walked from its nearer end. `None` where it lies behind the last row.
    pub(super) fn walk(self, total: i64) -> Option<Walk> {
        let offset = self.offset();
        let left = total - offset;
        if left <= 0 {
            return None;
        }
        let take = left.min(i64::from(self.size));
        let behind = left - take;
        Some(Walk {
            from_oldest: behind < offset,
            skip: behind.min(offset),
            take,
        })
    }
}

/// How to reach a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    /// From the last row backwards; otherwise from the first one.
    pub from_oldest: bool,
    /// Rows to pass over.
    pub skip: i64,
    /// Rows to read.
    pub take: i64,
}

/// A page, and how much there is in all.
#[derive(Debug, Clone)]
pub struct Counted<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Of all pages together.
    pub total: i64,
}

/// A conversation, as the public API lists it.
#[derive(Debug, Clone)]
pub struct ListedConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// When it began.
    pub created_at: i64,
}

/// A message with what only the public API tells of it.
#[derive(Debug, Clone)]
pub struct ListedMessage {
    /// The message.
    pub message: Message,
    /// With whom.
    pub contact: Contact,
    /// Unread messages of its conversation.
    pub unread: u32,
    /// WhatsApp's id.
    pub provider_id: Option<String>,
    /// WhatsApp's id of the message that it answers to.
    pub replied_to: Option<String>,
    /// By which way a message of ours came, where it was the public API.
    pub origin: Option<String>,
    /// What WhatsApp says of its price, as it is stored.
    pub pricing: Option<Value>,
    /// When WhatsApp reported that it was sent.
    pub sent_at: Option<i64>,
    /// When WhatsApp reported that it was delivered.
    pub delivered_at: Option<i64>,
    /// When WhatsApp reported that it was read.
    pub read_at: Option<i64>,
    /// When it was stored.
    pub created_at: i64,
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A phone, digits with country code.
    Phone(String),
    /// A business-scoped id.
    User(String),
}

/// Where a message goes.
pub(super) struct Place {
    /// The phone of the number that it is sent from, digits.
    pub from_phone: String,
    /// The conversation.
    pub conversation: ConversationId,
    /// Its unread messages.
    pub unread: i64,
    /// When the contact wrote last.
    pub last_inbound_at: Option<i64>,
    /// Whether who answers has read, as the number is set.
    pub marks_read: bool,
}

/// By which a backend says that a send is the same one again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// As it was given.
    pub key: String,
    /// SHA-256 of the request's body.
    pub body: Vec<u8>,
}

/// A send of a backend, with what goes along with it.
#[derive(Debug, Clone)]
pub struct Sending {
    /// To whom.
    pub recipient: Recipient,
    /// What tells it from another.
    pub client_id: ClientId,
    /// What goes out.
    pub outgoing: Outgoing,
    /// By which the backend says that it is the same one again.
    pub key: Option<IdempotencyKey>,
    /// Labels that the conversation gets.
    pub labels: Vec<LabelId>,
    /// Whether who answers has read; as the number is set where nothing is said.
    pub reads: Option<bool>,
}

/// What became of a send.
#[derive(Debug, Clone)]
pub struct SentTo {
    /// The message: the one of before, if this was the same send again.
    pub message: Message,
    /// The phone of the number that it is sent from, digits.
    pub from_phone: String,
    /// Whether nothing was done, because it had been done before.
    pub replayed: bool,
    /// Whether WhatsApp is to be told that something was read.
    pub signals: bool,
}

/// The public API.
#[async_trait]
pub trait PublicApi: Send + Sync {
    /// A page of a number's conversations by their last message, the newest first.
    async fn conversations_by_time(
        &self,
        scope: &Scope,
        number: &NumberId,
        span: Span,
        page: NumberedPage,
    ) -> Result<Counted<ListedConversation>, StoreError>;
    /// A page of a number's messages in both directions, the newest first.
    async fn history(
        &self,
        scope: &Scope,
        number: &NumberId,
        span: Span,
        page: NumberedPage,
    ) -> Result<Counted<ListedMessage>, StoreError>;
    /// A page of what went out of a number, through us or from the phone, the newest first.
    async fn outbound(
        &self,
        scope: &Scope,
        number: &NumberId,
        span: Span,
        page: NumberedPage,
    ) -> Result<Counted<ListedMessage>, StoreError>;
    /// A page of what nobody has read: conversation by conversation, those with the newest message first, and in each the newest message
    /// first. The total is the sum of the conversations' counters.
    async fn unread_messages(
        &self,
        scope: &Scope,
        number: &NumberId,
        page: NumberedPage,
    ) -> Result<Counted<ListedMessage>, StoreError>;
    /// A message that was sent through us from this number, by our id or by WhatsApp's.
    async fn sent_message(
        &self,
        scope: &Scope,
        number: &NumberId,
        id: &str,
    ) -> Result<ListedMessage, StoreError>;
    /// Stores a message to somebody and its outbox row; who is not known yet becomes a contact with a conversation. All of it in one
    /// transaction with the key, so that of two requests with one key at once the second finds what the first one made, and with what goes
    /// along: each transaction waits for the disk.
    async fn send_to(
        &self,
        scope: &Scope,
        number: &NumberId,
        sending: Sending,
    ) -> Result<SentTo, StoreError>;
    /// The send that this key stands for, if there was one; refused where it was another one.
    async fn sent_before(
        &self,
        scope: &Scope,
        number: &NumberId,
        key: &IdempotencyKey,
    ) -> Result<Option<SentTo>, StoreError>;
    /// Holds a key until what comes back is dropped; `None` while another request has it, here or on another server. A server that dies lets go
    /// of its keys. Nothing is written.
    async fn hold_key(
        &self,
        scope: &Scope,
        number: &NumberId,
        key: &IdempotencyKey,
    ) -> Result<Option<KeyHold>, StoreError>;
    /// The conversation of a number with somebody, if there is one.
    async fn conversation_with(
        &self,
        scope: &Scope,
        number: &NumberId,
        recipient: &Recipient,
    ) -> Result<Option<ConversationId>, StoreError>;
}

/// Refuses a number outside the scope.
pub(super) fn check_number(scope: &Scope, number: &NumberId) -> Result<(), StoreError> {
    if scope.allows(number) {
        Ok(())
    } else {
        Err(StoreError::NotFound)
    }
}

/// The message that a key stands for, if the body is the same.
pub(super) fn same_send(
    key: &IdempotencyKey,
    body: &[u8],
    message: MessageId,
) -> Result<MessageId, StoreError> {
    if key.body == body {
        return Ok(message);
    }
    Err(ApiError::new(
        Code::IdempotencyKeyReused,
        "This Idempotency-Key was used within the last 24 hours for another message. Use a new one for each message.",
    )
    .into())
}

/// Until somebody has written to a number, it is not known in which account people have their ids.
pub(crate) fn not_ready() -> StoreError {
    ApiError::new(
        Code::NumberNotReady,
        "Nobody has written to this number yet, so its WhatsApp account is not known here. Send it one message from any phone, and try again.",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_reached_from_the_nearer_end() {
        let walk = |page, size, total| {
            NumberedPage { page, size }
                .walk(total)
                .map(|walk| (walk.from_oldest, walk.skip, walk.take))
        };
        assert_eq!(walk(1, 30, 0), None);
        assert_eq!(walk(1, 30, 5), Some((false, 0, 5)));
        assert_eq!(walk(1, 30, 1_000), Some((false, 0, 30)));
        assert_eq!(walk(2, 30, 1_000), Some((false, 30, 30)));
        assert_eq!(walk(34, 30, 1_000), Some((true, 0, 10)));
        assert_eq!(walk(33, 30, 1_000), Some((true, 10, 30)));
        assert_eq!(walk(35, 30, 1_000), None);
        assert_eq!(
            walk(u32::MAX, 100, i64::MAX),
            Some((false, 429_496_729_400, 100))
        );
    }
}
