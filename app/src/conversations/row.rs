//! One row of the list.

use super::{Avatar, Conversation, Name, Preview};
use crate::bulk::PickBox;
use crate::drawn::{Drawn, attr, class, drawn, listener, live, text};
use crate::i18n::{I18n, Key, dates};
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
        live(move || {
            let count = unread();
            (count > 0).then(|| {
                let words = inbox.i18n.count(Key::Unread, count as usize);
                let mut shown = inbox.i18n.number(count.min(999) as usize);
                if count > 999 {
                    shown.push('+');
                }
                drawn(view! { <span class="unread" data-testid="unread" aria-label=words>{shown}</span> })
            })
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
    let drafted = move || {
        let elsewhere = open.with(|open| open.as_ref() != Some(&id));
        let of = |draft: &ArcRwSignal<String>| {
            draft.with(|draft| (!draft.trim().is_empty()).then(|| one_line(&plain(draft))))
        };
        // What is for the customer comes first.
        let drafted = of(&writing.text).or_else(|| of(&writing.note));
        drafted.filter(|_| elsewhere)
    };
    let i18n = inbox.i18n.clone();
    live(move || {
        let said = match (drafted(), row.with(|row| row.preview.clone())) {
            (Some(text), _) => drawn(view! {
                <span class="draft-mark">{i18n.text(Key::Draft)}</span>
                <span class="row-text" dir="auto">{text}</span>
            }),
            (None, None) => drawn(i18n.text(Key::NoMessages)),
            (None, Some(preview)) => {
                let mine = (preview.direction == Direction::Outbound).then(|| {
                    let progress = Progress::from(preview.status);
                    drawn(view! {
                        <Ticks progress=Arc::new(move || progress) />
                        <span>{i18n.text(Key::You)}</span>
                    })
                });
                let Preview { kind, text, .. } = preview;
                drawn(view! {
                    {Drawn::from(mine)}
                    {content(&i18n, &kind, text)}
                })
            }
        };
        drawn(view! { <span class="row-preview">{said}</span> })
    })
}

/// What a message is, unless it is only words; and its text, if it has one. No component: those do not follow what they read, and this
/// has to change with the language.
fn content(i18n: &I18n, kind: &str, text: Option<String>) -> Drawn {
    match text.map(|text| plain(&text)) {
        Some(text) if is_words(kind) => {
            drawn(view! { <span class="row-text" dir="auto">{text}</span> })
        }
        text => {
            let words = text.unwrap_or_else(|| i18n.text(name_of(kind)).to_owned());
            drawn(view! {
                {Icon::of_kind(kind).draw()}
                <span class="row-text" dir="auto">{words}</span>
            })
        }
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
