//! Sending a file and hearing how far it is: the one thing that `fetch` cannot do.

use super::js;
use futures::channel::oneshot::channel;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

/// Posts `body`. `begun` gets the request, which can be aborted; `told` the share that has gone, in percent. Status and answer, or
/// `None` if there was no answer.
pub async fn upload(
    address: &str,
    headers: &[(&str, &str)],
    body: &JsValue,
    begun: &dyn Fn(JsValue),
    told: impl Fn(u32) + 'static,
) -> Option<(u16, String)> {
    let request = js::make("XMLHttpRequest", &[]).ok()?;
    js::call(&request, "open", &["POST".into(), address.into()]).ok()?;
    for (name, value) in headers {
        let header = [JsValue::from_str(name), JsValue::from_str(value)];
        js::call(&request, "setRequestHeader", &header).ok()?;
    }
    // Lives as long as this task: the request is over when it ends.
    let progress = Closure::<dyn FnMut(JsValue)>::wrap(Box::new(move |event: JsValue| {
        let number = |name| js::get(&event, name).as_f64().unwrap_or_default();
        let share = number("loaded") * 100.0 / number("total").max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100"
        )]
        told(share.clamp(0.0, 100.0) as u32);
    }));
    js::set(
        &js::get(&request, "upload"),
        "onprogress",
        progress.as_ref(),
    );
    let (sender, ended) = channel();
    let end = Closure::once_into_js(move || _ = sender.send(()));
    js::set(&request, "onloadend", &end);
    js::call(&request, "send", std::slice::from_ref(body)).ok()?;
    begun(request.clone());
    _ = ended.await;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an HTTP status"
    )]
    let status = js::get(&request, "status").as_f64().unwrap_or_default() as u16;
    let text = js::get(&request, "responseText").as_string();
    (status > 0).then(|| (status, text.unwrap_or_default()))
}
