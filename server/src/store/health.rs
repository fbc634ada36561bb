//! Whether the database does its work, as far as the last write could tell.

use super::{StoreError, explain};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the database itself failed, so that nobody knows what became of the rest of the transaction.
pub(super) fn is_doubtful(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(error) if explain::is_the_databases(error))
}

/// A write failed and the database is to blame. A small write may succeed all the same (there is room for it in a page that is there
/// already), so from then on a larger one has to show that the trouble is over.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble(Arc<AtomicBool>);

impl Trouble {
    /// Looks at what a write failed with; returns whether that means trouble.
    pub fn note(&self, error: &StoreError) -> bool {
        let is_trouble = is_doubtful(error);
        if is_trouble {
            self.0.store(true, Ordering::Relaxed);
        }
        is_trouble
    }

    /// Whether a larger write has to show that it is over.
    pub fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// It is over.
    pub fn end(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
