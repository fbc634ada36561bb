//! What can be done with the open conversation, at the end of its header.

use super::{State, Work, menus};
use crate::conversations::Conversation;
use crate::drawn::{Drawn, attr, drawn, listener, live, memo};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::Inbox;
use leptos::prelude::*;

/// Something to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// Whose it is.
    Assign,
    /// Until when it is put off.
    Snooze,
    /// Its labels.
    Labels,
    /// The rest.
    More,
}

/// Assign, snooze, resolve, more.
#[component]
pub fn WorkButtons(id: ConversationId, row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = Inbox::expect();
    let resolve = {
        let (inbox, id, row) = (inbox.clone(), id.clone(), row.clone());
        let is_resolved = move || row.with(|row| (row.state == State::Resolved).then(String::new));
        let is_resolved = memo(is_resolved);
        live(move || {
            let (icon, key, work) = if is_resolved.with(Option::is_none) {
                (Icon::TICK, Key::Resolve, Work::Resolve)
            } else {
                (Icon::REPLY, Key::Reopen, Work::Reopen)
            };
            let (inbox, id) = (inbox.clone(), id.clone());
            let act = listener(move |_| inbox.work(&id, work.clone()));
            drawn(view! {
                <button type="button" class="icon-button" data-testid="resolve" aria-label=label(key) title=label(key) on:click=act>
                    {icon.draw()}
                </button>
            })
        })
    };
    let open = {
        let inbox = inbox.clone();
        live(move || match inbox.menu.get() {
            None => Drawn::NOTHING,
            Some(menu) => menus::draw(&inbox, &id, &row, menu),
        })
    };
    view! {
        <div class="work" data-testid="work">
            {opener(&inbox, Menu::Assign, Icon::PERSON, Key::Assign, "assign")}
            {opener(&inbox, Menu::Snooze, Icon::CLOCK, Key::Snooze, "snooze")}
            {resolve}
            {opener(&inbox, Menu::More, Icon::MORE, Key::More, "more")}
            {open}
        </div>
    }
}

fn opener(inbox: &Inbox, menu: Menu, icon: Icon, key: Key, name: &'static str) -> Drawn {
    let expanded = {
        let inbox = inbox.clone();
        attr(move || {
            let open = inbox.menu.get() == Some(menu);
            Some(if open { "true" } else { "false" }.to_owned())
        })
    };
    let is_wide = menu != Menu::More;
    let inbox = inbox.clone();
    let toggle = listener(move |_| {
        let open = inbox.menu.get_untracked() == Some(menu);
        inbox.menu.set((!open).then_some(menu));
    });
    drawn(view! {
        <button
            type="button"
            class="icon-button"
            class:is-wide=is_wide
            data-testid=name
            aria-label=label(key)
            title=label(key)
            aria-haspopup="true"
            aria-expanded=expanded
            on:click=toggle
        >
            {icon.draw()}
        </button>
    })
}
