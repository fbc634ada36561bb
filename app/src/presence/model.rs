//! What is told of somebody, on either side of the wire.

use crate::ids::ConversationId;
use crate::operators::Operator;
use serde::{Deserialize, Serialize};

/// How long one word of somebody holds without another, in milliseconds: a little longer than the pause between two.
pub const LASTS: i64 = 30_000;

/// What somebody does at a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Doing {
    /// Has it on screen.
    Looking,
    /// Writes in it.
    Typing,
    /// Has left it.
    Gone,
}

impl Doing {
    /// Reads the text that stands on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "looking" => Self::Looking,
            "typing" => Self::Typing,
            "gone" => Self::Gone,
            _ => return None,
        })
    }
}

/// A colleague at a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Here {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who; without an address.
    pub operator: Operator,
    /// What they do.
    pub doing: Doing,
}
