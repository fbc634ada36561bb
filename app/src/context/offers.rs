//! Conversations that the page around us means, while the operator is busy with another one.

use crate::drawn::{drawn, listener, live};
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
        let buttons: Vec<_> = offers
            .into_iter()
            .map(|id| {
                let words = words(&inbox, &id);
                let inbox = inbox.clone();
                let take = listener(move |_| inbox.take_offer(id.clone()));
                drawn(view! {
                    <button type="button" class="button" dir="auto" on:click=take>{words}</button>
                })
            })
            .collect();
        let dismiss = {
            let inbox = inbox.clone();
            listener(move |_| inbox.context.offers.set(Vec::new()))
        };
        Some(drawn(view! {
            <div class="offers" data-testid="offers" role="status">
                {buttons}
                <button type="button" class="icon-button" aria-label=label(Key::Dismiss) on:click=dismiss>
                    {Icon::CLOSE.draw()}
                </button>
            </div>
        }))
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
