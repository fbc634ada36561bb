//! The wire to the page around us.

use super::{HostCommand, HostEvent, exact_origin, pilot_status};
use crate::browser;
use crate::wire::Json;
use wasm_bindgen::JsCast;

/// Speaks to exactly one origin: the one that the address names. The browser lets only that page frame us, so a message from
/// another origin, or from another window, is not meant for us.
#[derive(Clone, Default)]
pub struct Bridge {
    origin: Option<String>,
}

impl Bridge {
    /// The bridge to the page that the address names. To be called in the browser.
    pub fn from_address() -> Self {
        let search = leptos::prelude::window()
            .location()
            .search()
            .unwrap_or_default();
        let origin = web_sys::UrlSearchParams::new_with_str(&search)
            .ok()
            .and_then(|query| query.get("parentOrigin"))
            .and_then(|text| exact_origin(&text).map(str::to_owned));
        Self { origin }
    }

    /// The origin of the page around us.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Tells the page. Without one, nobody.
    pub fn post(&self, event: &HostEvent) {
        let Some(origin) = &self.origin else { return };
        let (Ok(Some(parent)), Ok(message)) = (
            leptos::prelude::window().parent(),
            js_sys::JSON::parse(&pilot_status::write(event)),
        ) else {
            return;
        };
        // Fails only where the origin has no meaning to the browser, and then there is no page to hear it.
        _ = parent.post_message(&message, origin);
    }

    /// Hands over what the page says, for as long as this page lives.
    pub fn listen(&self, mut handler: impl FnMut(HostCommand) + 'static) {
        let Some(origin) = self.origin.clone() else {
            return;
        };
        browser::listen_window("message", move |event| {
            let Ok(event) = event.dyn_into::<web_sys::MessageEvent>() else {
                return;
            };
            if event.origin() != origin || !is_from_parent(&event) {
                return;
            }
            if let Some(command) = pilot_status::read(&Json::from(event.data())) {
                handler(command);
            }
        });
    }
}

fn is_from_parent(event: &web_sys::MessageEvent) -> bool {
    let own = leptos::prelude::window();
    match (event.source(), own.parent()) {
        // In a page of its own the parent is the window itself, which may not command it.
        (Some(source), Ok(Some(parent))) => parent != own && source.loose_eq(&parent),
        _ => false,
    }
}
