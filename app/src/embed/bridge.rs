//! The wire to the page around us.

use super::{Dialect, HostCommand, HostEvent, exact_origin, is_framed_by};
use crate::browser;
use crate::wire::Json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::{JsCast, JsValue};

/// Speaks to exactly one origin: the one that the address names. The browser lets only that page frame us, so a message from
/// another origin, or from another window, is not meant for us.
#[derive(Clone, Default)]
pub struct Bridge {
    origin: Option<String>,
    stranger: Option<String>,
    dialect: Dialect,
    said_ready: Arc<AtomicBool>,
}

impl Bridge {
    /// The bridge to the page that the address names. To be called in the browser.
    pub fn from_address() -> Self {
        let location = leptos::prelude::window().location();
        let search = location.search().unwrap_or_default();
        let query = web_sys::UrlSearchParams::new_with_str(&search).ok();
        let query = |name: &str| query.as_ref().and_then(|query| query.get(name));
        let origin = query("parentOrigin").and_then(|text| exact_origin(&text).map(str::to_owned));
        let seen = parent_of(&location);
        let stranger = seen.filter(|seen| {
            origin
                .as_deref()
                .is_some_and(|origin| !is_framed_by(origin, Some(seen)))
        });
        Self {
            origin,
            stranger,
            dialect: Dialect::from_address(query),
            said_ready: Arc::default(),
        }
    }

    /// The origin of the page around us.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The origin that the browser sees around us, where that is another than the address says.
    pub fn stranger(&self) -> Option<&str> {
        self.stranger.as_deref()
    }

    /// The dialect of the page around us.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// True if the page wants to know of messages.
    pub const fn hears_messages(&self) -> bool {
        self.dialect.hears_messages()
    }

    /// True once the page knows that the inbox is ready.
    pub fn said_ready(&self) -> bool {
        self.said_ready.load(Ordering::Relaxed)
    }

    /// Tells the page. Without one, nobody; and that we are ready, once.
    pub fn post(&self, event: &HostEvent) {
        if matches!(event, HostEvent::Ready) && self.said_ready.swap(true, Ordering::Relaxed) {
            return;
        }
        let Some(origin) = &self.origin else { return };
        let Some(message) = self.dialect.write(event) else {
            return;
        };
        let (Ok(Some(parent)), Ok(message)) = (
            leptos::prelude::window().parent(),
            js_sys::JSON::parse(&message),
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
        let (dialect, said_ready) = (self.dialect, Arc::clone(&self.said_ready));
        browser::listen_window("message", move |event| {
            let Ok(event) = event.dyn_into::<web_sys::MessageEvent>() else {
                return;
            };
            if event.origin() != origin || !is_from_parent(&event) {
                return;
            }
            if let Some(command) = dialect.read(&Json::from(event.data()))
                && dialect.admits(&command, said_ready.load(Ordering::Relaxed))
            {
                handler(command);
            }
        });
    }
}

/// The origin of the page around us as the browser says it; Firefox does not.
fn parent_of(location: &web_sys::Location) -> Option<String> {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    get(&get(location, "ancestorOrigins")?, "0")?.as_string()
}

fn is_from_parent(event: &web_sys::MessageEvent) -> bool {
    let own = leptos::prelude::window();
    match (event.source(), own.parent()) {
        // In a page of its own the parent is the window itself, which may not command it.
        (Some(source), Ok(Some(parent))) => parent != own && source.loose_eq(&parent),
        _ => false,
    }
}
