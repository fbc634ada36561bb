//! The rows that we hold, and the window of them that is contiguous.

use super::held::Held;
use super::total::Total;
use crate::conversations::{Conversation, ConversationPage};
use crate::ids::{ConversationId, OperatorId};
use crate::workflow::{COUNTED, ListFilter, View, ViewCounts};
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
    /// What is shown instead while somebody points at it, so that nothing moves under the pointer.
    held: Held,
    /// Position of the last row of the last page. Rows below it are known by chance, with gaps between them, and not shown.
    floor: Option<(i64, ConversationId)>,
    older: Option<String>,
    /// The highest log position of a row.
    newest: i64,
    total: Total,
    /// The part that is looked at, and by whom.
    filter: ListFilter,
    me: Option<OperatorId>,
    /// False while the first page of that part is on its way.
    is_there: bool,
    counts: ViewCounts,
    /// The log position as of which the server counted.
    counted_at: i64,
    /// A row changed in a way that does not tell in which views it was before.
    unsure: bool,
}

impl List {
    /// The rows to show, most recent first; while the list is held, those that were shown then and are still here, in their places.
    pub fn order(&self) -> &[ConversationId] {
        self.held.rows().unwrap_or(&self.order)
    }

    /// How many rows have come or moved up since the list is held.
    pub const fn held_back(&self) -> usize {
        self.held.back()
    }

    pub(super) fn hold(&mut self) {
        self.held.begin(&self.order);
    }

    /// Returns whether that changes what is shown.
    pub(super) fn release(&mut self) -> bool {
        self.held.end().is_some_and(|held| held != self.order)
    }

    /// A row.
    pub fn row(&self, id: &ConversationId) -> Option<&Conversation> {
        self.rows.get(id)
    }

    /// Whether a row is one of those to show.
    pub fn shows(&self, id: &ConversationId) -> bool {
        self.rows.get(id).is_some_and(|row| self.is_shown(row))
    }

    /// The cursor of the next page; `None` when everything is there.
    pub fn older(&self) -> Option<&str> {
        self.older.as_deref()
    }

    /// Unread messages over all conversations.
    pub fn unread_total(&self) -> u32 {
        self.total.value()
    }

    /// How many conversations there are in each view.
    pub const fn counts(&self) -> ViewCounts {
        self.counts
    }

    /// The part that is looked at.
    pub const fn filter(&self) -> &ListFilter {
        &self.filter
    }

    /// True once the first page of that part is there.
    pub const fn is_there(&self) -> bool {
        self.is_there
    }

    /// True if the totals should be asked for anew.
    pub const fn total_is_unsure(&self) -> bool {
        self.total.is_unsure() || self.unsure
    }

    pub(super) fn set_me(&mut self, me: Option<OperatorId>) {
        self.me = me;
    }

    pub(super) fn choose(&mut self, filter: ListFilter) {
        self.filter = filter;
        self.held.end();
        self.order.clear();
        self.floor = None;
        self.older = None;
        self.is_there = false;
    }

    pub(super) const fn newest(&self) -> i64 {
        self.newest
    }

    pub(super) fn anchor_totals(&mut self, cursor: i64, total: u32, counts: ViewCounts) {
        self.total.anchor(cursor, total);
        self.counts = counts;
        self.counted_at = cursor;
        self.unsure = false;
    }

    /// Starts over with the first page, as of log position `cursor`. Rows that an answer brought since then stay.
    pub(super) fn restart(
        &mut self,
        page: ConversationPage,
        cursor: i64,
        (total, counts): (u32, ViewCounts),
    ) {
        let later: Vec<_> = std::mem::take(&mut self.rows)
            .into_values()
            .filter(|row| row.seq > cursor)
            .collect();
        self.held.end();
        self.order.clear();
        self.floor = None;
        self.total.clear_rows();
        self.anchor_totals(cursor, total, counts);
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
        let came: Vec<ConversationId> = page.items.iter().map(|row| row.id.clone()).collect();
        for row in page.items {
            self.put(row, Source::Answer, cursor);
        }
        self.older = page.older;
        self.is_there = true;
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
        let shown = came.into_iter().filter(|id| self.shows(id)).collect();
        self.held.append(shown);
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
        let stays = held.is_some_and(|held| {
            held.position() == row.position() && self.is_shown(held) == self.is_shown(&row)
        });
        let rises = held.is_none_or(|held| held.position() < row.position());
        self.count(source, (cursor, heard), &row);
        if stays {
            self.rows.insert(row.id.clone(), row);
            return (true, false);
        }
        let id = row.id.clone();
        let was_shown = self.take_from_order(&id);
        let shown = self.is_shown(&row);
        self.rows.insert(id.clone(), row);
        self.held.note(&id, shown, rises || !was_shown);
        if shown {
            let at = self
                .order
                .partition_point(|other| self.compare(other, &id) == Ordering::Less);
            self.order.insert(at, id);
        }
        (true, was_shown || shown)
    }

    /// Carries the counts on: exactly where what the row was before is known, and the count is one of all.
    fn count(&mut self, source: Source, (cursor, heard): (i64, i64), row: &Conversation) {
        if row.seq <= self.counted_at {
            return;
        }
        // Events that the server has counted are still to come: what we hold is not what it counted.
        self.unsure |= heard < self.counted_at;
        let me = self.me.as_ref();
        let Some(held) = self.rows.get(&row.id) else {
            // What an answer brings of before the last event has been counted.
            self.unsure |= source != Source::Answer || row.seq > cursor;
            return;
        };
        for view in View::ALL {
            let (was, is) = (view.has(held, me), view.has(row, me));
            let count = self.counts.of_mut(view);
            if was == is {
                continue;
            }
            if *count >= COUNTED || (was && *count == 0) {
                self.unsure = true;
            } else if is {
                *count += 1;
            } else {
                *count -= 1;
            }
        }
    }

    /// Forgets a row, by an event at `seq`. Returns whether it was there.
    pub(super) fn remove(&mut self, id: &ConversationId, seq: i64) -> bool {
        self.take_from_order(id);
        self.held.note(id, false, false);
        let row = self.rows.remove(id);
        self.unsure = true;
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
        if !self.is_there || !self.filter.has(row, self.me.as_ref()) {
            return false;
        }
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
