//! What is known of the page around us.

use super::{Flags, Record, Told};
use crate::embed::Target;
use crate::ids::ConversationId;
use crate::inbox::lock;
use leptos::prelude::{ArcRwSignal, Set};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// A conversation that the page wants on screen, by its own word or by the record that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) target: Target,
    /// It follows from the record: then it is a hint.
    pub(crate) is_hint: bool,
}

/// What the page has told. All of it is text from outside, and none of it grants anything.
#[derive(Default)]
pub struct Surroundings {
    /// The record that the operator looks at.
    pub record: Told<Option<Record>>,
    /// Nobody with the record's phone has written.
    pub is_unmatched: ArcRwSignal<bool>,
    /// Conversations that are offered, because there is unsent text or more than one.
    pub offers: Told<Vec<ConversationId>>,
    /// Answers that are offered.
    pub suggestions: Told<Vec<String>>,
    /// What is hidden.
    pub flags: Told<Flags>,
    /// The page can hide the inbox.
    pub is_closable: ArcRwSignal<bool>,
    wish: Mutex<Option<Wish>>,
    turn: AtomicU32,
    /// The session in which the page last told something.
    told_in: AtomicU32,
}

impl Surroundings {
    /// True if `flag` is set, without following it.
    pub fn has(&self, flag: Flags) -> bool {
        self.flags.get_untracked().has(flag)
    }

    /// The page told something in this session.
    pub(super) fn note(&self, generation: u32) {
        self.told_in.store(generation, Ordering::Relaxed);
    }

    /// Another session shows other numbers. What the page told since it began is about those already.
    pub(crate) fn forget_before(&self, generation: u32) {
        if self.told_in.load(Ordering::Relaxed) != generation {
            self.clear();
        }
    }

    /// Somebody else's session begins. How the frame looks stays, for that is the page's.
    pub(crate) fn clear(&self) {
        self.record.set(None);
        self.is_unmatched.set(false);
        self.offers.set(Vec::new());
        self.suggestions.set(Vec::new());
        self.make_wish(None);
    }

    /// Replaces the wish; the answers to those before are not waited for. Returns the number of this one.
    pub(super) fn make_wish(&self, wish: Option<Wish>) -> u32 {
        *lock(&self.wish) = wish;
        self.turn.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn is_current(&self, turn: u32) -> bool {
        self.turn.load(Ordering::Relaxed) == turn
    }

    pub(super) fn take_wish(&self) -> Option<Wish> {
        lock(&self.wish).take()
    }
}
