//! Where the operator writes.

mod counter;
mod field;
mod quote;
mod voice;
mod window;

use super::{MAX_TEXT_CHARS, length};
use crate::attachments::{AttachButton, cards, paste};
use crate::browser;
use crate::context::Suggestions;
use crate::drawn::{Drawn, attr_if, class, drawn, listener, live_on};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase, focus_thread};
use counter::counter;
use field::field;
use leptos::html::Textarea;
use leptos::prelude::*;
use quote::quote;
use std::rc::Rc;
use voice::Recorder;

/// The composer of a conversation: the customer service window, and while that is open, the parts to write with.
#[component]
pub fn Composer(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let pasted_for = id.clone();
    let left = window::minutes_left(&inbox, &id);
    let chip = window::chip(&inbox, &left);
    let is_shut = move || {
        Some(String::from(if left.with(Option::is_none) {
            "shut"
        } else {
            ""
        }))
    };
    let parts = live_on(is_shut, move |shut| {
        // Whoever is writing goes on where they can, when the window shuts and when it opens.
        if browser::is_focused(".composer-field, .window-shut > .button") {
            focus_thread();
        }
        if shut.is_empty() {
            parts(&inbox, &id)
        } else {
            window::shut(&inbox, &inbox.draft(&id))
        }
    });
    let pasted = {
        let (inbox, id) = (Inbox::expect(), pasted_for);
        listener(move |event| paste(&inbox, &id, &event))
    };
    view! {
        <div class="composer" on:paste=pasted>
            {chip}
            {parts}
        </div>
    }
}

/// What belongs to the message above, then a row of buttons, the field, and the button that sends.
fn parts(inbox: &Inbox, id: &ConversationId) -> Drawn {
    let writing = inbox.writing(id);
    let draft = writing.text.clone();
    let node = NodeRef::<Textarea>::new();
    let can_send = {
        let writing = writing.clone();
        // Words that are too long hold the files back.
        move || {
            let fits = match writing.text.with(|text| length(text)) {
                0 => writing.has_files(),
                chars => chars <= MAX_TEXT_CHARS,
            };
            fits && !writing.is_preparing()
        }
    };
    let cannot_send = {
        let phase = inbox.phase.clone();
        attr_if(move || phase.get() != Phase::Ready || !can_send())
    };
    // Send stands where there is something to send, and the microphone where there is nothing.
    let is_empty = {
        let writing = writing.clone();
        move || writing.text.with(|text| length(text)) == 0 && writing.files.with(Vec::is_empty)
    };
    let recorder = Recorder::new(inbox, id);
    let voice = {
        let is_empty = is_empty.clone();
        recorder.button(move || !is_empty())
    };
    let recording = {
        let recorder = recorder.clone();
        class(move || recorder.is_on())
    };
    let send: Rc<dyn Fn()> = {
        let (inbox, id) = (inbox.clone(), id.clone());
        Rc::new(move || {
            inbox.send_draft(&id);
            if let Some(field) = node.get_untracked() {
                _ = field.focus();
            }
        })
    };
    let quote = quote(inbox, id, &writing);
    let field = field(inbox, id, writing, node, Rc::clone(&send));
    let counter = counter(inbox.clone(), draft.clone());
    drawn(view! {
        <div class="composer-above">
            {recorder.trouble()}
            {counter}
            <Suggestions field=node draft />
            {quote}
            {cards(inbox, id)}
        </div>
        <div class="composer-row" class:is-recording=recording>
            {recorder.bar()}
            <div class="composer-tools">
                <AttachButton id=id.clone() />
                {templates_button(inbox)}
            </div>
            {field}
            <button
                type="button"
                class="send"
                data-testid="send"
                aria-label=label(Key::Send)
                hidden=attr_if(is_empty)
                disabled=cannot_send
                on:click=listener(move |_| send())
            >
                {Icon::SEND.draw()}
            </button>
            {voice}
        </div>
    })
}

fn templates_button(inbox: &Inbox) -> Drawn {
    let (phase, picks) = (inbox.phase.clone(), inbox.thread.picks_template.clone());
    drawn(view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label(Key::SendTemplate)
            title=label(Key::SendTemplate)
            disabled=attr_if(move || phase.get() != Phase::Ready)
            on:click=listener(move |_| picks.set(true))
        >
            {Icon::TEMPLATE.draw()}
        </button>
    })
}
