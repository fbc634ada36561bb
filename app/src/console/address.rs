//! Addresses: `/c/{id}` is a conversation and `/` the list. Not leptos' router, which would weigh 52 kB in every embed for these two.

use crate::browser;
use crate::drawn::effect;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use leptos::prelude::{Get, window};
use wasm_bindgen::JsValue;

const CONVERSATION: &str = "/c/";

/// The path in the address bar.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The conversation that the address names.
pub fn shown() -> Option<ConversationId> {
    ConversationId::parse(path().strip_prefix(CONVERSATION)?)
}

/// From now on the address follows what is open, and what is open follows Back and Forward.
pub fn follow(inbox: &Inbox) {
    let open = inbox.open.clone();
    let mut is_first = true;
    effect(move || {
        let open = open.get();
        // What the address names at the start is still to be opened.
        if std::mem::take(&mut is_first) && open.is_none() {
            return;
        }
        let here = open.map_or_else(|| "/".to_owned(), |id| [CONVERSATION, id.as_str()].concat());
        // Where the address led to it, there is nothing to add.
        if path() != here
            && let Ok(history) = window().history()
        {
            _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
        }
    });
    let inbox = inbox.clone();
    browser::listen_window("popstate", move |_| match shown() {
        Some(id) => inbox.open_conversation(id),
        None => inbox.back_to_list(),
    });
}
