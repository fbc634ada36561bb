//! One row of the list.

use super::{Avatar, Conversation, Preview};
use crate::i18n::{Key, dates};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, focus_thread};
use crate::messages::{Direction, Progress, Ticks, name_of};
use leptos::either::EitherOf4;
use leptos::prelude::*;

/// The row of a conversation.
#[component]
pub fn Row(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let row = inbox.row(&id)?;
    let selected = {
        let (open, id) = (inbox.open.clone(), id.clone());
        Signal::derive(move || open.with(|open| open.as_ref() == Some(&id)))
    };
    let tabindex = {
        let (inbox, id) = (inbox.clone(), id.clone());
        move || if inbox.is_tab_stop(&id) { "0" } else { "-1" }
    };
    let contact = {
        let row = row.clone();
        Signal::derive(move || row.with(|row| row.contact.clone()))
    };
    let time = {
        let (inbox, row) = (inbox.clone(), row.clone());
        move || {
            dates::relative(
                inbox.i18n.locale(),
                inbox.now.get(),
                row.with(|row| row.last_message_at),
            )
        }
    };
    let unread = {
        let row = row.clone();
        Signal::derive(move || row.with(|row| row.unread))
    };
    let open = {
        let (inbox, id) = (inbox.clone(), id.clone());
        move |_| {
            inbox.open_conversation(id.clone());
            focus_thread();
        }
    };
    let pill = {
        let inbox = inbox.clone();
        move || {
            let count = unread.get();
            (count > 0).then(|| {
                view! {
                    <span
                        class="unread"
                        data-testid="unread"
                        aria-label=inbox.i18n.count(Key::Unread, count as usize)
                    >
                        {if count > 999 { "999+".to_owned() } else { count.to_string() }}
                    </span>
                }
            })
        }
    };
    Some(view! {
        <li class="row-slot">
            <button
                type="button"
                class="row"
                class:is-selected=selected
                class:has-unread=move || unread.get() != 0
                data-testid="conversation-row"
                data-conversation-id=id.to_string()
                aria-current=move || selected.get().then_some("true")
                tabindex=tabindex
                on:click=open
            >
                <Avatar contact />
                <span class="row-main">
                    <span class="row-line">
                        <span class="row-name" dir="auto">{move || contact.with(super::Contact::label)}</span>
                        <span class="row-time">{time}</span>
                    </span>
                    <span class="row-line">
                        <Summary id=id.clone() row />
                        {pill}
                    </span>
                </span>
            </button>
        </li>
    })
}

/// The second line: draft, or the last message.
#[component]
fn Summary(id: ConversationId, row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = Inbox::expect();
    let draft = inbox.draft(&id);
    let open = inbox.open.clone();
    let drafted = move || {
        let elsewhere = open.with(|open| open.as_ref() != Some(&id));
        draft.with(|draft| (elsewhere && !draft.trim().is_empty()).then(|| one_line(draft)))
    };
    let i18n = inbox.i18n.clone();
    move || {
        let said = match (drafted(), row.with(|row| row.preview.clone())) {
            (Some(text), _) => EitherOf4::A(view! {
                <span class="draft-mark">{i18n.text(Key::Draft)}</span>
                <span class="row-text" dir="auto">{text}</span>
            }),
            (None, None) => EitherOf4::B(i18n.text(Key::NoMessages)),
            (
                None,
                Some(Preview {
                    direction: Direction::Outbound,
                    kind,
                    text,
                    status,
                }),
            ) => EitherOf4::C(view! {
                <Ticks progress=Progress::from(status) />
                <span>{i18n.text(Key::You)}</span>
                <Content kind text />
            }),
            (None, Some(Preview { kind, text, .. })) => {
                EitherOf4::D(view! { <Content kind text /> })
            }
        };
        view! { <span class="row-preview">{said}</span> }
    }
}

/// The text of a message, or what it is.
#[component]
fn Content(kind: String, text: Option<String>) -> impl IntoView {
    let i18n = Inbox::expect().i18n.clone();
    let label = text.is_none().then(|| {
        view! {
            {Icon::of_kind(&kind).draw()}
            <span class="row-text">{i18n.text(name_of(&kind))}</span>
        }
    });
    view! {
        {label}
        {text.map(|text| view! { <span class="row-text" dir="auto">{text}</span> })}
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
