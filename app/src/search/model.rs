//! What a search finds.

use crate::conversations::Conversation;
use crate::messages::Message;
use serde::{Deserialize, Serialize};

/// The longest query, in characters.
pub const MAX_QUERY_CHARS: usize = 200;

/// A message that has every word of the query, each at the beginning of a word of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundMessage {
    /// The message.
    pub message: Message,
    /// Its conversation as it is now.
    pub conversation: Conversation,
}

/// A page of what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// Conversations whose contact's name, user name or phone has every word of the query anywhere in it, most recent first. On the
    /// first page only, and none in a search within one conversation.
    pub conversations: Vec<Conversation>,
    /// Messages, newest first.
    pub messages: Vec<FoundMessage>,
    /// Cursor of the page with older messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
}
