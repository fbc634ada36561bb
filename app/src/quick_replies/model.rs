//! What a quick reply is, and what it may be.

use crate::error::{ApiError, Code};
use crate::ids::{NumberId, QuickReplyId};
use crate::messages::MAX_TEXT_CHARS;
use serde::{Deserialize, Serialize};

/// The longest shortcut, in characters.
pub const MAX_SHORTCUT_CHARS: usize = 32;
/// How many the numbers of one session may have: all of them are read at once.
pub const MAX_QUICK_REPLIES: usize = 200;

/// A text that operators write often. It belongs to numbers: whoever has one of them sees it, and it is for their conversations only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuickReply {
    /// Our id.
    pub id: QuickReplyId,
    /// What is typed behind a slash: of a number's, only this one has it.
    pub shortcut: String,
    /// The text, with its variables as they were written.
    pub text: String,
    /// Those of the session's numbers that it belongs to; empty if it is all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberId>,
    /// It belongs to numbers outside the session, too: it can be used, not changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

impl QuickReply {
    /// One of all numbers of the session.
    pub fn new(id: QuickReplyId, shortcut: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id,
            shortcut: shortcut.into(),
            text: text.into(),
            numbers: Vec::new(),
            shared: false,
        }
    }

    /// Whether it is for conversations of this number.
    pub fn fits(&self, number: &NumberId) -> bool {
        self.numbers.is_empty() || self.numbers.contains(number)
    }
}

/// Those of the session's numbers, by shortcut, and who asks for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuickReplies {
    /// The texts.
    pub items: Vec<QuickReply>,
    /// The operator's name, if the session has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
}

/// A shortcut as it is stored: in small letters, without the slash.
pub fn shortcut_of(typed: &str) -> Result<String, ApiError> {
    let typed = typed.trim();
    let shortcut = typed.strip_prefix('/').unwrap_or(typed).to_lowercase();
    let fits = (1..=MAX_SHORTCUT_CHARS).contains(&shortcut.chars().count());
    if fits && shortcut.chars().all(may_be_in_shortcut) {
        Ok(shortcut)
    } else {
        Err(invalid(
            "shortcut",
            "A shortcut is one to 32 letters, digits, hyphens and underscores.",
        ))
    }
}

/// Whether a shortcut may hold this character.
pub fn may_be_in_shortcut(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether a text can be stored: as much as a message holds.
pub fn check_reply(text: &str) -> Result<(), ApiError> {
    let chars = text.trim().chars().count();
    if (1..=MAX_TEXT_CHARS).contains(&chars) && !text.contains('\0') {
        Ok(())
    } else {
        Err(invalid(
            "text",
            "The text of a quick reply has one to 4,096 characters.",
        ))
    }
}

fn invalid(field: &str, sentence: &str) -> ApiError {
    ApiError::new(Code::QuickReplyInvalid, sentence).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_are_small_words() {
        for (typed, expected) in [
            ("hello", Some("hello")),
            (" /Hello ", Some("hello")),
            ("até-logo_2", Some("até-logo_2")),
            ("مرحبا", Some("مرحبا")),
            ("", None),
            ("/", None),
            ("//a", None),
            ("two words", None),
            ("a/b", None),
            ("a\0", None),
            ("😀", None),
        ] {
            assert_eq!(shortcut_of(typed).ok().as_deref(), expected, "{typed:?}");
        }
        assert!(shortcut_of(&"é".repeat(32)).is_ok());
        let error = shortcut_of(&"é".repeat(33)).unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            (Code::QuickReplyInvalid, Some("shortcut"))
        );
    }

    #[test]
    fn a_text_fits_into_a_message() {
        assert!(check_reply(&"😀".repeat(MAX_TEXT_CHARS)).is_ok());
        for bad in ["", " \n", "a\0b", &"x".repeat(MAX_TEXT_CHARS + 1)] {
            let error = check_reply(bad).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("text"));
        }
    }
}
