//! Signs that were put on a message.

use crate::drawn::{attr, drawn, live_on};
use crate::i18n::{I18n, Key};
use crate::messages::Bubble;
use leptos::prelude::*;

/// The signs of both sides, on the lower edge of the bubble.
#[component]
pub fn Reactions(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let signs = move || {
        bubble.with(|bubble| {
            let signs: String = bubble
                .reactions
                .iter()
                .map(|reaction| reaction.emoji.as_str())
                .collect();
            (!signs.is_empty()).then_some(signs)
        })
    };
    let i18n = I18n::expect();
    live_on(signs, move |signs| {
        let name = {
            let (i18n, signs) = (i18n.clone(), signs.clone());
            attr(move || Some([i18n.text(Key::Reaction), ": ", &signs].concat()))
        };
        drawn(view! {
            <span class="reactions" data-testid="reactions" role="img" aria-label=name>{signs}</span>
        })
    })
}
