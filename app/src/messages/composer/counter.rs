//! How many characters are left, near the limit.

use crate::drawn::{class, drawn, live_on, text};
use crate::i18n::Key;
use crate::inbox::Inbox;
use crate::messages::{MAX_TEXT_CHARS, length};
use leptos::prelude::*;

/// From how many characters on the counter is shown.
const COUNT_FROM: usize = 3900;

/// How many characters are left, or too many; near the limit only.
pub fn counter(inbox: Inbox, draft: ArcRwSignal<String>) -> impl IntoView {
    let chars = move || draft.with(|draft| length(draft));
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
