//! Who works in an inbox, as the tenant's own system knows them, and what they may do.

use serde::Serialize;

/// Longest id of a person in the tenant's system, in characters.
const SUBJECT_MAX: usize = 255;
/// What is kept of a name or an address, in characters.
pub(super) const NAME_MAX: usize = 200;

/// What an operator may do within an inbox. It never widens the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks, and changes nothing.
    ReadOnly,
    /// Answers.
    Operator,
    /// Answers, and arranges what all operators share.
    Admin,
}

impl Role {
    /// As in the database and in requests of backends.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "read-only" => Some(Self::ReadOnly),
            "operator" => Some(Self::Operator),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// As identity tokens say it (OnPilot): they know two roles, and call one who answers a user.
    pub fn of_claim(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::Operator),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// The reverse of [`Self::of_claim`].
    pub const fn as_claim(self) -> &'static str {
        match self {
            Self::ReadOnly | Self::Operator => "user",
            Self::Admin => "admin",
        }
    }
}

/// True for what may be a person's id in the tenant's system.
pub fn is_subject(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= SUBJECT_MAX
        && !text.chars().any(char::is_control)
}

/// For people to read: without control characters, and not endless.
pub fn shown(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|character| !character.is_control())
        .take(NAME_MAX)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
