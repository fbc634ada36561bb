//! The open conversation.

use super::scroll::Place;
use super::{BubbleView, Composer, new_words};
use crate::conversations::{Avatar, Contact};
use crate::i18n::{Key, dates, fill, sentence, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{DayKeys, Inbox, Paging, observe_size};
use leptos::either::{Either, EitherOf3};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

/// The thread pane: a conversation, or a word on how to open one.
#[component]
pub fn ThreadPane() -> impl IntoView {
    let inbox = Inbox::expect();
    move || match inbox.open.get() {
        Some(id) => Either::Left(view! { <Thread id /> }),
        None => Either::Right(view! {
            <section class="pane-thread is-blank">
                <div class="blank">
                    {Icon::CHAT.draw()}
                    <p class="blank-title">{t(Key::PickTitle)}</p>
                    <p>{t(Key::PickText)}</p>
                </div>
            </section>
        }),
    }
}

#[component]
fn Thread(id: ConversationId) -> impl IntoView {
    view! {
        <section class="pane-thread" tabindex="-1" data-focus="thread">
            <Head id=id.clone() />
            <Log id=id.clone() />
            <Composer id />
        </section>
    }
}

#[component]
fn Head(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let row = inbox.row(&id);
    let who = row.map(|row| {
        let contact = {
            let row = row.clone();
            Signal::derive(move || row.with(|row| row.contact.clone()))
        };
        let number = {
            let inbox = inbox.clone();
            move || {
                let id = row.with(|row| row.number_id.clone());
                inbox.numbers.with(|numbers| {
                    let several = numbers.len() > 1;
                    numbers
                        .iter()
                        .find(|number| several && number.id == id)
                        .map(|number| number.name.clone())
                })
            }
        };
        view! {
            <Avatar contact />
            <div class="head-words">
                <h2 class="head-name" dir="auto">{move || contact.with(Contact::label)}</h2>
                <p class="head-meta">{move || contact.with(second_line)}</p>
            </div>
            {move || number().map(|name| view! { <span class="badge" dir="auto">{name}</span> })}
        }
    });
    let back = {
        let inbox = inbox.clone();
        move |_| inbox.back_to_list()
    };
    view! {
        <header class="pane-head">
            <button type="button" class="icon-button back" aria-label=t(Key::Back) on:click=back>
                {Icon::BACK.draw()}
            </button>
            {who}
        </header>
    }
}

/// What else is known of a contact, beside the label.
fn second_line(contact: &Contact) -> Option<String> {
    let label = contact.label();
    let username = contact
        .username
        .as_ref()
        .map(|name| format!("@{}", name.trim_start_matches('@')));
    contact
        .phone
        .clone()
        .or(username)
        .filter(|line| *line != label)
}

#[component]
fn Log(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let scroller = NodeRef::<Div>::new();
    let content = NodeRef::<Div>::new();
    let place = Arc::new(Place::default());
    let resized = {
        let (inbox, place) = (inbox.clone(), Arc::clone(&place));
        move || {
            if let Some(scroller) = scroller.try_get_untracked().flatten() {
                place.resized(&inbox, &scroller);
            }
        }
    };
    observe_size(scroller, resized.clone());
    observe_size(content, resized);
    let moved = {
        let inbox = inbox.clone();
        move |_| {
            if let Some(scroller) = scroller.get_untracked() {
                place.moved(&inbox, &scroller);
            }
        }
    };
    let label = {
        let (inbox, row) = (inbox.clone(), inbox.row(&id));
        move || {
            let name = row
                .as_ref()
                .map_or_else(String::new, |row| row.with(|row| row.contact.label()));
            fill(inbox.i18n.text(Key::ThreadWith), "name", &name)
        }
    };
    let pill = {
        let inbox = inbox.clone();
        move || {
            let count = inbox.thread.arrived.get();
            let shown = count > 0 || !inbox.thread.at_end.get();
            shown.then(|| {
                let words = (count > 0).then(|| new_words(&inbox, count));
                let follow = {
                    let inbox = inbox.clone();
                    move |_| {
                        if let Some(scroller) = scroller.get_untracked() {
                            inbox.follow(&scroller);
                        }
                    }
                };
                view! {
                    <button type="button" class="to-end" class:has-new=count != 0 aria-label=t(Key::GoToNewest) on:click=follow>
                        {words}
                        {Icon::DOWN.draw()}
                    </button>
                }
            })
        }
    };
    view! {
        <div class="log-frame">
            <div
                class="log"
                role="log"
                tabindex="0"
                data-testid="thread"
                aria-label=label
                node_ref=scroller
                on:scroll=moved
            >
                <div class="log-content" node_ref=content>
                    <Older />
                    <Days />
                </div>
            </div>
            {pill}
        </div>
    }
}

/// What stands above the first bubble.
#[component]
fn Older() -> impl IntoView {
    let inbox = Inbox::expect();
    move || {
        let failed = |key: Key, error| {
            let again = {
                let inbox = inbox.clone();
                move |_| match key {
                    Key::ThreadFailed => inbox.load_open_thread(),
                    _ => inbox.load_older(),
                }
            };
            view! {
                <div class="inline-failure" role="alert">
                    <p>{t(key)} " " {sentence(inbox.i18n.locale(), &error)}</p>
                    <button type="button" class="button" on:click=again>{t(Key::Retry)}</button>
                </div>
            }
        };
        match (inbox.thread.state.get(), inbox.thread.older.get()) {
            (Paging::Failed(error), _) => EitherOf3::A(failed(Key::ThreadFailed, error)),
            (_, Paging::Failed(error)) => EitherOf3::A(failed(Key::OlderFailed, error)),
            (Paging::Loading, _) => EitherOf3::B(view! {
                <div class="log-skeleton" role="status" aria-label=t(Key::Loading)></div>
            }),
            _ => EitherOf3::C(()),
        }
    }
}

#[component]
fn Days() -> impl IntoView {
    let inbox = Inbox::expect();
    let days = inbox.thread.days.clone();
    let numbers = {
        let days = days.clone();
        move || {
            days.with(|days| {
                days.iter()
                    .map(|day| (day.number, day.at))
                    .collect::<Vec<_>>()
            })
        }
    };
    let keys_of = move |number: i64| {
        let days = days.clone();
        move || {
            days.with(|days| {
                days.iter()
                    .find(|day| day.number == number)
                    .map_or_else(Vec::new, |day: &DayKeys| day.keys.clone())
            })
        }
    };
    view! {
        <For each=numbers key=|(number, _)| *number let:day>
            <section class="day">
                <DayName at=day.1 />
                <For each=keys_of(day.0) key=|key| key.clone() let:key>
                    <BubbleView key />
                </For>
            </section>
        </For>
    }
}

#[component]
fn DayName(at: i64) -> impl IntoView {
    let inbox = Inbox::expect();
    view! {
        <p class="day-name">
            <span>{move || dates::day_name(inbox.i18n.locale(), inbox.now.get(), at)}</span>
        </p>
    }
}
