//! What a note is beside its text, on either side of the wire.

use crate::error::{ApiError, Code};
use crate::ids::OperatorId;
use crate::messages::check_text;
use crate::operators::Operator;
use serde::{Deserialize, Serialize};

/// Most colleagues that one note calls.
pub const MAX_MENTIONS: usize = 50;

/// Who wrote a note, and whom it calls. Names are as they were then; text from outside, never markup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Who wrote it; absent where the session named nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Operator>,
    /// Whom it calls. In the text each stands as `@` and the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Operator>,
}

impl Note {
    /// The kind of the messages that are notes.
    pub const KIND: &'static str = "note";
}

/// Refuses a text that cannot be a note, and too many colleagues at once.
pub fn check_note(text: &str, mentions: &[OperatorId]) -> Result<(), ApiError> {
    check_text(text, "text")?;
    if mentions.len() > MAX_MENTIONS {
        return Err(ApiError::new(
            Code::TooManyIds,
            format!("A note calls at most {MAX_MENTIONS} colleagues."),
        )
        .at("mentions"));
    }
    Ok(())
}

/// A stretch of a note's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// `@` and the name of one whom the note calls.
    Mention(&'a str),
}

/// Cuts a text where it calls somebody by one of these names. The longest name counts, and none within a longer word.
pub fn pieces_of<'a>(text: &'a str, names: &[&str]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text[at..].find('@') {
        let sign = at + found;
        let behind = &text[sign + 1..];
        let is_whole = |name: &&&str| {
            !name.is_empty()
                && behind
                    .strip_prefix(**name)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let name = names.iter().filter(is_whole).max_by_key(|name| name.len());
        at = sign + 1;
        if let Some(name) = name {
            if start < sign {
                pieces.push(Piece::Words(&text[start..sign]));
            }
            at += name.len();
            pieces.push(Piece::Mention(&text[sign..at]));
            start = at;
        }
    }
    if start < text.len() {
        pieces.push(Piece::Words(&text[start..]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Mention, Words};
    use proptest::prelude::*;

    #[test]
    fn names_are_found_whole_and_the_longest_first() {
        let names = ["Ana", "Ana Silva", "أنا", ""];
        for (text, expected) in [
            ("@Ana", vec![Mention("@Ana")]),
            (
                "hi @Ana Silva, and @Ana!",
                vec![
                    Words("hi "),
                    Mention("@Ana Silva"),
                    Words(", and "),
                    Mention("@Ana"),
                    Words("!"),
                ],
            ),
            ("@Anabel", vec![Words("@Anabel")]),
            ("@@Ana", vec![Words("@"), Mention("@Ana")]),
            ("مرحبا @أنا", vec![Words("مرحبا "), Mention("@أنا")]),
            ("a@b.test @", vec![Words("a@b.test @")]),
            ("", vec![]),
        ] {
            assert_eq!(pieces_of(text, &names), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_of_a_text_is_lost(text in "[@aA é😀\n]{0,30}", name in "[aA é😀@]{0,4}") {
            let whole: String = pieces_of(&text, &[&name])
                .into_iter()
                .map(|piece| match piece { Words(it) | Mention(it) => it })
                .collect();
            prop_assert_eq!(whole, text);
        }
    }
}
