//! One row of the list.

use super::{Avatar, Conversation, Name, Preview};
use crate::bulk::PickBox;
use crate::drawn::{Drawn, attr, class, drawn, listener, live_on, memo, text};
use crate::i18n::{I18n, Key, dates, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, focus_thread};
use crate::messages::{Direction, Progress, Ticks, is_words, name_of, plain};
use crate::workflow::marks;
use leptos::prelude::*;
use std::sync::Arc;

/// The row of a conversation.
#[component]
pub fn Row(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let row = inbox.row(&id)?;
    let selected = {
        let (open, id) = (inbox.open.clone(), id.clone());
        move || open.with(|open| open.as_ref() == Some(&id))
    };
    let current = {
        let selected = selected.clone();
        attr(move || selected().then(|| "true".to_owned()))
    };
    let tabindex = {
        let (inbox, id) = (inbox.clone(), id.clone());
        attr(move || Some(if inbox.is_tab_stop(&id) { "0" } else { "-1" }.to_owned()))
    };
    let time = {
        let (inbox, row) = (inbox.clone(), row.clone());
        text(move || {
            let at = row.with(|row| row.last_message_at);
            dates::relative(inbox.i18n.locale(), inbox.now.get(), at)
        })
    };
    let unread = {
        let row = row.clone();
        move || row.with(|row| row.unread)
    };
    let has_unread = {
        let unread = unread.clone();
        class(move || unread() != 0)
    };
    let open = {
        let (inbox, id) = (inbox.clone(), id.clone());
        listener(move |event: web_sys::MouseEvent| {
            if !inbox.picks_by(&event, &id) {
                inbox.open_conversation(id.clone());
                focus_thread();
            }
        })
    };
    let pill = {
        let inbox = inbox.clone();
        let is_there = {
            let unread = unread.clone();
            move || (unread() > 0).then(String::new)
        };
        live_on(is_there, move |_| {
            let name = {
                let (inbox, unread) = (inbox.clone(), unread.clone());
                attr(move || Some(inbox.i18n.count(Key::Unread, unread() as usize)))
            };
            let shown = {
                let (inbox, unread) = (inbox.clone(), unread.clone());
                text(move || {
                    let count = unread();
                    let mut shown = inbox.i18n.number(count.min(999) as usize);
                    if count > 999 {
                        shown.push('+');
                    }
                    shown
                })
            };
            drawn(
                view! { <span class="unread" data-testid="unread" aria-label=name>{shown}</span> },
            )
        })
    };
    Some(view! {
        <li class="row-slot">
            <button
                type="button"
                class="row"
                class:is-selected=class(selected)
                class:has-unread=has_unread
                data-testid="conversation-row"
                data-conversation-id=id.to_string()
                aria-current=current
                tabindex=tabindex
                on:click=open
            >
                <Avatar row=row.clone() />
                <span class="row-main">
                    <span class="row-line">
                        <span class="row-name" dir="auto"><Name row=row.clone() /></span>
                        <span class="row-time">{time}</span>
                    </span>
                    <span class="row-line">
                        <Summary id=id.clone() row=row.clone() />
                        {marks(&inbox, &row)}
                        {pill}
                    </span>
                </span>
            </button>
            <PickBox id row />
        </li>
    })
}

/// The second line: draft, or the last message.
#[component]
fn Summary(id: ConversationId, row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = Inbox::expect();
    let writing = inbox.writing(&id);
    let open = inbox.open.clone();
    // Remembered, so that a key pressed in the composer does not draw the row of the open conversation anew.
    let drafted = memo(move || {
        if open.with(|open| open.as_ref() == Some(&id)) {
            return None;
        }
        let of = |draft: &ArcRwSignal<String>| {
            draft.with(|draft| (!draft.trim().is_empty()).then(|| one_line(&plain(draft))))
        };
        // What is for the customer comes first.
        of(&writing.text).or_else(|| of(&writing.note))
    });
    // What the line is made of changes seldom; what it says changes with every message, and then in place.
    let shape = {
        let (drafted, row) = (drafted.clone(), row.clone());
        move || {
            if drafted.with(Option::is_some) {
                return Some(DRAFT.to_owned());
            }
            row.with(|row| Some(row.preview.as_ref().map(shape_of).unwrap_or_default()))
        }
    };
    let i18n = inbox.i18n.clone();
    live_on(shape, move |shape| {
        let words = {
            let (i18n, drafted, row) = (i18n.clone(), drafted.clone(), row.clone());
            text(move || {
                drafted
                    .get()
                    .unwrap_or_else(|| row.with(|row| said(&i18n, row.preview.as_ref())))
            })
        };
        let preview = row.with_untracked(|row| row.preview.clone());
        let words = drawn(view! { <span class="row-text" dir="auto">{words}</span> });
        let line = match preview.filter(|_| shape != DRAFT) {
            _ if shape == DRAFT => drawn(view! {
                <span class="draft-mark">{t(Key::Draft)}</span>
                {words}
            }),
            None => drawn(t(Key::NoMessages)),
            Some(preview) => {
                let mine = (preview.direction == Direction::Outbound).then(|| {
                    let progress = Progress::from(preview.status);
                    drawn(view! {
                        <Ticks progress=Arc::new(move || progress) />
                        <span>{t(Key::You)}</span>
                    })
                });
                // What a message is, unless it is only words.
                let is_words = preview.text.is_some() && is_words(&preview.kind);
                let icon = (!is_words).then(|| drawn(Icon::of_kind(&preview.kind).draw()));
                drawn(view! {
                    {Drawn::from(mine)}
                    {Drawn::from(icon)}
                    {words}
                })
            }
        };
        drawn(view! { <span class="row-preview">{line}</span> })
    })
}

/// The shape of a line that says what somebody is writing.
const DRAFT: &str = "draft";

/// All that decides which parts the line of a message has.
fn shape_of(preview: &Preview) -> String {
    let side = match preview.direction {
        Direction::Outbound => Progress::from(preview.status).name(),
        _ => "",
    };
    let has_words = if preview.text.is_some() { "words" } else { "" };
    [side, preview.kind.as_str(), has_words].join("\n")
}

/// The text of a message, or else what it is.
fn said(i18n: &I18n, preview: Option<&Preview>) -> String {
    let Some(preview) = preview else {
        return String::new();
    };
    match &preview.text {
        Some(text) => plain(text),
        None => i18n.text(name_of(&preview.kind)).to_owned(),
    }
}

/// The beginning of a text, on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(120)
        .collect()
}
