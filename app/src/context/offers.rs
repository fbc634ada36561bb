//! Conversations that the page around us means, while the operator is busy with another one.

use super::parts::{bar, word_button};
use crate::drawn::{Drawn, drawn, listener, live};
use crate::i18n::{Key, fill, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use leptos::prelude::*;

/// A bar with a button for each of them.
#[component]
pub fn Offers() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let offers = inbox.context.offers.get();
        if offers.is_empty() {
            return None;
        }
        let mut parts: Vec<Drawn> = Vec::new();
        for id in offers {
            let words = words(&inbox, &id);
            let inbox = inbox.clone();
            let take = listener(move |_| inbox.take_offer(id.clone()));
            parts.push(word_button("button", "offer", words, take));
        }
        let inbox = inbox.clone();
        let dismiss = listener(move |_| inbox.context.offers.set(Vec::new()));
        parts.push(drawn(view! {
            <button type="button" class="icon-button" aria-label=label(Key::Dismiss) on:click=dismiss>
                {Icon::CLOSE.draw()}
            </button>
        }));
        Some(bar("offers", "status", Key::Conversations, parts))
    })
}

/// Who it is, and with which of several numbers.
fn words(inbox: &Inbox, id: &ConversationId) -> String {
    let Some(row) = inbox.row(id) else {
        return String::new();
    };
    let (name, number) = row.with_untracked(|row| (row.contact.label(), row.number_id.clone()));
    let words = fill(inbox.i18n.text(Key::OpenConversationOf), "name", &name);
    inbox.numbers.with_untracked(|numbers| {
        let number = numbers
            .iter()
            .find(|held| numbers.len() > 1 && held.id == number);
        match number {
            Some(number) => [&words, " · ", &number.name].concat(),
            None => words,
        }
    })
}
