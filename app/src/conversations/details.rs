//! Who the contact is, beside the thread on wide screens.

use super::{Avatar, Contact};
use crate::i18n::{Key, t};
use crate::inbox::Inbox;
use leptos::prelude::*;

/// The details pane of the open conversation.
#[component]
pub fn DetailsPane() -> impl IntoView {
    let inbox = Inbox::expect();
    move || {
        let id = inbox.open.get()?;
        let row = inbox.row(&id)?;
        let contact = {
            let row = row.clone();
            Signal::derive(move || row.with(|row| row.contact.clone()))
        };
        let number = {
            let (inbox, row) = (inbox.clone(), row);
            move || {
                let id = row.with(|row| row.number_id.clone());
                inbox.numbers.with(|numbers| {
                    numbers
                        .iter()
                        .find(|number| number.id == id)
                        .map(|number| (number.name.clone(), format!("+{}", number.phone)))
                })
            }
        };
        Some(view! {
            <aside class="pane-details" aria-label=t(Key::ContactDetails)>
                <div class="details-who">
                    <Avatar contact />
                    <p class="details-name" dir="auto">{move || contact.with(Contact::label)}</p>
                </div>
                <dl class="details-list">
                    {move || contact.with(|c| c.phone.clone()).map(|phone| view! { <Fact name=Key::Phone value=phone /> })}
                    {move || {
                        contact
                            .with(|c| c.username.clone())
                            .map(|name| view! { <Fact name=Key::Username value=format!("@{name}") /> })
                    }}
                    {move || {
                        number()
                            .map(|(name, phone)| view! { <Fact name=Key::OurNumber value=format!("{name} · {phone}") /> })
                    }}
                </dl>
            </aside>
        })
    }
}

#[component]
fn Fact(name: Key, value: String) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{t(name)}</dt>
            <dd dir="auto">{value}</dd>
        </div>
    }
}
