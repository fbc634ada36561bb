//! Telling whoever wants to be told, by a tone and by the desktop's notifications.

use crate::browser;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, focus_thread};
use crate::messages::{name_of, plain};
use leptos::prelude::GetUntracked;
use std::sync::atomic::Ordering;

/// From one tone to the next, in milliseconds.
const PAUSE: i64 = 2_000;

/// A message of a contact came.
pub(super) fn tell(inbox: &Inbox, id: &ConversationId, name: &str) {
    // What is on screen is seen there.
    if inbox.is_open(id) && browser::is_visible() {
        return;
    }
    let attention = &inbox.attention;
    // A swarm is one sound.
    let now = browser::now();
    let is_quiet = (now - attention.sounded_at.load(Ordering::Relaxed)).abs() >= PAUSE;
    if attention.sounds.get_untracked() && is_quiet {
        attention.sounded_at.store(now, Ordering::Relaxed);
        browser::sound_tone();
    }
    if attention.notices.get_untracked() {
        let words = preview_of(inbox, id);
        let (inbox, id) = (inbox.clone(), id.clone());
        let about = id.to_string();
        browser::notify(name, &words, &about, move || {
            inbox.open_conversation(id.clone());
            focus_thread();
        });
    }
}

/// What the row of the list says, without its marks.
fn preview_of(inbox: &Inbox, id: &ConversationId) -> String {
    let row = inbox.engine().list().row(id).cloned();
    let Some(preview) = row.and_then(|row| row.preview) else {
        return String::new();
    };
    match preview.text {
        Some(text) => plain(&text),
        None => inbox.i18n.said(name_of(&preview.kind)).to_owned(),
    }
}
