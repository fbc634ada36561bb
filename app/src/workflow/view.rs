//! Views of the list, and which conversations are in each.

use super::State;
use crate::conversations::Conversation;
use crate::ids::{LabelId, NumberId, OperatorId};
use serde::{Deserialize, Serialize};

/// Counts go no further than this, so that they cost the same for ten conversations and for a million: from here on they are "99+".
pub const COUNTED: u32 = 100;

/// A view of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// Everything that is open.
    #[default]
    All,
    /// Open, with something that nobody has seen.
    Unread,
    /// Open, and the operator's own.
    Mine,
    /// Open, and nobody's.
    Unassigned,
    /// For later.
    Snoozed,
    /// Done with.
    Resolved,
}

impl View {
    /// In the order in which they are shown, which is that of [`ViewCounts`].
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::Unread,
        Self::Mine,
        Self::Unassigned,
        Self::Snoozed,
        Self::Resolved,
    ];

    /// Its name in attributes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unread => "unread",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// The state of all conversations in it.
    pub const fn state(self) -> State {
        match self {
            Self::All | Self::Unread | Self::Mine | Self::Unassigned => State::Open,
            Self::Snoozed => State::Snoozed,
            Self::Resolved => State::Resolved,
        }
    }

    /// Whether a conversation is in it, for this operator.
    pub fn has(self, row: &Conversation, me: Option<&OperatorId>) -> bool {
        let assignee = row.assignee.as_ref().map(|operator| &operator.id);
        row.state == self.state()
            && match self {
                Self::Unread => row.unread > 0,
                Self::Mine => assignee.is_some() && assignee == me,
                Self::Unassigned => assignee.is_none(),
                Self::All | Self::Snoozed | Self::Resolved => true,
            }
    }
}

/// How many conversations there are in each view, at most [`COUNTED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewCounts {
    /// Open.
    pub all: u32,
    /// Unread.
    pub unread: u32,
    /// The operator's own.
    pub mine: u32,
    /// Nobody's.
    pub unassigned: u32,
    /// For later.
    pub snoozed: u32,
    /// Done with.
    pub resolved: u32,
}

impl ViewCounts {
    /// Of one view.
    pub const fn of(&self, view: View) -> u32 {
        match view {
            View::All => self.all,
            View::Unread => self.unread,
            View::Mine => self.mine,
            View::Unassigned => self.unassigned,
            View::Snoozed => self.snoozed,
            View::Resolved => self.resolved,
        }
    }

    /// The same, to be changed.
    pub const fn of_mut(&mut self, view: View) -> &mut u32 {
        match view {
            View::All => &mut self.all,
            View::Unread => &mut self.unread,
            View::Mine => &mut self.mine,
            View::Unassigned => &mut self.unassigned,
            View::Snoozed => &mut self.snoozed,
            View::Resolved => &mut self.resolved,
        }
    }
}

/// Which part of the list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListFilter {
    /// The view.
    #[serde(default)]
    pub view: View,
    /// Only with this number.
    #[serde(default)]
    pub number: Option<NumberId>,
    /// Only with this label.
    #[serde(default)]
    pub label: Option<LabelId>,
    /// Only this operator's.
    #[serde(default)]
    pub assignee: Option<OperatorId>,
}

impl ListFilter {
    /// Whether a conversation is in it, for this operator.
    pub fn has(&self, row: &Conversation, me: Option<&OperatorId>) -> bool {
        let number = self.number.as_ref();
        let assignee = row.assignee.as_ref().map(|operator| &operator.id);
        self.view.has(row, me)
            && number.is_none_or(|number| *number == row.number_id)
            && self
                .label
                .as_ref()
                .is_none_or(|label| row.labels.contains(label))
            && self
                .assignee
                .as_ref()
                .is_none_or(|one| assignee == Some(one))
    }

    /// True if it is more than a view.
    pub const fn narrows(&self) -> bool {
        self.number.is_some() || self.label.is_some() || self.assignee.is_some()
    }
}
