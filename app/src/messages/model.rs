//! What a message is, on either side of the wire.

use super::{Content, Forwarded, MediaState, Quote, Reaction};
use crate::ids::{ClientId, ConversationId, MessageId};
use serde::{Deserialize, Serialize};

/// The longest text that WhatsApp carries, in characters (Meta, "Text messages").
pub const MAX_TEXT_CHARS: usize = 4096;

/// Whether the contact or the business wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Direction {
    /// From the contact.
    Inbound,
    /// From the business.
    Outbound,
    /// From one colleague to the others, or about what one did: it goes nowhere.
    Internal,
}

/// How far a message got. The order is the rank of `docs/protocol.md`: a later report of a lower rank changes nothing. A failure
/// ranks above `sent` (it may follow it) and below `delivered` (a message that arrived did not fail).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeliveryStatus {
    /// Stored here; WhatsApp has not confirmed it yet.
    Queued,
    /// Accepted by WhatsApp's servers: one tick.
    Sent,
    /// It will not arrive.
    Failed,
    /// On the contact's device: two ticks.
    Delivered,
    /// Shown to the contact: two coloured ticks.
    Read,
    /// A voice note that the contact has listened to.
    Played,
}

impl DeliveryStatus {
    /// The text that stands in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Failed => "FAILED",
            Self::Sent => "SENT",
            Self::Delivered => "DELIVERED",
            Self::Read => "READ",
            Self::Played => "PLAYED",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "QUEUED" => Self::Queued,
            "FAILED" => Self::Failed,
            "SENT" => Self::Sent,
            "DELIVERED" => Self::Delivered,
            "READ" => Self::Read,
            "PLAYED" => Self::Played,
            _ => return None,
        })
    }
}

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Meta's error code as text, or one of ours (`UNCONFIRMED`).
    pub code: String,
    /// What happened and what to do, in English. Text from outside: never markup.
    pub sentence: String,
    /// True where sending the same again may work.
    pub retryable: bool,
}

/// Why a message is still here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// `SCHEDULED` (for its time), `RETRY` (WhatsApp asks to try again later), `PAIR_RATE` (too many messages to this contact),
    /// `PAUSED` (WhatsApp refuses the number), `UNCONFIRMED` (nobody knows whether it went out); open.
    pub reason: String,
    /// Until when, in milliseconds since the epoch, where that is known. Once it has passed, the message is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// What WhatsApp said, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
}

impl Waiting {
    /// For this reason until then.
    pub fn until(reason: &str, until: i64) -> Self {
        Self {
            reason: reason.into(),
            until: Some(until),
            sentence: None,
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Our id.
    pub id: MessageId,
    /// Where it belongs.
    pub conversation_id: ConversationId,
    /// The composer's id; only on messages sent through us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// Who wrote it.
    pub direction: Direction,
    /// WhatsApp's type (`text`, `image`, …). Open: types unknown to this build occur.
    pub kind: String,
    /// The text; `None` on types that are shown as a labelled placeholder. Text from outside: never markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What there is beside the text; `None` on a plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Box<Content>>,
    /// The message that it answers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Box<Quote>>,
    /// What was put on it, at most one of each side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Why the last sign of the business was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction_failure: Option<Failure>,
    /// Whether it was forwarded.
    #[serde(default, skip_serializing_if = "Forwarded::is_no")]
    pub forwarded: Forwarded,
    /// When its writer last changed it, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<i64>,
    /// When its writer took it back, in milliseconds since the epoch. Text, content and quote are gone then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
    /// Delivery status; always `DELIVERED` on inbound messages.
    pub status: DeliveryStatus,
    /// Set with `FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// With `QUEUED`: why it has not gone out. Absent while it is on its way, or waits for an earlier message of the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// When it was written, in milliseconds since the epoch. Inbound: WhatsApp's time stamp, whole seconds.
    pub sent_at: i64,
    /// The log position of the last change; a copy with a lower one is older.
    pub seq: i64,
}

impl Message {
    /// A plain text or a message of another kind, with nothing beside it.
    pub fn bare(
        id: MessageId,
        conversation_id: ConversationId,
        direction: Direction,
        kind: impl Into<String>,
    ) -> Self {
        Self {
            id,
            conversation_id,
            client_id: None,
            direction,
            kind: kind.into(),
            text: None,
            content: None,
            quote: None,
            reactions: Vec::new(),
            reaction_failure: None,
            forwarded: Forwarded::No,
            edited_at: None,
            revoked_at: None,
            status: DeliveryStatus::Queued,
            failure: None,
            waiting: None,
            sent_at: 0,
            seq: 0,
        }
    }

    /// Whether this is surely not its first copy: somebody changed it, or reacted to it, or its file has been fetched.
    pub fn has_changed(&self) -> bool {
        let file = self.content.as_ref().and_then(|c| c.media.as_ref());
        self.edited_at.is_some()
            || self.revoked_at.is_some()
            || !self.reactions.is_empty()
            || file.is_some_and(|media| media.state != MediaState::Pending)
    }

    /// Whether what it said is not kept any more.
    pub fn is_redacted(&self) -> bool {
        self.content
            .as_ref()
            .is_some_and(|content| content.redacted)
    }

    /// Lets go of everything that was said with it, and of what was put on it. How far it got stays.
    pub fn redact(&mut self) {
        self.text = None;
        self.content = Some(Box::new(Content::redacted()));
        self.quote = None;
        self.reactions.clear();
        self.reaction_failure = None;
    }

    /// Position within the conversation: by second, then by arrival. WhatsApp's time stamps are whole seconds, and our ids grow
    /// with arrival.
    pub fn position(&self) -> (i64, &str) {
        (self.sent_at.div_euclid(1000), self.id.as_str())
    }

    /// The key of the bubble on screen: stable from optimistic to read.
    pub fn key(&self) -> &str {
        self.client_id
            .as_ref()
            .map_or_else(|| self.id.as_str(), ClientId::as_str)
    }
}

/// One page of a conversation, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// The messages, oldest first.
    pub items: Vec<Message>,
    /// Cursor for what lies before the first item; `None` at the beginning of the conversation.
    #[serde(default)]
    pub older: Option<String>,
    /// Cursor for what lies after the last item; `None` at its end.
    #[serde(default)]
    pub newer: Option<String>,
}
