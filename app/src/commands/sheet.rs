//! The sheet of shortcuts.

use super::Overlay;
use super::table::{COMMANDS, Command, Part, Shortcut};
use crate::browser;
use crate::dialog::Dialog;
use crate::drawn::{Drawn, attr, drawn, listener};
use crate::i18n::{Key, t};
use crate::inbox::Inbox;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// Leads to the sheet.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn sheet_part() -> crate::on_demand::Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

/// The sheet, over the inbox.
pub fn draw(inbox: &Inbox) -> Drawn {
    let closed = {
        let inbox = inbox.clone();
        move || inbox.take_away(Overlay::Sheet)
    };
    let (is_on, switch) = {
        let (shown, set) = (
            inbox.commands.single_keys.clone(),
            inbox.commands.single_keys.clone(),
        );
        let is_on = attr(move || Some(shown.get().to_string()));
        (is_on, listener(move |_| set.update(|on| *on = !*on)))
    };
    let parts = [
        (Part::Everywhere, Key::KeysEverywhere),
        (Part::List, Key::Conversations),
        (Part::Conversation, Key::KeysInConversation),
    ];
    let parts: Vec<Drawn> = parts
        .into_iter()
        .map(|(part, name)| draw_part(part, name))
        .collect();
    let body = drawn(view! {
        <div class="sheet-parts" tabindex="0">{parts}</div>
        <footer class="dialog-foot sheet-foot">
            <span id="single-keys">{t(Key::SingleKeys)}</span>
            <button
                type="button"
                class="switch"
                role="switch"
                aria-checked=is_on
                aria-labelledby="single-keys"
                on:click=switch
            ></button>
        </footer>
    });
    Dialog::new(
        Key::Shortcuts,
        "dialog sheet",
        "shortcuts",
        NodeRef::new(),
        closed,
    )
    .toggled_by("?")
    .draw(body)
}

fn draw_part(part: Part, name: Key) -> Drawn {
    let rows = COMMANDS.iter().filter(|command| command.part == part);
    let rows: Vec<Drawn> = rows.filter_map(row).collect();
    drawn(view! {
        <section class="sheet-part">
            <h3>{t(name)}</h3>
            <dl>{rows}</dl>
        </section>
    })
}

fn row(command: &Command) -> Option<Drawn> {
    let shown = match command.shortcut {
        Shortcut::None => return None,
        Shortcut::Single(key) => keys(&[key]),
        Shortcut::Shown(all) => keys(all),
    };
    let name = command.name;
    Some(drawn(view! {
        <div class="sheet-row">
            <dt>{t(name)}</dt>
            <dd>{shown}</dd>
        </div>
    }))
}

/// Keys as they stand on a keyboard.
pub(super) fn keys(names: &[&'static str]) -> Drawn {
    let shown = names.iter().map(|name| {
        let name = match *name {
            "Mod" if browser::is_mac() => "⌘",
            "Mod" => "Ctrl",
            name => name,
        };
        drawn(view! { <kbd>{name}</kbd> })
    });
    let shown: Vec<Drawn> = shown.collect();
    // Keys stand in the order in which they are pressed, in every language.
    drawn(view! { <span class="keys" dir="ltr">{shown}</span> })
}
