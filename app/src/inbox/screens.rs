//! What fills the frame while there is no inbox to show.

use crate::i18n::{Key, t};
use leptos::prelude::*;

/// The shapes of list and thread, before anything is known. Drawn by the stylesheet, so that it weighs nothing.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="panes skeleton" role="status" aria-label=t(Key::Loading)>
            <div class="pane-list skeleton-list"></div>
            <div class="pane-thread skeleton-thread"></div>
        </div>
    }
}

/// What this address is for, when nobody embeds it.
#[component]
pub fn Standalone() -> impl IntoView {
    view! {
        <main class="notice">
            <h1>{t(Key::StandaloneTitle)}</h1>
            <p>{t(Key::StandaloneText)}</p>
        </main>
    }
}

/// A sentence instead of the inbox.
#[component]
pub fn Notice() -> impl IntoView {
    view! {
        <main class="notice" role="alert">
            <h1>{t(Key::LoadFailedTitle)}</h1>
            <p>{t(Key::ErrorTransport)}</p>
        </main>
    }
}
