//! Whom one writes to: the contact, or colleagues.

use super::window;
use crate::drawn::{Drawn, attr, drawn, listener, live_on};
use crate::i18n::{Key, label, t};
use crate::icons::Icon;
use crate::inbox::Inbox;
use leptos::prelude::*;

/// The switch, and beside it for how long the contact can be written to, or that the contact sees nothing.
pub fn head(inbox: &Inbox, is_note: &ArcRwSignal<bool>, left: &ArcMemo<Option<String>>) -> Drawn {
    let beside = {
        let (inbox, is_note, left) = (inbox.clone(), is_note.clone(), left.clone());
        live_on(
            move || Some(String::from(if is_note.get() { "note" } else { "" })),
            move |kind| {
                if kind.is_empty() {
                    let chip = window::chip(&inbox, &left);
                    return drawn(view! { {chip} });
                }
                drawn(view! {
                    <p class="only-team">{Icon::LOCK.draw()} <span>{t(Key::OnlyTeam)}</span></p>
                })
            },
        )
    };
    drawn(view! {
        <div class="composer-head">
            <div class="composer-modes" role="group" aria-label=label(Key::WriteAs) data-testid="composer-modes">
                {mode(inbox, is_note, false)}
                {mode(inbox, is_note, true)}
            </div>
            {beside}
        </div>
    })
}

fn mode(inbox: &Inbox, is_note: &ArcRwSignal<bool>, note: bool) -> Drawn {
    let inbox = inbox.clone();
    let pressed = {
        let is_note = is_note.clone();
        attr(move || Some((is_note.get() == note).to_string()))
    };
    let name = if note { Key::Note } else { Key::Reply };
    let choose = listener(move |_| inbox.write_as(note));
    drawn(view! {
        <button type="button" class="composer-mode" aria-pressed=pressed on:click=choose>{t(name)}</button>
    })
}
