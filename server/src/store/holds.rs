//! Keys of sends that are under way, so that a second request under one is told so instead of doing the same work.

use app::ids::NumberId;
use std::any::Any;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A key, and the number that it is used at.
type Held = (NumberId, String);

/// The keys under which this process sends just now.
#[derive(Clone, Default)]
pub(super) struct Holds(Arc<Mutex<HashSet<Held>>>);

impl Holds {
    /// Takes a key; `None` while somebody has it.
    pub(super) fn take(&self, number: &NumberId, key: &str) -> Option<KeyHold> {
        let what = (number.clone(), key.to_owned());
        self.held().insert(what.clone()).then(|| KeyHold {
            holds: self.clone(),
            what,
            elsewhere: None,
        })
    }

    fn held(&self) -> MutexGuard<'_, HashSet<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send under a key. It ends when this is dropped.
#[must_use = "dropped at once, it holds nothing"]
pub struct KeyHold {
    holds: Holds,
    what: Held,
    elsewhere: Option<Box<dyn Any + Send + Sync>>,
}

impl KeyHold {
    /// Keeps this as well until it ends.
    pub(super) fn with(mut self, elsewhere: impl Any + Send + Sync) -> Self {
        self.elsewhere = Some(Box::new(elsewhere));
        self
    }
}

impl Drop for KeyHold {
    fn drop(&mut self) {
        // Before the next of this process can take it: what it asks for elsewhere then comes after this.
        drop(self.elsewhere.take());
        self.holds.held().remove(&self.what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_once_and_free_again() {
        let holds = Holds::default();
        let (one, other) = (
            NumberId::parse("wn_1").unwrap(),
            NumberId::parse("wn_2").unwrap(),
        );
        let held = holds.take(&one, "k").unwrap();
        assert!(holds.take(&one, "k").is_none());
        assert!(holds.take(&one, "l").is_some());
        assert!(holds.take(&other, "k").is_some());
        drop(held);
        assert!(holds.take(&one, "k").is_some());
    }
}
