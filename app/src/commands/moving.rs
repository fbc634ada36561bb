//! From one conversation to the next.

use crate::browser;
use crate::inbox::Inbox;
use leptos::prelude::GetUntracked;

impl Inbox {
    /// One row on, or back: with a conversation on screen the next one is opened, in the list the keyboard goes to the next row.
    pub(crate) fn next_conversation(&self, by: isize) {
        let reads = self.open.get_untracked().is_some() && !browser::is_focused(".list-scroll *");
        if self.move_row(by).is_none() {
            return;
        }
        if let Some(id) = self.at_row.get_untracked().filter(|_| reads) {
            self.open_conversation(id);
            // Into the thread and not into the composer, where the same key would be a letter.
            browser::spawn(async {
                leptos::task::tick().await;
                browser::focus("[data-focus=thread]");
            });
        } else {
            self.hold_list();
            self.focus_row();
        }
    }
}
