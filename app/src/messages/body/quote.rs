//! What a message answers to.

use crate::drawn::{Drawn, drawn, listener};
use crate::i18n::Key;
use crate::inbox::Inbox;
use crate::messages::{Direction, Quote, album, name_of};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Who wrote it, and how it begins. Where it stands on screen, one gets there.
pub fn quote(inbox: &Inbox, quote: &Quote) -> Drawn {
    let i18n = &inbox.i18n;
    let who = match quote.direction {
        Some(Direction::Outbound) => i18n.text(Key::QuoteOfOurs).to_owned(),
        Some(Direction::Inbound) => inbox.open_label().unwrap_or_default(),
        None => String::new(),
    };
    let said = quote.text.clone().filter(|text| !text.trim().is_empty());
    let words = said.unwrap_or_else(|| {
        let key = quote.kind.as_deref().map_or(Key::QuoteUnknown, name_of);
        i18n.text(key).to_owned()
    });
    let side = match quote.direction {
        Some(Direction::Outbound) => "out",
        _ => "in",
    };
    let place = quote
        .message_id
        .as_ref()
        .and_then(|id| inbox.key_on_screen(id));
    let is_reachable = place.is_some();
    let inbox = inbox.clone();
    let jump = listener(move |_| {
        if let Some(key) = &place {
            album::reveal(&inbox, key);
            show(key);
        }
    });
    drawn(view! {
        <button type="button" class="quote" data-side=side disabled=!is_reachable on:click=jump>
            <span class="quote-who" dir="auto">{who}</span>
            <span class="quote-words" dir="auto">{words}</span>
        </button>
    })
}

/// Brings a bubble into view and makes it stand out for a moment.
fn show(key: &str) {
    // Keys are ids: they need no escaping within quotes.
    let selector = ["[data-message-key=\"", key, "\"]"].concat();
    let found = document().query_selector(&selector).ok().flatten();
    let Some(bubble) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Center);
    bubble.scroll_into_view_with_scroll_into_view_options(&options);
    let classes = bubble.class_list();
    _ = classes.remove_1("is-found");
    // Asking for its width makes the browser forget the animation that may still run.
    _ = bubble.offset_width();
    _ = classes.add_1("is-found");
}

impl Inbox {
    /// Whose conversation is open.
    fn open_label(&self) -> Option<String> {
        let row = self.row(&self.open.get_untracked()?)?;
        Some(row.with_untracked(|row| row.contact.label()))
    }
}
