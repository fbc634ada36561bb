//! How far a message got, as a mark with words for those who do not see it.

use super::Progress;
use crate::i18n::{Key, t};
use crate::icons::Icon;
use leptos::prelude::*;

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

/// The mark.
#[component]
pub fn Ticks(progress: Progress) -> impl IntoView {
    view! {
        <span class="ticks" data-testid="ticks" data-progress=progress.name() role="img" aria-label=t(progress.words())>
            {progress.icon().draw()}
        </span>
    }
}
