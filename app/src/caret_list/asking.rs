//! The sign that asks for a list, and the keys that go to the list while it is open.

use crate::drawn::effect;
use leptos::prelude::*;

/// The id of the list, for the field that rules it.
pub const LIST: &str = "caret-list";

/// The id of a row.
pub fn row_id(index: usize) -> String {
    ["caret-row-", &index.to_string()].concat()
}

/// A sign before the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it stands, counted as browsers do, in UTF-16.
    pub start: u32,
    /// What is typed behind it, in small letters.
    pub query: String,
}

/// A `sign` at the start or behind a blank, with at most `longest` characters behind it, all of which `may_follow`.
pub fn sign_in(
    before: &str,
    sign: char,
    longest: usize,
    may_follow: fn(char) -> bool,
) -> Option<Asked> {
    let (head, query) = before.rsplit_once(sign)?;
    let is_apart = head.chars().next_back().is_none_or(char::is_whitespace);
    let may_be_one = query.chars().all(may_follow) && query.chars().count() <= longest;
    if !is_apart || !may_be_one {
        return None;
    }
    Some(Asked {
        start: u32::try_from(head.encode_utf16().count()).ok()?,
        query: query.to_lowercase(),
    })
}

/// What is asked for in a field, and where the keyboard is in the list. Cheap to clone.
#[derive(Clone)]
pub struct Asking {
    find: fn(&str) -> Option<Asked>,
    /// The sign, while the list is open.
    pub asked: ArcRwSignal<Option<Asked>>,
    /// How many rows there are to choose from.
    pub rows: ArcRwSignal<usize>,
    /// The row that the keyboard is at.
    pub at: ArcRwSignal<usize>,
    /// Grows when that row is chosen.
    pub taken: ArcRwSignal<u32>,
    /// The sign that was meant to be no more than that.
    left: ArcRwSignal<Option<u32>>,
}

impl Asking {
    /// For the sign that `find` finds at the end of what stands before the caret.
    pub fn new(find: fn(&str) -> Option<Asked>) -> Self {
        Self {
            find,
            asked: ArcRwSignal::new(None),
            rows: ArcRwSignal::new(0),
            at: ArcRwSignal::new(0),
            taken: ArcRwSignal::new(0),
            left: ArcRwSignal::new(None),
        }
    }

    /// The field has changed: what stands before its caret.
    pub fn look(&self, before: &str) {
        let asked = (self.find)(before);
        let start = asked.as_ref().map(|asked| asked.start);
        if self.left.get_untracked().is_some() && self.left.get_untracked() == start {
            return;
        }
        self.left.set(None);
        if self.asked.with_untracked(|held| *held != asked) {
            self.at.set(0);
            self.asked.set(asked);
        }
    }

    /// What was sent or thrown away leaves no sign behind that would have to stay one.
    pub(crate) fn begin_anew_when_empty(&self, text: &ArcRwSignal<String>) {
        let (asking, text) = (self.clone(), text.clone());
        effect(move || {
            if text.with(String::is_empty) {
                asking.look("");
            }
        });
    }

    /// Closes the list for good: the sign is one.
    pub fn leave(&self) {
        let start = self
            .asked
            .with_untracked(|asked| asked.as_ref().map(|asked| asked.start));
        self.left.set(start);
        self.asked.set(None);
    }

    /// Follows a key of the field; `true` if it was one for the list.
    pub fn takes(&self, key: &str) -> bool {
        if self.asked.with_untracked(Option::is_none) {
            return false;
        }
        if key == "Escape" {
            self.leave();
            return true;
        }
        let Some(last) = self.rows.get_untracked().checked_sub(1) else {
            return false;
        };
        let at = self.at.get_untracked();
        match key {
            "ArrowDown" => self.at.set(if at >= last { 0 } else { at + 1 }),
            "ArrowUp" => self.at.set(at.checked_sub(1).unwrap_or(last)),
            "Enter" | "Tab" => self.taken.update(|taken| *taken += 1),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slash(before: &str) -> Option<Asked> {
        sign_in(before, '/', 9, |c| c.is_alphanumeric() || c == '-')
    }

    #[test]
    fn a_sign_asks_at_the_start_and_behind_a_blank() {
        for (before, expected) in [
            ("/", Some((0, ""))),
            ("/He", Some((0, "he"))),
            ("😀 /olá", Some((3, "olá"))),
            ("a\n/x", Some((2, "x"))),
            ("", None),
            ("a/b", None),
            ("https://x", None),
            ("/he ", None),
            ("//", None),
            ("1/2", None),
            ("/123456789", Some((0, "123456789"))),
            ("/1234567890", None),
        ] {
            let expected = expected.map(|(start, query)| (start, query.to_owned()));
            let asked = slash(before).map(|asked| (asked.start, asked.query));
            assert_eq!(asked, expected, "{before:?}");
        }
    }

    #[test]
    fn keys_go_through_the_list_only_while_it_has_rows() {
        let asking = Asking::new(slash);
        assert!(!asking.takes("Enter"), "closed");
        asking.look("/");
        assert!(
            !asking.takes("Enter"),
            "nothing to choose: the text is sent"
        );
        asking.rows.set(3);
        for (key, at) in [
            ("ArrowDown", 1),
            ("ArrowUp", 0),
            ("ArrowUp", 2),
            ("ArrowDown", 0),
        ] {
            assert!(asking.takes(key));
            assert_eq!(asking.at.get_untracked(), at);
        }
        assert!(!asking.takes("a"));
        assert!(asking.takes("Tab"));
        assert_eq!(asking.taken.get_untracked(), 1);
    }

    #[test]
    fn a_sign_that_was_left_stays_a_sign() {
        let asking = Asking::new(slash);
        asking.look("/");
        assert!(asking.takes("Escape"));
        for before in ["/", "/a"] {
            asking.look(before);
            assert_eq!(asking.asked.get_untracked(), None, "{before}");
        }
        asking.look("/a /b");
        assert_eq!(asking.asked.get_untracked().unwrap().start, 3);
        asking.look("/a ");
        asking.look("/a");
        assert_eq!(
            asking.asked.get_untracked().unwrap().start,
            0,
            "another one by now"
        );
        asking.leave();
        asking.look("");
        asking.look("/");
        assert_eq!(
            asking.asked.get_untracked().unwrap().start,
            0,
            "sent, and typed again"
        );
    }
}
