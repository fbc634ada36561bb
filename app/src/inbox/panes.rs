//! List, thread and details side by side, and what lies over them.

use super::store::Inbox;
use super::{Phase, screens::Ended};
use crate::browser;
use crate::conversations::{DetailsPane, ListPane};
use crate::i18n::{Key, t};
use crate::icons::Icon;
use crate::live::Link;
use crate::messages::ThreadPane;
use leptos::html::Div;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;

/// Where the inbox in use goes. It is only ever made in the browser, so it is mounted into its place and not part of the tree that
/// is hydrated: the program then carries no code to hydrate it (13 kB of brotli).
#[component]
pub fn PanesPlace() -> impl IntoView {
    let inbox = Inbox::expect();
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let inbox = inbox.clone();
        let panes = mount_to(place.unchecked_into(), move || {
            inbox.provide_again();
            view! { <Panes /> }
        });
        let panes = SendWrapper::new(panes);
        on_cleanup(move || drop(panes));
    });
    view! { <div class="panes-place" node_ref=place></div> }
}

/// The inbox in use.
#[component]
fn Panes() -> impl IntoView {
    let inbox = Inbox::expect();
    let view = {
        let open = inbox.open.clone();
        move || {
            if open.with(Option::is_some) {
                "thread"
            } else {
                "list"
            }
        }
    };
    let ended = {
        let phase = inbox.phase.clone();
        move || (phase.get() == Phase::Ended).then(|| view! { <Ended /> })
    };
    let escape = {
        let inbox = inbox.clone();
        move |event: web_sys::KeyboardEvent| {
            if event.key() == "Escape"
                && !event.is_composing()
                && inbox.open.get_untracked().is_some()
            {
                event.prevent_default();
                inbox.back_to_list();
            }
        }
    };
    view! {
        <ConnectionBanner />
        <div class="panes" data-view=view on:keydown=escape>
            <ListPane />
            <ThreadPane />
            <DetailsPane />
            {ended}
        </div>
    }
}

#[component]
fn ConnectionBanner() -> impl IntoView {
    let inbox = Inbox::expect();
    move || {
        let link = inbox.connection.link.get();
        let waiting = inbox.waiting.get();
        let words = match (link, waiting) {
            (Link::Live, _) => return None,
            (Link::Reconnecting, _) => inbox.i18n.text(Key::Reconnecting).to_owned(),
            (Link::Offline, 0) => inbox.i18n.text(Key::Offline).to_owned(),
            (Link::Offline, 1) => inbox.i18n.text(Key::OfflineOne).to_owned(),
            (Link::Offline, waiting) => inbox.i18n.count(Key::OfflineMany, waiting),
        };
        if inbox.phase.get() != Phase::Ready {
            return None;
        }
        let icon = if link == Link::Offline {
            Icon::OFFLINE
        } else {
            Icon::CLOCK
        };
        Some(view! {
            <div class="connection" data-testid="connection" data-state=link.name() role="status">
                {icon.draw()}
                <span>{words}</span>
            </div>
        })
    }
}

/// A sentence that stands for a pane's content, with a button.
#[component]
pub fn RetryButton() -> impl IntoView {
    let inbox = Inbox::expect();
    view! {
        <button type="button" class="button" on:click=move |_| inbox.load()>
            {t(Key::Retry)}
        </button>
    }
}

impl Inbox {
    /// Closes the conversation and goes on in the list where it was.
    pub(crate) fn back_to_list(&self) {
        self.close_conversation();
        self.focus_row();
    }
}

/// Puts the focus where the operator goes on: into the composer, or on a touch screen, where that would raise the keyboard over
/// what is to be read, on the thread.
pub(crate) fn focus_thread() {
    spawn_local(async {
        leptos::task::tick().await;
        let selector = if browser::has_touch() {
            "[data-focus=thread]"
        } else {
            ".composer-field"
        };
        if let Ok(Some(element)) = document().query_selector(selector)
            && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
        {
            _ = element.focus();
        }
    });
}
