//! What callers have been promised.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names of what was acknowledged, and of what has to be tried again.
#[derive(Default)]
pub struct Ledger {
    acknowledged: Mutex<BTreeSet<String>>,
    unanswered: Mutex<Vec<String>>,
    next: AtomicU32,
    refusals: AtomicU32,
}

impl Ledger {
    /// The next thing to try: what got no good answer before (as Meta and a browser do), or something new.
    pub fn next(&self, kind: &str) -> String {
        self.again()
            .unwrap_or_else(|| format!("{kind}-{}", self.next.fetch_add(1, Ordering::Relaxed)))
    }

    /// The same, until there have been `count` new ones.
    pub fn next_of(&self, kind: &str, count: u32) -> Option<String> {
        self.again().or_else(|| {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            (number < count).then(|| format!("{kind}-{number}"))
        })
    }

    fn again(&self) -> Option<String> {
        self.unanswered.lock().unwrap().pop()
    }

    /// How it went.
    pub fn answered(&self, name: String, good: bool) {
        if good {
            self.acknowledged.lock().unwrap().insert(name);
        } else {
            self.refused();
            self.unanswered.lock().unwrap().push(name);
        }
    }

    /// There was no good answer to something that its sender keeps.
    pub fn refused(&self) {
        self.refusals.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether something has to be tried again.
    pub fn has_unanswered(&self) -> bool {
        !self.unanswered.lock().unwrap().is_empty()
    }

    /// All that was acknowledged.
    pub fn acknowledged(&self) -> BTreeSet<String> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// How many were.
    pub fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// How often there was no good answer.
    pub fn refusals(&self) -> u32 {
        self.refusals.load(Ordering::Relaxed)
    }
}
