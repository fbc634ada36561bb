//! What is being looked for, as the field above the list and what was found under it share it.

use crate::browser;
use crate::context::Flags;
use crate::inbox::Inbox;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, With};

/// The id of the field.
pub(super) const FIELD: &str = "search-field";
/// The id of what was found.
pub(super) const FOUND: &str = "search-found";

/// A key of the field that moves through what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One down.
    Next,
    /// One up.
    Previous,
    /// Open it.
    Open,
}

/// The search over all conversations.
#[derive(Default)]
pub struct Finding {
    /// What is in the field.
    pub query: ArcRwSignal<String>,
    /// The last key that was pressed there.
    pub(super) step: ArcRwSignal<Option<Step>>,
    /// The id of the row that the keyboard is at.
    pub(super) active: ArcRwSignal<Option<String>>,
}

impl Finding {
    /// True while something is looked for, tracked.
    pub fn is_on(&self) -> bool {
        self.query.with(|query| !query.trim().is_empty())
    }
}

impl Inbox {
    /// True if there is a list to search in.
    pub(crate) fn can_search(&self) -> bool {
        !self.context.has(Flags::HIDE_LIST)
    }

    /// Puts the keyboard into the field above the list.
    pub(crate) fn focus_search(&self) {
        if !self.can_search() {
            return;
        }
        self.end_picking();
        self.show_whole_list();
        // On a narrow screen the list has to come back first.
        if !browser::is_seen(".pane-list") && self.open.get_untracked().is_some() {
            self.close_conversation();
        }
        browser::spawn(async {
            // What is coming back takes the focus once it is there.
            for _ in 0..4 {
                leptos::task::tick().await;
                if browser::is_seen("#search-field") {
                    break;
                }
            }
            browser::focus("#search-field");
        });
    }

    /// Looks for something in the open conversation.
    pub(crate) fn search_thread(&self) {
        if self.thread.searches.get_untracked() {
            browser::focus(".thread-search > input");
        } else {
            self.thread.searches.set(true);
        }
    }

    /// Ends the search: the list is there as it was.
    pub(crate) fn end_search(&self) {
        self.search.query.set(String::new());
        self.search.active.set(None);
    }
}
