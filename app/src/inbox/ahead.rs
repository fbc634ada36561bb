//! Fetches what comes on demand before anybody demands it, so that it is there at once, and also when the network has gone.

use super::Inbox;
use crate::browser;
use crate::bulk::bar_part;
use crate::commands::{palette_part, sheet_part};
use crate::drawn::effect;
use crate::emoji::emoji_part;
use crate::labels::labels_part;
use crate::messages::thread_part;
use crate::quick_replies::replies_part;
use crate::search::results_part;
use crate::templates::picker_part;
use leptos::prelude::*;

/// How long the inbox is left alone after that, in milliseconds: nothing that is looked at should wait for the rest.
const PAUSE: u32 = 4_000;

impl Inbox {
    pub(super) fn fetch_parts_ahead(&self) {
        let loaded = self.loaded.clone();
        let mut begun = false;
        effect(move || {
            if loaded.get() && !begun && !browser::saves_data() {
                begun = true;
                browser::spawn(fetch_parts());
            }
        });
    }
}

/// The thread at once, and when nothing else is waited for the rest, one after another. What does not come is fetched when it is needed.
async fn fetch_parts() {
    _ = thread_part().await;
    browser::sleep(PAUSE).await;
    _ = bar_part().await;
    _ = picker_part().await;
    _ = emoji_part().await;
    _ = replies_part().await;
    _ = results_part().await;
    _ = palette_part().await;
    _ = sheet_part().await;
    _ = labels_part().await;
}
