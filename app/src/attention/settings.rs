//! How one wants to be told of what arrives. Off until somebody switches it on, and for as long as the page lives: there is no storage in
//! somebody else's page.

use super::telling::tell;
use crate::browser::{self, Notices};
use crate::commands::Overlay;
use crate::dialog::Dialog;
use crate::drawn::{Drawn, attr, drawn, listener, live_on};
use crate::i18n::{Key, t};
use crate::inbox::Inbox;
use crate::on_demand::Part;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// Leads to the dialog.
#[wasm_split(tools, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "what the macro makes of it can fail"
)]
pub(crate) fn attention_part() -> Part<Inbox> {
    Ok(|inbox| draw(&inbox))
}

fn draw(inbox: &Inbox) -> Drawn {
    // From here on there is something that can be switched on.
    _ = inbox.attention.teller.set(tell);
    let closed = {
        let inbox = inbox.clone();
        move || inbox.take_away(Overlay::Attention)
    };
    let sounds = inbox.attention.sounds.clone();
    let sound = switch(
        "attention-sound",
        Key::SoundOfNew,
        &sounds.clone(),
        move || {
            sounds.update(|on| *on = !*on);
            if sounds.get_untracked() {
                browser::sound_tone();
            }
        },
    );
    let trouble = ArcRwSignal::new(None::<Key>);
    let notices = inbox.attention.notices.clone();
    let notice = {
        let trouble = trouble.clone();
        switch(
            "attention-notices",
            Key::DesktopNotices,
            &notices.clone(),
            move || {
                trouble.set(None);
                if notices.get_untracked() {
                    notices.set(false);
                    return;
                }
                let (notices, trouble) = (notices.clone(), trouble.clone());
                browser::spawn(async move {
                    match browser::ask_for_notices().await {
                        Notices::Allowed => notices.set(true),
                        Notices::Refused => trouble.set(Some(Key::NoticesRefused)),
                        Notices::Elsewhere => trouble.set(Some(Key::NoticesElsewhere)),
                    }
                });
            },
        )
    };
    let why = {
        let i18n = inbox.i18n.clone();
        live_on(
            move || trouble.get().map(|key| i18n.text(key).to_owned()),
            drawn,
        )
    };
    let body = drawn(view! {
        <div class="attention-settings">
            {sound}
            {notice}
            <p class="attention-trouble" role="status">{why}</p>
            <p class="attention-hint">{t(Key::HoldsForNow)}</p>
        </div>
    });
    let name = Key::Notifications;
    Dialog::new(
        name,
        "dialog attention",
        "attention",
        NodeRef::new(),
        closed,
    )
    .draw(body)
}

fn switch(
    id: &'static str,
    name: Key,
    is_on: &ArcRwSignal<bool>,
    flip: impl FnMut() + 'static,
) -> Drawn {
    let is_on = is_on.clone();
    let checked = attr(move || Some(is_on.get().to_string()));
    let mut flip = flip;
    let click = listener(move |_| flip());
    drawn(view! {
        <div class="attention-setting">
            <span id=id>{t(name)}</span>
            <button type="button" class="switch" role="switch" aria-checked=checked aria-labelledby=id on:click=click></button>
        </div>
    })
}
