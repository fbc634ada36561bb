//! The customer service window: how long anything may still be written, and what is there instead once it is shut.

use crate::drawn::{Drawn, class, drawn, listener, live_on, memo, text};
use crate::i18n::{Key, fill, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use leptos::prelude::*;

/// From how many minutes on one is warned.
const SHORT: usize = 60;

/// For how many minutes the window of a conversation is open, as a text that changes once a minute; `None` while it is shut.
pub fn minutes_left(inbox: &Inbox, id: &ConversationId) -> ArcMemo<Option<String>> {
    let (inbox, row) = (inbox.clone(), inbox.row(id));
    memo(move || {
        let now = inbox.server_now();
        let minutes = row.as_ref()?.with(|row| row.window_minutes(now))?;
        Some(minutes.to_string())
    })
}

fn number(minutes: Option<String>) -> usize {
    minutes
        .and_then(|minutes| minutes.parse().ok())
        .unwrap_or_default()
}

/// "Free replies for 3 h 12 min", while it is open.
pub fn chip(inbox: &Inbox, left: &ArcMemo<Option<String>>) -> impl IntoView + use<> {
    let (inbox, left) = (inbox.clone(), left.clone());
    let is_open = {
        let left = left.clone();
        // A linked phone has no window to run out.
        move || {
            let minutes = left.get()?;
            (number(Some(minutes)) != usize::MAX).then(String::new)
        }
    };
    live_on(is_open, move |_| {
        let (inbox, read, short) = (inbox.clone(), left.clone(), left.clone());
        let words = text(move || words(&inbox, number(read.get())));
        let is_short = class(move || number(short.get()) < SHORT);
        drawn(view! {
            <p class="window-left" class:is-short=is_short data-testid="window">
                {Icon::CLOCK.draw()}
                <span>{words}</span>
            </p>
        })
    })
}

fn words(inbox: &Inbox, minutes: usize) -> String {
    let i18n = &inbox.i18n;
    let rest = i18n.number(minutes % 60);
    let sentence = if minutes < 60 {
        i18n.text(Key::FreeRepliesMinutes).to_owned()
    } else {
        fill(
            i18n.text(Key::FreeRepliesHours),
            "h",
            &i18n.number(minutes / 60),
        )
    };
    fill(&sentence, "m", &rest)
}

/// What stands in place of the field while the window is shut. What was written before is kept, and shown.
pub fn shut(inbox: &Inbox, draft: &ArcRwSignal<String>) -> Drawn {
    let kept = {
        let draft = draft.clone();
        live_on(
            move || Some(draft.get()).filter(|draft| !draft.trim().is_empty()),
            |words| {
                drawn(view! {
                    <p class="window-kept">{t(Key::DraftKept)} " " <q dir="auto">{words}</q></p>
                })
            },
        )
    };
    let open = {
        let picks = inbox.thread.picks_template.clone();
        listener(move |_| picks.set(true))
    };
    let is_idle = {
        let phase = inbox.phase.clone();
        crate::drawn::attr_if(move || phase.get() != Phase::Ready)
    };
    drawn(view! {
        <div class="window-shut" data-testid="window-shut">
            <div class="window-words">
                <p role="status">{t(Key::WindowShut)}</p>
                {kept}
            </div>
            <button type="button" class="button" disabled=is_idle on:click=open>
                {t(Key::SendTemplate)}
            </button>
        </div>
    })
}
