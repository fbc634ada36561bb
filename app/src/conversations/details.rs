//! Who the contact is, beside the thread on wide screens.

use super::{Avatar, Contact, Conversation, Name};
use crate::drawn::{Drawn, drawn, live, live_on};
use crate::i18n::{Key, label, t};
use crate::inbox::Inbox;
use leptos::prelude::*;

/// The details pane of the open conversation.
#[component]
pub fn DetailsPane() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let id = inbox.open.get()?;
        let row = inbox.row(&id)?;
        let of_contact = |read: fn(&Contact) -> Option<String>| {
            let row = row.clone();
            move || row.with(|row| read(&row.contact))
        };
        let number = {
            let (inbox, row) = (inbox.clone(), row.clone());
            move || our_number(&inbox, &row)
        };
        Some(drawn(view! {
            <aside class="pane-details" aria-label=label(Key::ContactDetails)>
                <div class="details-who">
                    <Avatar row=row.clone() />
                    <p class="details-name" dir="auto"><Name row=row.clone() /></p>
                </div>
                <dl class="details-list">
                    {live_on(of_contact(|contact| contact.phone.clone()), |phone| fact(drawn(t(Key::Phone)), phone))}
                    {live_on(
                        of_contact(|contact| contact.username.as_ref().map(|name| ["@", name].concat())),
                        |name| fact(drawn(t(Key::Username)), name),
                    )}
                    {live_on(number, |number| fact(drawn(t(Key::OurNumber)), number))}
                </dl>
            </aside>
        }))
    })
}

fn our_number(inbox: &Inbox, row: &ArcRwSignal<Conversation>) -> Option<String> {
    let id = row.with(|row| row.number_id.clone());
    inbox.numbers.with(|numbers| {
        numbers
            .iter()
            .find(|number| number.id == id)
            .map(|number| [&number.name, " · +", &number.phone].concat())
    })
}

/// A name and what stands under it.
pub(crate) fn fact(name: Drawn, value: String) -> Drawn {
    drawn(view! {
        <div class="fact">
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{value}</dd>
        </div>
    })
}
