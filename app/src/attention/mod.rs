//! Telling of what arrives to whoever does not see it arrive.

mod settings;
mod telling;

pub(crate) use settings::attention_part;

use crate::browser;
use crate::drawn::{drawn, live_on};
use crate::i18n::{Key, fill};
use crate::ids::ConversationId;
use crate::inbox::{Inbox, lock};
use leptos::prelude::*;
use std::sync::atomic::AtomicI64;
use std::sync::{Mutex, OnceLock};

/// How long arrivals are gathered before they are told of, in milliseconds: they come in swarms, and each sentence takes time to hear.
const GATHER: u32 = 800;

/// What has arrived and has not been told of.
#[derive(Default)]
pub struct Attention {
    /// Who wrote, one entry for each message.
    came: Mutex<Vec<String>>,
    /// What was told last.
    told: ArcRwSignal<String>,
    /// Whether a tone sounds.
    sounds: ArcRwSignal<bool>,
    /// When one sounded last, in milliseconds since the epoch.
    sounded_at: AtomicI64,
    /// Whether the desktop shows notifications.
    notices: ArcRwSignal<bool>,
    /// What does either, once somebody has looked at the switches.
    teller: OnceLock<fn(&Inbox, &ConversationId, &str)>,
}

/// For those who hear the page: who has written, in conversations that are not on screen. The one on screen tells of itself.
#[component]
pub fn Arrivals() -> impl IntoView {
    let told = Inbox::expect().attention.told.clone();
    let words = live_on(
        move || Some(told.get()).filter(|told| !told.is_empty()),
        |words| drawn(view! { <span dir="auto">{words}</span> }),
    );
    view! { <p class="for-readers" role="status" data-testid="arrivals">{words}</p> }
}

impl Inbox {
    /// A message of a contact came over the live stream.
    pub(crate) fn note_arrival(&self, id: &ConversationId, name: String) {
        if let Some(tell) = self.attention.teller.get() {
            tell(self, id, &name);
        }
        if self.is_open(id) {
            return;
        }
        let is_first = {
            let mut came = lock(&self.attention.came);
            came.push(name);
            came.len() == 1
        };
        if !is_first {
            return;
        }
        // The same words again are heard again only if there were others in between.
        self.attention.told.set(String::new());
        let inbox = self.clone();
        browser::after(GATHER, move || {
            let came = std::mem::take(&mut *lock(&inbox.attention.came));
            let words = untrack(|| inbox.arrival_words(&came));
            inbox.attention.told.set(words);
        });
    }

    fn arrival_words(&self, came: &[String]) -> String {
        match came {
            [] => String::new(),
            [name] => fill(self.i18n.text(Key::ArrivedFrom), "name", name),
            all => self.i18n.count(Key::Arrived, all.len()),
        }
    }
}

/// The sign of a page of our own in the row of tabs: a dot in the accent while something is unread, and otherwise none.
pub fn wear_badge(is_on: bool) {
    let Ok(Some(link)) = document().query_selector("link[rel=icon]") else {
        return;
    };
    let sign = if is_on {
        let dot = [
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='3' fill='",
            &browser::token("--accent"),
            "'/></svg>",
        ]
        .concat();
        let dot = String::from(js_sys::encode_uri_component(&dot));
        ["data:image/svg+xml,", &dot].concat()
    } else {
        "data:,".to_owned()
    };
    if link.get_attribute("href").as_deref() != Some(&sign) {
        _ = link.set_attribute("href", &sign);
    }
}

/// The title of a page of our own: how much is unread, then what it is. In somebody else's page nobody sees it.
pub fn title_of(words: &str, unread: &str) -> String {
    if unread.is_empty() {
        return words.to_owned();
    }
    ["(", unread, ") ", words].concat()
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn the_title_begins_with_what_is_unread() {
        assert_eq!(title_of("Inbox", ""), "Inbox");
        assert_eq!(title_of("Inbox", "3"), "(3) Inbox");
    }
}
