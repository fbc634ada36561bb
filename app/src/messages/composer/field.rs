//! The field that one writes in.

use crate::browser;
use crate::caret_list::{Asking, LIST, row_id};
use crate::drawn::{attr, attr_if, effect, listener, text};
use crate::i18n::{Key, label};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use crate::messages::{MAX_TEXT_CHARS, Quote, length};
use crate::presence::Doing;
use leptos::html::Textarea;
use leptos::prelude::*;
use std::rc::Rc;

/// Upper and lower border of the field, in CSS pixels: part of its height, but not of its content's.
const BORDER: i32 = 2;

/// What a field is for.
#[derive(Clone)]
pub struct Purpose {
    /// What stands in it.
    pub text: ArcRwSignal<String>,
    /// What it answers to; a note answers to nothing.
    pub quote: Option<ArcRwSignal<Option<Quote>>>,
    /// What it is called, also by the words in it while it is empty.
    pub name: Key,
    /// What may be asked for in it.
    pub asking: Asking,
}

/// The field of a conversation; Enter does `send`, and Esc takes away what is answered to. Only of a reply the contact is told that
/// somebody types.
pub fn field(
    inbox: &Inbox,
    id: &ConversationId,
    purpose: &Purpose,
    node: NodeRef<Textarea>,
    send: Rc<dyn Fn()>,
) -> impl IntoView + use<> {
    let (draft, asking, name) = (purpose.text.clone(), purpose.asking.clone(), purpose.name);
    let is_reply = purpose.quote.is_some();
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
    // The field is as high as what is in it; the stylesheet caps it at eight rows. Where the browser cannot do that by itself, its
    // content is measured, which has the page laid out anew at each key.
    effect({
        let draft = draft.clone();
        move || {
            let Some(field) = node.get() else { return };
            let style = web_sys::HtmlElement::style(&field);
            _ = style.set_property("field-sizing", "content");
            if style.get_property_value("field-sizing").as_deref() == Ok("content") {
                return;
            }
            draft.track();
            _ = style.set_property("height", "auto");
            _ = style.set_property(
                "height",
                &[&(field.scroll_height() + BORDER).to_string(), "px"].concat(),
            );
        }
    });
    let keyboard = keyboard(inbox, purpose, send);
    let active = {
        let asking = asking.clone();
        attr(move || {
            let is_open = asking.asked.with(Option::is_some) && asking.rows.get() > 0;
            is_open.then(|| row_id(asking.at.get()))
        })
    };
    let rules = {
        let (asked, rows) = (asking.asked.clone(), asking.rows.clone());
        attr(move || (asked.with(Option::is_some) && rows.get() > 0).then(|| LIST.to_owned()))
    };
    let leave = {
        let asking = asking.clone();
        listener(move |_: web_sys::FocusEvent| asking.leave())
    };
    let write = {
        let (inbox, id) = (inbox.clone(), id.clone());
        listener(move |event| {
            let words = event_target_value(&event);
            let is_empty = words.trim().is_empty();
            inbox.tell_doing(
                &id,
                if is_empty {
                    Doing::Looking
                } else {
                    Doing::Typing
                },
            );
            if is_reply && !is_empty {
                inbox.note_typing(&id);
            }
            let caret = node
                .get_untracked()
                .and_then(|it| it.selection_end().ok().flatten());
            asking.look(up_to(&words, caret.unwrap_or(u32::MAX)));
            draft.set(words);
        })
    };
    view! {
        <textarea
            class="composer-field"
            rows="1"
            dir="auto"
            data-testid="composer"
            aria-label=label(name)
            placeholder=label(name)
            aria-invalid=invalid
            readonly=read_only
            node_ref=node
            aria-autocomplete="list"
            aria-controls=rules
            aria-activedescendant=active
            prop:value=value
            on:blur=leave
            on:input=write
            on:keydown=keyboard
        ></textarea>
    }
}

/// What keys do in the field, beside writing.
fn keyboard(
    inbox: &Inbox,
    purpose: &Purpose,
    send: Rc<dyn Fn()>,
) -> Box<dyn FnMut(web_sys::KeyboardEvent)> {
    let (inbox, purpose) = (inbox.clone(), purpose.clone());
    listener(move |event: web_sys::KeyboardEvent| {
        // While an input method composes, Enter chooses a word. Some report it by the key code only.
        let composing = event.is_composing() || event.key_code() == 229;
        let is_plain = !event.shift_key() && !event.ctrl_key() && !event.meta_key();
        if !composing && is_plain && purpose.asking.takes(&event.key()) {
            event.prevent_default();
            return;
        }
        // With Ctrl or ⌘ it sends in any case.
        let sends = event.ctrl_key()
            || event.meta_key()
            || inbox.enter_sends.get_untracked() && !event.shift_key() && !browser::has_touch();
        if event.key() == "Enter" && sends && !composing {
            event.prevent_default();
            send();
        }
        // In an empty field there is nothing else to undo.
        if event.key() == "z"
            && (event.ctrl_key() || event.meta_key())
            && inbox.undo.is_offered()
            && purpose.text.with_untracked(String::is_empty)
        {
            event.prevent_default();
            inbox.undo_last();
        }
        if event.key() == "Escape"
            && !composing
            && let Some(quote) = &purpose.quote
            && quote.with_untracked(Option::is_some)
        {
            event.prevent_default();
            quote.set(None);
        }
    })
}

/// What stands before the caret, which counts as browsers do, in UTF-16.
fn up_to(text: &str, caret: u32) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > caret as usize
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_counts_as_browsers_do() {
        assert_eq!(up_to("a😀b", 0), "");
        assert_eq!(up_to("a😀b", 1), "a");
        assert_eq!(up_to("a😀b", 3), "a😀");
        assert_eq!(up_to("a😀b", 9), "a😀b");
    }
}
