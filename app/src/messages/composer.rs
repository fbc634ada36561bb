//! Where the operator writes.

use super::{MAX_TEXT_CHARS, is_sendable, length};
use crate::browser;
use crate::context::Suggestions;
use crate::drawn::{attr, attr_if, class, drawn, effect, listener, live_on, text};
use crate::i18n::{Key, label};
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
        move || draft.with(|draft| length(draft))
    };
    let read_only = {
        let phase = inbox.phase.clone();
        move || phase.get() != Phase::Ready
    };
    let cannot_send = {
        let (draft, read_only) = (draft.clone(), read_only.clone());
        attr_if(move || read_only() || !draft.with(|draft| is_sendable(draft)))
    };
    let invalid = {
        let chars = chars.clone();
        attr(move || (chars() > MAX_TEXT_CHARS).then(|| "true".to_owned()))
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
            let Some(field) = field.get() else { return };
            let style = web_sys::HtmlElement::style(&field);
            _ = style.set_property("height", "auto");
            _ = style.set_property(
                "height",
                &[&(field.scroll_height() + BORDER).to_string(), "px"].concat(),
            );
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
        listener(move |event: web_sys::KeyboardEvent| {
            // While an input method composes, Enter chooses a word. Some report it by the key code only.
            let composing = event.is_composing() || event.key_code() == 229;
            if event.key() == "Enter" && !event.shift_key() && !composing && !browser::has_touch() {
                event.prevent_default();
                send();
            }
        })
    };
    let suggestions = {
        let draft = draft.clone();
        view! { <Suggestions field draft /> }
    };
    let write = listener(move |event| draft.set(event_target_value(&event)));
    let counter = counter(inbox.clone(), chars);
    view! {
        <div class="composer">
            {counter}
            {suggestions}
            <div class="composer-row">
                <textarea
                    class="composer-field"
                    rows="1"
                    dir="auto"
                    data-testid="composer"
                    aria-label=label(Key::Message)
                    placeholder=label(Key::Message)
                    aria-invalid=invalid
                    readonly=attr_if(read_only)
                    node_ref=field
                    prop:value=value
                    on:input=write
                    on:keydown=keyboard
                ></textarea>
                <button
                    type="button"
                    class="send"
                    data-testid="send"
                    aria-label=label(Key::Send)
                    disabled=cannot_send
                    on:click=listener(move |_| send())
                >
                    {Icon::SEND.draw()}
                </button>
            </div>
        </div>
    }
}

/// How many characters are left, or too many; near the limit only.
fn counter(
    inbox: Inbox,
    chars: impl Fn() -> usize + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let counted = chars.clone();
    live_on(
        move || (counted() >= COUNT_FROM).then(String::new),
        move |_| {
            let (inbox, counted) = (inbox.clone(), chars.clone());
            let words = text(move || {
                let chars = counted();
                match chars.checked_sub(MAX_TEXT_CHARS).filter(|over| *over > 0) {
                    Some(over) => inbox.i18n.count(Key::CharsOver, over),
                    None => inbox
                        .i18n
                        .count(Key::CharsLeft, MAX_TEXT_CHARS.saturating_sub(chars)),
                }
            });
            let chars = chars.clone();
            let is_over = class(move || chars() > MAX_TEXT_CHARS);
            drawn(view! { <p class="counter" class:is-over=is_over role="status">{words}</p> })
        },
    )
}
