//! One bubble on screen.

use super::{Again, Bubble, Direction, Piece, Reason, Ticks, is_words, name_of, pieces};
use crate::drawn::{Drawn, attr, class, drawn, listener, live, live_on, memo, text};
use crate::i18n::{Key, dates, sentence, t};
use crate::icons::Icon;
use crate::inbox::Inbox;
use leptos::prelude::*;
use std::sync::Arc;

/// The bubble with this key.
#[component]
pub fn BubbleView(key: String) -> impl IntoView {
    let inbox = Inbox::expect();
    let bubble = inbox.thread.bubble(&key)?;
    let leads = {
        let bubble = bubble.clone();
        class(move || bubble.with(|bubble| bubble.leads))
    };
    let (direction, kind) = bubble.with_untracked(|b| (b.direction, b.kind.clone()));
    let outbound = direction == Direction::Outbound;
    let progress = {
        let bubble = bubble.clone();
        move || bubble.with(|bubble| bubble.progress)
    };
    let status = {
        let progress = progress.clone();
        attr(move || Some(progress().name().to_owned()))
    };
    let ticks = outbound.then(|| drawn(view! { <Ticks progress=Arc::new(progress) /> }));
    let body = {
        let bubble = bubble.clone();
        let said = memo(move || bubble.with(|bubble| bubble.text.clone()));
        live(move || {
            let words = said.get().map(|text| drawn(view! { <Words text /> }));
            if is_words(&kind) && words.is_some() {
                return Drawn::from(words);
            }
            drawn(view! {
                <Placeholder kind=kind.clone() />
                {Drawn::from(words)}
            })
        })
    };
    let time = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        text(move || dates::clock(inbox.i18n.locale(), bubble.with(|bubble| bubble.at)))
    };
    let new_line = {
        let bubble = bubble.clone();
        live_on(
            move || {
                Some(new_words(
                    &inbox,
                    bubble.with(|bubble| bubble.new_from_here)?,
                ))
            },
            |words| drawn(view! { <div class="new-line"><span>{words}</span></div> }),
        )
    };
    Some(view! {
        {new_line}
        <div
            class="message"
            class:leads=leads
            data-testid="message"
            data-message-key=key
            data-direction=if outbound { "out" } else { "in" }
            data-status=status
        >
            <div class="bubble" dir="auto">
                {body}
                <span class="meta">
                    {time}
                    {Drawn::from(ticks)}
                </span>
            </div>
            <Failed bubble />
        </div>
    })
}

/// `1 new`, `3 new`.
pub fn new_words(inbox: &Inbox, count: usize) -> String {
    inbox.i18n.count(Key::New, count)
}

/// A text, with its web addresses as links. Nodes, never markup.
#[component]
fn Words(text: String) -> impl IntoView {
    let nodes: Vec<_> = pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => drawn(text.to_owned()),
            Piece::Link(link) => drawn(view! {
                <a href=link.to_owned() target="_blank" rel="noopener noreferrer">{link.to_owned()}</a>
            }),
        })
        .collect();
    view! { <span class="words">{nodes}</span> }
}

/// What a message is that cannot be shown here whole, and where to see it.
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
    let reason = {
        let bubble = bubble.clone();
        move || {
            let reason = bubble.with(|bubble| bubble.reason.clone())?;
            let (words, code) = match reason {
                Reason::Refused(error) => (sentence(inbox.i18n.locale(), &error), String::new()),
                Reason::Reported { sentence, code } => (sentence, code),
                Reason::Unknown => (inbox.i18n.text(Key::ErrorNotSent).to_owned(), String::new()),
            };
            Some([&code, "\n", &words].concat())
        }
    };
    live_on(reason, move |reason| {
        let (code, words) = reason.split_once('\n').unwrap_or_default();
        let code = (!code.is_empty())
            .then(|| drawn(view! { " " <span class="code">{code.to_owned()}</span> }));
        let again = bubble
            .with_untracked(|bubble| bubble.again.clone())
            .map(|again| drawn(view! { <RetryButton again /> }));
        drawn(view! {
            <div class="failure" role="alert">
                <span dir="auto">{words.to_owned()}</span>
                {Drawn::from(code)}
                {Drawn::from(again)}
            </div>
        })
    })
}

#[component]
fn RetryButton(again: Again) -> impl IntoView {
    let inbox = Inbox::expect();
    view! {
        <button type="button" class="link-button" on:click=listener(move |_| inbox.try_again(again.clone()))>
            {t(Key::Retry)}
        </button>
    }
}
