//! The wasm entry: hydrate, nothing else.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the document once the module is there.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        app::show_failure();
        // The release build carries no texts: the trap itself reaches the console.
        #[cfg(debug_assertions)]
        leptos::logging::error!("{panic}");
        #[cfg(not(debug_assertions))]
        let _ = panic;
    }));
    app::hydrate();
}
