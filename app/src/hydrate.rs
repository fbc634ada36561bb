//! The start in the browser.

use crate::boot::{APP_ELEMENT, BOOT_ELEMENT, Boot};
use crate::branding::{BRAND_ELEMENT, Brand};
use crate::i18n::words;
use crate::inbox::App;
use crate::wire;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Takes over the tree that the server rendered. Panics if the document is not one of ours; the panic hook then shows why.
///
/// # Panics
/// If the document lacks the element to hydrate.
pub fn hydrate() {
    let document = document();
    let json = |id| {
        document
            .get_element_by_id(id)
            .and_then(|element| element.text_content())
            .unwrap_or_default()
    };
    let brand = wire::parse::<Brand>(&json(BRAND_ELEMENT)).unwrap_or_default();
    let boot = wire::parse::<Boot>(&json(BOOT_ELEMENT)).unwrap_or_default();
    words::keep(boot.locale, &json(words::WORDS_ELEMENT));
    let app = document
        .get_element_by_id(APP_ELEMENT)
        .and_then(|element| element.dyn_into().ok())
        .expect("the shell has an element for the app");
    leptos::mount::hydrate_from(app, move || view! { <App boot brand /> }).forget();
}

/// Reveals the panel that the server rendered for this case. After a panic nothing of this program runs any more.
pub fn show_failure() {
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("data-boot", "failed");
    }
}
