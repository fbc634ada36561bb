//! What a conversation is, on either side of the wire.

use crate::ids::{ContactId, ConversationId, LabelId, NumberId};
use crate::messages::{DeliveryStatus, Direction, Message};
use crate::operators::Operator;
use crate::workflow::State;
use serde::{Deserialize, Serialize};

/// The person on the other side. Every field but the id may be missing: since 2026 WhatsApp users may hide their phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Our id; also picks the hue of the initials.
    pub id: ContactId,
    /// What those who work with the number call the person. It belongs to the number and the contact: on another number of the tenant
    /// the person may have another, or none. Text from outside: never markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_name: Option<String>,
    /// The profile name that the person chose. Text from outside: never markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E.164 with a plus sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// WhatsApp user name, without `@`. For display only: it can change at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Business-scoped user id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

impl Contact {
    /// What to call the person on screen: the name of our own, profile name, user name, phone, or the end of the durable id.
    pub fn label(&self) -> String {
        let filled = |text: &Option<String>| text.clone().filter(|t| !t.trim().is_empty());
        filled(&self.own_name)
            .or_else(|| filled(&self.name))
            .or_else(|| filled(&self.username).map(|u| format!("@{}", u.trim_start_matches('@'))))
            .or_else(|| filled(&self.phone))
            .or_else(|| filled(&self.user_id).map(|id| shorten(&id)))
            .unwrap_or_else(|| shorten(self.id.as_str()))
    }
}

/// The last six characters after an ellipsis.
fn shorten(id: &str) -> String {
    let start = id.char_indices().rev().nth(5).map_or(0, |(i, _)| i);
    format!("…{}", &id[start..])
}

/// The last message, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Who wrote it.
    pub direction: Direction,
    /// Its type.
    pub kind: String,
    /// The beginning of its text, at most 120 characters, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its delivery status.
    pub status: DeliveryStatus,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Our id.
    pub id: ConversationId,
    /// The number that it is with.
    pub number_id: NumberId,
    /// The other side.
    pub contact: Contact,
    /// Inbound messages that no operator has seen.
    pub unread: u32,
    /// Time of the last message, in milliseconds since the epoch; the list is ordered by it.
    pub last_message_at: i64,
    /// Time of the last inbound message that opens the customer service window, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_inbound_at: Option<i64>,
    /// The last message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// The log position of the last change; a copy with a lower one is older.
    pub seq: i64,
    /// Whether somebody has to look after it.
    #[serde(default, skip_serializing_if = "State::is_open")]
    pub state: State,
    /// With [`State::Snoozed`]: until when, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<i64>,
    /// Whose it is. Without an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Operator>,
    /// What it is about, in the order of ids. Those that are not in the catalogue are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelId>,
    /// Whether it stands above all others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// The log position of the last change of what operators wrote about the contact; none if they wrote nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details_seq: Option<i64>,
    /// Whether anything may be written at any time: the number is a linked phone, which has no customer service window.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_ended: bool,
}

/// What is added to the place of a pinned conversation, in milliseconds: more than any time.
const PINNED: i64 = 4_000_000_000_000_000;

impl Conversation {
    /// One in which nothing was said or done yet.
    pub fn new(id: ConversationId, number_id: NumberId, contact: Contact) -> Self {
        Self {
            id,
            number_id,
            contact,
            unread: 0,
            last_message_at: i64::MIN,
            last_inbound_at: None,
            preview: None,
            seq: 0,
            state: State::Open,
            snoozed_until: None,
            assignee: None,
            labels: Vec::new(),
            pinned: false,
            details_seq: None,
            open_ended: false,
        }
    }

    /// What lists are ordered by, as it is stored.
    pub fn place(&self) -> i64 {
        if self.pinned {
            PINNED + self.last_message_at.clamp(0, PINNED)
        } else {
            self.last_message_at
        }
    }

    /// Position in the list: later ones first.
    pub fn position(&self) -> (i64, &str) {
        (self.place(), self.id.as_str())
    }
}

/// One page of the list, most recent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPage {
    /// The rows, most recent first.
    pub items: Vec<Conversation>,
    /// Cursor for what lies after the last row (older conversations); `None` at the end.
    #[serde(default)]
    pub older: Option<String>,
    /// Cursor for what lies before the first row (more recent ones); `None` on the first page.
    #[serde(default)]
    pub newer: Option<String>,
}

/// The answer to marking read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarkedRead {
    /// The conversation as it is now.
    pub conversation: Conversation,
    /// Unread messages over all numbers of the session.
    pub unread_total: u32,
}

/// The preview of a message.
pub fn preview_of(message: &Message) -> Preview {
    const CHARS: usize = 120;
    Preview {
        direction: message.direction,
        kind: if message.revoked_at.is_some() {
            "revoke".to_owned()
        } else {
            message.kind.clone()
        },
        text: message.text.as_ref().map(|text| {
            text.split_whitespace()
                .flat_map(|word| [" ", word])
                .skip(1)
                .flat_map(str::chars)
                .take(CHARS)
                .collect()
        }),
        status: message.status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_without_a_phone_still_has_a_label() {
        let mut contact = Contact {
            id: ContactId::parse("ct_0123456789").unwrap(),
            own_name: None,
            name: Some("  ".into()),
            phone: None,
            username: None,
            user_id: Some("BR.13491208655302741918".into()),
        };
        assert_eq!(contact.label(), "…741918");
        contact.username = Some("@ana".into());
        assert_eq!(contact.label(), "@ana");
        contact.name = Some("Ana".into());
        assert_eq!(contact.label(), "Ana");
        contact.own_name = Some("Ana of the bakery".into());
        assert_eq!(contact.label(), "Ana of the bakery");
    }
}
