//! Whether what is on screen is up to date, as the reader should see it.

use crate::browser;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};

/// How long a stream may be gone before anybody is told, in milliseconds.
pub const PATIENCE: u32 = 2000;

/// The state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Changes arrive at once. Also while nothing has been tried yet.
    Live,
    /// The stream has been gone for a while.
    Reconnecting,
    /// The browser knows of no network.
    Offline,
}

impl Link {
    /// Its name in `data-state`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Reconnecting => "reconnecting",
            Self::Offline => "offline",
        }
    }
}

/// The connection. Cheap to clone.
#[derive(Clone)]
pub struct Connection {
    /// What to show.
    pub link: ArcRwSignal<Link>,
    /// When the stream was lost; `None` while it is there.
    lost_at: ArcRwSignal<Option<i64>>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            link: ArcRwSignal::new(Link::Live),
            lost_at: ArcRwSignal::new(None),
        }
    }
}

impl Connection {
    /// The stream is there.
    pub fn up(&self) {
        self.lost_at.set(None);
        self.look();
    }

    /// There is no stream. Told again and again, the first time counts.
    pub fn down(&self) {
        if self.lost_at.get_untracked().is_none() {
            self.lost_at.set(Some(browser::now()));
            let connection = self.clone();
            browser::after(PATIENCE, move || connection.look());
        }
        self.look();
    }

    /// Nothing is tried any more.
    pub fn rest(&self) {
        self.lost_at.set(None);
        self.link.set(Link::Live);
    }

    /// Works out what to show.
    pub fn look(&self) {
        let lost_for = self
            .lost_at
            .get_untracked()
            .map_or(0, |at| browser::now() - at);
        crate::inbox::set_if_changed(
            &self.link,
            if !browser::is_online() {
                Link::Offline
            } else if lost_for >= i64::from(PATIENCE) {
                Link::Reconnecting
            } else {
                Link::Live
            },
        );
    }
}
