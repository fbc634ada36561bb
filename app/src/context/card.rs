//! The record that the operator looks at in the page around us, beside the conversation.

use super::Record;
use crate::browser;
use crate::conversations::fact;
use crate::drawn::{Drawn, drawn, live};
use crate::i18n::{Key, label};
use crate::inbox::Inbox;
use leptos::prelude::*;

/// From this width on there is a column for the card, in CSS pixels. The stylesheet has the same number.
const COLUMN_FROM: f64 = 1200.0;

/// The card; nothing while the page has named no record. Everything on it is text.
#[component]
pub fn ContextCard() -> impl IntoView {
    let inbox = Inbox::expect();
    live(move || {
        let record = inbox.context.record.get()?;
        let name = record.label().map(str::to_owned);
        let id = record.id.clone().filter(|id| Some(id) != name.as_ref());
        let Record {
            kind, url, facts, ..
        } = record;
        let mut head = Vec::new();
        let mut say = |class: &'static str, words: Option<String>| {
            if let Some(words) = words {
                head.push(drawn(view! { <span class=class dir="auto">{words}</span> }));
            }
        };
        say("context-kind", kind);
        say("context-name", name);
        say("context-id", id);
        let mut body = Vec::new();
        if inbox.context.is_unmatched.get() {
            let words = inbox.i18n.text(Key::NoConversation).to_owned();
            body.push(drawn(words));
        }
        if let Some(url) = url {
            let words = inbox.i18n.text(Key::OpenRecord).to_owned();
            body.push(drawn(view! {
                <a href=url target="_blank" rel="noopener noreferrer">{words}</a>
            }));
        }
        let mut list: Vec<Drawn> = Vec::new();
        for (name, value) in facts {
            list.push(fact(drawn(name), value));
        }
        let has_column = browser::width() >= COLUMN_FROM;
        Some(drawn(view! {
            <details
                class="context-card"
                data-testid="context-card"
                aria-label=label(Key::RecordOnPage)
                open=has_column
            >
                <summary class="context-head">{head}</summary>
                <div class="context-body">{body}</div>
                <dl class="details-list">{list}</dl>
            </details>
        }))
    })
}
