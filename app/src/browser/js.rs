//! What of the browser has no types here: called by name, which costs the program the name and nothing else.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property; `undefined` if there is none.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or_default()
}

/// Sets a property.
pub fn set(target: &JsValue, name: &str, value: &JsValue) {
    _ = Reflect::set(target, &name.into(), value);
}

/// Calls a method.
pub fn call(target: &JsValue, name: &str, args: &[JsValue]) -> Result<JsValue, JsValue> {
    let method = get(target, name).dyn_into::<Function>()?;
    method.apply(target, &args.iter().collect::<Array>())
}

/// Makes an object of a class of the browser's.
pub fn make(class: &str, args: &[JsValue]) -> Result<JsValue, JsValue> {
    let class = get(&js_sys::global(), class).dyn_into::<Function>()?;
    Reflect::construct(&class, &args.iter().collect::<Array>())
}

/// A record of these fields.
pub fn record(fields: &[(&str, JsValue)]) -> JsValue {
    let record = js_sys::Object::new().into();
    for (name, value) in fields {
        set(&record, name, value);
    }
    record
}

/// What a promise becomes.
pub async fn settled(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(promise.dyn_into::<js_sys::Promise>()?).await
}
