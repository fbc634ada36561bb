//! Being told when an element changes its size.

use leptos::html::ElementType;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Runs `work` when the element appears, and each time it changes its size: after layout and before paint, so that a correction
/// of the scroll position is never seen.
pub fn observe_size<E>(element: NodeRef<E>, work: impl Fn() + Clone + 'static)
where
    E: ElementType,
    E::Output: JsCast + Clone + AsRef<web_sys::Element> + 'static,
{
    let work = SendWrapper::new(work);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let work = work.clone();
        let callback = Closure::<dyn Fn(JsValue)>::new(move |_| work());
        let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(element.as_ref());
        let held = SendWrapper::new((observer, callback));
        on_cleanup(move || held.0.disconnect());
    });
}
