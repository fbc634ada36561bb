//! Why a message has not gone out, and the way to take it back.

use super::{Bubble, Waiting};
use crate::drawn::{Drawn, drawn, listener, live_on};
use crate::i18n::{Key, dates, fill, t};
use crate::inbox::Inbox;
use leptos::prelude::*;

/// Longer than any hold that can be undone, in milliseconds.
const LONGEST_HOLD: i64 = 12_000;

/// The line below a bubble that waits.
#[component]
pub fn Waits(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let inbox = Inbox::expect();
    let words = {
        let (inbox, bubble) = (inbox.clone(), bubble.clone());
        move || {
            let (waiting, at) = bubble.with(|bubble| (bubble.waiting.clone(), bubble.at));
            let waiting = waiting.filter(|waiting| !waiting.is_held_for_undo(at))?;
            let now = inbox.server_now();
            waiting.lasts(now).then(|| words(&inbox, &waiting, now))
        }
    };
    live_on(words, move |words| {
        let id = bubble.with_untracked(|bubble| {
            // What nobody knows about may have gone out.
            let waiting = bubble.waiting.as_ref()?;
            bubble
                .body
                .id
                .clone()
                .filter(|_| waiting.reason != "UNCONFIRMED")
        });
        let cancel = id.map(|id| {
            let inbox = inbox.clone();
            let cancel = listener(move |_| inbox.cancel_and_rewrite(id.clone()));
            drawn(view! {
                <button type="button" class="link-button" on:click=cancel>{t(Key::Cancel)}</button>
            })
        });
        drawn(view! {
            <div class="waits" data-testid="waits">
                <span dir="auto">{words}</span>
                {Drawn::from(cancel)}
            </div>
        })
    })
}

impl Waiting {
    /// Whether it is still so at this moment.
    fn lasts(&self, now: i64) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Whether a message that was written at this time is only held so that it can be undone; the toast says so.
    fn is_held_for_undo(&self, written_at: i64) -> bool {
        let until = self.until.filter(|_| self.reason == "SCHEDULED");
        until.is_some_and(|until| until - written_at <= LONGEST_HOLD)
    }

    /// What is said of it.
    fn words(&self) -> Key {
        match (self.reason.as_str(), self.until) {
            ("SCHEDULED", Some(_)) => Key::WaitsForTime,
            ("RETRY", Some(_)) => Key::WaitsToRetry,
            ("PAIR_RATE", Some(_)) => Key::WaitsForContact,
            ("PAUSED", _) => Key::WaitsForNumber,
            ("UNCONFIRMED", _) => Key::WaitsForNews,
            _ => Key::Waits,
        }
    }
}

fn words(inbox: &Inbox, waiting: &Waiting, now: i64) -> String {
    let i18n = &inbox.i18n;
    let sentence = i18n.text(waiting.words());
    match waiting.until {
        Some(until) => fill(sentence, "time", &dates::moment(i18n.locale(), now, until)),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_says_why_for_as_long_as_it_does() {
        let scheduled = Waiting::until("SCHEDULED", 1_000);
        assert_eq!(scheduled.words(), Key::WaitsForTime);
        assert!(scheduled.is_held_for_undo(0));
        assert!(!scheduled.is_held_for_undo(-60_000), "put off");
        assert!(!Waiting::until("RETRY", 1_000).is_held_for_undo(0));
        assert!(scheduled.lasts(999));
        assert!(!scheduled.lasts(1_000), "it is on its way");
        let without_end = |reason: &str| Waiting {
            reason: reason.into(),
            until: None,
            sentence: None,
        };
        assert_eq!(without_end("PAUSED").words(), Key::WaitsForNumber);
        assert!(without_end("PAUSED").lasts(i64::MAX));
        assert_eq!(without_end("UNCONFIRMED").words(), Key::WaitsForNews);
        assert_eq!(
            without_end("SCHEDULED").words(),
            Key::Waits,
            "no time to name"
        );
        assert_eq!(without_end("MOON").words(), Key::Waits);
    }
}
