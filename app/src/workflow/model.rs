//! What can be done with a conversation beside writing in it.

use super::ViewCounts;
use crate::ids::{LabelId, OperatorId};
use serde::{Deserialize, Serialize};

/// Most conversations that one call changes.
pub const MAX_AT_ONCE: usize = 100;

/// Whether somebody has to look after a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Now.
    #[default]
    Open,
    /// Later.
    Snoozed,
    /// Not any more, until the contact writes again.
    Resolved,
}

impl State {
    /// True for the one that rows leave out.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// The text that stands in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "open" => Self::Open,
            "snoozed" => Self::Snoozed,
            "resolved" => Self::Resolved,
            _ => return None,
        })
    }
}

/// A change of conversations. Doing it twice changes nothing the second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Work {
    /// It is this operator's, or nobody's.
    Assign {
        /// Whose.
        #[serde(default)]
        operator: Option<OperatorId>,
    },
    /// Nothing is left to do.
    Resolve,
    /// It is to be looked after again.
    Reopen,
    /// Not before then, unless the contact writes.
    Snooze {
        /// In milliseconds since the epoch.
        until: i64,
    },
    /// Puts a label on, or takes it off.
    Label {
        /// Which.
        label: LabelId,
        /// True to put it on.
        on: bool,
    },
    /// Keeps it above all others, or no longer.
    Pin {
        /// True to keep it there.
        on: bool,
    },
    /// Everything in it has been seen.
    Read,
    /// As if its last message had not been seen.
    Unread,
}

/// Counts over all conversations of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// The log position as of which they are right.
    pub cursor: i64,
    /// Unread messages.
    pub unread_total: u32,
    /// Conversations in each view.
    pub counts: ViewCounts,
}
