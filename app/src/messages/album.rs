//! Pictures that came together stand as an album: two beside each other, and after four of them how many more there are.

use super::{Bubble, MediaState, Progress};
use crate::drawn::{Drawn, drawn, listener, live_on};
use crate::i18n::{Key, fill};
use crate::inbox::Inbox;
use leptos::prelude::*;
use std::sync::Arc;

/// So many stand there while the album is folded.
const SHOWN: usize = 4;

/// The place of a bubble in an album.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InAlbum {
    /// The keys of all its bubbles, oldest first: at least two.
    keys: Arc<[String]>,
    /// Which of them this is.
    place: usize,
}

impl InAlbum {
    /// Whether somebody has unfolded it. Pictures may have joined it since, at either end.
    fn is_open(&self, opened: &[String]) -> bool {
        self.keys.len() <= SHOWN || self.keys.iter().any(|key| opened.contains(key))
    }

    /// Where it stands, as `data-album`.
    fn side(&self, opened: &[String]) -> &'static str {
        let shown = if self.is_open(opened) {
            self.keys.len()
        } else {
            SHOWN
        };
        match self.place {
            place if place >= shown => "folded",
            place if place % 2 == 1 => "end",
            place if place + 1 == shown => "alone",
            _ => "start",
        }
    }

    /// On the last picture of a folded album: how many are not seen whole.
    fn more(&self, opened: &[String]) -> Option<usize> {
        let is_last = self.place + 1 == SHOWN && !self.is_open(opened);
        is_last.then(|| self.keys.len() - self.place)
    }
}

/// Gives the bubbles of a day their places in albums.
pub(super) fn find_albums(bubbles: &mut [Bubble]) {
    // A group's first bubble begins an album, and cannot go on with one.
    for album in bubbles.chunk_by_mut(|_, next| !next.leads && is_picture(next)) {
        // The run may begin with something else, which stands alone.
        let from = usize::from(!is_picture(&album[0]));
        let album = &mut album[from..];
        if album.len() < 2 {
            continue;
        }
        let keys: Arc<[String]> = album.iter().map(|bubble| bubble.key.clone()).collect();
        for (place, bubble) in album.iter_mut().enumerate() {
            let keys = Arc::clone(&keys);
            bubble.album = Some(InAlbum { keys, place });
        }
    }
}

/// A picture and nothing else: whatever is said beside it needs room of its own.
fn is_picture(bubble: &Bubble) -> bool {
    let body = &bubble.body;
    let file = body.content.as_ref().and_then(|c| c.media.as_ref());
    body.kind == "image"
        && !body.revoked
        && body.text.is_none()
        && body.quote.is_none()
        && body.forwarded.is_no()
        && file.is_some_and(|file| file.state != MediaState::Failed)
        && body.content.as_ref().is_none_or(|content| {
            content.referral.is_none() && content.product.is_none() && content.unsupported.is_none()
        })
        && bubble.progress != Progress::Failed
        && bubble.waiting.is_none()
        && bubble.sign_failure.is_none()
}

/// `data-album` of a bubble.
pub(super) fn side(inbox: &Inbox, bubble: &ArcRwSignal<Bubble>) -> Option<String> {
    let album = bubble.with(|bubble| bubble.album.clone())?;
    let opened = &inbox.thread.albums;
    Some(opened.with(|opened| album.side(opened)).to_owned())
}

/// Over the last picture of a folded album: how many more there are. Pressing it shows them.
pub(super) fn more(inbox: &Inbox, bubble: &ArcRwSignal<Bubble>) -> impl IntoView + use<> {
    let (inbox, bubble) = (inbox.clone(), bubble.clone());
    let count = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        move || {
            let album = bubble.with(|bubble| bubble.album.clone())?;
            let more = inbox.thread.albums.with(|opened| album.more(opened))?;
            let all = inbox.i18n.number(album.keys.len());
            let label = fill(inbox.i18n.text(Key::ShowAlbum), "n", &all);
            Some([&inbox.i18n.number(more), "\n", &label].concat())
        }
    };
    live_on(count, move |words| {
        let (more, label) = words.split_once('\n').unwrap_or_default();
        let words = ["+", more].concat();
        let outbound =
            bubble.with_untracked(|bubble| bubble.direction == super::Direction::Outbound);
        let class = if outbound {
            "album-more is-out"
        } else {
            "album-more"
        };
        let open = {
            let (inbox, bubble) = (inbox.clone(), bubble.clone());
            listener(move |_| {
                let key = bubble.with_untracked(|bubble| bubble.key.clone());
                inbox.thread.albums.update(|opened| opened.push(key));
            })
        };
        // Whoever speaks to the page says what stands there.
        let label = [&words, ", ", label].concat();
        let button: Drawn = drawn(view! {
            <button type="button" class=class aria-label=label data-testid="album-more" on:click=open>
                {words}
            </button>
        });
        button
    })
}

/// Unfolds the album in which the bubble with this key stands, so that it can be seen.
pub(crate) fn reveal(inbox: &Inbox, key: &str) {
    let bubble = inbox.thread.bubble(key);
    if bubble.is_some_and(|bubble| bubble.with_untracked(|bubble| bubble.album.is_some())) {
        let opened = &inbox.thread.albums;
        opened.update(|opened| opened.push(key.to_owned()));
    }
}

#[cfg(test)]
mod tests;
