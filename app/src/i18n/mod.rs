//! Words, in every locale that the inbox speaks. One `match` per locale: a missing sentence does not compile.

pub mod dates;
mod en;
mod key;
mod locale;
mod pt;
mod sentence;
mod stamp;

pub use key::Key;
pub use locale::Locale;
pub use sentence::sentence;
pub use stamp::{Moment, Stamp, stamp};

use crate::drawn;
use leptos::prelude::{
    ArcRwSignal, Get, GetUntracked, IntoView, Set, expect_context, provide_context,
};
use leptos::tachys::html::attribute::AttributeValue;

/// The sentence for `key` in `locale`. Some have placeholders in braces, see [`fill`].
pub fn text(locale: Locale, key: Key) -> &'static str {
    match locale {
        Locale::En => en::text(key),
        Locale::Pt => pt::text(key),
    }
}

/// Puts a value into the placeholder `{name}`.
pub fn fill(sentence: &str, name: &str, value: &str) -> String {
    match sentence.split_once(&["{", name, "}"].concat()) {
        Some((before, after)) => [before, value, after].concat(),
        None => sentence.to_owned(),
    }
}

/// The language in use; it can change while the page lives.
#[derive(Clone)]
pub struct I18n(ArcRwSignal<Locale>);

impl I18n {
    /// Starts in `locale` and provides itself to the components below.
    pub fn provide(locale: Locale) -> Self {
        let i18n = Self(ArcRwSignal::new(locale));
        provide_context(i18n.clone());
        i18n
    }

    /// The one in use here.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The language, tracked.
    pub fn locale(&self) -> Locale {
        self.0.get()
    }

    /// Switches.
    pub fn set(&self, locale: Locale) {
        if self.0.get_untracked() != locale {
            self.0.set(locale);
        }
    }

    /// The words for `key`, tracked.
    pub fn text(&self, key: Key) -> &'static str {
        text(self.locale(), key)
    }

    /// The words for `key` with `{n}` filled in, tracked.
    pub fn count(&self, key: Key, n: usize) -> String {
        fill(self.text(key), "n", &n.to_string())
    }
}

/// A view of the words for `key` that follows the language.
pub fn t(key: Key) -> impl IntoView {
    let i18n = I18n::expect();
    drawn::text(move || i18n.text(key).to_owned())
}

/// An attribute with the words for `key` that follows the language.
pub fn label(key: Key) -> impl AttributeValue {
    let i18n = I18n::expect();
    drawn::attr(move || Some(i18n.text(key).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(sentence: &str) -> Vec<&str> {
        let mut found: Vec<_> = sentence
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_key_has_words_with_the_same_placeholders_in_every_locale() {
        for &key in Key::ALL {
            let english = text(Locale::En, key);
            for locale in Locale::ALL {
                let words = text(locale, key);
                assert!(!words.trim().is_empty(), "{key:?} is empty in {locale:?}");
                assert!(!words.contains('!'), "{key:?} exclaims in {locale:?}");
                assert_eq!(
                    placeholders(words),
                    placeholders(english),
                    "{key:?} in {locale:?}"
                );
            }
        }
    }

    #[test]
    fn placeholders_are_filled_with_plain_text() {
        assert_eq!(fill("{n} new", "n", "3"), "3 new");
        assert_eq!(fill("Add {origin}.", "origin", "{n}"), "Add {n}.");
        assert_eq!(fill("none", "n", "3"), "none");
    }
}
