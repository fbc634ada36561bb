//! What can be done by name: one table, which the keys, the palette and the sheet are made of.

mod fuzzy;
mod keys;
mod moving;
mod palette;
mod sheet;
mod table;

pub(crate) use palette::palette_part;
pub(crate) use sheet::sheet_part;
pub use table::{COMMANDS, Command, Part, Shortcut};

use crate::ids::ConversationId;
use crate::inbox::{Inbox, lock};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};
use std::sync::Mutex;

/// How many of the last choices come first.
const RECENT: usize = 5;

/// What lies over the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// The palette.
    Palette,
    /// The sheet of shortcuts.
    Sheet,
    /// Where labels are changed.
    Labels,
    /// How one is told of what arrives.
    Attention,
    /// A picture or a film.
    Viewer,
}

/// Something that was chosen in the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// By its place in [`COMMANDS`].
    Command(usize),
    Conversation(ConversationId),
}

/// The keyboard's part of the inbox.
pub struct Commands {
    /// What lies over it.
    pub overlay: ArcRwSignal<Option<Overlay>>,
    /// Whether single keys do something. As long as the page lives: there is no storage in somebody else's page.
    pub single_keys: ArcRwSignal<bool>,
    /// The last first.
    recent: Mutex<Vec<Choice>>,
}

impl Default for Commands {
    fn default() -> Self {
        Self {
            overlay: ArcRwSignal::new(None),
            single_keys: ArcRwSignal::new(true),
            recent: Mutex::default(),
        }
    }
}

impl Commands {
    /// The last choices, the last first.
    pub(crate) fn recent(&self) -> Vec<Choice> {
        lock(&self.recent).clone()
    }

    /// Somebody else's session begins.
    pub(crate) fn forget(&self) {
        lock(&self.recent).clear();
        self.overlay.set(None);
    }

    /// Remembers a choice.
    pub(crate) fn note(&self, choice: Choice) {
        let mut recent = lock(&self.recent);
        recent.retain(|other| *other != choice);
        recent.insert(0, choice);
        recent.truncate(RECENT);
    }
}

impl Inbox {
    /// What was laid over the inbox is closed. Something else may lie there already.
    pub(crate) fn take_away(&self, overlay: Overlay) {
        if self.commands.overlay.get_untracked() == Some(overlay) {
            self.commands.overlay.set(None);
        }
    }

    /// Lays something over the inbox; the same again takes it away.
    pub(crate) fn lay_over(&self, overlay: Overlay) {
        let lies = self.commands.overlay.get_untracked() == Some(overlay);
        self.commands.overlay.set((!lies).then_some(overlay));
    }
}
