//! What fills the frame while there is no inbox to show, and what is said over it.

use super::panes::RetryButton;
use super::{Inbox, Phase};
use crate::branding::{Foot, Head};
use crate::drawn::{drawn, listener, live};
use crate::embed::HostEvent;
use crate::i18n::{Key, fill, label, sentence, t};
use crate::icons::Icon;
use leptos::prelude::*;

/// The shapes of list and thread, before anything is known. Drawn by the stylesheet, so that it weighs nothing.
#[component]
pub fn Skeleton() -> impl IntoView {
    let inbox = Inbox::expect();
    let overdue = inbox.overdue.clone();
    // As the document came. What the token brings is shown with the panes.
    let brand = inbox.brand.get_untracked();
    let foot = brand.has_foot().then(|| {
        view! { <Foot support=brand.support.clone() footer=brand.footer /> }
    });
    let head = brand.has_head().then(|| {
        view! { <Head brand otherwise=inbox.i18n.said(Key::Conversations) /> }
    });
    view! {
        <div class="panes skeleton" role="status" aria-label=label(Key::Loading)>
            <div class="pane-list skeleton-list">
                <div class="pane-head">{head}</div>
                {foot}
            </div>
            <div class="pane-thread skeleton-thread"></div>
        </div>
        {live(move || overdue.get().then(|| drawn(view! { <Overdue /> })))}
    }
}

#[component]
fn Overdue() -> impl IntoView {
    view! {
        <div class="notice is-floating" role="status">
            <h1>{t(Key::WaitingTitle)}</h1>
            <p>{t(Key::WaitingText)}</p>
        </div>
    }
}

/// What this address is for, when nobody embeds it.
#[component]
pub fn Standalone() -> impl IntoView {
    view! {
        <main class="notice">
            <h1>{t(Key::StandaloneTitle)}</h1>
            <p>{t(Key::StandaloneText)}</p>
        </main>
    }
}

/// A sentence instead of the inbox.
#[component]
pub fn Notice() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || match inbox.phase.get() {
        Phase::Refused => {
            let origin = inbox.bridge.get().map(|bridge| match bridge.stranger() {
                Some(stranger) => (Key::StrangerText, stranger),
                None => (Key::RefusedText, bridge.origin().unwrap_or_default()),
            });
            let (key, origin) = origin.unwrap_or((Key::RefusedText, ""));
            drawn(view! {
                <main class="alone">
                    <div class="notice" role="alert">
                        <h1>{t(Key::RefusedTitle)}</h1>
                        <p>{fill(inbox.i18n.text(key), "origin", origin)}</p>
                        <CloseButton />
                    </div>
                </main>
            })
        }
        Phase::Ended => drawn(view! { <Ended /> }),
        _ => {
            let why = inbox
                .failure
                .get()
                .map(|error| sentence(inbox.i18n.locale(), &error));
            drawn(view! {
                <main class="alone">
                    <div class="notice" role="alert">
                        <h1>{t(Key::LoadFailedTitle)}</h1>
                        <p>{why}</p>
                        <RetryButton />
                        <CloseButton />
                    </div>
                </main>
            })
        }
    })
}

/// The session is over. It lies over the thread and leaves the composer in reach, with what is written in it.
#[component]
pub fn Ended() -> impl IntoView {
    let inbox = Inbox::expect();
    let has_draft = inbox.has_draft();
    let is_console = inbox.is_console;
    view! {
        <div class="ended" data-testid="session-ended" role="alert">
            <h1>{t(Key::EndedTitle)}</h1>
            {(!is_console).then(|| view! { <p>{t(Key::EndedText)}</p> })}
            {has_draft.then(|| view! { <p>{t(Key::EndedDraft)}</p> })}
            {is_console.then(|| view! { <a class="button" href="/sign-in">{t(Key::SignIn)}</a> })}
        </div>
    }
}

/// Asks the page around us to hide the inbox, where it can. Nothing ends with that.
#[component]
pub fn CloseButton() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let is_closable = inbox.context.is_closable.get();
        let inbox = inbox.clone();
        is_closable.then(|| {
            let close = listener(move |_| inbox.tell(&HostEvent::Close));
            drawn(view! {
                <button type="button" class="icon-button close" aria-label=label(Key::Close) on:click=close>
                    {Icon::CLOSE.draw()}
                </button>
            })
        })
    })
}
