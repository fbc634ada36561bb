//! Reports of a provider, in our own terms.

use app::ids::MessageId;
use app::messages::{Content, DeliveryStatus, Direction, Failure, Forwarded};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything that one delivery brought for one number.
#[derive(Debug, Clone)]
pub struct NumberChanges {
    /// WhatsApp Business Account.
    pub waba_id: String,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// In the order of the delivery.
    pub changes: Vec<Change>,
}

/// One report.
#[derive(Debug, Clone)]
pub enum Change {
    /// A message that is new to us.
    Message(Box<IncomingMessage>),
    /// How far a message of ours got.
    Status(Box<StatusReport>),
    /// What changes a message that is there.
    Amendment(Box<Amendment>),
    /// A person has other ids from now on.
    SamePerson(Box<SamePerson>),
    /// What a person wants.
    Preference(Box<Preference>),
    /// A problem of the number or its account.
    Alert(Alert),
}

/// A reaction, an edit or a deletion: no message of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// WhatsApp's id of the report.
    pub provider_id: String,
    /// WhatsApp's id of the message that it is about.
    pub target: String,
    /// The other side of the conversation.
    pub person: Person,
    /// Whose doing it is: the person's if inbound, else the business's.
    pub direction: Direction,
    /// WhatsApp's time stamp, seconds since the epoch.
    pub timestamp: i64,
    /// What it does.
    pub what: WhatAmended,
}

/// What an amendment does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WhatAmended {
    /// Puts a sign on the message, in place of an earlier one.
    Reaction {
        /// Empty where it takes the sign away.
        emoji: String,
    },
    /// Gives it other words.
    Edit {
        /// The words.
        text: Option<String>,
        /// What there is beside them.
        content: Option<Box<Content>>,
    },
    /// Takes it back.
    Revoke,
}

/// Ids of one person, before and from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePerson {
    /// The ids that are no longer this person's.
    pub previous: Person,
    /// The ones that are.
    pub current: Person,
}

/// What a person wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Who.
    pub person: Person,
    /// No marketing messages.
    pub stopped: bool,
    /// WhatsApp's time stamp, seconds since the epoch.
    pub timestamp: i64,
}

/// A problem of a number or its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Meta's error code as text.
    pub code: String,
    /// What WhatsApp says of it, in English.
    pub sentence: String,
}

/// What WhatsApp says of a number or of all numbers of an account: its quality, its limits, its name, its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthReport {
    /// The account.
    pub waba_id: String,
    /// Digits of the number that it is about; without them it is about every number of the account.
    pub phone: Option<String>,
    /// What is kept of it.
    pub note: HealthNote,
    /// With it, a problem.
    pub alert: Option<Alert>,
}

/// The last word about one side of a number's health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthNote {
    /// `QUALITY`, `NAME`, `ACCOUNT`, `REVIEW`, `ALERT`, `LIMIT` or `SECURITY`.
    pub about: String,
    /// WhatsApp's word for it (`FLAGGED`, `APPROVED`, `ACCOUNT_RESTRICTION`, …); open.
    pub event: String,
    /// More of it: the limit, the name, the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When WhatsApp said so, in milliseconds since the epoch.
    pub at: i64,
}

impl HealthNote {
    /// Takes this note among the last words; false if a later one is there, or the same.
    pub fn join(self, notes: &mut Vec<Self>) -> bool {
        match notes.iter_mut().find(|known| known.about == self.about) {
            None => notes.push(self),
            Some(known) if known.at <= self.at && *known != self => *known = self,
            Some(_) => return false,
        }
        true
    }
}

/// The person a message is from or to. Every field may be missing, though not all at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Business-scoped user id.
    pub bsuid: Option<String>,
    /// Digits without a plus sign.
    pub phone: Option<String>,
    /// Profile name.
    pub name: Option<String>,
    /// WhatsApp user name, without `@`.
    pub username: Option<String>,
}

/// A message as reported.
#[derive(Debug, Clone)]
pub struct IncomingMessage {
    /// WhatsApp's id.
    pub provider_id: String,
    /// Inbound, or outbound where the business wrote it on the phone (coexistence echo).
    pub direction: Direction,
    /// The other side.
    pub person: Person,
    /// What it says of the person's ids.
    pub identity: Option<Box<SamePerson>>,
    /// WhatsApp's time stamp, seconds since the epoch.
    pub timestamp: i64,
    /// WhatsApp's type.
    pub kind: String,
    /// What can be read of it.
    pub text: Option<String>,
    /// What there is beside the text. Its file's id is the one in `media`.
    pub content: Option<Box<Content>>,
    /// The file, to be fetched.
    pub media: Option<Box<IncomingMedia>>,
    /// Whether it was forwarded.
    pub forwarded: Forwarded,
    /// WhatsApp's id of the message that it answers to, and who wrote that one, where it is said.
    pub answers: Option<Box<Answers>>,
    /// Whether it opens the customer service window (Meta, "Customer service windows"; system and revoke do not).
    pub opens_window: bool,
    /// Whether it waits to be seen.
    pub counts_as_unread: bool,
    /// The message object as it came, JSON.
    pub raw: String,
}

/// A file of a message as reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingMedia {
    /// WhatsApp's id of it.
    pub provider_media_id: String,
    /// As declared, with parameters.
    pub mime_type: String,
    /// SHA-256 of the bytes, as declared.
    pub sha256: Option<[u8; 32]>,
    /// As the sender named it.
    pub file_name: Option<String>,
    /// Where WhatsApp says it lies just now.
    pub url: Option<String>,
}

/// What a message answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// WhatsApp's id of that message.
    pub provider_id: Option<String>,
    /// Who wrote it.
    pub direction: Option<Direction>,
}

/// What goes out with a message as `biz_opaque_callback_data` and comes back in each of its statuses: our id, and after a person has
/// sent it again, which attempt it was (`msg_…`, `msg_….2`, …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The message.
    pub message: MessageId,
    /// From 1.
    pub attempt: u32,
}

impl Callback {
    /// Reads what came back; `None` if we did not write it.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, attempt) = text.split_once('.').unwrap_or((text, "1"));
        Some(Self {
            message: MessageId::parse(id)?,
            attempt: attempt.parse().ok()?,
        })
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attempt {
            1 => write!(f, "{}", self.message),
            attempt => write!(f, "{}.{attempt}", self.message),
        }
    }
}

/// A status as reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// WhatsApp's id of the message.
    pub provider_id: String,
    /// What we sent along.
    pub callback: Option<Callback>,
    /// How far it got.
    pub status: DeliveryStatus,
    /// WhatsApp's time stamp, seconds since the epoch.
    pub timestamp: i64,
    /// Why, with `FAILED`.
    pub failure: Option<Failure>,
    /// What WhatsApp says of its price.
    pub pricing: Option<Box<Pricing>>,
}

/// What WhatsApp says of the price of a message; names are WhatsApp's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pricing {
    /// `marketing`, `utility`, `authentication`, `service`, `referral_conversion`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// `regular`, `free_customer_service`, `free_entry_point`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `PMP` or `CBP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether it is charged for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billable: Option<bool>,
    /// WhatsApp's id of the conversation that is charged for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// What opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// When it ends, in milliseconds since the epoch. It says nothing about when a person may be written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
}
