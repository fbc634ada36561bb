//! Where the operator writes.

mod counter;
mod field;

use super::is_sendable;
use crate::context::Suggestions;
use crate::drawn::{attr_if, listener};
use crate::i18n::{Key, label};
use crate::icons::Icon;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, Phase};
use counter::counter;
use field::field;
use leptos::html::Textarea;
use leptos::prelude::*;
use std::rc::Rc;

/// The composer of a conversation: what belongs to the message above, then a row of buttons, the field, and the button that sends.
#[component]
pub fn Composer(id: ConversationId) -> impl IntoView {
    let inbox = Inbox::expect();
    let draft = inbox.draft(&id);
    let node = NodeRef::<Textarea>::new();
    let cannot_send = {
        let (draft, phase) = (draft.clone(), inbox.phase.clone());
        attr_if(move || phase.get() != Phase::Ready || !draft.with(|draft| is_sendable(draft)))
    };
    let send: Rc<dyn Fn()> = {
        let inbox = inbox.clone();
        Rc::new(move || {
            inbox.send_draft(&id);
            if let Some(field) = node.get_untracked() {
                _ = field.focus();
            }
        })
    };
    let field = field(&inbox, draft.clone(), node, Rc::clone(&send));
    let counter = counter(inbox, draft.clone());
    view! {
        <div class="composer">
            <div class="composer-above">
                {counter}
                <Suggestions field=node draft />
            </div>
            <div class="composer-row">
                <div class="composer-tools"></div>
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
        </div>
    }
}
