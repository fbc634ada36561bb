//! Where the operator writes.

use super::{MAX_TEXT_CHARS, is_sendable, length};
use crate::browser;
use crate::i18n::{Key, t};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use leptos::html::Textarea;
use leptos::prelude::*;

/// From how many characters on the counter is shown.
const COUNT_FROM: usize = 3900;

/// Upper and lower border of the field, in CSS pixels: part of its height, but not of its content's.
const BORDER: i32 = 2;

/// The composer of a conversation.
#[component]
pub fn Composer(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let draft = inbox.draft(&id);
    let field = NodeRef::<Textarea>::new();
    let chars = {
        let draft = draft.clone();
        Signal::derive(move || draft.with(|draft| length(draft)))
    };
    let read_only = {
        let phase = inbox.phase.clone();
        Signal::derive(move || phase.get() != Phase::Ready)
    };
    let can_send = {
        let draft = draft.clone();
        move || !read_only.get() && draft.with(|draft| is_sendable(draft))
    };
    // Setting the height to that of the content makes the field grow; the stylesheet caps it at eight rows.
    Effect::new({
        let draft = draft.clone();
        move |_| {
            draft.track();
            let Some(field) = field.get() else { return };
            let style = web_sys::HtmlElement::style(&field);
            _ = style.set_property("height", "auto");
            _ = style.set_property("height", &format!("{}px", field.scroll_height() + BORDER));
        }
    });
    let send = {
        let (inbox, id) = (inbox.clone(), id.clone());
        move || {
            inbox.send_draft(&id);
            if let Some(field) = field.get_untracked() {
                _ = field.focus();
            }
        }
    };
    let keyboard = {
        let send = send.clone();
        move |event: web_sys::KeyboardEvent| {
            // While an input method composes, Enter chooses a word. Some report it by the key code only.
            let composing = event.is_composing() || event.key_code() == 229;
            if event.key() == "Enter" && !event.shift_key() && !composing && !browser::has_touch() {
                event.prevent_default();
                send();
            }
        }
    };
    let write = {
        let draft = draft.clone();
        move |event| draft.set(event_target_value(&event))
    };
    let counter = {
        let inbox = inbox.clone();
        move || {
            let chars = chars.get();
            (chars >= COUNT_FROM).then(|| {
                let over = chars.checked_sub(MAX_TEXT_CHARS).filter(|over| *over > 0);
                let words = match over {
                    Some(over) => inbox.i18n.count(Key::CharsOver, over),
                    None => inbox.i18n.count(Key::CharsLeft, MAX_TEXT_CHARS - chars),
                };
                view! { <p class="counter" class:is-over=over.is_some() role="status">{words}</p> }
            })
        }
    };
    view! {
        <div class="composer">
            {counter}
            <div class="composer-row">
                <textarea
                    class="composer-field"
                    rows="1"
                    dir="auto"
                    data-testid="composer"
                    aria-label=t(Key::Message)
                    placeholder=t(Key::Message)
                    aria-invalid=move || (chars.get() > MAX_TEXT_CHARS).then_some("true")
                    readonly=move || read_only.get()
                    node_ref=field
                    prop:value=move || draft.get()
                    on:input=write
                    on:keydown=keyboard
                ></textarea>
                <button
                    type="button"
                    class="send"
                    data-testid="send"
                    aria-label=t(Key::Send)
                    disabled=move || !can_send()
                    on:click=move |_| send()
                >
                    {Icon::SEND.draw()}
                </button>
            </div>
        </div>
    }
}
