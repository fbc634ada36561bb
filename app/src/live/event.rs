//! Events of the log. Each carries the state after the change, so applying one twice does no harm.

use crate::conversations::Conversation;
use crate::ids::{ConversationId, NumberId};
use crate::messages::Message;
use crate::numbers::Number;
use crate::wire::{Json, field};
use serde::{Deserialize, Serialize};

/// A logged change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum LiveEvent {
    /// A message is new, or one of its fields changed (status, failure). `conversation` is its row afterwards.
    #[serde(rename = "message")]
    Message {
        /// The row after the change.
        conversation: Box<Conversation>,
        /// The message after the change.
        message: Box<Message>,
    },
    /// A row changed without a message: read, contact renamed.
    #[serde(rename = "conversation")]
    Conversation {
        /// The row after the change.
        conversation: Box<Conversation>,
    },
    /// Two conversations turned out to be with one person: `from` is gone, its messages are in `into`.
    #[serde(rename = "conversationMerged")]
    ConversationMerged {
        /// The conversation that is gone.
        from: ConversationId,
        /// The row that has it all.
        into: Box<Conversation>,
    },
    /// The labels of a number changed. Which ones a session sees depends on its numbers: it asks.
    #[serde(rename = "labels")]
    Labels {
        /// The number.
        #[serde(rename = "numberId")]
        number_id: NumberId,
    },
    /// A number changed: its name, or whether it sends.
    #[serde(rename = "number")]
    Number {
        /// The number after the change.
        number: Box<Number>,
    },
    /// Something that this build does not know. It is skipped.
    #[serde(other)]
    Unknown,
}

impl LiveEvent {
    /// Reads an event as it stands in the stream. What this build cannot read is [`Self::Unknown`]: it would be no more readable
    /// the next time.
    pub fn read(json: &str) -> Self {
        Json::parse(json)
            .and_then(|json| Self::of_kind(&json))
            .unwrap_or(Self::Unknown)
    }

    fn of_kind(json: &Json) -> Option<Self> {
        Some(match field::<String>(json, "type")?.as_str() {
            "message" => Self::Message {
                conversation: field(json, "conversation")?,
                message: field(json, "message")?,
            },
            "conversation" => Self::Conversation {
                conversation: field(json, "conversation")?,
            },
            "conversationMerged" => Self::ConversationMerged {
                from: field(json, "from")?,
                into: field(json, "into")?,
            },
            "labels" => Self::Labels {
                number_id: field(json, "numberId")?,
            },
            "number" => Self::Number {
                number: field(json, "number")?,
            },
            _ => return None,
        })
    }

    /// The number whose sessions may see the event.
    pub fn number_id(&self) -> Option<&NumberId> {
        match self {
            Self::Message { conversation, .. }
            | Self::Conversation { conversation }
            | Self::ConversationMerged {
                into: conversation, ..
            } => Some(&conversation.number_id),
            Self::Labels { number_id } => Some(number_id),
            Self::Number { number } => Some(&number.id),
            Self::Unknown => None,
        }
    }
}

/// SSE event names of the stream. A logged change has none (`message` by default) and an `id`; these have a name and no `id`.
pub mod signal {
    /// The stream is open; `data` is the log position that it goes on from.
    pub const READY: &str = "ready";
    /// The cursor is older than the log reaches back: load everything anew.
    pub const RESET: &str = "reset";
    /// What a colleague does at a conversation, as [`crate::presence::Here`]. It is in no log, and may be lost.
    pub const HERE: &str = "here";
    /// The session has ended: a new token is needed.
    pub const ENDED: &str = "ended";
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"id":"conv_1","numberId":"wn_1","contact":{"id":"ct_1","name":"Ana"},"unread":1,"lastMessageAt":5,"seq":7}"#;
    const MESSAGE: &str = r#"{"id":"msg_1","conversationId":"conv_1","direction":"INBOUND","kind":"text","text":"Hi","status":"DELIVERED","sentAt":5,"seq":7}"#;

    #[test]
    fn the_browser_reads_what_the_server_writes() {
        for json in [
            format!(r#"{{"type":"message","conversation":{ROW},"message":{MESSAGE}}}"#),
            format!(r#"{{"type":"conversation","conversation":{ROW}}}"#),
            r#"{"type":"labels","numberId":"wn_1"}"#.to_owned(),
            r#"{"type":"number","number":{"id":"wn_1","name":"Sales","phone":"5511","refusal":"No."}}"#
                .to_owned(),
            format!(r#"{{"type":"conversationMerged","from":"conv_0","into":{ROW}}}"#),
        ] {
            let event: LiveEvent = serde_json::from_str(&json).unwrap();
            assert_ne!(event, LiveEvent::Unknown, "{json}");
            let written = serde_json::to_string(&event).unwrap();
            assert_eq!(LiveEvent::read(&written), event, "{json}");
        }
    }

    #[test]
    fn what_a_later_server_writes_is_skipped() {
        for json in [
            "",
            "[]",
            "{}",
            r#"{"type":"typing","conversation":"conv_1"}"#,
            r#"{"type":"message","message":{}}"#,
            r#"{"type":"conversation"}"#,
        ] {
            assert_eq!(LiveEvent::read(json), LiveEvent::Unknown, "{json}");
        }
        let json = format!(r#"{{"type":"conversation","conversation":{ROW},"colour":"red"}}"#);
        assert_ne!(
            LiveEvent::read(&json),
            LiveEvent::Unknown,
            "unknown fields are tolerated"
        );
    }
}
