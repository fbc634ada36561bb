//! A player for what was recorded: play, seek, how long, how fast.

use super::file::{Link, address, renews};
use super::waveform::{self, Bars};
use crate::browser;
use crate::drawn::{Drawn, attr, drawn, listener, live, text};
use crate::i18n::Key;
use crate::icons::Icon;
use crate::ids::MediaId;
use crate::inbox::Inbox;
use crate::messages::Media;
use leptos::html::Audio;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How fast it may be played, in halves, in the order of the button.
const SPEEDS: [u8; 3] = [2, 3, 4];
/// How far an arrow moves, in milliseconds.
const STEP: i64 = 2_000;
/// A longer recording is not listened to for its bars, in milliseconds: it would be unpacked whole in the reader's memory.
const LISTENED_TO: i64 = 15 * 60_000;

thread_local! {
    /// Who listens fast listens to all of them fast.
    static SPEED: ArcRwSignal<u8> = ArcRwSignal::new(SPEEDS[0]);
}

/// What is known of a recording and of how it is played.
#[derive(Clone)]
struct Player {
    id: MediaId,
    link: Link,
    audio: NodeRef<Audio>,
    is_playing: ArcRwSignal<bool>,
    /// Where it is, in milliseconds.
    at: ArcRwSignal<i64>,
    /// How long it is, in milliseconds.
    length: ArcRwSignal<i64>,
    speed: ArcRwSignal<u8>,
    /// How loud it is, once somebody has played it.
    bars: ArcRwSignal<Option<Bars>>,
    is_voice: bool,
    /// Right to left: the arrows point the other way.
    is_rtl: bool,
}

impl Player {
    fn toggle(&self) {
        if let Some(audio) = self.audio.get_untracked() {
            if audio.paused() {
                browser::play(&audio);
            } else {
                _ = audio.pause();
            }
        }
    }

    /// It begins, here or by itself after another one.
    fn begun(&self) {
        self.is_playing.set(true);
        self.keep_pace();
        self.learn_bars();
    }

    /// Listens to it once, beside the reader.
    fn learn_bars(&self) {
        let is_wanted = self.bars.with_untracked(Option::is_none);
        let is_long = self.length.get_untracked() > LISTENED_TO;
        let link = self.link.get_untracked().filter(|_| is_wanted && !is_long);
        if let Some(link) = link {
            let (id, bars) = (self.id.clone(), self.bars.clone());
            browser::spawn(async move {
                // Where the browser cannot, the bars stay alike.
                if let Some(learnt) = waveform::listen(id, link.url).await {
                    bars.set(Some(learnt));
                }
            });
        }
    }

    /// A voice message goes on to the next one, if that follows at once.
    fn ended(&self) {
        self.at.set(0);
        let Some(audio) = self.audio.get_untracked().filter(|_| self.is_voice) else {
            return;
        };
        let Ok(all) = document().query_selector_all("[data-testid=message]") else {
            return;
        };
        let here = |at: u32| all.item(at).filter(|it| it.contains(Some(&audio)));
        let place = (0..all.length()).find(|at| here(*at).is_some());
        let next = place.and_then(|at| all.item(at + 1)?.dyn_into::<web_sys::Element>().ok());
        let next = next.and_then(|it| it.query_selector(".is-voice > audio").ok().flatten());
        if let Some(next) = next.and_then(|it| it.dyn_into::<web_sys::HtmlMediaElement>().ok()) {
            browser::play(&next);
        }
    }

    fn keep_pace(&self) {
        if let Some(audio) = self.audio.get_untracked() {
            audio.set_playback_rate(f64::from(self.speed.get_untracked()) / 2.0);
        }
    }

    fn press(&self, event: &web_sys::KeyboardEvent) {
        let back = if self.is_rtl {
            "ArrowRight"
        } else {
            "ArrowLeft"
        };
        let step = match event.key().as_str() {
            " " => {
                event.prevent_default();
                return self.toggle();
            }
            "ArrowLeft" | "ArrowRight" if event.key() == back => -STEP,
            "ArrowLeft" | "ArrowRight" | "ArrowUp" => STEP,
            "ArrowDown" => -STEP,
            _ => return,
        };
        event.prevent_default();
        let to = (self.at.get_untracked() + step).clamp(0, self.length.get_untracked());
        self.go_to(to);
    }

    fn go_to(&self, to: i64) {
        if let Some(audio) = self.audio.get_untracked() {
            #[expect(clippy::cast_precision_loss, reason = "a length of a recording")]
            audio.set_current_time(to as f64 / 1000.0);
            self.at.set(to);
        }
    }

    /// The browser says how far it is, and how long it found the recording to be.
    fn moved(&self) {
        if let Some(audio) = self.audio.get_untracked() {
            self.at.set(milliseconds(audio.current_time()));
            let found = audio.duration();
            if found.is_finite() {
                self.length.set(milliseconds(found));
            }
        }
    }

    fn seek(&self, slider: &web_sys::HtmlInputElement) {
        // The browser knows its number. Reading it from a text would bring tables of some kilobytes.
        let to = slider.value_as_number();
        if let Some(audio) = self.audio.get_untracked().filter(|_| to.is_finite()) {
            audio.set_current_time(to / 1000.0);
        }
    }

