//! The list of colleagues above the field of a note, while an `@` asks for it.

use crate::caret_list::{Asked, Asking, Take, draw_list, follow_keys, frame, sign_in};
use crate::drawn::{Drawn, drawn, live};
use crate::i18n::{Key, t};
use crate::inbox::Inbox;
use crate::messages::{Writing, insert_from};
use crate::operators::Operator;
use leptos::prelude::*;
use std::sync::Arc;

/// Longest part of a name that is looked for, in characters.
const MAX_QUERY_CHARS: usize = 40;
/// Most colleagues in the list: more letters find the others.
const SHOWN: usize = 8;

/// What an `@` asks for, in one field.
pub fn calling() -> Asking {
    Asking::new(|before| {
        sign_in(before, '@', MAX_QUERY_CHARS, |c| {
            !c.is_whitespace() && c != '@'
        })
    })
}

/// Whether a word of the name, or the name itself, begins so; `query` is in small letters.
fn fits(name: &str, query: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with(query) || name.split_whitespace().any(|word| word.starts_with(query))
}

#[derive(Clone)]
struct Menu {
    inbox: Inbox,
    writing: Writing,
    asking: Asking,
}

/// The list.
pub(crate) fn draw(inbox: &Inbox, writing: &Writing, asking: &Asking) -> Drawn {
    inbox.load_operators();
    let menu = Menu {
        inbox: inbox.clone(),
        writing: writing.clone(),
        asking: asking.clone(),
    };
    let take: Take = {
        let menu = menu.clone();
        Arc::new(move |index| menu.take(index))
    };
    follow_keys(asking, &take);
    let rows = live(move || menu.rows(&take));
    frame("colleagues", drawn(view! { {rows} }))
}

impl Menu {
    /// The colleagues but the one who writes, tracked.
    fn fitting(&self, asked: &Asked) -> Vec<Operator> {
        let me = self.inbox.me.get();
        self.inbox.operators.with(|all| {
            let is_me = |one: &Operator| me.as_ref().is_some_and(|me| me.id == one.id);
            all.iter()
                .filter(|one| !is_me(one) && fits(&one.name, &asked.query))
                .take(SHOWN)
                .cloned()
                .collect()
        })
    }

    fn rows(&self, take: &Take) -> Drawn {
        let Some(asked) = self.asking.asked.get() else {
            return Drawn::NOTHING;
        };
        let found = self.fitting(&asked);
        self.asking.rows.set(found.len());
        if found.is_empty() {
            return drawn(view! {
                <p class="quick-words" role="status">{t(Key::NoColleagueFound)}</p>
            });
        }
        let row = |one: Operator| {
            drawn(view! {
                <bdi class="quick-shortcut">{one.name}</bdi>
                <span class="quick-text" dir="auto">{one.email.unwrap_or_default()}</span>
            })
        };
        let rows = found.into_iter().map(row).collect();
        draw_list(&self.asking, Key::Colleagues, rows, take)
    }

    /// Puts the name in place of what was typed, and remembers whose it is.
    fn take(&self, index: usize) {
        let Some(asked) = self.asking.asked.get_untracked() else {
            return;
        };
        let Some(one) = untrack(|| self.fitting(&asked)).into_iter().nth(index) else {
            return;
        };
        let text = ["@", &one.name, " "].concat();
        self.asking.asked.set(None);
        insert_from(&self.writing.note, asked.start, &text);
        self.writing.called.update(|called| {
            if called.iter().all(|held| held.id != one.id) {
                called.push(one);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colleagues_are_found_by_the_beginning_of_a_word() {
        for (name, query, found) in [
            ("Ana Silva", "", true),
            ("Ana Silva", "an", true),
            ("Ana Silva", "sil", true),
            ("Ana Silva", "ilv", false),
            ("أنا", "أن", true),
        ] {
            assert_eq!(fits(name, query), found, "{name} {query}");
        }
        let asking = calling();
        for (before, asked) in [
            ("@", true),
            ("hi @an", true),
            ("a@b", false),
            ("@an ", false),
        ] {
            asking.look(before);
            assert_eq!(asking.asked.get_untracked().is_some(), asked, "{before}");
        }
    }
}
