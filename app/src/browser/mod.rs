//! The browser, as far as the inbox needs it. Nothing here is called while the server renders.

mod alarm;
pub mod js;
mod microphone;
mod notice;
mod picture;
mod tone;
mod upload;

pub use alarm::Alarm;
pub use microphone::{Microphone, NoMicrophone};
pub use notice::{Notices, ask_for_notices, notify};
pub use picture::to_jpeg;
pub use tone::sound_tone;
pub use upload::upload;

use std::pin::Pin;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The browser's window.
fn window() -> web_sys::Window {
    leptos::prelude::window()
}

/// The browser's clock, in milliseconds since the epoch. It may be wrong: see [`crate::session::Lifetime`].
pub fn now() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds for 285,000 years"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

/// A number in 0..1.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// What a text in base64 stands for, one character for each byte; `None` if it is not base64.
pub fn from_base64(text: &str) -> Option<String> {
    window().atob(text).ok()
}

/// A random UUID. Not `crypto.randomUUID`, which is missing where a page above us is plain HTTP.
pub fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

/// A text in small letters without accents, as what is looked for is compared.
pub fn folded(text: &str) -> String {
    let apart = js_sys::JsString::from(text).normalize("NFD");
    String::from(apart)
        .chars()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}'))
        .collect::<String>()
        .to_lowercase()
}

/// False if the browser knows that there is no network.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// True if the reader has asked for few bytes.
pub fn saves_data() -> bool {
    let connection = js::get(&window().navigator(), "connection");
    js::get(&connection, "saveData").is_truthy()
}

/// True if somebody may be looking.
pub fn is_visible() -> bool {
    leptos::prelude::document().visibility_state() == web_sys::VisibilityState::Visible
}

/// True if the focus is on an element that `selector` means.
pub fn is_focused(selector: &str) -> bool {
    leptos::prelude::document()
        .active_element()
        .is_some_and(|element| element.matches(selector).unwrap_or(false))
}

/// Puts the focus on the first element that `selector` means.
pub fn focus(selector: &str) {
    let found = leptos::prelude::document().query_selector(selector);
    if let Ok(Some(element)) = found
        && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
    {
        _ = element.focus();
    }
}

/// Presses the last of the buttons that `selector` means.
pub fn press_last(selector: &str) {
    let found = leptos::prelude::document().query_selector_all(selector);
    let last = found
        .ok()
        .and_then(|all| all.item(all.length().checked_sub(1)?));
    if let Some(button) = last.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}

/// True if there is an element that `selector` means.
pub fn is_there(selector: &str) -> bool {
    let found = leptos::prelude::document().query_selector(selector);
    matches!(found, Ok(Some(_)))
}

/// True if there is no page around us.
pub fn is_top() -> bool {
    let window = window();
    window.parent().ok().flatten().as_ref() == Some(&window)
}

/// True on a keyboard that has ⌘.
pub fn is_mac() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// Puts a text on the clipboard, and leaves the focus where it is. By the old command: the new interface is shut in frames of other
/// sites.
pub fn copy(text: &str) {
    let document = leptos::prelude::document();
    let field = document.create_element("textarea").ok();
    let field = field.and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    let (Some(field), Some(body)) = (field, document.body()) else {
        return;
    };
    let before = document.active_element();
    field.set_value(text);
    let style = web_sys::HtmlElement::style(&field);
    _ = style.set_property("position", "fixed");
    _ = style.set_property("opacity", "0");
    _ = body.append_child(&field);
    field.select();
    _ = js::call(&document, "execCommand", &["copy".into()]);
    field.remove();
    if let Some(before) = before.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        _ = before.focus();
    }
}

/// True if an element that `selector` means has a place on screen.
pub fn is_drawn(selector: &str) -> bool {
    matches!(
        leptos::prelude::document().query_selector(selector),
        Ok(Some(element)) if element.client_height() > 0
    )
}