    fn faster(&self) {
        let now = self.speed.get_untracked();
        let place = SPEEDS.iter().position(|known| *known == now);
        let next = SPEEDS[place.map_or(0, |place| (place + 1) % SPEEDS.len())];
        self.speed.set(next);
        self.keep_pace();
    }

    /// An event of the recording that changes nothing but this.
    fn on(&self, work: fn(&Self)) -> Box<dyn FnMut(web_sys::Event)> {
        let player = self.clone();
        listener(move |_| work(&player))
    }
}

/// A voice note or a file of sound, in the reader's language; tracks it.
pub(super) fn player(inbox: &Inbox, media: &Media, link: &Link) -> Drawn {
    let key = if media.voice {
        Key::VoiceMessage
    } else {
        Key::Audio
    };
    let player = Player {
        id: media.id.clone(),
        link: link.clone(),
        audio: NodeRef::new(),
        is_playing: ArcRwSignal::new(false),
        at: ArcRwSignal::new(0),
        length: ArcRwSignal::new(media.duration_ms.unwrap_or_default()),
        speed: SPEED.with(ArcRwSignal::clone),
        bars: ArcRwSignal::new(waveform::known(&media.id)),
        is_voice: media.voice,
        is_rtl: inbox.i18n.locale().dir() == "rtl",
    };
    let recording = drawn(view! {
        <audio
            preload="metadata"
            src=address(link, |link| link.url.clone())
            node_ref=player.audio
            on:play=player.on(Player::begun)
            on:ended=player.on(Player::ended)
            on:pause=player.on(|player| player.is_playing.set(false))
            on:timeupdate=player.on(Player::moved)
            on:loadedmetadata=player.on(Player::moved)
            on:error=renews(inbox, &media.id)
        ></audio>
    });
    drawn(view! {
        <div
            class="sound"
            class:is-voice=media.voice
            role="group"
            aria-label=inbox.i18n.text(key)
            data-testid="sound"
        >
            {recording}
            {play_button(inbox, &player)}
            {slider(inbox, &player)}
            {time(&player)}
            {speed_button(inbox, &player)}
        </div>
    })
}

fn play_button(inbox: &Inbox, player: &Player) -> Drawn {
    let (inbox, is_playing) = (inbox.clone(), player.is_playing.clone());
    let name = attr(move || {
        let key = if is_playing.get() {
            Key::Pause
        } else {
            Key::Play
        };
        Some(inbox.i18n.text(key).to_owned())
    });
    let is_playing = player.is_playing.clone();
    let icon = live(move || {
        let icon = if is_playing.get() {
            Icon::PAUSE
        } else {
            Icon::PLAY
        };
        drawn(icon.draw())
    });
    let player = player.clone();
    let toggle = listener(move |_| player.toggle());
    drawn(view! {
        <button type="button" class="sound-play" aria-label=name on:click=toggle>{icon}</button>
    })
}

fn slider(inbox: &Inbox, player: &Player) -> Drawn {
    let (length, at, said) = (player.length.clone(), player.at.clone(), player.at.clone());
    let share = {
        let (length, at) = (player.length.clone(), player.at.clone());
        move || at.get().saturating_mul(100) / length.get().max(1)
    };
    let bars = waveform::draw(&player.bars, share);
    let press = {
        let player = player.clone();
        listener(move |event: web_sys::KeyboardEvent| player.press(&event))
    };
    let player = player.clone();
    let seek = listener(move |event: web_sys::Event| player.seek(&event_target(&event)));
    drawn(view! {
        <span class="sound-line">
        {bars}
        <input
            type="range"
            class="sound-seek"
            min="0"
            max=attr(move || Some(length.get().max(1).to_string()))
            step="100"
            aria-label=inbox.i18n.text(Key::Position)
            aria-valuetext=attr(move || Some(clock(said.get())))
            prop:value=text(move || at.get().to_string())
            on:input=seek
            on:keydown=press
        />
        </span>
    })
}

/// How far it is, or how long before it was begun.
fn time(player: &Player) -> Drawn {
    let (at, length) = (player.at.clone(), player.length.clone());
    let words = text(move || {
        let (at, length) = (at.get(), length.get());
        clock(if at > 0 { at } else { length })
    });
    drawn(view! { <span class="sound-time">{words}</span> })
}

fn speed_button(inbox: &Inbox, player: &Player) -> Drawn {
    let speed = player.speed.clone();
    let words = move || match speed.get() {
        2 => "1×",
        3 => "1.5×",
        _ => "2×",
    };
    let name = {
        let (inbox, words) = (inbox.clone(), words.clone());
        attr(move || Some([inbox.i18n.text(Key::Speed), " ", words()].concat()))
    };
    let words = text(move || words().to_owned());
    let player = player.clone();
    let faster = listener(move |_| player.faster());
    drawn(view! {
        <button
            type="button"
            class="sound-speed"
            dir="ltr"
            aria-label=name
            on:click=faster
        >
            {words}
        </button>
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a length of a recording")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

/// `0:07`, `12:30`.
fn clock(ms: i64) -> String {
    let seconds = ms / 1000;
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let zero = if seconds < 10 { "0" } else { "" };
    [&minutes.to_string(), ":", zero, &seconds.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_said_in_minutes_and_seconds() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(7_999), "0:07");
        assert_eq!(clock(750_000), "12:30");
    }
}
