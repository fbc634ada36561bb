//! What the first round trip brings.

use crate::branding::Brand;
use crate::conversations::{Conversation, ConversationPage};
use crate::labels::Label;
use crate::messages::MessagePage;
use crate::numbers::Number;
use crate::operators::Operator;
use crate::workflow::ViewCounts;
use serde::{Deserialize, Serialize};

/// A conversation with its newest page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenConversation {
    /// The row.
    pub conversation: Conversation,
    /// Its newest messages.
    pub messages: MessagePage,
}

/// Times of the session, in milliseconds since the epoch by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionTimes {
    /// The server's clock at the answer, so that a wrong clock in the browser does no harm.
    pub now: i64,
    /// When the token was issued.
    pub issued_at: i64,
    /// When the token ends, unless it is renewed.
    pub expires_at: i64,
    /// When the session ends, whatever is renewed.
    pub session_ends_at: i64,
}

/// Everything the first screen needs, read in one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bootstrap {
    /// The numbers of the session.
    pub numbers: Vec<Number>,
    /// The first page of the list.
    pub conversations: ConversationPage,
    /// The conversation that was asked for, if it exists within the session's scope.
    #[serde(default)]
    pub open: Option<OpenConversation>,
    /// Unread messages over all numbers of the session.
    pub unread_total: u32,
    /// The log position of this snapshot: the live stream goes on from here.
    pub cursor: i64,
    /// Times of the session.
    pub session: SessionTimes,
    /// How the inbox looks.
    pub brand: Brand,
    /// How many conversations there are in each view.
    #[serde(default)]
    pub counts: ViewCounts,
    /// The labels of the numbers, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// Who is at work here, where the session says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub me: Option<Operator>,
    /// True where nothing may be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}
