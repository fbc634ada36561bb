//! Single keys, and the one that opens the palette.

use super::{COMMANDS, Command, Overlay, Shortcut};
use crate::browser;
use crate::inbox::{Inbox, Phase};
use leptos::prelude::{GetUntracked, Set};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Where a key is a letter, and nothing else.
const FIELDS: &str = "input, textarea, select, [contenteditable]";
/// What has the keyboard for itself.
const DIALOG: &str = "dialog[open]";

impl Inbox {
    /// Listens in this frame: what is pressed in the page around us never comes here.
    pub(crate) fn listen_to_keys(&self) {
        let inbox = self.clone();
        browser::listen_window("keydown", move |event| {
            if let Ok(event) = event.dyn_into::<KeyboardEvent>() {
                inbox.take_key(&event);
            }
        });
    }

    fn take_key(&self, event: &KeyboardEvent) {
        // Whoever types does not point, wherever the pointer rests.
        if browser::is_focused(FIELDS) {
            self.release_list();
        }
        // Whoever is nearer may have taken it, and an input method may be composing.
        let is_taken = event.default_prevented() || event.is_composing() || event.key_code() == 229;
        if is_taken || self.phase.get_untracked() != Phase::Ready {
            return;
        }
        // What had the focus in a menu may be gone, and the key then comes from nowhere in it.
        if event.key() == "Escape" && self.menu.get_untracked().is_some() {
            event.prevent_default();
            self.menu.set(None);
            return;
        }
        let held = event.ctrl_key() || event.meta_key();
        if held && !event.alt_key() && !event.shift_key() && letter_of(event) == "k" {
            let lies = self.commands.overlay.get_untracked() == Some(Overlay::Palette);
            if lies || !browser::is_there(DIALOG) {
                event.prevent_default();
                self.lay_over(Overlay::Palette);
            }
            return;
        }
        if held || event.alt_key() || !self.commands.single_keys.get_untracked() {
            return;
        }
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let writes = target.is_some_and(|it| it.closest(FIELDS).ok().flatten().is_some());
        if writes || browser::is_there(DIALOG) {
            return;
        }
        let key = letter_of(event);
        let is_it = |it: &&Command| matches!(it.shortcut, Shortcut::Single(own) if own == key);
        let command = COMMANDS.iter().find(is_it);
        if let Some(command) = command.filter(|command| (command.is_there)(self)) {
            event.prevent_default();
            (command.run)(self);
        }
    }
}

/// The key; on a keyboard of another script the one that stands at this place on a Latin one.
fn letter_of(event: &KeyboardEvent) -> String {
    latin(&event.key(), &event.code(), event.shift_key())
}

fn latin(key: &str, code: &str, shift: bool) -> String {
    if key.is_ascii() {
        return key.to_owned();
    }
    match (code.strip_prefix("Key"), code, shift) {
        (Some(letter), _, false) => letter.to_ascii_lowercase(),
        (None, "Slash", false) => "/".to_owned(),
        (None, "Slash", true) => "?".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::latin;

    #[test]
    fn keyboards_of_other_scripts_have_the_same_keys() {
        for (key, code, shift, expected) in [
            ("j", "KeyJ", false, "j"),
            // Where the letters stand elsewhere, the letter counts.
            ("j", "KeyC", false, "j"),
            ("ت", "KeyJ", false, "j"),
            ("؟", "Slash", true, "?"),
            ("ظ", "Slash", false, "/"),
            ("?", "Minus", true, "?"),
            ("ـ", "KeyJ", true, ""),
            ("é", "Digit2", false, ""),
        ] {
            assert_eq!(latin(key, code, shift), expected, "{key} {code}");
        }
    }
}
