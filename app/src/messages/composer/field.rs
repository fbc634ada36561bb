//! The field that one writes in.

use crate::browser;
use crate::drawn::{attr, attr_if, effect, listener, text};
use crate::i18n::{Key, label};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use crate::messages::{MAX_TEXT_CHARS, Writing, length};
use leptos::html::Textarea;
use leptos::prelude::*;
use std::rc::Rc;

/// Upper and lower border of the field, in CSS pixels: part of its height, but not of its content's.
const BORDER: i32 = 2;

/// The field of a conversation; Enter does `send`, and Esc takes away what is answered to.
pub fn field(
    inbox: &Inbox,
    id: &ConversationId,
    writing: Writing,
    node: NodeRef<Textarea>,
    send: Rc<dyn Fn()>,
) -> impl IntoView + use<> {
    let (draft, quote) = (writing.text, writing.quote);
    let read_only = {
        let phase = inbox.phase.clone();
        attr_if(move || phase.get() != Phase::Ready)
    };
    let invalid = {
        let draft = draft.clone();
        attr(move || {
            (draft.with(|draft| length(draft)) > MAX_TEXT_CHARS).then(|| "true".to_owned())
        })
    };
    let value = {
        let draft = draft.clone();
        text(move || draft.get())
    };
    // Setting the height to that of the content makes the field grow; the stylesheet caps it at eight rows.
    effect({
        let draft = draft.clone();
        move || {
            draft.track();
            let Some(field) = node.get() else { return };
            let style = web_sys::HtmlElement::style(&field);
            _ = style.set_property("height", "auto");
            _ = style.set_property(
                "height",
                &[&(field.scroll_height() + BORDER).to_string(), "px"].concat(),
            );
        }
    });
    let keyboard = listener(move |event: web_sys::KeyboardEvent| {
        // While an input method composes, Enter chooses a word. Some report it by the key code only.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing && !browser::has_touch() {
            event.prevent_default();
            send();
        }
        if event.key() == "Escape" && !composing && quote.with_untracked(Option::is_some) {
            event.prevent_default();
            quote.set(None);
        }
    });
    let write = {
        let (inbox, id) = (inbox.clone(), id.clone());
        listener(move |event| {
            let words = event_target_value(&event);
            if !words.trim().is_empty() {
                inbox.note_typing(&id);
            }
            draft.set(words);
        })
    };
    view! {
        <textarea
            class="composer-field"
            rows="1"
            dir="auto"
            data-testid="composer"
            aria-label=label(Key::Message)
            placeholder=label(Key::Message)
            aria-invalid=invalid
            readonly=read_only
            node_ref=node
            prop:value=value
            on:input=write
            on:keydown=keyboard
        ></textarea>
    }
}
