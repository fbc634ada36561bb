//! What one can do with a message: buttons beside its bubble, and the signs to put on it.

use super::{Bubble, Direction, Progress, Reaction, Side};
use crate::browser;
use crate::drawn::{Drawn, attr, drawn, effect, listener, live_on};
use crate::emoji::Aim;
use crate::i18n::{Key, fill, label, t};
use crate::icons::Icon;
use crate::inbox::Inbox;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The signs that people put on messages.
const SIGNS: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/// The buttons of all messages but those that an album hides.
const REPLIES: &str = ".message:not([data-album=folded]) .action.reply";
const REACTS: &str = ".message:not([data-album=folded]) .action.react";

impl Bubble {
    /// Whether WhatsApp knows the message, so that it can be answered to and bear a sign.
    pub fn is_there(&self) -> bool {
        let went_out = matches!(
            self.progress,
            Progress::Sent | Progress::Delivered | Progress::Read
        );
        went_out
            && self.body.id.is_some()
            && !self.body.revoked
            && self.direction != Direction::Internal
            && !self.body.is_notice()
    }
}

/// The buttons, where there is something to do. They keep their place and only show when somebody is near, so nothing moves. No stops
/// of the Tab key: Enter on the thread leads to those of its last message, and arrows from one message to the next.
#[component]
pub fn Actions(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let inbox = Inbox::expect();
    let is_there = {
        let bubble = bubble.clone();
        move || bubble.with(Bubble::is_there).then(String::new)
    };
    live_on(is_there, move |_| {
        let key = bubble.with_untracked(|bubble| bubble.key.clone());
        let quote = {
            let (inbox, bubble) = (inbox.clone(), bubble.clone());
            listener(move |_| inbox.quote(&bubble.get_untracked()))
        };
        let menu = inbox.thread.menu.clone();
        let is_open = {
            let (menu, key) = (menu.clone(), key.clone());
            attr(move || {
                let open = menu.with(|open| open.as_ref() == Some(&key));
                Some(String::from(if open { "true" } else { "false" }))
            })
        };
        let keys = {
            let (inbox, bubble) = (inbox.clone(), bubble.clone());
            listener(move |event: web_sys::KeyboardEvent| {
                if act_by_key(&inbox, &bubble, &event) {
                    event.prevent_default();
                } else {
                    walk(event);
                }
            })
        };
        let react = listener(move |_| menu.set(Some(key.clone())));
        drawn(view! {
            <div class="actions" on:keydown=keys>
                <button
                    type="button"
                    class="action reply"
                    tabindex="-1"
                    aria-label=label(Key::Reply)
                    title=label(Key::Reply)
                    on:click=quote
                >
                    {Icon::REPLY.draw()}
                </button>
                <button
                    type="button"
                    class="action react"
                    tabindex="-1"
                    aria-label=label(Key::React)
                    title=label(Key::React)
                    aria-expanded=is_open
                    on:click=react
                >
                    {Icon::SMILE.draw()}
                </button>
            </div>
        })
    })
}

/// The signs to choose from, while they are wanted for this bubble.
#[component]
pub fn Signs(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let inbox = Inbox::expect();
    let is_open = {
        let (menu, bubble) = (inbox.thread.menu.clone(), bubble.clone());
        move || {
            let open = menu.get()?;
            bubble.with(|bubble| bubble.key == open).then_some(open)
        }
    };
    live_on(is_open, move |key| {
        let bubble = bubble.get_untracked();
        draw_signs(&inbox, &bubble, key)
    })
}

fn draw_signs(inbox: &Inbox, bubble: &Bubble, key: String) -> Drawn {
    let own = Reaction::of(Side::Business, &bubble.reactions);
    let others = own.into_iter().filter(|own| !SIGNS.contains(own));
    let signs: Vec<Drawn> = SIGNS
        .into_iter()
        .chain(others)
        .map(|sign| draw_sign(inbox, bubble, sign, own == Some(sign)))
        .collect();
    let reply = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        listener(move |_| {
            inbox.thread.menu.set(None);
            inbox.quote(&bubble);
        })
    };
    let copy = bubble.body.text.is_some().then(|| {
        let (menu, bubble) = (inbox.thread.menu.clone(), bubble.clone());
        let copy = listener(move |_| {
            copy_text(&bubble);
            menu.set(None);
            focus_within(&bubble.key, ".action.react");
        });
        drawn(view! {
            <button type="button" class="link-button" on:click=copy>{t(Key::CopyText)}</button>
        })
    });
    let copy = Drawn::from(copy);
    let more = {
        let (inbox, key) = (inbox.clone(), key.clone());
        listener(move |_| {
            inbox.emojis.aim.set(Some(Aim::Message(key.clone())));
            inbox.thread.menu.set(None);
        })
    };
    let escape = {
        let (menu, key) = (inbox.thread.menu.clone(), key);
        listener(move |event: web_sys::KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                menu.set(None);
                focus_within(&key, ".action.react");
            }
        })
    };
    let node = NodeRef::<Div>::new();
    effect(move || {
        if let Some(signs) = node.get() {
            focus_first(&signs, "button");
        }
    });
    let leave = {
        let menu = inbox.thread.menu.clone();
        listener(move |event: web_sys::FocusEvent| {
            let to = event.related_target();
            let to = to.and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            let stays = node
                .try_get_untracked()
                .flatten()
                .is_some_and(|signs| signs.contains(to.as_ref()));
            if !stays {
                menu.set(None);
            }
        })
    };
    drawn(view! {
        <div
            class="signs"
            role="group"
            tabindex="-1"
            aria-label=label(Key::React)
            node_ref=node
            on:keydown=escape
            on:focusout=leave
        >
            {signs}
            <button type="button" class="sign" aria-label=label(Key::MoreEmoji) title=label(Key::MoreEmoji) on:click=more>
                {Icon::PLUS.draw()}
            </button>
            <button type="button" class="link-button" on:click=reply>{t(Key::Reply)}</button>
            {copy}
        </div>
    })
}

