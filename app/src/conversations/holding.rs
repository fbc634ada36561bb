//! The list keeps still while somebody points at it or walks through it by keyboard, so that nobody hits another row than they meant.

use crate::browser;
use crate::drawn::{Drawn, drawn, live_on, text};
use crate::i18n::Key;
use crate::inbox::Inbox;
use crate::sync::Engine;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, Node, PointerEvent};

/// Where the keyboard is in the list, and is seen to be.
const BY_KEYBOARD: &str = ".list-scroll :focus-visible";

impl Inbox {
    /// From now on rows keep their places.
    pub(crate) fn hold_list(&self) {
        self.engine().hold_list();
    }

    /// Rows take the places that they have come to.
    pub(crate) fn release_list(&self) {
        self.act(Engine::release_list);
    }

    /// A mouse or a pen is over the list. A finger is not there before it touches, and then it is too late.
    pub(super) fn point(&self, event: &PointerEvent) {
        if event.pointer_type() != "touch" {
            self.hold_list();
        }
    }

    /// The pointer has left the list.
    pub(super) fn point_elsewhere(&self) {
        if !browser::is_focused(BY_KEYBOARD) {
            self.release_list();
        }
    }

    /// The focus has come to a row. By keyboard: it stays where it is until the keyboard leaves, or the next key would go nowhere.
    pub(super) fn enter_row(&self) {
        if browser::is_focused(BY_KEYBOARD) {
            self.hold_list();
        }
    }

    /// The keyboard has left the row that it was at.
    pub(super) fn leave_row(&self, event: &FocusEvent) {
        let to = event.related_target();
        let to = to.and_then(|to| to.dyn_into::<Node>().ok());
        let list = document().query_selector(".list-scroll").ok().flatten();
        let stays = list.is_some_and(|list| to.is_some() && list.contains(to.as_ref()));
        if !stays && !browser::is_there(".list-scroll:hover") {
            self.release_list();
        }
    }
}

/// What says that there is more. It lies on the edge above the rows, so that it moves nothing, and takes no click that was meant for them.
pub(super) fn held_back(inbox: &Inbox) -> Drawn {
    let is_there = {
        let held_back = inbox.held_back.clone();
        move || (held_back.get() > 0).then(String::new)
    };
    let inbox = inbox.clone();
    drawn(live_on(is_there, move |_| {
        let inbox = inbox.clone();
        let words = text(move || inbox.i18n.count(Key::New, inbox.held_back.get()));
        drawn(view! { <p class="held-back" data-testid="held-back"><span>{words}</span></p> })
    }))
}
