//! What is stored of the things that a delivery concerns, and what has changed of it.

use super::change::{Alert, Amendment, Person, Pricing, StatusReport};
use super::news::{News, encode_message};
use crate::store::{Ingested, LoggedEvent};
use app::conversations::{Contact, Conversation};
use app::ids::{ContactId, ConversationId, MediaId, MessageId, NumberId, TenantId};
use app::live::LiveEvent;
use app::messages::{Message, Side};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A number of ours.
#[derive(Debug, Clone)]
pub struct NumberState {
    /// Its id.
    pub id: NumberId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Change of its unread counter.
    pub unread_delta: i64,
    /// Whether it is a linked phone, with which there is no customer service window.
    pub open_ended: bool,
}

/// A contact, with where it is known.
#[derive(Debug, Clone)]
pub struct ContactState {
    /// Its id.
    pub id: ContactId,
    /// Whose contact.
    pub tenant: TenantId,
    /// In which account.
    pub waba_id: String,
    /// Business-scoped user id.
    pub bsuid: Option<String>,
    /// Digits.
    pub phone: Option<String>,
    /// Profile name.
    pub name: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Whether marketing messages are unwanted, and when that was said, in milliseconds since the epoch.
    pub marketing: Option<(bool, i64)>,
    /// Whether it must be written.
    pub dirty: bool,
}

impl ContactState {
    /// As the inbox shows it.
    pub fn shown(&self) -> Contact {
        Contact {
            // Of each conversation its own.
            own_name: None,
            id: self.id.clone(),
            name: self.name.clone(),
            phone: self.phone.as_ref().map(|digits| format!("+{digits}")),
            username: self.username.clone(),
            user_id: self.bsuid.clone(),
        }
    }
}

/// A conversation.
#[derive(Debug, Clone)]
pub struct ConversationState {
    /// The row.
    pub row: Conversation,
    /// Its last message.
    pub last_message: Option<MessageId>,
    /// Position of its last message.
    pub last_second: i64,
    /// Whether it must be written.
    pub dirty: bool,
}

/// A message, with what only the store knows of it.
#[derive(Debug, Clone)]
pub struct MessageState {
    /// The message.
    pub message: Message,
    /// Its number.
    pub number: NumberId,
    /// WhatsApp's id.
    pub provider_id: Option<String>,
    /// How often a person has had it sent.
    pub attempt: u32,
    /// The object as it came, of messages that are new in this delivery; to be stored beside what is there of others.
    pub raw: Option<String>,
    /// When WhatsApp reported `sent`, `delivered`, `read` and `played`, in milliseconds since the epoch.
    pub reported: [Option<i64>; 4],
    /// What WhatsApp says of its price.
    pub pricing: Option<Box<Pricing>>,
    /// The last word of each side about what it put on the message; what is shown of it is in the message.
    pub reactions: Vec<ReactionState>,
    /// New in this delivery.
    pub is_new: bool,
    /// Whether it must be written.
    pub dirty: bool,
    /// Whether more of it changed than WhatsApp's reports of its way; `dirty` is set too.
    pub amended: bool,
}

/// The last word of one side about its reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionState {
    /// The sign; empty where it was taken away.
    pub emoji: String,
    /// Whose.
    pub by: Side,
    /// WhatsApp's time stamp, in milliseconds since the epoch.
    pub at: i64,
    /// WhatsApp's ids of the reports of this second. The time stamps are whole seconds, and of two reports in one second the one
    /// that came last holds, unless it is one that has been here before.
    pub ids: Vec<String>,
}

/// A file that a new message brings, to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    /// Our id of it, the one in the message's content.
    pub id: MediaId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The number it came to: its token fetches it.
    pub number: NumberId,
    /// The message it is of.
    pub message: MessageId,
    /// WhatsApp's id of it.
    pub provider_media_id: String,
    /// As declared, with parameters.
    pub mime_type: String,
    /// SHA-256 of the bytes, as declared.
    pub sha256: Option<[u8; 32]>,
    /// As the sender named it.
    pub file_name: Option<String>,
    /// Where WhatsApp says it lies just now. Not for browsers.
    pub url: Option<String>,
}

