//! Views that several parts here share, so that each is in the program once.

use crate::drawn::{Drawn, drawn};
use crate::i18n::{Key, label};
use leptos::prelude::*;

/// A row of things under a name. Its class is its test id, too.
pub(super) fn bar(class: &'static str, role: &'static str, name: Key, parts: Vec<Drawn>) -> Drawn {
    drawn(view! {
        <div class=class data-testid=class role=role aria-label=label(name)>{parts}</div>
    })
}

/// A button with words from outside.
pub(super) fn word_button(
    class: &'static str,
    test_id: &'static str,
    words: String,
    work: Box<dyn FnMut(web_sys::MouseEvent)>,
) -> Drawn {
    let title = words.clone();
    drawn(view! {
        <button type="button" class=class dir="auto" data-testid=test_id title=title on:click=work>
            {words}
        </button>
    })
}
