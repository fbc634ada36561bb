//! The brand on screen.

use super::{Brand, ROLES, SKIN_ELEMENT, property};
use crate::drawn::listener;
use crate::i18n::{Key, t};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Whose inbox it is; `otherwise` is said where nobody has a name.
#[component]
pub fn Head(brand: Brand, otherwise: &'static str) -> impl IntoView {
    let name = brand.name.unwrap_or_else(|| otherwise.to_owned());
    // A picture stands where the page begins, whatever its name is written in.
    let dir = brand.logo.is_none().then_some("auto");
    view! {
        <div class="brand">
            <h2 class="pane-title" dir=dir>
                // The name is there for those who hear it, and for all where the picture does not load and goes.
                {brand
                    .logo
                    .map(|logo| {
                        view! { <img class="brand-logo" src=logo alt="" on:error=listener(remove) /> }
                    })}
                <span class="brand-name">{name}</span>
            </h2>
            {brand.subtitle.map(|words| view! { <p class="brand-subtitle" dir="auto">{words}</p> })}
        </div>
    }
}

fn remove(event: web_sys::ErrorEvent) {
    let picture = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if let Some(picture) = picture {
        picture.remove();
    }
}

/// Where to find help, and who made this.
#[component]
pub fn Foot(support: Option<String>, footer: bool) -> impl IntoView {
    view! {
        <footer class="brand-foot">
            {support
                .map(|address| {
                    view! {
                        <a class="brand-help" href=address target="_blank" rel="noopener noreferrer">
                            {t(Key::Help)}
                        </a>
                    }
                })}
            {footer.then(|| view! { <span>{t(Key::MadeWith)}</span> })}
        </footer>
    }
}

/// Gives the document the brand's colours, in place of those of the first paint. Where they are the same nothing moves: nothing is
/// painted in between.
pub fn wear(brand: &Brand) {
    let document = document();
    let root = document
        .document_element()
        .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(root) = root else { return };
    let style = root.style();
    for (mode, values) in [("light", &brand.light), ("dark", &brand.dark)] {
        for (index, role) in ROLES.iter().enumerate() {
            let name = property(mode, role);
            // One property at a time, by the browser's own reader: whatever the value were, it could not become a rule.
            match values.get(index) {
                Some(value) => _ = style.set_property(&name, value),
                None => _ = style.remove_property(&name),
            }
        }
    }
    if let Some(skin) = document.get_element_by_id(SKIN_ELEMENT) {
        skin.remove();
    }
}