/// A status whose message is not known yet.
#[derive(Debug, Clone)]
pub struct HeldStatus {
    /// The number it came for.
    pub number: NumberId,
    /// The report.
    pub report: StatusReport,
}

/// An amendment whose message is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldAmendment {
    /// The account in which its person is known.
    pub waba_id: String,
    /// The report.
    pub amendment: Amendment,
}

/// Everything concerned. The store fills it with what the delivery names.
#[derive(Debug, Default)]
pub struct World {
    /// Numbers by Meta's id.
    pub numbers: HashMap<String, NumberState>,
    /// Log positions by tenant.
    pub seqs: HashMap<TenantId, i64>,
    /// Contacts.
    pub contacts: HashMap<ContactId, ContactState>,
    /// Contacts by (tenant, account, business-scoped id).
    pub by_bsuid: HashMap<(TenantId, String, String), ContactId>,
    /// Contacts by (tenant, account, phone).
    pub by_phone: HashMap<(TenantId, String, String), ContactId>,
    /// Conversations.
    pub conversations: HashMap<ConversationId, ConversationState>,
    /// Conversations by number and contact.
    pub by_contact: HashMap<(NumberId, ContactId), ConversationId>,
    /// Messages, in the order of their making.
    pub messages: BTreeMap<MessageId, MessageState>,
    /// Messages by number and WhatsApp's id.
    pub by_provider_id: HashMap<(NumberId, String), MessageId>,
    /// Statuses that wait for their message.
    pub held: HashMap<(NumberId, String), Vec<StatusReport>>,

    /// Amendments that wait for their message.
    pub held_amendments: HashMap<(NumberId, String), Vec<HeldAmendment>>,

    /// Ids that a person has no longer, by (tenant, account, phone or business-scoped id): what the person has instead.
    pub renamed: HashMap<(TenantId, String, String), Person>,
    /// Contacts whose ids others may take over: they are let go of first, and written anew.
    pub released: HashSet<ContactId>,
    /// Statuses to hold.
    pub newly_held: Vec<HeldStatus>,
    /// Amendments to hold.
    pub newly_held_amendments: Vec<(NumberId, HeldAmendment)>,
    /// Messages that held amendments found.
    pub attached_amendments: HashSet<(NumberId, String)>,
    /// Problems that were reported, by number.
    pub alerts: Vec<(NumberId, Alert)>,
    /// Held statuses that found their message.
    pub attached: HashSet<(NumberId, String)>,
    /// Messages of the outbox that a status has settled.
    pub settled: Vec<MessageId>,
    /// Files to fetch. The store writes them in the same transaction.
    pub new_media: Vec<NewMedia>,
    /// Files of messages that their writer took back: their bytes go.
    pub revoked_media: Vec<MediaId>,
    /// Events to log, in order.
    pub events: Vec<LoggedEvent>,
    /// Counts.
    pub outcome: Ingested,
}

impl World {
    /// The next position in a tenant's log.
    pub fn next_seq(&mut self, tenant: &TenantId) -> i64 {
        let seq = self.seqs.entry(tenant.clone()).or_insert(0);
        *seq += 1;
        *seq
    }

    /// Logs that a message changed, with its conversation as it is now and with what is new for those outside. Both must carry the
    /// position already.
    pub fn log_message(
        &mut self,
        tenant: &TenantId,
        seq: i64,
        message: &MessageId,
        news: Option<News>,
    ) {
        let Some(state) = self.messages.get(message) else {
            return;
        };
        let Some(conversation) = self.conversations.get(&state.message.conversation_id) else {
            return;
        };
        let number = conversation.row.number_id.clone();
        self.events.push(LoggedEvent {
            tenant: tenant.clone(),
            seq,
            number,
            payload: encode_message(conversation.row.clone(), state.message.clone(), news),
        });
    }
}

/// An event as it stands in the log.
pub fn encode_event(event: &LiveEvent) -> Bytes {
    // Serialising plain structs into memory cannot fail.
    serde_json::to_vec(event).unwrap_or_default().into()
}
