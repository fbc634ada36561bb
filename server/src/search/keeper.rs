//! Keeps the index in the background, so that nothing that arrives waits for it.

use crate::store::Store;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How late the index is at most where nothing else is to do.
const LOOK_EVERY: Duration = Duration::from_millis(700);
/// Things of one transaction, and the rest after it in multiples of what it took, where nothing else is to do.
const QUIET: (u32, u32) = (200, 2);
/// The same while something is written: deliveries come first, and hardly notice. The index catches up when they are over.
const BUSY: (u32, u32) = (50, 10);
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Keeps the index until the task is dropped.
pub async fn keep_index(store: Arc<dyn Store>) {
    let mut written = None;
    let mut pace = QUIET;
    loop {
        let begun = Instant::now();
        let rest = match store.index_more(pace.0).await {
            Ok(indexed) => {
                let busy = written.replace(indexed.written) != Some(indexed.written);
                pace = if busy { BUSY } else { QUIET };
                if indexed.more {
                    begun.elapsed() * pace.1
                } else {
                    LOOK_EVERY
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the search index is not brought up to date; trying again");
                REST_AFTER_FAILURE
            }
        };
        tokio::time::sleep(rest).await;
    }
}
