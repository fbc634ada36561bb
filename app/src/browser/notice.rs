//! Notifications of the desktop's.

use super::js;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

const CLASS: &str = "Notification";

/// Whether notifications may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notices {
    /// They may.
    Allowed,
    /// The reader or the browser does not want any.
    Refused,
    /// Not by a page inside another one: the browser would not even ask.
    Elsewhere,
}

/// Asks the reader, where the browser lets one ask. Only after a click.
pub async fn ask_for_notices() -> Notices {
    let class = js::get(&js_sys::global(), CLASS);
    if js::get(&class, "permission").as_string().as_deref() == Some("granted") {
        return Notices::Allowed;
    }
    if !super::is_top() {
        return Notices::Elsewhere;
    }
    let Ok(asked) = js::call(&class, "requestPermission", &[]) else {
        return Notices::Refused;
    };
    match js::settled(asked).await.map(|it| it.as_string()) {
        Ok(Some(answer)) if answer == "granted" => Notices::Allowed,
        _ => Notices::Refused,
    }
}

/// Shows one; a click on it brings the page to the front and does `work`. One about the same takes the place of the one before, also where
/// another tab showed that.
pub fn notify(title: &str, words: &str, about: &str, work: impl FnMut() + 'static) {
    let options = js::record(&[
        ("body", words.into()),
        ("tag", about.into()),
        ("dir", "auto".into()),
        // What is to be heard is another setting.
        ("silent", true.into()),
    ]);
    if let Ok(notice) = js::make(CLASS, &[title.into(), options]) {
        let (clicked, mut work) = (notice.clone(), work);
        let click: Box<dyn FnMut()> = Box::new(move || {
            _ = js::call(&super::window(), "focus", &[]);
            _ = js::call(&clicked, "close", &[]);
            work();
        });
        let click: JsValue = Closure::wrap(click).into_js_value();
        js::set(&notice, "onclick", &click);
    }
}
