//! How loud a recording is along its length, as bars. Before it is known they are all alike: nothing is made up.

use crate::browser::js;
use crate::drawn::{Drawn, attr, drawn};
use crate::ids::MediaId;
use js_sys::{ArrayBuffer, Float32Array};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsCast;

/// How many bars there are.
pub(super) const BARS: usize = 40;
/// Samples that are looked at for each of them.
const LOOKS: u32 = 128;
/// Recordings of which the page remembers the bars.
const REMEMBERED: usize = 300;
/// The highest bar, and the height of one that says nothing.
const HIGH: u8 = 20;
const LOW: u8 = 3;

/// The heights of the bars, from [`LOW`] to [`HIGH`].
pub(super) type Bars = [u8; BARS];

thread_local! {
    static KNOWN: RefCell<HashMap<MediaId, Bars>> = RefCell::default();
}

/// The bars of a recording, if somebody has played it.
pub(super) fn known(id: &MediaId) -> Option<Bars> {
    KNOWN.with_borrow(|known| known.get(id).copied())
}

/// Listens to a whole recording; `None` where the browser cannot.
pub(super) async fn listen(id: MediaId, address: String) -> Option<Bars> {
    let response = wasm_bindgen_futures::JsFuture::from(window().fetch_with_str(&address)).await;
    let response: web_sys::Response = response.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let bytes = wasm_bindgen_futures::JsFuture::from(response.array_buffer().ok()?)
        .await
        .ok()?;
    let bytes: ArrayBuffer = bytes.dyn_into().ok()?;
    // One that plays nothing, and needs nobody's permission.
    let listener = js::make("OfflineAudioContext", &[1.into(), 1.into(), 48_000.into()]).ok()?;
    let sound = js::call(&listener, "decodeAudioData", &[bytes.into()]).ok()?;
    let sound = js::settled(sound).await.ok()?;
    let samples = js::call(&sound, "getChannelData", &[0.into()]).ok()?;
    let samples: Float32Array = samples.dyn_into().ok()?;
    let bars = bars_of(samples.length(), |at| samples.get_index(at));
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(id, bars);
    });
    Some(bars)
}

/// The loudest of some samples of each stretch, against the loudest of all.
fn bars_of(length: u32, sample: impl Fn(u32) -> f32) -> Bars {
    let mut peaks = [0.0_f32; BARS];
    for (bar, peak) in (0_u64..).zip(&mut peaks) {
        for look in 0..u64::from(LOOKS) {
            let at = (bar * u64::from(LOOKS) + look) * u64::from(length)
                / (BARS as u64 * u64::from(LOOKS));
            if let Ok(at) = u32::try_from(at)
                && at < length
            {
                *peak = peak.max(sample(at).abs());
            }
        }
    }
    let loudest = peaks.iter().copied().fold(0.0_f32, f32::max);
    peaks.map(|peak| {
        let share = if loudest > 0.0 { peak / loudest } else { 0.0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 17"
        )]
        let above = (share.clamp(0.0, 1.0) * f32::from(HIGH - LOW)) as u8;
        LOW + above
    })
}

/// The path of the bars, each two units from the last, in a box as high as the highest.
fn path_of(bars: &Bars) -> String {
    let mut path = String::new();
    for (place, height) in bars.iter().enumerate() {
        let top = HIGH - height;
        let piece = [
            "M",
            &(place * 4 + 2).to_string(),
            " ",
            &half(top),
            "V",
            &half(top + 2 * height),
        ];
        path.extend(piece);
    }
    path
}

/// Half of a small number, as text.
fn half(number: u8) -> String {
    let rest = if number.is_multiple_of(2) { "" } else { ".5" };
    [&(number / 2).to_string(), rest].concat()
}

/// The bars, twice: what has been heard lies over the rest, as far as `heard` of a hundred.
pub(super) fn draw(
    bars: &ArcRwSignal<Option<Bars>>,
    heard: impl Fn() -> i64 + Send + 'static,
) -> Drawn {
    let path = {
        let bars = bars.clone();
        Memo::new(move |_| path_of(&bars.get().unwrap_or([LOW; BARS])))
    };
    let view = ["0 0 ", &(BARS * 4).to_string(), " ", &HIGH.to_string()].concat();
    let bars_under = attr(move || Some(path.get()));
    let bars_over = attr(move || Some(path.get()));
    let left =
        crate::drawn::text(move || [&(100 - heard().clamp(0, 100)).to_string(), "%"].concat());
    drawn(view! {
        <svg class="sound-bars" viewBox=view.clone() preserveAspectRatio="none" aria-hidden="true">
            <path d=bars_under />
        </svg>
        <svg class="sound-bars is-heard" viewBox=view preserveAspectRatio="none" aria-hidden="true" style:--left=left>
            <path d=bars_over />
        </svg>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_follow_the_sound() {
        assert_eq!(bars_of(0, |_| 1.0), [LOW; BARS]);
        assert_eq!(bars_of(9_000, |_| 0.0), [LOW; BARS]);
        let loud = bars_of(96_000, |at| if at < 48_000 { 0.25 } else { -0.5 });
        assert_eq!(loud[0], LOW + 8);
        assert_eq!(loud[BARS / 2 - 1], LOW + 8);
        assert_eq!(loud[BARS / 2..], [HIGH; BARS / 2]);
        // Shorter than there are bars.
        assert_eq!(bars_of(1, |_| 0.1), [HIGH; BARS]);
    }

    #[test]
    fn a_path_stands_within_its_box() {
        let mut bars = [LOW; BARS];
        bars[1] = HIGH;
        let path = path_of(&bars);
        assert!(path.starts_with("M2 8.5V11.5M6 0V20M10 "), "{path}");
    }
}
