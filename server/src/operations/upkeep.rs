//! Regular upkeep of the store.

use crate::clock::now_ms;
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_mins(10);
/// Rest between slices of a large clean-up.
const BREATH: Duration = Duration::from_millis(250);

/// Drops what is older than `retention`, until the task is dropped.
pub async fn prune_regularly(store: Arc<dyn Store>, retention: Duration) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        let before = now_ms() - i64::try_from(retention.as_millis()).unwrap_or(i64::MAX / 2);
        loop {
            match store.prune(before).await {
                Ok(0) => break,
                Ok(count) => tracing::debug!(count, "old events dropped"),
                Err(error) => {
                    tracing::warn!(%error, "old events could not be dropped");
                    break;
                }
            }
            tokio::time::sleep(BREATH).await;
        }
    }
}
