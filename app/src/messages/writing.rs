//! What an operator has written and not sent.

use super::{MAX_TEXT_CHARS, Quote, length};
use crate::attachments::{Attachment, Stage};
use crate::inbox::Inbox;
use crate::operators::Operator;
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
    /// The words of a note for colleagues, which stand beside those for the contact.
    pub note: ArcRwSignal<String>,
    /// Whom the note may call: those who were chosen for it.
    pub called: ArcRwSignal<Vec<Operator>>,
    /// True while the note is what is written.
    pub is_note: ArcRwSignal<bool>,
}

impl Writing {
    /// True if nothing is being written.
    pub fn is_empty(&self) -> bool {
        self.text.with_untracked(String::is_empty)
            && self.files.with_untracked(Vec::is_empty)
            && self.note.with_untracked(String::is_empty)
    }

    /// The words in the field, for the contact or for colleagues.
    pub fn words(&self) -> ArcRwSignal<String> {
        if self.is_note.get_untracked() {
            self.note.clone()
        } else {
            self.text.clone()
        }
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

    /// True if there is something to send and nothing in its way, tracked. Words that are too long hold the files back.
    pub fn can_go(&self) -> bool {
        let fits = match self.text.with(|text| length(text)) {
            0 => self.has_files(),
            chars => chars <= MAX_TEXT_CHARS,
        };
        fits && !self.is_preparing()
    }

    /// What is for the contact, as it is now, to be kept.
    pub(crate) fn copied(&self) -> Self {
        Self {
            text: ArcRwSignal::new(self.text.get_untracked()),
            quote: ArcRwSignal::new(self.quote.get_untracked()),
            files: ArcRwSignal::new(self.files.get_untracked()),
            ..Self::default()
        }
    }

    /// Takes out what stands in the field, the note or the reply with all that goes with it, and returns it.
    pub(crate) fn cut(&self) -> Self {
        let cut = if self.is_note.get_untracked() {
            let note = Self::default();
            note.is_note.set(true);
            note.note.set(self.note.get_untracked());
            note.called.set(self.called.get_untracked());
            self.called.set(Vec::new());
            note
        } else {
            let reply = self.copied();
            self.quote.set(None);
            for file in self.files.get_untracked() {
                file.remove();
            }
            self.files.set(Vec::new());
            reply
        };
        self.words().set(String::new());
        cut
    }

    /// Adds what was being written in a conversation that became part of this one.
    pub(crate) fn take_over(&self, other: &Self) {
        for (from, into) in [(&other.text, &self.text), (&other.note, &self.note)] {
            let text = from.get_untracked();
            if !text.is_empty() {
                into.update(|written| {
                    if !written.is_empty() {
                        written.push('\n');
                    }
                    written.push_str(&text);
                });
            }
        }
        self.called
            .update(|called| called.extend(other.called.get_untracked()));
        if other.is_note.get_untracked() {
            self.is_note.set(true);
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

impl Inbox {
    /// True if something is being written in the open conversation.
    pub(crate) fn has_draft_here(&self) -> bool {
        let open = self.open.get_untracked();
        open.is_some_and(|open| !self.writing(&open).is_empty())
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
        from.note.set("for us".into());
        into.text.set("first".into());
        into.take_over(&from);
        assert_eq!(into.text.get_untracked(), "first\nsecond");
        assert_eq!(into.quote.get_untracked(), Some(quote("theirs")));
        assert_eq!(into.note.get_untracked(), "for us");
        from.note.set(String::new());
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
