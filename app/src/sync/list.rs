//! The rows that we hold, and the window of them that is contiguous.

use super::total::Total;
use crate::conversations::{Conversation, ConversationPage};
use crate::ids::ConversationId;
use std::cmp::Ordering;
use std::collections::HashMap;

/// How a row came to be known, which decides what is known about its past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A page, or an answer to an act of ours.
    Answer,
    /// An event with a message.
    Message {
        /// The message is from the contact, so one more is unread than before.
        inbound: bool,
    },
    /// An event without a message.
    Change,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct List {
    rows: HashMap<ConversationId, Conversation>,
    order: Vec<ConversationId>,
    /// Position of the last row of the last page. Rows below it are known by chance, with gaps between them, and not shown.
    floor: Option<(i64, ConversationId)>,
    older: Option<String>,
    /// The highest log position of a row.
    newest: i64,
    total: Total,
}

impl List {
    /// The rows to show, most recent first.
    pub fn order(&self) -> &[ConversationId] {
        &self.order
    }

    /// A row.
    pub fn row(&self, id: &ConversationId) -> Option<&Conversation> {
        self.rows.get(id)
    }

    /// The cursor of the next page; `None` when everything is there.
    pub fn older(&self) -> Option<&str> {
        self.older.as_deref()
    }

    /// Unread messages over all conversations.
    pub fn unread_total(&self) -> u32 {
        self.total.value()
    }

    /// True if the total should be asked for anew.
    pub const fn total_is_unsure(&self) -> bool {
        self.total.is_unsure()
    }

    pub(super) const fn newest(&self) -> i64 {
        self.newest
    }

    pub(super) fn anchor_total(&mut self, cursor: i64, total: u32) {
        self.total.anchor(cursor, total);
    }

    /// Starts over with the first page, as of log position `cursor`. Rows that an answer brought since then stay.
    pub(super) fn restart(&mut self, page: ConversationPage, cursor: i64, total: u32) {
        let later: Vec<_> = std::mem::take(&mut self.rows)
            .into_values()
            .filter(|row| row.seq > cursor)
            .collect();
        self.order.clear();
        self.floor = None;
        self.total.clear_rows();
        self.total.anchor(cursor, total);
        self.append(page, cursor);
        for row in later {
            self.put(row, Source::Answer, cursor);
        }
    }

    /// Adds the next page. `cursor` is the log position up to which events were applied.
    pub(super) fn append(&mut self, page: ConversationPage, cursor: i64) {
        let floor = page
            .items
            .last()
            .map(|row| (row.last_message_at, row.id.clone()));
        for row in page.items {
            self.put(row, Source::Answer, cursor);
        }
        self.older = page.older;
        self.floor = if self.older.is_some() {
            floor.or(self.floor.take())
        } else {
            None
        };
        self.order = self
            .rows
            .values()
            .filter(|row| self.is_shown(row))
            .map(|row| row.id.clone())
            .collect();
        let mut order = std::mem::take(&mut self.order);
        order.sort_by(|a, b| self.compare(a, b));
        self.order = order;
    }

    /// Takes a copy of a row. Returns whether it was news, and whether the order changed.
    pub(super) fn put(&mut self, row: Conversation, source: Source, cursor: i64) -> (bool, bool) {
        let held = self.rows.get(&row.id);
        if held.is_some_and(|held| held.seq >= row.seq) {
            return (false, false);
        }
        self.newest = self.newest.max(row.seq);
        // The log is told in order: with an event, everything before it has been heard.
        let heard = if source == Source::Answer {
            cursor
        } else {
            row.seq
        };
        self.total.advance(row.seq, heard);
        if let Some(held) = held {
            self.total.changed(held.unread, row.unread);
        } else {
            let before = match source {
                // An answer that is ahead of the events does not tell what it was ahead of.
                Source::Answer => (row.seq <= cursor).then_some(row.unread),
                Source::Message { inbound } => Some(row.unread.saturating_sub(u32::from(inbound))),
                Source::Change => None,
            };
            self.total.came(before, row.unread);
        }
        let stays = held.is_some_and(|held| held.position() == row.position());
        if stays {
            self.rows.insert(row.id.clone(), row);
            return (true, false);
        }
        let id = row.id.clone();
        let was_shown = self.take_from_order(&id);
        let shown = self.is_shown(&row);
        self.rows.insert(id.clone(), row);
        if shown {
            let at = self
                .order
                .partition_point(|other| self.compare(other, &id) == Ordering::Less);
            self.order.insert(at, id);
        }
        (true, was_shown || shown)
    }

    /// Forgets a row, by an event at `seq`. Returns whether it was there.
    pub(super) fn remove(&mut self, id: &ConversationId, seq: i64) -> bool {
        self.take_from_order(id);
        let row = self.rows.remove(id);
        self.total.advance(seq, seq);
        self.total.went(row.as_ref().map(|row| row.unread));
        row.is_some()
    }

    fn take_from_order(&mut self, id: &ConversationId) -> bool {
        let Some(row) = self.rows.get(id) else {
            return false;
        };
        if !self.is_shown(row) {
            return false;
        }
        let at = self
            .order
            .partition_point(|other| self.compare(other, id) == Ordering::Less);
        let found = self.order.get(at) == Some(id);
        if found {
            self.order.remove(at);
        }
        found
    }

    fn is_shown(&self, row: &Conversation) -> bool {
        self.floor
            .as_ref()
            .is_none_or(|(at, id)| row.position() >= (*at, id.as_str()))
    }

    /// Later ones first.
    fn compare(&self, a: &ConversationId, b: &ConversationId) -> Ordering {
        let position = |id| self.rows.get(id).map(Conversation::position);
        position(b).cmp(&position(a))
    }
}
