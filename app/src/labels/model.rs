//! What a label is, on either side of the wire.

use crate::error::{ApiError, Code};
use crate::ids::{LabelId, NumberId};
use serde::{Deserialize, Serialize};

/// Most labels of the numbers of one session.
pub const MAX_LABELS: usize = 100;
/// Most labels of one conversation.
pub const MAX_OF_ONE: usize = 20;
/// Longest name, in characters.
pub const MAX_NAME: usize = 40;

/// What a label looks like: one of a few roles, so that it can be read in every theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// No colour.
    #[default]
    Grey,
    /// That of links and buttons.
    Accent,
    /// That of what went well.
    Ok,
    /// That of what needs care.
    Warn,
    /// That of what went wrong.
    Danger,
    /// That of notes.
    Note,
}

impl Colour {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Grey,
        Self::Accent,
        Self::Ok,
        Self::Warn,
        Self::Danger,
        Self::Note,
    ];

    /// The text that stands in the database, on the wire and in attributes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
            Self::Note => "note",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.as_str() == text)
    }
}

/// A label. It belongs to numbers: whoever has one of them sees it, and it goes on conversations of these numbers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// What it says. Text from outside: never markup.
    pub name: String,
    /// What it looks like.
    pub colour: Colour,
    /// Those of the session's numbers that it belongs to; empty if it is all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberId>,
    /// It belongs to numbers outside the session, too: it can be used, not changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

impl Label {
    /// Whether it goes on conversations of this number.
    pub fn fits(&self, number: &NumberId) -> bool {
        self.numbers.is_empty() || self.numbers.contains(number)
    }
}

/// A name as it is kept: without spaces around it, 1 to [`MAX_NAME`] characters, on one line.
pub fn check_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let fits =
        !name.is_empty() && name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control);
    if fits {
        return Ok(name.to_owned());
    }
    Err(ApiError::new(
        Code::LabelInvalid,
        format!("Give the label a name of 1 to {MAX_NAME} characters."),
    )
    .at("name"))
}
