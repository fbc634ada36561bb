//! Where the inbox is in its life.

use crate::boot::Boot;

/// The life of the inbox in one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No page around us: nothing will come.
    Standalone,
    /// No token yet.
    Waiting,
    /// The first answer is on its way.
    Loading,
    /// In use.
    Ready,
    /// The token ended and could not be renewed.
    Ended,
    /// The token does not allow this page.
    Refused,
    /// The first answer did not come.
    Failed,
}

/// What fills the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Grey shapes where the list and the thread will be.
    Skeleton,
    /// What this address is for.
    Standalone,
    /// A sentence instead of the inbox.
    Notice,
    /// List and thread.
    Panes,
}

impl Phase {
    /// The phase that the server renders.
    pub fn at_first(boot: Boot) -> Self {
        if boot.embedded || boot.console {
            Self::Waiting
        } else {
            Self::Standalone
        }
    }

    /// Its name in `data-state`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standalone => "standalone",
            Self::Waiting => "waiting",
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Ended => "ended",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// What fills the frame; `loaded` tells whether there is anything to show.
    pub const fn screen(self, loaded: bool) -> Screen {
        match self {
            Self::Standalone => Screen::Standalone,
            Self::Waiting | Self::Loading => Screen::Skeleton,
            Self::Ready => Screen::Panes,
            // What was typed stays in reach.
            Self::Ended if loaded => Screen::Panes,
            Self::Ended | Self::Refused | Self::Failed => Screen::Notice,
        }
    }
}
