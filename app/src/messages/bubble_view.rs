//! One bubble on screen.

use super::{Again, Bubble, Direction, Piece, Reason, Ticks, name_of, pieces};
use crate::i18n::{Key, dates, sentence, t};
use crate::icons::Icon;
use crate::inbox::Inbox;
use leptos::either::Either;
use leptos::prelude::*;

/// The bubble with this key.
#[component]
pub fn BubbleView(key: String) -> impl IntoView {
    let inbox = Inbox::expect();
    let bubble = inbox.thread.bubble(&key)?;
    let leads = {
        let bubble = bubble.clone();
        move || bubble.with(|bubble| bubble.leads)
    };
    let direction = bubble.with_untracked(|bubble| bubble.direction);
    let body = {
        let bubble = bubble.clone();
        Memo::new(move |_| bubble.with(|bubble| (bubble.kind.clone(), bubble.text.clone())))
    };
    let progress = {
        let bubble = bubble.clone();
        Memo::new(move |_| bubble.with(|bubble| bubble.progress))
    };
    let time = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        move || dates::clock(inbox.i18n.locale(), bubble.with(|bubble| bubble.at))
    };
    let new_line = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        move || {
            let count = bubble.with(|bubble| bubble.new_from_here)?;
            Some(view! { <div class="new-line"><span>{new_words(&inbox, count)}</span></div> })
        }
    };
    let outbound = direction == Direction::Outbound;
    Some(view! {
        {new_line}
        <div
            class="message"
            class:leads=leads
            data-testid="message"
            data-message-key=key
            data-direction=if outbound { "out" } else { "in" }
            data-status=move || progress.get().name()
        >
            <div class="bubble" dir="auto">
                {move || {
                    let (kind, text) = body.get();
                    match text {
                        Some(text) => Either::Left(view! { <Words text /> }),
                        None => Either::Right(view! { <Placeholder kind /> }),
                    }
                }}
                <span class="meta">
                    {time}
                    {move || outbound.then(|| view! { <Ticks progress=progress.get() /> })}
                </span>
            </div>
            <Failed bubble />
        </div>
    })
}

/// `1 new`, `3 new`.
pub fn new_words(inbox: &Inbox, count: usize) -> String {
    if count == 1 {
        inbox.i18n.text(Key::NewOne).to_owned()
    } else {
        inbox.i18n.count(Key::NewMany, count)
    }
}

/// A text, with its web addresses as links. Nodes, never markup.
#[component]
fn Words(text: String) -> impl IntoView {
    let nodes: Vec<_> = pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Either::Left(text.to_owned()),
            Piece::Link(link) => Either::Right(view! {
                <a href=link.to_owned() target="_blank" rel="noopener noreferrer">{link.to_owned()}</a>
            }),
        })
        .collect();
    view! { <span class="words">{nodes}</span> }
}

/// What a message is that cannot be shown here, and where to see it.
#[component]
fn Placeholder(kind: String) -> impl IntoView {
    view! {
        <span class="placeholder">
            {Icon::of_kind(&kind).draw()}
            <span class="placeholder-words">
                <span class="placeholder-kind">{t(name_of(&kind))}</span>
                <span class="placeholder-hint">{t(Key::OpenOnPhone)}</span>
            </span>
        </span>
    }
}

/// Why it did not go out, and what to do.
#[component]
fn Failed(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let inbox = Inbox::expect();
    move || {
        let (reason, again) = bubble.with(|bubble| (bubble.reason.clone(), bubble.again.clone()));
        reason.map(|reason| {
            let (words, code) = match reason {
                Reason::Refused(error) => (sentence(inbox.i18n.locale(), &error), None),
                Reason::Reported { sentence, code } => (sentence, Some(code)),
                Reason::Unknown => (inbox.i18n.text(Key::ErrorNotSent).to_owned(), None),
            };
            view! {
                <div class="failure" role="alert">
                    <span dir="auto">{words}</span>
                    {code.map(|code| view! { " " <span class="code">{code}</span> })}
                    {again.map(|again| view! { <RetryButton again /> })}
                </div>
            }
        })
    }
}

#[component]
fn RetryButton(again: Again) -> impl IntoView {
    let inbox = Inbox::expect();
    view! {
        <button type="button" class="link-button" on:click=move |_| inbox.try_again(again.clone())>
            {t(Key::Retry)}
        </button>
    }
}
