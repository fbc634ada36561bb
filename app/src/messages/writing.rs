//! What an operator has written and not sent.

use super::Quote;
use crate::attachments::{Attachment, Stage};
use leptos::prelude::*;

/// What is being written in a conversation.
#[derive(Clone, Default)]
pub struct Writing {
    /// The words in the field.
    pub text: ArcRwSignal<String>,
    /// The message that they answer to.
    pub quote: ArcRwSignal<Option<Quote>>,
    /// The files that go with them.
    pub files: ArcRwSignal<Vec<Attachment>>,
}

impl Writing {
    /// True if nothing is being written.
    pub fn is_empty(&self) -> bool {
        self.text.with_untracked(String::is_empty) && self.files.with_untracked(Vec::is_empty)
    }

    /// True while a file is looked at, tracked: nobody knows yet as what it goes out.
    pub fn is_preparing(&self) -> bool {
        self.files.with(|files| {
            files
                .iter()
                .any(|file| file.stage().get() == Stage::Preparing)
        })
    }

    /// True if a file could be sent, tracked.
    pub fn has_files(&self) -> bool {
        self.files
            .with(|files| files.iter().any(Attachment::can_go))
    }

    /// Adds what was being written in a conversation that became part of this one.
    pub(crate) fn take_over(&self, other: &Self) {
        let text = other.text.get_untracked();
        if !text.is_empty() {
            self.text.update(|written| {
                if !written.is_empty() {
                    written.push('\n');
                }
                written.push_str(&text);
            });
        }
        let files = other.files.get_untracked();
        if !files.is_empty() {
            self.files.update(|held| held.extend(files));
        }
        if let Some(quote) = other.quote.get_untracked()
            && self.quote.with_untracked(Option::is_none)
        {
            self.quote.set(Some(quote));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str) -> Quote {
        Quote {
            text: Some(text.into()),
            ..Quote::default()
        }
    }

    #[test]
    fn what_was_written_in_either_conversation_is_kept() {
        let (from, into) = (Writing::default(), Writing::default());
        from.text.set("second".into());
        from.quote.set(Some(quote("theirs")));
        into.text.set("first".into());
        into.take_over(&from);
        assert_eq!(into.text.get_untracked(), "first\nsecond");
        assert_eq!(into.quote.get_untracked(), Some(quote("theirs")));
        from.text.set(String::new());
        from.quote.set(Some(quote("another")));
        into.take_over(&from);
        assert_eq!(into.text.get_untracked(), "first\nsecond");
        assert_eq!(
            into.quote.get_untracked(),
            Some(quote("theirs")),
            "one answer"
        );
    }
}
