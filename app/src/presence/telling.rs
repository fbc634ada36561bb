//! Telling others what is done here, and hearing of them.

use super::api::TellPresence;
use super::{Doing, Here, LASTS};
use crate::browser;
use crate::ids::ConversationId;
use crate::inbox::{Inbox, lock};
use crate::wire;
use leptos::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// From one word to the next while nothing changes, in milliseconds: as often as the contact is told that somebody types.
const PAUSE: i64 = 20_000;
/// How often it is looked whether a word is due, in milliseconds.
const LOOK: u32 = 5_000;

/// What is known of others, and what was told of oneself.
#[derive(Default)]
pub struct Presence {
    /// Those at some conversation, each with the time until which it holds.
    others: ArcRwSignal<Vec<(Here, i64)>>,
    told: Mutex<Option<(ConversationId, Doing, i64)>>,
    /// What takes a word of somebody, once a conversation was open: before, there is nowhere to show it.
    hears: OnceLock<fn(&Inbox, &str)>,
}

impl Presence {
    /// Takes a word of somebody, as it stands in the stream.
    pub(crate) fn hear(&self, inbox: &Inbox, json: &str) {
        if let Some(hear) = self.hears.get() {
            hear(inbox, json);
        }
    }

    pub(crate) fn forget(&self) {
        self.others.set(Vec::new());
        *lock(&self.told) = None;
    }

    /// Those at this conversation, tracked.
    pub(super) fn at(&self, id: &ConversationId) -> Vec<Here> {
        let now = browser::now();
        self.others.with(|all| {
            let here = all
                .iter()
                .filter(|(here, until)| here.conversation_id == *id && *until > now);
            here.map(|(here, _)| here.clone()).collect()
        })
    }

    /// Takes those away whose time is over.
    fn clean(&self) {
        let now = browser::now();
        let is_over = |(_, until): &(Here, i64)| *until <= now;
        if self.others.with_untracked(|all| all.iter().any(is_over)) {
            self.others.update(|all| all.retain(|it| !is_over(it)));
        }
    }
}

impl Inbox {
    /// Tells colleagues what is done here. The same is told again only after a pause, and of a tab that nobody sees nothing but the end.
    pub(crate) fn tell_doing(&self, id: &ConversationId, doing: Doing) {
        let is_somebody = self.me.with_untracked(Option::is_some) && self.has_session();
        if !is_somebody || (doing != Doing::Gone && !browser::is_visible()) {
            return;
        }
        let now = browser::now();
        {
            let mut told = lock(&self.presence.told);
            let is_said = told.as_ref().is_some_and(|(last, what, at)| {
                last == id && *what == doing && (now - at).abs() < PAUSE
            });
            if is_said {
                return;
            }
            *told = Some((id.clone(), doing, now));
        }
        let (inbox, conversation_id) = (self.clone(), id.clone());
        browser::spawn(async move {
            // Nobody waits for it.
            let request = TellPresence {
                conversation_id,
                doing,
            };
            _ = inbox.call(request).await;
        });
    }

    /// What is done at the open conversation holds on: typing for as long as it was told, then looking.
    fn go_on_here(&self, id: &ConversationId) {
        let types = lock(&self.presence.told)
            .as_ref()
            .is_some_and(|(at, doing, when)| {
                at == id && *doing == Doing::Typing && (browser::now() - when).abs() < PAUSE
            });
        if !types {
            self.tell_doing(id, Doing::Looking);
        }
    }

    fn hear_presence(&self, json: &str) {
        let Some(here) = wire::parse::<Here>(json) else {
            return;
        };
        let who = &here.operator.id;
        if self
            .me
            .with_untracked(|me| me.as_ref().is_some_and(|me| me.id == *who))
        {
            return;
        }
        let is_same = |it: &Here| {
            it.conversation_id == here.conversation_id && it.operator.id == here.operator.id
        };
        let others = &self.presence.others;
        let is_new = others.with_untracked(|all| !all.iter().any(|(it, _)| is_same(it)));
        let is_gone = here.doing == Doing::Gone;
        if is_gone && is_new {
            return;
        }
        others.update(|all| {
            all.retain(|(it, _)| !is_same(it));
            if !is_gone {
                all.push((here.clone(), browser::now() + LASTS));
            }
        });
        let open = self.open.get_untracked();
        // Whoever has just come cannot know who was here before.
        if is_new && open.as_ref() == Some(&here.conversation_id) {
            let told = lock(&self.presence.told).take();
            match told {
                Some((id, doing, _)) if Some(&id) == open.as_ref() => self.tell_doing(&id, doing),
                _ => self.tell_doing(&here.conversation_id, Doing::Looking),
            }
        }
    }
}

/// As long as the owner lives, this conversation is what is looked at.
pub(crate) fn stay(inbox: &Inbox, id: &ConversationId) {
    _ = inbox.presence.hears.set(Inbox::hear_presence);
    let is_here = Arc::new(AtomicBool::new(true));
    let (ends, left, gone) = (Arc::clone(&is_here), inbox.clone(), id.clone());
    on_cleanup(move || {
        ends.store(false, Ordering::Relaxed);
        left.tell_doing(&gone, Doing::Gone);
    });
    let (inbox, id) = (inbox.clone(), id.clone());
    browser::spawn(async move {
        while is_here.load(Ordering::Relaxed) {
            inbox.go_on_here(&id);
            inbox.presence.clean();
            inbox.alarm.wait(LOOK).await;
        }
    });
}
