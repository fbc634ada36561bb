//! How far a message got, as a mark with words for those who do not see it.

use super::Progress;
use crate::drawn::attr;
use crate::i18n::{I18n, Key};
use crate::icons::{Icon, draw_live};
use leptos::prelude::*;
use std::sync::Arc;

impl Progress {
    /// Its words.
    pub const fn words(self) -> Key {
        match self {
            Self::Sending => Key::Sending,
            Self::Queued => Key::Queued,
            Self::Sent => Key::Sent,
            Self::Delivered => Key::Delivered,
            Self::Read => Key::Read,
            Self::Failed => Key::NotSent,
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Sending | Self::Queued => Icon::CLOCK,
            Self::Sent => Icon::TICK,
            Self::Delivered | Self::Read => Icon::TICKS,
            Self::Failed => Icon::ALERT,
        }
    }
}

/// The mark. It changes in place: in the thread, which is a live region, a new one would be read out.
#[component]
pub fn Ticks(progress: Arc<dyn Fn() -> Progress + Send + Sync>) -> impl IntoView {
    let i18n = I18n::expect();
    let (named, worded) = (Arc::clone(&progress), Arc::clone(&progress));
    let name = attr(move || Some(named().name().to_owned()));
    let words = attr(move || Some(i18n.text(worded().words()).to_owned()));
    view! {
        <span class="ticks" data-testid="ticks" data-progress=name role="img" aria-label=words>
            {draw_live(move || progress().icon())}
        </span>
    }
}
