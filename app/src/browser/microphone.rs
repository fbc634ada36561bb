//! Recording a voice.

use super::js;
use futures::channel::oneshot::channel;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{Blob, BlobPropertyBag};

/// Opus, in the containers that our server reads.
const TYPES: [&str; 2] = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"];
/// Bits of a second: speech, in a quarter of what music needs.
const RATE: f64 = 24_000.0;
/// How often the browser hands over what it has, in milliseconds.
const PIECE: f64 = 1_000.0;

/// Why there is no recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMicrophone {
    /// The reader, the browser or the page around us does not allow it.
    Denied,
    /// There is none, or another program holds it.
    Missing,
    /// This browser records nothing that WhatsApp takes.
    Unsupported,
}

/// A recording under way. The microphone is let go when this is dropped.
pub struct Microphone {
    stream: JsValue,
    recorder: JsValue,
    pieces: Array,
    _take: Closure<dyn FnMut(JsValue)>,
}

impl Microphone {
    /// Asks for the microphone and begins.
    pub async fn record() -> Result<Self, NoMicrophone> {
        let class = js::get(&js_sys::global(), "MediaRecorder");
        let takes = |mime: &&str| {
            js::call(&class, "isTypeSupported", &[JsValue::from_str(mime)])
                .is_ok_and(|takes| takes.is_truthy())
        };
        let mime = TYPES.iter().find(|mime| takes(mime));
        let mime = *mime.ok_or(NoMicrophone::Unsupported)?;
        let devices = js::get(&super::window().navigator(), "mediaDevices");
        let sound = js::record(&[("channelCount", 1.into())]);
        let wanted = js::record(&[("audio", sound)]);
        let asked =
            js::call(&devices, "getUserMedia", &[wanted]).map_err(|_| NoMicrophone::Unsupported)?;
        let stream = js::settled(asked).await.map_err(|error| {
            match js::get(&error, "name").as_string().as_deref() {
                Some("NotAllowedError" | "SecurityError") => NoMicrophone::Denied,
                _ => NoMicrophone::Missing,
            }
        })?;
        let options = js::record(&[
            ("mimeType", mime.into()),
            ("audioBitsPerSecond", RATE.into()),
        ]);
        let recorder = js::make("MediaRecorder", &[stream.clone(), options])
            .map_err(|_| NoMicrophone::Unsupported)?;
        let pieces = Array::new();
        let take = Closure::<dyn FnMut(JsValue)>::wrap(Box::new({
            let pieces = pieces.clone();
            move |event: JsValue| _ = pieces.push(&js::get(&event, "data"))
        }));
        js::set(&recorder, "ondataavailable", take.as_ref());
        let microphone = Self {
            stream,
            recorder,
            pieces,
            _take: take,
        };
        js::call(&microphone.recorder, "start", &[PIECE.into()])
            .map_err(|_| NoMicrophone::Missing)?;
        Ok(microphone)
    }

    /// Ends, and gives what was recorded.
    pub async fn finish(self) -> Option<Blob> {
        let (sender, stopped) = channel();
        let stop = Closure::once_into_js(move || _ = sender.send(()));
        js::set(&self.recorder, "onstop", &stop);
        // A microphone that was pulled out has ended it already; then everything is here.
        let is_on = js::get(&self.recorder, "state").as_string().as_deref() == Some("recording");
        if is_on && js::call(&self.recorder, "stop", &[]).is_ok() {
            _ = stopped.await;
        }
        let mime = js::get(&self.recorder, "mimeType").as_string();
        let about = BlobPropertyBag::new();
        about.set_type(
            mime.unwrap_or_default()
                .split(';')
                .next()
                .unwrap_or_default(),
        );
        let blob = Blob::new_with_blob_sequence_and_options(&self.pieces, &about).ok()?;
        (blob.size() > 0.0).then_some(blob)
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        js::set(&self.recorder, "ondataavailable", &JsValue::NULL);
        if let Ok(tracks) = js::call(&self.stream, "getTracks", &[]) {
            for track in Array::from(&tracks).iter() {
                _ = js::call(&track, "stop", &[]);
            }
        }
    }
}
