//! The record that the operator looks at in the page around us, beside the conversation.

use super::Record;
use crate::browser;
use crate::drawn::{Drawn, drawn, live};
use crate::i18n::{Key, label, t};
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
        let kind = record.kind.clone();
        let name = record.label().map(str::to_owned);
        let id = record.id.clone().filter(|id| Some(id) != name.as_ref());
        let Record { url, facts, .. } = record;
        let facts: Vec<_> = facts
            .into_iter()
            .map(|(name, value)| {
                drawn(view! {
                    <div class="fact">
                        <dt dir="auto">{name}</dt>
                        <dd dir="auto">{value}</dd>
                    </div>
                })
            })
            .collect();
        let link = url.map(|url| {
            drawn(view! {
                <a class="context-link" href=url target="_blank" rel="noopener noreferrer">{t(Key::OpenRecord)}</a>
            })
        });
        let is_unmatched = inbox.context.is_unmatched.clone();
        let unmatched = live(move || {
            let shown = is_unmatched.get();
            shown.then(|| {
                drawn(view! { <p class="context-note" role="status">{t(Key::NoConversation)}</p> })
            })
        });
        let has_column = browser::width() >= COLUMN_FROM;
        Some(drawn(view! {
            <details
                class="context-card"
                data-testid="context-card"
                aria-label=label(Key::RecordOnPage)
                open=has_column
            >
                <summary class="context-head">
                    {line("context-kind", kind)}
                    {line("context-name", name)}
                    {line("context-id", id)}
                </summary>
                {unmatched}
                {Drawn::from(link)}
                <dl class="details-list">{facts}</dl>
            </details>
        }))
    })
}

fn line(class: &'static str, words: Option<String>) -> Drawn {
    let line = words.map(|words| drawn(view! { <span class=class dir="auto">{words}</span> }));
    Drawn::from(line)
}
