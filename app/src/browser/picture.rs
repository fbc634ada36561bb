//! Pictures made smaller by the browser.

use super::js;
use futures::channel::oneshot::channel;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// The longest sides that are tried, in pixels.
const SIDES: [f64; 3] = [4096.0, 2560.0, 1600.0];

/// A picture as a JPEG of at most `limit` bytes; `None` if the browser cannot read it. What shines through becomes white.
pub async fn to_jpeg(picture: &Blob, limit: f64) -> Option<Blob> {
    let made = js::call(
        &js_sys::global(),
        "createImageBitmap",
        &[picture.clone().into()],
    );
    let bitmap = js::settled(made.ok()?).await.ok()?;
    let side = |name| js::get(&bitmap, name).as_f64().unwrap_or_default();
    let (width, height) = (side("width"), side("height"));
    let mut small = None;
    for longest in SIDES {
        let scale = (longest / width.max(height)).min(1.0);
        let drawn = draw(&bitmap, width * scale, height * scale).await;
        small = drawn.filter(|drawn| drawn.size() <= limit);
        if small.is_some() {
            break;
        }
    }
    _ = js::call(&bitmap, "close", &[]);
    small
}

async fn draw(bitmap: &JsValue, width: f64, height: f64) -> Option<Blob> {
    let canvas: JsValue = leptos::prelude::document()
        .create_element("canvas")
        .ok()?
        .into();
    let (width, height) = (width.round().max(1.0), height.round().max(1.0));
    js::set(&canvas, "width", &width.into());
    js::set(&canvas, "height", &height.into());
    let pen = js::call(&canvas, "getContext", &["2d".into()]).ok()?;
    js::set(&pen, "fillStyle", &"#fff".into());
    let whole = [0.0.into(), 0.0.into(), width.into(), height.into()];
    js::call(&pen, "fillRect", &whole).ok()?;
    let [x, y, w, h] = whole;
    js::call(&pen, "drawImage", &[bitmap.clone(), x, y, w, h]).ok()?;
    let (sender, drawn) = channel();
    let take = Closure::once_into_js(move |blob: JsValue| _ = sender.send(blob));
    js::call(&canvas, "toBlob", &[take, "image/jpeg".into(), 0.85.into()]).ok()?;
    drawn.await.ok()?.dyn_into().ok()
}
