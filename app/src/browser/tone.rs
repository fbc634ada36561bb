//! A short tone, made by the browser: no file to fetch.

use super::js;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

thread_local! {
    static AUDIO: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// How long it is heard, in seconds.
const LENGTH: f64 = 0.35;
/// Its height, in hertz, and that of its second half.
const PITCH: [f64; 2] = [660.0, 880.0];
/// Not louder than this: somebody may wear headphones.
const VOLUME: f64 = 0.08;
/// What the ear takes for silence. A curve cannot begin at 0.
const SILENCE: f64 = 0.0001;

/// Sounds the tone. Browsers keep a page silent that nobody has clicked in.
pub fn sound_tone() {
    let audio = AUDIO.with_borrow_mut(|audio| {
        if audio.is_none() {
            *audio = js::make("AudioContext", &[]).ok();
        }
        audio.clone()
    });
    if let Some(audio) = audio {
        _ = js::call(&audio, "resume", &[]);
        _ = sound(&audio);
    }
}

fn sound(audio: &JsValue) -> Result<(), JsValue> {
    let now = js::get(audio, "currentTime").as_f64().unwrap_or_default();
    let voice = js::call(audio, "createOscillator", &[])?;
    let volume = js::call(audio, "createGain", &[])?;
    let at = |param: &JsValue, method: &str, value: f64, after: f64| {
        js::call(param, method, &[value.into(), (now + after).into()])
    };
    let pitch = js::get(&voice, "frequency");
    at(&pitch, "setValueAtTime", PITCH[0], 0.0)?;
    at(&pitch, "setValueAtTime", PITCH[1], LENGTH / 3.0)?;
    let gain = js::get(&volume, "gain");
    at(&gain, "setValueAtTime", SILENCE, 0.0)?;
    at(&gain, "exponentialRampToValueAtTime", VOLUME, 0.02)?;
    at(&gain, "exponentialRampToValueAtTime", SILENCE, LENGTH)?;
    js::call(&voice, "connect", std::slice::from_ref(&volume))?;
    js::call(&volume, "connect", &[js::get(audio, "destination")])?;
    js::call(&voice, "start", &[])?;
    js::call(&voice, "stop", &[(now + LENGTH).into()])?;
    Ok(())
}
