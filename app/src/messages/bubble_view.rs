//! One bubble on screen.

use super::actions::{Actions, Signs};
use super::album;
use super::body::{Reactions, draw};
use super::waits::Waits;
use super::{Again, Bubble, Direction, Reason, Ticks};
use crate::drawn::{Drawn, attr, class, drawn, listener, live, live_on, text};
use crate::i18n::{Key, dates, sentence, t};
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
    let (direction, kind, notice) =
        bubble.with_untracked(|b| (b.direction, b.body.kind.clone(), b.body.is_notice()));
    let outbound = direction == Direction::Outbound;
    let side = match direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
        Direction::Internal => "internal",
    };
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
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        let body = ArcMemo::new(move |_| bubble.with(|bubble| bubble.body.clone()));
        live(move || {
            let parts = draw(&inbox, &body.get());
            drawn(view! { {parts} })
        })
    };
    let edited = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        move || {
            let edited = bubble.with(|bubble| bubble.body.edited && !bubble.body.revoked);
            let words = edited.then(|| inbox.i18n.text(Key::Edited));
            words.unwrap_or_default().to_owned()
        }
    };
    // Once more for the stylesheet, which leaves room for it.
    let room = {
        let edited = edited.clone();
        attr(move || Some(edited()).filter(|words| !words.is_empty()))
    };
    let edited = text(edited);
    let time = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        text(move || dates::clock(inbox.i18n.locale(), bubble.with(|bubble| bubble.at)))
    };
    let new_line = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
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
    let more = album::more(&inbox, &bubble);
    let in_album = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        attr(move || album::side(&inbox, &bubble))
    };
    Some(view! {
        {new_line}
        <div
            class="message"
            class:leads=leads
            class:notice-line=notice
            data-album=in_album
            data-testid="message"
            data-message-key=key
            data-direction=side
            data-kind=kind
            data-status=status
        >
            <div class="bubble-line">
                <div class="bubble" dir="auto">
                    <div class="bubble-body" data-edited=room>{body}</div>
                    <span class="meta">
                        <span class="edited">{edited}</span>
                        {time}
                        {Drawn::from(ticks)}
                    </span>
                    <Reactions bubble=bubble.clone() />
                </div>
                <Actions bubble=bubble.clone() />
            </div>
            <Signs bubble=bubble.clone() />
            <SignFailed bubble=bubble.clone() />
            <Waits bubble=bubble.clone() />
            <Failed bubble />
        </div>
        {more}
    })
}

/// `1 new`, `3 new`.
pub fn new_words(inbox: &Inbox, count: usize) -> String {
    inbox.i18n.count(Key::New, count)
}

/// Why the last sign of the business is not there.
#[component]
fn SignFailed(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let i18n = Inbox::expect().i18n.clone();
    let words = move || {
        let failure = bubble.with(|bubble| bubble.sign_failure.clone())?;
        Some([i18n.text(Key::SignNotTaken), " ", &failure.sentence].concat())
    };
    live_on(words, |words| {
        drawn(view! { <div class="failure" role="alert"><span dir="auto">{words}</span></div> })
    })
}

/// Why it did not go out, and what to do.
#[component]
fn Failed(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let inbox = Inbox::expect();
    let picks = inbox.thread.picks_template.clone();
    let reason = {
        let bubble = bubble.clone();
        move || {
            let reason = bubble.with(|bubble| bubble.reason.clone())?;
            let (words, code) = match reason {
                Reason::Refused(error) => (sentence(inbox.i18n.locale(), &error), String::new()),
                Reason::Reported { code, .. } if code == "CANCELLED" => {
                    (inbox.i18n.text(Key::TakenBack).to_owned(), String::new())
                }
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
        let asks = bubble.with_untracked(|bubble| {
            bubble
                .reason
                .as_ref()
                .is_some_and(Reason::asks_for_template)
        });
        let template = asks.then(|| {
            let picks = picks.clone();
            drawn(view! {
                <button type="button" class="link-button" on:click=listener(move |_| picks.set(true))>
                    {t(Key::SendTemplate)}
                </button>
            })
        });
        drawn(view! {
            <div class="failure" role="alert">
                <span dir="auto">{words.to_owned()}</span>
                {Drawn::from(code)}
                {Drawn::from(again)}
                {Drawn::from(template)}
            </div>
        })
    })
}

#[component]
fn RetryButton(again: Again) -> impl IntoView {
    let inbox = Inbox::expect();
    view! {
        <button type="button" class="link-button again" on:click=listener(move |_| inbox.try_again(again.clone()))>
            {t(Key::Retry)}
        </button>
    }
}
