//! The number of unread messages over all conversations, of which the browser knows only some.
//!
//! The server says the total once, for one log position. From there it is carried on: what is unread in the rows that we hold
//! is counted, what is unread elsewhere is remembered as one number.

/// Carries the total on.
#[derive(Debug, Clone, Default)]
pub(super) struct Total {
    /// Unread in the rows that we hold.
    held: i64,
    /// Unread in all other rows.
    elsewhere: i64,
    /// The last total from the server and its log position, while everything applied is at or before that position.
    anchor: Option<(i64, i64)>,
    /// A row changed that we did not hold, in a way that does not tell what it was before.
    unsure: bool,
}

impl Total {
    /// What to show.
    pub(super) fn value(&self) -> u32 {
        u32::try_from((self.held + self.elsewhere).max(self.held)).unwrap_or(0)
    }

    /// True if the server should be asked anew.
    pub(super) const fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// The server's total at log position `cursor`. The caller has applied nothing later.
    pub(super) fn anchor(&mut self, cursor: i64, total: u32) {
        self.anchor = Some((cursor, i64::from(total)));
        self.unsure = false;
        self.settle();
    }

    /// Forgets all rows.
    pub(super) fn clear_rows(&mut self) {
        self.held = 0;
        self.anchor = None;
    }

    /// A copy of a row at log position `seq` is about to be taken; events were applied up to `heard`.
    pub(super) fn advance(&mut self, seq: i64, heard: i64) {
        if let Some((cursor, _)) = self.anchor
            && seq > cursor
        {
            self.anchor = None;
            // Events that the total has counted are still to come, and would be counted again.
            self.unsure |= heard < cursor;
        }
    }

    /// A row that we hold changed.
    pub(super) fn changed(&mut self, before: u32, after: u32) {
        self.held += i64::from(after) - i64::from(before);
        self.settle();
    }

    /// A row came into view. `before` is what was unread in it when the total was last told, if that can be known.
    pub(super) fn came(&mut self, before: Option<u32>, now: u32) {
        self.held += i64::from(now);
        self.elsewhere -= i64::from(before.unwrap_or(now));
        self.unsure |= before.is_none() && self.anchor.is_none();
        self.settle();
    }

    /// A row became part of another, which counts its messages from now on. `unread` is `None` if we did not hold it.
    pub(super) fn went(&mut self, unread: Option<u32>) {
        self.held -= i64::from(unread.unwrap_or(0));
        self.unsure |= unread.is_none() && self.anchor.is_none();
        self.settle();
    }

    fn settle(&mut self) {
        if let Some((_, total)) = self.anchor {
            self.elsewhere = total - self.held;
        }
    }
}
