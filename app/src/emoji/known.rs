//! What the page remembers of emoji while it lives.

use super::Groups;
use crate::browser;
use crate::i18n::Locale;
use crate::inbox::lock;
use crate::wire;
use gloo_net::http::Request;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// As many recent ones are remembered.
const RECENT: usize = 24;

/// What the chosen emoji is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// The text that is being written.
    Composer,
    /// A sign on the bubble with this key.
    Message(String),
}

/// What the page remembers of emoji.
#[derive(Default)]
pub struct Emojis {
    /// For what one is being chosen.
    pub aim: ArcRwSignal<Option<Aim>>,
    /// Those that were chosen last, the last first.
    pub recent: ArcRwSignal<Vec<String>>,
    /// The skin tone, 1 to 5; 0 is none.
    pub tone: ArcRwSignal<usize>,
    held: Mutex<HashMap<&'static str, Arc<Groups>>>,
}

impl Emojis {
    /// Those of a language, if they are here.
    pub fn held(&self, locale: Locale) -> Option<Arc<Groups>> {
        lock(&self.held).get(locale.tag()).cloned()
    }

    /// Fetches those of a language; `None` if they do not come.
    pub async fn fetch(&self, locale: Locale) -> Option<Arc<Groups>> {
        let address = ["/emoji/", locale.tag(), ".json"].concat();
        let answer = Request::get(&address).send().await.ok()?;
        let json = answer.text().await.ok().filter(|_| answer.ok())?;
        let groups = Arc::new(wire::parse::<Groups>(&json)?);
        lock(&self.held).insert(locale.tag(), Arc::clone(&groups));
        Some(groups)
    }

    /// Remembers a choice.
    pub fn note(&self, sign: &str) {
        self.recent.update(|recent| {
            recent.retain(|other| other != sign);
            recent.insert(0, sign.to_owned());
            recent.truncate(RECENT);
        });
    }

    /// Ends the choosing; the focus goes back to where it came from.
    pub fn close(&self) {
        match self.aim.get_untracked() {
            Some(Aim::Composer) => browser::focus(".composer-field"),
            Some(Aim::Message(key)) => {
                browser::focus(&["[data-message-key=\"", &key, "\"] .action.react"].concat());
            }
            None => {}
        }
        self.aim.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_choice_comes_first_and_once() {
        let emojis = Emojis::default();
        for n in 0..30 {
            emojis.note(&n.to_string());
        }
        emojis.note("20");
        let recent = emojis.recent.get_untracked();
        assert_eq!(
            (recent.len(), &*recent[0], &*recent[1]),
            (RECENT, "20", "29")
        );
        assert_eq!(recent.iter().filter(|sign| *sign == "20").count(), 1);
    }
}