fn draw_sign(inbox: &Inbox, bubble: &Bubble, sign: &str, is_own: bool) -> Drawn {
    let key = if is_own {
        Key::TakeSignBack
    } else {
        Key::ReactWith
    };
    let name = {
        let (i18n, sign) = (inbox.i18n.clone(), sign.to_owned());
        attr(move || Some(fill(i18n.text(key), "emoji", &sign)))
    };
    let put = {
        let (inbox, sign) = (inbox.clone(), sign.to_owned());
        let (id, key) = (bubble.body.id.clone(), bubble.key.clone());
        listener(move |_| {
            inbox.thread.menu.set(None);
            focus_within(&key, ".action.react");
            if let Some(id) = id.clone() {
                inbox.react(id, if is_own { String::new() } else { sign.clone() });
            }
        })
    };
    let pressed = if is_own { "true" } else { "false" };
    drawn(view! {
        <button type="button" class="sign" aria-pressed=pressed aria-label=name on:click=put>
            {sign.to_owned()}
        </button>
    })
}

/// Enter on the thread itself leads to the buttons of its last message, and Enter on a message that was jumped to leads to its own.
pub fn enter(event: &web_sys::KeyboardEvent, thread: &HtmlElement) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let Some(target) = target.filter(|_| event.key() == "Enter") else {
        return;
    };
    if target.class_list().contains("message") {
        focus_first(&target, ".action.reply");
        event.prevent_default();
    } else if target == *thread && focus_last(thread) {
        event.prevent_default();
    }
}

/// `q` answers to the message, `c` copies its text, and `+` puts a sign on it.
fn act_by_key(inbox: &Inbox, bubble: &ArcRwSignal<Bubble>, event: &web_sys::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    match event.key().as_str() {
        "q" => inbox.quote(&bubble.get_untracked()),
        "c" => copy_text(&bubble.get_untracked()),
        "+" => {
            let key = bubble.with_untracked(|bubble| bubble.key.clone());
            inbox.thread.menu.set(Some(key));
        }
        _ => return false,
    }
    true
}

/// The text as it was written, with its marks.
fn copy_text(bubble: &Bubble) {
    if let Some(text) = &bubble.body.text {
        browser::copy(text);
    }
}

/// Arrows between the buttons of a message, and from one message to the next.
fn walk(event: web_sys::KeyboardEvent) {
    let Some(at) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let sideways = match event.key().as_str() {
        "ArrowLeft" | "ArrowRight" => true,
        "ArrowUp" | "ArrowDown" => false,
        _ => return,
    };
    let other = if sideways {
        at.next_element_sibling()
            .or_else(|| at.previous_element_sibling())
    } else {
        neighbour(&at, event.key() == "ArrowUp")
    };
    event.prevent_default();
    if let Some(other) = other.and_then(|other| other.dyn_into::<HtmlElement>().ok()) {
        _ = other.focus();
    }
}

/// The same button of the message before or after.
fn neighbour(at: &HtmlElement, up: bool) -> Option<web_sys::Element> {
    let reply = at.class_list().contains("reply");
    let selector = if reply { REPLIES } else { REACTS };
    let all = at
        .closest(".log")
        .ok()??
        .query_selector_all(selector)
        .ok()?;
    let is_it = |index: &u32| {
        let node = all
            .item(*index)
            .and_then(|node| node.dyn_into::<HtmlElement>().ok());
        node.is_some_and(|node| node == *at)
    };
    let index = (0..all.length()).find(is_it)?;
    let next = if up { index.checked_sub(1)? } else { index + 1 };
    all.item(next)?.dyn_into().ok()
}

fn focus_last(thread: &HtmlElement) -> bool {
    let all = thread.query_selector_all(REPLIES).ok();
    let last = all.and_then(|all| all.item(all.length().checked_sub(1)?));
    let last = last.and_then(|last| last.dyn_into::<HtmlElement>().ok());
    last.is_some_and(|last| last.focus().is_ok())
}

fn focus_first(within: &web_sys::Element, selector: &str) {
    let found = within.query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        _ = found.focus();
    }
}

/// Puts the focus on a part of a bubble.
fn focus_within(key: &str, selector: &str) {
    let selector = ["[data-message-key=\"", key, "\"] ", selector].concat();
    browser::focus(&selector);
}
