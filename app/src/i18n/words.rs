//! Where the words are.
//!
//! The server has those of every language. The browser gets those of the page's language with the document, as a list in the order of
//! [`Key::ALL`], and fetches another list when the language is switched: so nobody downloads words that nobody reads.

use super::{Key, Locale};

/// The id of the element that carries the words of the page's language as JSON.
pub const WORDS_ELEMENT: &str = "words";
/// Where the words of a language are fetched from.
pub const WORDS_PATH: &str = "/words";

/// Address and query of a language's words. It says for which keys: another build of the server must not answer with another list.
pub fn address(locale: Locale) -> String {
    let keys = Key::MARK.to_string();
    [WORDS_PATH, "?locale=", locale.tag(), "&keys=", &keys].concat()
}

#[cfg(not(target_arch = "wasm32"))]
mod all {
    use super::super::{ar, en, es, pt};
    use super::{Key, Locale};

    /// The sentence for `key` in `locale`.
    pub fn text(locale: Locale, key: Key) -> &'static str {
        match locale {
            Locale::En => en::text(key),
            Locale::Pt => pt::text(key),
            Locale::Es => es::text(key),
            Locale::Ar => ar::text(key),
        }
    }

    /// The words of a language as a JSON list, in the order of [`Key::ALL`].
    pub fn list(locale: Locale) -> String {
        let words: Vec<_> = Key::ALL.iter().map(|key| text(locale, *key)).collect();
        serde_json::to_string(&words).unwrap_or_default()
    }

    /// True if the words of a language are here.
    pub fn has(_: Locale) -> bool {
        true
    }

    /// Keeps the words of a language, as they come from the server. `false` if they cannot be read.
    pub fn keep(_: Locale, _: &str) -> bool {
        true
    }
}

#[cfg(target_arch = "wasm32")]
mod all {
    use super::{Key, Locale};
    use crate::wire;
    use std::cell::RefCell;

    type List = &'static [String];

    thread_local! {
        static HELD: RefCell<[Option<List>; Locale::ALL.len()]> = const { RefCell::new([None; Locale::ALL.len()]) };
    }

    fn list(locale: Locale) -> Option<List> {
        HELD.with_borrow(|held| held[locale as usize])
    }

    /// The sentence for `key` in `locale`; nothing before its words have come.
    pub fn text(locale: Locale, key: Key) -> &'static str {
        list(locale)
            .and_then(|list| list.get(key as usize))
            .map_or("", String::as_str)
    }

    /// True if the words of a language are here.
    pub fn has(locale: Locale) -> bool {
        list(locale).is_some()
    }

    /// Keeps the words of a language, as they come from the server. `false` if they cannot be read.
    pub fn keep(locale: Locale, json: &str) -> bool {
        let Some(words) = wire::parse::<Vec<String>>(json) else {
            return false;
        };
        // Once for each language of a page: words are used everywhere, and for as long as the page lives.
        let words: List = words.leak();
        HELD.with_borrow_mut(|held| held[locale as usize] = Some(words));
        true
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use all::list;
pub use all::{has, keep, text};
