//! Replies that the page around us suggests: they fill the composer, and never send.

use super::parts::{bar, word_button};
use crate::drawn::{listener, live};
use crate::i18n::Key;
use crate::inbox::{Inbox, Phase};
use leptos::html::Textarea;
use leptos::prelude::*;

/// The chips above a composer. `draft` is what stands in `field`.
#[component]
pub fn Suggestions(field: NodeRef<Textarea>, draft: ArcRwSignal<String>) -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let suggestions = inbox.context.suggestions.get();
        if suggestions.is_empty() || inbox.phase.get() != Phase::Ready {
            return None;
        }
        let mut chips = Vec::new();
        for words in suggestions {
            let (draft, text) = (draft.clone(), words.clone());
            let insert = listener(move |_| {
                if let Some(field) = field.get_untracked() {
                    insert(&field, &text);
                    draft.set(field.value());
                    _ = field.focus();
                }
            });
            chips.push(word_button("chip", "suggestion", words, insert));
        }
        Some(bar("suggestions", "group", Key::SuggestedReplies, chips))
    })
}

/// In place of what is selected, else at the caret.
fn insert(field: &web_sys::HtmlTextAreaElement, text: &str) {
    let caret = field.selection_start().ok().flatten().unwrap_or_default();
    let text = spaced(&field.value(), caret, text);
    let end = field.selection_end().ok().flatten().unwrap_or(caret);
    _ = field.set_range_text_with_start_and_end_and_mode(&text, caret, end, "end");
}

/// `text`, with a blank before it if it would touch a word of `draft`. `caret` counts as browsers do, in UTF-16.
fn spaced(draft: &str, caret: u32, text: &str) -> String {
    let mut at = 0;
    let before = draft
        .chars()
        .take_while(|c| {
            at += c.len_utf16();
            at <= caret as usize
        })
        .last();
    let touches = before.is_some_and(|c| !c.is_whitespace());
    [if touches { " " } else { "" }, text].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_stands_apart_from_the_words_before_it() {
        assert_eq!(spaced("", 0, "Hello"), "Hello");
        assert_eq!(spaced("Ana,", 4, "hello"), " hello");
        assert_eq!(spaced("Ana, ", 5, "hello"), "hello");
        assert_eq!(spaced("Ana", 0, "hello"), "hello");
        assert_eq!(spaced("😀", 2, "hello"), " hello");
        assert_eq!(spaced("😀 x", 3, "hello"), "hello");
        assert_eq!(spaced("x", 99, "hello"), " hello");
    }
}
