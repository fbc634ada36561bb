//! Numbers and what is counted, through the browser's own `Intl`.

use super::Locale;
use js_sys::{Array, Function, Intl, Object};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Formatters are slow to make and cheap to use.
struct Formats {
    locale: Locale,
    number: Function,
    plural: Intl::PluralRules,
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

impl Formats {
    fn new(locale: Locale) -> Self {
        let (locales, options) = (Array::of1(&locale.format_tag().into()), Object::new());
        Self {
            locale,
            number: Intl::NumberFormat::new(&locales, &options).format(),
            plural: Intl::PluralRules::new(&locales, &options),
        }
    }

    fn with<T>(locale: Locale, work: impl FnOnce(&Self) -> T) -> T {
        FORMATS.with_borrow_mut(|slot| match slot {
            Some(formats) if formats.locale == locale => work(formats),
            _ => work(slot.insert(Self::new(locale))),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^53")]
fn float(n: usize) -> f64 {
    n as f64
}

/// The number in the reader's digits.
pub fn number(locale: Locale, n: usize) -> String {
    let said = Formats::with(locale, |formats| {
        formats
            .number
            .call1(&JsValue::UNDEFINED, &float(n).into())
            .ok()
    });
    said.and_then(|said| said.as_string()).unwrap_or_default()
}

/// The form of counted words that fits `n`.
pub fn form_for(locale: Locale, words: &'static str, n: usize) -> &'static str {
    let category = Formats::with(locale, |formats| formats.plural.select(float(n)));
    form(words, &String::from(category))
}

/// One form of counted words: they stand as `one:…|other:…`, by the names of the Unicode plural categories. A category without a form
/// of its own has that of `other`.
pub fn form<'w>(words: &'w str, category: &str) -> &'w str {
    let named = |name: &str| {
        words
            .split('|')
            .find_map(|form| form.strip_prefix(name)?.strip_prefix(':'))
    };
    named(category)
        .or_else(|| named("other"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn a_category_without_a_form_has_that_of_other() {
        let words = "one:{n} new|other:{n} new ones: all|two:both";
        assert_eq!(form(words, "one"), "{n} new");
        assert_eq!(form(words, "two"), "both");
        assert_eq!(form(words, "other"), "{n} new ones: all");
        assert_eq!(form(words, "many"), "{n} new ones: all");
        assert_eq!(form("one:x", "many"), "");
    }
}
