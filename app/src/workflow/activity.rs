//! What was done with a conversation, as its thread tells of it.

use serde::{Deserialize, Serialize};

/// One thing that was done. Names are as they were then; text from outside, never markup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// `assigned`, `unassigned`, `resolved`, `reopened`, `snoozed`, `labelled`, `unlabelled`, `named`, `unnamed`, `fields`; open.
    pub what: String,
    /// Who did it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// With `assigned` and `unassigned`: whose it is, or was. With `named`: what operators call the contact now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom: Option<String>,
    /// With `snoozed`: until when, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// With `labelled` and `unlabelled`: the name of the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// With `reopened`, where nobody did it: `message` (the contact wrote) or `time` (the snooze is over).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

impl Activity {
    /// The kind of the messages that tell of one.
    pub const KIND: &'static str = "activity";

    /// Of this sort, with nothing beside it.
    pub fn of(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            ..Self::default()
        }
    }

    /// A reopening that nobody did.
    pub fn reopened_by(cause: &str) -> Self {
        Self {
            cause: Some(cause.to_owned()),
            ..Self::of("reopened")
        }
    }
}
