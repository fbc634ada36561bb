//! Words, in every locale that the inbox speaks. One `match` per locale: a missing sentence does not compile. They are compiled into
//! the server only, see [`words`].

#[cfg(not(target_arch = "wasm32"))]
mod ar;
pub mod dates;
#[cfg(not(target_arch = "wasm32"))]
mod en;
#[cfg(not(target_arch = "wasm32"))]
mod es;
mod key;
mod locale;
pub mod numbers;
#[cfg(not(target_arch = "wasm32"))]
mod pt;
mod sentence;
mod stamp;
pub mod words;

pub use key::Key;
pub use locale::Locale;
pub use sentence::sentence;
pub use stamp::{Moment, Stamp, stamp};

use crate::browser;
use crate::drawn;
use crate::live::Backoff;
use gloo_net::http::Request;
use leptos::prelude::{
    ArcRwSignal, Get, GetUntracked, IntoView, Set, expect_context, provide_context,
};
use leptos::tachys::html::attribute::AttributeValue;

/// The sentence for `key` in `locale`. Some have placeholders in braces, see [`fill`], and those that count have a form for each
/// plural, see [`I18n::count`].
pub fn text(locale: Locale, key: Key) -> &'static str {
    words::text(locale, key)
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
pub struct I18n {
    locale: ArcRwSignal<Locale>,
    /// The language that was asked for last; its words may still be on their way.
    wanted: ArcRwSignal<Locale>,
}

impl I18n {
    /// Starts in `locale` and provides itself to the components below.
    pub fn provide(locale: Locale) -> Self {
        let i18n = Self {
            locale: ArcRwSignal::new(locale),
            wanted: ArcRwSignal::new(locale),
        };
        provide_context(i18n.clone());
        i18n
    }

    /// The one in use here.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The language, tracked.
    pub fn locale(&self) -> Locale {
        self.locale.get()
    }

    /// The language, not tracked.
    pub fn locale_now(&self) -> Locale {
        self.locale.get_untracked()
    }

    /// The words for `key` as they are now, not tracked.
    pub fn said(&self, key: Key) -> &'static str {
        text(self.locale.get_untracked(), key)
    }

    /// Switches, as soon as the words are there. The language asked for last wins, whichever words come first.
    pub fn set(&self, locale: Locale) {
        let asked = self.wanted.get_untracked() == locale;
        self.wanted.set(locale);
        if words::has(locale) {
            self.switch(locale);
        } else if !asked {
            let i18n = self.clone();
            browser::spawn(async move { i18n.fetch(locale).await });
        }
    }

    fn switch(&self, locale: Locale) {
        if self.locale.get_untracked() != locale {
            self.locale.set(locale);
        }
    }

    /// Fetches words until they are there, or another language is wanted, or the server has none for this build.
    async fn fetch(&self, locale: Locale) {
        let mut backoff = Backoff::default();
        while self.wanted.get_untracked() == locale {
            if let Ok(answer) = Request::get(&words::address(locale)).send().await {
                if answer.status() == 404 {
                    self.wanted.set(self.locale.get_untracked());
                    return;
                }
                if let Ok(json) = answer.text().await
                    && answer.ok()
                    && words::keep(locale, &json)
                {
                    if self.wanted.get_untracked() == locale {
                        self.switch(locale);
                    }
                    return;
                }
            }
            browser::sleep(backoff.next(browser::random())).await;
        }
    }

    /// The words for `key`, tracked.
    pub fn text(&self, key: Key) -> &'static str {
        text(self.locale(), key)
    }

    /// The words for `key` in the form that fits `n`, with `{n}` filled in, tracked. In the browser only, as is [`I18n::number`].
    pub fn count(&self, key: Key, n: usize) -> String {
        let locale = self.locale();
        let words = numbers::form_for(locale, text(locale, key), n);
        fill(words, "n", &numbers::number(locale, n))
    }

    /// A number in the reader's digits, tracked.
    pub fn number(&self, n: usize) -> String {
        numbers::number(self.locale(), n)
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

    /// The plural categories of whole numbers that people meet (Unicode CLDR). Spanish and Portuguese have `many` too, for millions.
    fn categories(locale: Locale) -> &'static [&'static str] {
        match locale {
            Locale::En | Locale::Pt | Locale::Es => &["one", "other"],
            Locale::Ar => &["zero", "one", "two", "few", "many", "other"],
        }
    }

    /// The names of the forms, or nothing where words are not counted.
    fn forms(words: &str) -> Vec<&str> {
        if !words.contains("other:") {
            return Vec::new();
        }
        words
            .split('|')
            .map(|form| form.split_once(':').unwrap().0)
            .collect()
    }

    #[test]
    fn every_key_has_words_with_the_same_placeholders_in_every_locale() {
        for &key in Key::ALL {
            let english = text(Locale::En, key);
            for locale in Locale::ALL {
                let words = text(locale, key);
                let named = || format!("{key:?} in {locale:?}: {words}");
                assert!(!words.trim().is_empty(), "{}", named());
                assert!(!words.contains(['!', '¡']), "exclaims: {}", named());
                if forms(english).is_empty() {
                    assert!(forms(words).is_empty(), "counts: {}", named());
                    assert_eq!(placeholders(words), placeholders(english), "{}", named());
                    continue;
                }
                assert_eq!(forms(words), categories(locale), "{}", named());
                for category in forms(words) {
                    let form = numbers::form(words, category);
                    assert!(!form.trim().is_empty(), "{category}: {}", named());
                    // Some languages say nothing, one and two in words; where many are meant, the number must be told.
                    let told = placeholders(form);
                    let said_in_words = ["zero", "one", "two"].contains(&category);
                    assert!(
                        told == ["n"] || said_in_words && told.is_empty(),
                        "{category}: {}",
                        named()
                    );
                }
            }
        }
    }

    #[test]
    fn every_locale_says_something_of_its_own() {
        for locale in Locale::ALL.into_iter().skip(1) {
            let same: Vec<_> = Key::ALL
                .iter()
                .filter(|key| text(locale, **key) == text(Locale::En, **key))
                .collect();
            // "Video", "Sticker" and the like.
            assert!(same.len() < 6, "{locale:?}: {same:?}");
        }
    }

    #[test]
    fn words_travel_as_a_list_in_the_order_of_the_keys() {
        for locale in Locale::ALL {
            let list: Vec<String> = serde_json::from_str(&words::list(locale)).unwrap();
            assert_eq!(list.len(), Key::ALL.len());
            for &key in Key::ALL {
                assert_eq!(list[key as usize], text(locale, key), "{key:?}");
            }
        }
    }

    #[test]
    fn every_string_of_arabic_is_arabic() {
        let is_arabic = |c: &char| matches!(c, '\u{600}'..='\u{6ff}');
        for &key in Key::ALL {
            let words = text(Locale::Ar, key);
            assert!(words.chars().any(|c| is_arabic(&c)), "{key:?}: {words}");
            let marks = ['\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202e}'];
            assert!(
                !words.contains(marks),
                "{key:?} forces a direction: {words}"
            );
        }
    }

    #[test]
    fn placeholders_are_filled_with_plain_text() {
        assert_eq!(fill("{n} new", "n", "3"), "3 new");
        assert_eq!(fill("Add {origin}.", "origin", "{n}"), "Add {n}.");
        assert_eq!(fill("none", "n", "3"), "none");
    }
}