/// True if an element that `selector` means is there and not hidden.
pub fn is_seen(selector: &str) -> bool {
    let found = leptos::prelude::document().query_selector(selector);
    matches!(found, Ok(Some(element)) if element.client_height() > 0 && !is_hidden(&element))
}

fn is_hidden(element: &web_sys::Element) -> bool {
    let style = window().get_computed_style(element).ok().flatten();
    style.is_some_and(|style| {
        style
            .get_property_value("visibility")
            .is_ok_and(|it| it != "visible")
    })
}

/// The value of a custom property of the page's, as the style sheet gives it.
pub fn token(name: &str) -> String {
    let root = leptos::prelude::document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    style
        .and_then(|style| style.get_property_value(name).ok())
        .unwrap_or_default()
}

/// Scrolls as little as it takes to see the first element that `selector` means.
pub fn bring_into_view(selector: &str) {
    if let Ok(Some(element)) = leptos::prelude::document().query_selector(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The width of the frame, in CSS pixels.
pub fn width() -> f64 {
    let width = window().inner_width().ok();
    width.and_then(|width| width.as_f64()).unwrap_or_default()
}

/// True if the main pointer is a finger: then the keyboard on screen has its own idea of Enter.
pub fn has_touch() -> bool {
    thread_local! {
        // Asked at every key. The answer follows the pointer; making the question anew takes longer than the rest of the key.
        static FINGER: Option<web_sys::MediaQueryList> = window().match_media("(pointer: coarse)").ok().flatten();
    }
    FINGER.with(|query| query.as_ref().is_some_and(web_sys::MediaQueryList::matches))
}

/// Plays a recording, and stops whatever else is heard. A browser may refuse, which the recording then shows by not playing.
pub fn play(recording: &web_sys::HtmlMediaElement) {
    if let Ok(all) = leptos::prelude::document().query_selector_all("audio, video") {
        for index in 0..all.length() {
            let other = all.item(index).and_then(|it| it.dyn_into().ok());
            if let Some(other) = other.filter(|it: &web_sys::HtmlMediaElement| it != recording) {
                _ = other.pause();
            }
        }
    }
    thread_local! {
        static REFUSED: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {});
    }
    if let Ok(started) = recording.play() {
        _ = REFUSED.with(|refused| started.catch(refused));
    }
}

/// Listens for as long as the page lives.
pub fn listen(target: &web_sys::EventTarget, event: &str, handler: impl FnMut(JsValue) + 'static) {
    fn add(target: &web_sys::EventTarget, event: &str, handler: Box<dyn FnMut(JsValue)>) {
        let handler = Closure::wrap(handler);
        _ = target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
        handler.forget();
    }
    add(target, event, Box::new(handler));
}

/// Listens at the window for as long as the page lives.
pub fn listen_window(event: &str, handler: impl FnMut(JsValue) + 'static) {
    listen(&window(), event, handler);
}

/// Listens at the document for as long as the page lives.
pub fn listen_document(event: &str, handler: impl FnMut(JsValue) + 'static) {
    listen(&leptos::prelude::document(), event, handler);
}

/// Waits for `milliseconds`.
pub async fn sleep(milliseconds: u32) {
    let (sender, woken) = futures::channel::oneshot::channel();
    after(milliseconds, move || _ = sender.send(()));
    _ = woken.await;
}

/// Runs `work` after `milliseconds`.
pub fn after(milliseconds: u32, work: impl FnOnce() + 'static) {
    fn set(milliseconds: u32, work: Box<dyn FnOnce()>) {
        let work = Closure::once_into_js(work);
        let wait = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        _ = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(work.unchecked_ref(), wait);
    }
    set(milliseconds, Box::new(work));
}

/// Runs a task in the background. Boxed, so that the program has one kind of task, not one for each.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    fn start(task: Pin<Box<dyn Future<Output = ()>>>) {
        leptos::task::spawn_local(task);
    }
    start(Box::pin(task));
}
