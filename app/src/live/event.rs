//! Events of the log. Each carries the state after the change, so applying one twice does no harm.

use crate::conversations::Conversation;
use crate::ids::{ConversationId, NumberId};
use crate::messages::Message;
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
    /// Something that this build does not know. It is skipped.
    #[serde(other)]
    Unknown,
}

/// The fields of every known event. Read at once into one flat record: serde's own way with tagged enums goes over a generic tree,
/// and would bring a second reader of every type into the browser.
#[derive(Deserialize)]
struct Fields {
    #[serde(rename = "type")]
    kind: String,
    conversation: Option<Box<Conversation>>,
    message: Option<Box<Message>>,
    from: Option<ConversationId>,
    into: Option<Box<Conversation>>,
}

impl LiveEvent {
    /// Reads an event as it stands in the stream. What this build cannot read is [`Self::Unknown`]: it would be no more readable
    /// the next time.
    pub fn read(json: &[u8]) -> Self {
        let Ok(fields) = serde_json::from_slice::<Fields>(json) else {
            return Self::Unknown;
        };
        let Fields {
            kind,
            conversation,
            message,
            from,
            into,
        } = fields;
        match (kind.as_str(), conversation, message, from, into) {
            ("message", Some(conversation), Some(message), ..) => Self::Message {
                conversation,
                message,
            },
            ("conversation", Some(conversation), ..) => Self::Conversation { conversation },
            ("conversationMerged", _, _, Some(from), Some(into)) => {
                Self::ConversationMerged { from, into }
            }
            _ => Self::Unknown,
        }
    }

    /// The number whose sessions may see the event.
    pub fn number_id(&self) -> Option<&NumberId> {
        match self {
            Self::Message { conversation, .. }
            | Self::Conversation { conversation }
            | Self::ConversationMerged {
                into: conversation, ..
            } => Some(&conversation.number_id),
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
            format!(r#"{{"type":"conversationMerged","from":"conv_0","into":{ROW}}}"#),
        ] {
            let event: LiveEvent = serde_json::from_str(&json).unwrap();
            assert_ne!(event, LiveEvent::Unknown, "{json}");
            let written = serde_json::to_vec(&event).unwrap();
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
            assert_eq!(
                LiveEvent::read(json.as_bytes()),
                LiveEvent::Unknown,
                "{json}"
            );
        }
        let json = format!(r#"{{"type":"conversation","conversation":{ROW},"colour":"red"}}"#);
        assert_ne!(
            LiveEvent::read(json.as_bytes()),
            LiveEvent::Unknown,
            "unknown fields are tolerated"
        );
    }
}
