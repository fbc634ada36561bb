//! The field above the list.

use super::finding::{FIELD, FOUND, Step};
use crate::drawn::{attr, class, drawn, listener, live_on, text};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::inbox::Inbox;
use leptos::html::Input;
use leptos::prelude::*;

/// Looks for conversations and messages. The field keeps the focus while the arrows go through what was found.
#[component]
pub fn SearchField() -> impl IntoView {
    let inbox = Inbox::expect();
    let node = NodeRef::<Input>::new();
    let value = {
        let query = inbox.search.query.clone();
        text(move || query.get())
    };
    let is_on = {
        let inbox = inbox.clone();
        move || inbox.search.is_on()
    };
    // There is a list only while something was found.
    let has_rows = {
        let active = inbox.search.active.clone();
        move || active.with(Option::is_some)
    };
    let is_expanded = has_rows.clone();
    let expanded = attr(move || Some(is_expanded().to_string()));
    let controls = attr(move || has_rows().then(|| FOUND.to_owned()));
    let active = {
        let active = inbox.search.active.clone();
        attr(move || active.get())
    };
    let write = {
        let query = inbox.search.query.clone();
        listener(move |event| query.set(event_target_value(&event)))
    };
    let keys = {
        let inbox = inbox.clone();
        listener(move |event: web_sys::KeyboardEvent| {
            if event.is_composing() || event.key_code() == 229 {
                return;
            }
            let is_on = untrack(|| inbox.search.is_on());
            let step = match event.key().as_str() {
                "ArrowDown" => Step::Next,
                "ArrowUp" => Step::Previous,
                "Enter" => Step::Open,
                "Escape" => {
                    // Whoever looked for nothing stays, and hears nothing of it.
                    event.prevent_default();
                    inbox.end_search();
                    inbox.focus_list();
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            if is_on {
                inbox.search.step.set(Some(step));
            } else if step == Step::Next {
                inbox.focus_list();
            }
        })
    };
    let clear = live_on(
        {
            let is_on = is_on.clone();
            move || is_on().then(String::new)
        },
        move |_| {
            let inbox = inbox.clone();
            let clear = listener(move |_| {
                inbox.end_search();
                if let Some(field) = node.get_untracked() {
                    _ = field.focus();
                }
            });
            drawn(view! {
                <button type="button" class="icon-button" aria-label=label(Key::ClearSearch) on:click=clear>
                    {Icon::CLOSE.draw()}
                </button>
            })
        },
    );
    view! {
        <div class="list-search" role="search" class:is-on=class(is_on)>
            {Icon::SEARCH.draw()}
            <input
                type="search"
                id=FIELD
                class="search-field"
                role="combobox"
                data-testid="search"
                autocomplete="off"
                spellcheck="false"
                dir="auto"
                aria-label=label(Key::Search)
                placeholder=label(Key::Search)
                aria-keyshortcuts="/"
                aria-autocomplete="list"
                aria-expanded=expanded
                aria-controls=controls
                aria-activedescendant=active
                node_ref=node
                prop:value=value
                on:input=write
                on:keydown=keys
            />
            {clear}
        </div>
    }
}
