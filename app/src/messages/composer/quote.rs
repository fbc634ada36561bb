//! The message that the next one answers to, above the field.

use crate::drawn::{Drawn, attr, drawn, listener, live};
use crate::i18n::{Key, fill, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, focus_thread};
use crate::messages::{Direction, Quote, Writing, name_of, plain};
use leptos::prelude::*;

/// The bar, while there is something to answer to.
pub fn quote(inbox: &Inbox, id: &ConversationId, writing: &Writing) -> impl IntoView + use<> {
    let (inbox, row, quoted) = (inbox.clone(), inbox.row(id), writing.quote.clone());
    live(move || {
        let contact = row.as_ref();
        let contact = contact
            .map(|row| row.with(|row| row.contact.label()))
            .unwrap_or_default();
        quoted
            .get()
            .map(|quote| draw(&inbox, &quoted, quote, contact))
    })
}

fn draw(
    inbox: &Inbox,
    quoted: &ArcRwSignal<Option<Quote>>,
    quote: Quote,
    contact: String,
) -> Drawn {
    let i18n = inbox.i18n.clone();
    let is_ours = quote.direction == Some(Direction::Outbound);
    let who = if is_ours {
        i18n.text(Key::QuoteOfOurs).to_owned()
    } else {
        contact
    };
    let words = quote.text.filter(|text| !text.trim().is_empty());
    let kind = quote.kind.unwrap_or_default();
    let kind = || i18n.text(name_of(&kind)).to_owned();
    let words = words.map_or_else(kind, |text| plain(&text));
    let name = {
        let who = who.clone();
        attr(move || Some(fill(i18n.text(Key::ReplyTo), "name", &who)))
    };
    let remove = {
        let quoted = quoted.clone();
        listener(move |_| {
            quoted.set(None);
            focus_thread();
        })
    };
    let side = if is_ours { "out" } else { "in" };
    drawn(view! {
        <div class="quote-bar" role="group" aria-label=name data-testid="quote">
            <div class="quote" data-side=side>
                <span class="quote-who" dir="auto">{who}</span>
                <span class="quote-words" dir="auto">{words}</span>
            </div>
            <button type="button" class="icon-button" aria-label=label(Key::RemoveQuote) on:click=remove>
                {Icon::CLOSE.draw()}
            </button>
        </div>
    })
}
