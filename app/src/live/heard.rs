//! Events on their way from the stream to the screen. One that comes alone is shown at once; of many that come at once, all that came
//! within a moment are shown together: a page that draws two hundred times a second has no time left for whoever writes in it.

use super::LiveEvent;
use crate::browser;
use crate::embed::Bridge;
use crate::inbox::{Inbox, lock};
use crate::messages::Direction;
use crate::sync::Changes;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The screen is changed no more often than this, in milliseconds: two frames of a usual display.
const PACE: i64 = 32;
/// Nor does it ever wait for longer, in milliseconds.
const SLOWEST: i64 = 250;
/// So many times as long as a change takes, the page is left to whoever works in it.
const REST: i64 = 3;

/// What one connection told and is not on screen yet.
#[derive(Default)]
pub(super) struct Heard {
    waiting: RefCell<Vec<(i64, LiveEvent)>>,
    /// True while a timer runs that will show it.
    is_due: Cell<bool>,
    /// When something was shown last, in milliseconds since the epoch.
    shown_at: Cell<i64>,
    /// How long that took, in milliseconds.
    took: Cell<i64>,
}

impl Inbox {
    /// Takes an event at its place in the log.
    pub(super) fn hear(&self, heard: &Rc<Heard>, seq: i64, event: LiveEvent, generation: u32) {
        heard.waiting.borrow_mut().push((seq, event));
        if heard.is_due.get() {
            return;
        }
        // A clock that was set back must not keep anything waiting.
        let since = (browser::now() - heard.shown_at.get()).abs();
        let pace = (REST * heard.took.get()).clamp(PACE, SLOWEST);
        let wait = u32::try_from(pace - since).unwrap_or(0);
        heard.is_due.set(true);
        let (inbox, heard) = (self.clone(), Rc::clone(heard));
        let show = move || {
            if inbox.is_past(generation) {
                return;
            }
            let began = browser::now();
            inbox.show_heard(&heard);
            browser::spawn(async move {
                // What depends on it is drawn by then.
                leptos::task::tick().await;
                let now = browser::now();
                heard.took.set(now - began);
                heard.shown_at.set(now);
            });
        };
        if wait == 0 {
            // After what else came with it.
            browser::spawn(async move { show() });
        } else {
            browser::after(wait, show);
        }
    }

    /// Shows what was heard.
    pub(super) fn show_heard(&self, heard: &Heard) {
        heard.is_due.set(false);
        heard.shown_at.set(browser::now());
        let events = std::mem::take(&mut *heard.waiting.borrow_mut());
        let tells = self.bridge.get().is_some_and(Bridge::hears_messages);
        for (_, event) in &events {
            if let LiveEvent::Message { message, .. } = event {
                if tells && message.direction == Direction::Inbound {
                    lock(&self.reports).came(&message.id);
                }
                self.note_number(message);
            }
        }
        let mut news = Vec::new();
        self.act(|engine| {
            let mut changes = Changes::default();
            for (seq, event) in events {
                if let LiveEvent::Message {
                    message,
                    conversation,
                } = &event
                    && message.direction == Direction::Inbound
                    && !message.has_changed()
                    && message.kind != "system"
                    && seq > engine.cursor()
                {
                    news.push((conversation.id.clone(), conversation.contact.label()));
                }
                changes.add(engine.apply(seq, event));
            }
            changes
        });
        for (id, name) in news {
            self.note_arrival(&id, name);
        }
    }
}
