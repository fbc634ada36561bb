//! What a note is written with: the field, with a list of colleagues behind an `@`, and the button that keeps it.

use super::counter::counter;
use super::emoji_button;
use super::field::{Purpose, field};
use crate::drawn::{Drawn, attr_if, drawn, listener, live_on};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use crate::messages::is_sendable;
use crate::notes::{calling, draw_colleagues};
use leptos::html::Textarea;
use leptos::prelude::*;
use std::rc::Rc;

/// The field and its buttons.
pub fn parts(inbox: &Inbox, id: &ConversationId) -> Drawn {
    let writing = inbox.writing(id);
    let node = NodeRef::<Textarea>::new();
    let asking = calling();
    asking.begin_anew_when_empty(&writing.note);
    let menu = {
        let (inbox, writing, asking) = (inbox.clone(), writing.clone(), asking.clone());
        let asked = asking.asked.clone();
        live_on(
            move || asked.with(Option::is_some).then(String::new),
            move |_| draw_colleagues(&inbox, &writing, &asking),
        )
    };
    let cannot_send = {
        let (phase, words) = (inbox.phase.clone(), writing.note.clone());
        attr_if(move || phase.get() != Phase::Ready || !words.with(|words| is_sendable(words)))
    };
    let send: Rc<dyn Fn()> = {
        let (inbox, id) = (inbox.clone(), id.clone());
        Rc::new(move || {
            inbox.send_note(&id);
            if let Some(field) = node.get_untracked() {
                _ = field.focus();
            }
        })
    };
    let counter = counter(inbox.clone(), writing.note.clone());
    let purpose = Purpose {
        text: writing.note,
        quote: None,
        name: Key::WriteNote,
        asking,
    };
    let field = field(inbox, id, &purpose, node, Rc::clone(&send));
    drawn(view! {
        <div class="composer-above">{menu} {counter}</div>
        <div class="composer-row">
            <div class="composer-tools">{emoji_button(inbox)}</div>
            {field}
            <button
                type="button"
                class="send"
                data-testid="send"
                aria-label=label(Key::AddNote)
                title=label(Key::AddNote)
                disabled=cannot_send
                on:click=listener(move |_| send())
            >
                {Icon::TICK.draw()}
            </button>
        </div>
    })
}
