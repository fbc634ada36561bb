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

impl LiveEvent {
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
