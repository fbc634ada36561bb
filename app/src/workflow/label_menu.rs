//! The labels of the open conversation, to choose from and to make.

use super::Work;
use super::menus::{Act, OPENER, manage_labels, menu_item};
use crate::browser;
use crate::conversations::Conversation;
use crate::drawn::{Drawn, drawn, listener, live};
use crate::i18n::{Key, label, t};
use crate::ids::{ConversationId, NumberId};
use crate::inbox::Inbox;
use crate::labels::api::CreateLabel;
use crate::labels::{Colour, MAX_NAME};
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;

/// The labels that fit, a field for a new one, and the way to where they are changed.
pub(super) fn label_items(
    inbox: &Inbox,
    id: &ConversationId,
    row: &ArcRwSignal<Conversation>,
    act: &Act,
) -> Drawn {
    let field = NodeRef::<Input>::new();
    let manage = {
        let menu = inbox.menu.clone();
        manage_labels(inbox, OPENER, move || menu.set(None))
    };
    let add = {
        let (inbox, id) = (inbox.clone(), id.clone());
        let number = row.with_untracked(|row| row.number_id.clone());
        listener(move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                inbox.add_label(&id, &number, field.value());
            }
        })
    };
    let (inbox, row, act) = (inbox.clone(), row.clone(), Arc::clone(act));
    let items = live(move || {
        let (held, number) = row.with(|row| (row.labels.clone(), row.number_id.clone()));
        let items: Vec<Drawn> = inbox.labels.with(|labels| {
            let fitting = labels.iter().filter(|one| one.fits(&number));
            let items = fitting.map(|one| {
                let is_on = held.contains(&one.id);
                let work = Work::Label {
                    label: one.id.clone(),
                    on: !is_on,
                };
                let (colour, name) = (one.colour.as_str(), one.name.clone());
                let words = drawn(view! {
                    <span class="label-dot" data-colour=colour></span>
                    <span dir="auto">{name}</span>
                });
                menu_item(words, if is_on { "true" } else { "false" }, work, &act)
            });
            items.collect()
        });
        drawn(items)
    });
    drawn(view! {
        {items}
        <form class="menu-form" on:submit=add>
            <input class="menu-input" maxlength=MAX_NAME.to_string() placeholder=label(Key::NewLabel) aria-label=label(Key::NewLabel) node_ref=field />
            <button type="submit" class="button">{t(Key::Add)}</button>
        </form>
        {manage}
    })
}

impl Inbox {
    /// Makes a label and puts it on. The colour is the one that is used least.
    fn add_label(&self, id: &ConversationId, number: &NumberId, name: String) {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return;
        }
        let known = self.labels.with_untracked(|labels| {
            let found = labels
                .iter()
                .find(|label| label.name == name && label.fits(number));
            found.map(|label| label.id.clone())
        });
        if let Some(label) = known {
            self.work(id, Work::Label { label, on: true });
            return;
        }
        let used = self.labels.with_untracked(Vec::len);
        let colour = Colour::ALL[(used + 1) % Colour::ALL.len()];
        let (inbox, id) = (self.clone(), id.clone());
        let generation = self.generation();
        browser::spawn(async move {
            let request = CreateLabel {
                name: name.clone(),
                colour,
            };
            let result = inbox.call(request).await;
            if inbox.is_past(generation) {
                return;
            }
            match result {
                Ok(labels) => {
                    let made = labels.iter().find(|label| label.name == name);
                    let made = made.map(|label| label.id.clone());
                    inbox.labels.set(labels);
                    if let Some(label) = made {
                        inbox.work(&id, Work::Label { label, on: true });
                    }
                }
                Err(error) => inbox.tell_failure(&error),
            }
        });
    }
}
