//! Writing into the field from elsewhere.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// The field on screen.
fn the_field() -> Option<HtmlTextAreaElement> {
    let found = document().query_selector(".composer-field").ok()?;
    found?.dyn_into().ok()
}

/// Puts a text in place of what is selected, else at the caret. `draft` is what stands in the field.
pub(crate) fn insert_at_caret(draft: &ArcRwSignal<String>, text: &str) {
    if let Some(field) = the_field() {
        let caret = field.selection_start().ok().flatten().unwrap_or_default();
        put(&field, draft, caret, text);
    }
}

/// Puts a text in place of everything from `start` to the caret, counted as browsers do, in UTF-16.
pub(crate) fn insert_from(draft: &ArcRwSignal<String>, start: u32, text: &str) {
    if let Some(field) = the_field() {
        put(&field, draft, start, text);
        _ = field.focus();
    }
}

fn put(field: &HtmlTextAreaElement, draft: &ArcRwSignal<String>, start: u32, text: &str) {
    let end = field.selection_end().ok().flatten().unwrap_or(start);
    _ = field.set_range_text_with_start_and_end_and_mode(text, start, end.max(start), "end");
    draft.set(field.value());
}
