//! What an act on the engine changed, for whoever draws it.

use crate::ids::ConversationId;

/// A summary of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rows came, went or moved.
    pub order: bool,
    /// Rows whose content changed.
    pub rows: Vec<ConversationId>,
    /// Conversations whose messages (sent ones or waiting ones) changed.
    pub threads: Vec<ConversationId>,
    /// Conversations that became part of another: from, into.
    pub merged: Vec<(ConversationId, ConversationId)>,
    /// Conversations with new inbound messages, one entry per message.
    pub arrived: Vec<ConversationId>,
}

impl Changes {
    pub(super) fn thread(id: &ConversationId) -> Self {
        Self {
            threads: vec![id.clone()],
            ..Self::default()
        }
    }
}
