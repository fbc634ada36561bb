//! Where the operator writes.

mod counter;
mod field;
mod quote;
mod window;

use super::is_sendable;
use crate::browser;
use crate::context::Suggestions;
use crate::drawn::{Drawn, attr_if, drawn, listener, live_on};
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

/// The composer of a conversation: the customer service window, and while that is open, the parts to write with.
#[component]
pub fn Composer(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
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
    view! {
        <div class="composer">
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
    let cannot_send = {
        let (draft, phase) = (draft.clone(), inbox.phase.clone());
        attr_if(move || phase.get() != Phase::Ready || !draft.with(|draft| is_sendable(draft)))
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
            {counter}
            <Suggestions field=node draft />
            {quote}
        </div>
        <div class="composer-row">
            <div class="composer-tools">{templates_button(inbox)}</div>
            {field}
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
