//! What a message answers to.

use crate::drawn::{Drawn, drawn, listener};
use crate::i18n::Key;
use crate::inbox::Inbox;
use crate::messages::{Direction, Quote, name_of, plain};
use leptos::prelude::*;

/// Who wrote it, and how it begins. Pressing it leads there, wherever in the conversation that is.
pub fn quote(inbox: &Inbox, quote: &Quote) -> Drawn {
    let i18n = &inbox.i18n;
    let who = match quote.direction {
        Some(Direction::Outbound) => i18n.text(Key::QuoteOfOurs).to_owned(),
        Some(Direction::Inbound) => inbox.open_label().unwrap_or_default(),
        Some(Direction::Internal) | None => String::new(),
    };
    let said = quote.text.clone().filter(|text| !text.trim().is_empty());
    let kind = || {
        let key = quote.kind.as_deref().map_or(Key::QuoteUnknown, name_of);
        i18n.text(key).to_owned()
    };
    let words = said.map_or_else(kind, |text| plain(&text));
    let side = match quote.direction {
        Some(Direction::Outbound) => "out",
        _ => "in",
    };
    let place = quote.message_id.clone();
    let is_reachable = place.is_some();
    let inbox = inbox.clone();
    let jump = listener(move |_| {
        if let Some(id) = &place {
            inbox.jump_to(id.clone(), true);
        }
    });
    drawn(view! {
        <button type="button" class="quote" data-side=side disabled=!is_reachable on:click=jump>
            <span class="quote-who" dir="auto">{who}</span>
            <span class="quote-words" dir="auto">{words}</span>
        </button>
    })
}

impl Inbox {
    /// Whose conversation is open.
    fn open_label(&self) -> Option<String> {
        let row = self.row(&self.open.get_untracked()?)?;
        Some(row.with_untracked(|row| row.contact.label()))
    }
}
