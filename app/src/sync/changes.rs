//! What an act on the engine changed, for whoever draws it.

use crate::ids::ConversationId;
use crate::labels::Label;
use crate::numbers::Number;

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
    /// The labels, where they came with these changes.
    pub labels: Option<Vec<Label>>,
    /// The labels changed on the server: they have to be asked for.
    pub labels_are_old: bool,
    /// Numbers of which something changed, as they are now.
    pub numbers: Vec<Number>,
}

impl Changes {
    /// Adds what changed after these.
    pub fn add(&mut self, later: Self) {
        self.order |= later.order;
        for id in later.rows {
            if !self.rows.contains(&id) {
                self.rows.push(id);
            }
        }
        for id in later.threads {
            if !self.threads.contains(&id) {
                self.threads.push(id);
            }
        }
        self.merged.extend(later.merged);
        self.arrived.extend(later.arrived);
        self.labels = later.labels.or(self.labels.take());
        self.labels_are_old |= later.labels_are_old;
        self.numbers.extend(later.numbers);
    }

    pub(super) fn thread(id: &ConversationId) -> Self {
        Self {
            threads: vec![id.clone()],
            ..Self::default()
        }
    }
}
