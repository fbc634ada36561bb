//! List, thread and details side by side, and what lies over them.

use super::list_width::ListEdge;
use super::store::Inbox;
use super::{Phase, screens::CloseButton, screens::Ended};
use crate::attention::{Arrivals, attention_part};
use crate::browser;
use crate::commands::{Overlay, palette_part, sheet_part};
use crate::context::{ContextCard, Flags, Offers};
use crate::conversations::{DetailsPane, ListPane};
use crate::drawn::{Drawn, attr, class, drawn, listener, live, live_on, text};
use crate::i18n::{Key, t};
use crate::icons::Icon;
use crate::labels::labels_part;
use crate::live::Link;
use crate::messages::{ThreadPane, UndoToast};
use crate::on_demand::on_demand;
use crate::viewer::viewer_part;
use crate::workflow::Toast;
use leptos::prelude::*;

/// The inbox in use.
#[component]
pub fn Panes() -> impl IntoView {
    let inbox = Inbox::expect();
    let view = {
        let open = inbox.open.clone();
        attr(move || {
            let shown = if open.with(Option::is_some) {
                "thread"
            } else {
                "list"
            };
            Some(shown.to_owned())
        })
    };
    let ended = {
        let phase = inbox.phase.clone();
        live_on(
            move || (phase.get() == Phase::Ended).then(String::new),
            |_| drawn(view! { <Ended /> }),
        )
    };
    let overlay = {
        let (inbox, overlay) = (inbox.clone(), inbox.commands.overlay.clone());
        live(move || match overlay.get() {
            None => Drawn::NOTHING,
            Some(Overlay::Palette) => on_demand(inbox.clone(), palette_part),
            Some(Overlay::Sheet) => on_demand(inbox.clone(), sheet_part),
            Some(Overlay::Labels) => on_demand(inbox.clone(), labels_part),
            Some(Overlay::Attention) => on_demand(inbox.clone(), attention_part),
            Some(Overlay::Viewer) => on_demand(inbox.clone(), viewer_part),
        })
    };
    let escape = {
        let inbox = inbox.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            // Whoever is nearer may have taken it: a bar, a menu, a dialog.
            if event.key() != "Escape" || event.default_prevented() || event.is_composing() {
                return;
            }
            if inbox.menu.get_untracked().is_some() {
                // Nothing in it has the focus: what was pressed there is gone.
                event.prevent_default();
                inbox.menu.set(None);
            } else if untrack(|| inbox.picked.is_on()) {
                event.prevent_default();
                inbox.end_picking();
                inbox.focus_row();
            } else if inbox.open.get_untracked().is_some() && !inbox.context.has(Flags::HIDE_LIST) {
                event.prevent_default();
                inbox.back_to_list();
            }
        })
    };
    let width = {
        let inbox = inbox.clone();
        text(move || inbox.list_width_words().unwrap_or_default())
    };
    let pictures = {
        let inbox = inbox.clone();
        move || inbox.has_pictures_only()
    };
    view! {
        <ConnectionBanner />
        <Offers />
        <main
            class="panes"
            class:has-pictures-only=class(pictures)
            style:--list=width
            data-view=view
            on:keydown=escape
        >
            <h1 class="unseen">{t(Key::Inbox)}</h1>
            <ListPane />
            <ListEdge />
            <ThreadPane />
            <ContextCard />
            <DetailsPane />
            {ended}
            <CloseButton />
            <div class="toasts">
                <Toast />
                <UndoToast />
            </div>
        </main>
        <Arrivals />
        {overlay}
    }
}

#[component]
fn ConnectionBanner() -> impl IntoView {
    let inbox = Inbox::expect();
    let link = inbox.connection.link.clone();
    let phase = inbox.phase.clone();
    live_on(
        move || {
            let link = link.get();
            (link != Link::Live && phase.get() == Phase::Ready).then(|| link.name().to_owned())
        },
        move |state| {
            let icon = if state == Link::Offline.name() {
                Icon::OFFLINE
            } else {
                Icon::CLOCK
            };
            let inbox = inbox.clone();
            let words = text(move || connection_words(&inbox));
            drawn(view! {
                <div class="connection" data-testid="connection" data-state=state role="status">
                    {icon.draw()}
                    <span>{words}</span>
                </div>
            })
        },
    )
}

fn connection_words(inbox: &Inbox) -> String {
    let key = match (inbox.connection.link.get(), inbox.waiting.get()) {
        (Link::Live, _) => return String::new(),
        (Link::Reconnecting, _) => Key::Reconnecting,
        (Link::Offline, 0) => Key::Offline,
        (Link::Offline, waiting) => return inbox.i18n.count(Key::OfflineQueued, waiting),
    };
    inbox.i18n.text(key).to_owned()
}

/// A sentence that stands for a pane's content, with a button.
#[component]
pub fn RetryButton() -> impl IntoView {
    let inbox = Inbox::expect();
    view! {
        <button type="button" class="button" on:click=listener(move |_| inbox.load())>
            {t(Key::Retry)}
        </button>
    }
}

impl Inbox {
    /// Closes the conversation and goes on in the list where it was.
    pub(crate) fn back_to_list(&self) {
        self.close_conversation();
        if untrack(|| self.search.is_on()) {
            self.focus_search();
        } else {
            self.focus_row();
        }
    }
}

/// Puts the focus where the operator goes on: into the composer, or on a touch screen, where that would raise the keyboard over
/// what is to be read, on the thread.
pub(crate) fn focus_thread() {
    browser::spawn(async {
        leptos::task::tick().await;
        let mut selector = "[data-focus=thread]";
        if !browser::has_touch() && browser::is_drawn(".composer-field") {
            selector = ".composer-field";
        }
        browser::focus(selector);
    });
}
