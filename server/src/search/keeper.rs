//! Keeps the index in the background, so that nothing that arrives waits for it.

use crate::store::Store;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How late the index is at most where nothing else is to do.
const LOOK_EVERY: Duration = Duration::from_millis(700);
/// Things of one transaction: short enough that a delivery hardly notices it.
const SLICE: u32 = 100;
/// Rest after each transaction, in multiples of what it took: deliveries come first, also when the index is far behind.
const REST: u32 = 4;
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Keeps the index until the task is dropped.
pub async fn keep_index(store: Arc<dyn Store>) {
    loop {
        let begun = Instant::now();
        let rest = match store.index_more(SLICE).await {
            Ok(true) => begun.elapsed() * REST,
            Ok(false) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(%error, "the search index is not brought up to date; trying again");
                REST_AFTER_FAILURE
            }
        };
        tokio::time::sleep(rest).await;
    }
}
