//! Being told when an element changes its size.

use crate::drawn::effect;
use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Runs `work` when the element appears, and each time it changes its size: after layout and before paint, so that a correction
/// of the scroll position is never seen.
pub fn observe_size(element: NodeRef<Div>, work: Rc<dyn Fn()>) {
    effect(move || {
        let Some(element) = element.get() else { return };
        let work = Rc::clone(&work);
        let callback = Closure::<dyn FnMut(JsValue)>::new(move |_| work());
        let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(element.as_ref());
        let held = SendWrapper::new((observer, callback));
        on_cleanup(move || held.0.disconnect());
    });
}
