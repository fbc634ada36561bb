//! Regular upkeep of the store.

use crate::clock::now_ms;
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_mins(10);
/// Rest between slices of a large clean-up.
const BREATH: Duration = Duration::from_millis(250);

/// Name of the job.
const JOB: &str = "prune";
/// A little less than the interval, or a tick that comes early would find the job not due.
const NOT_BEFORE_MS: i64 = 9 * 60_000;

/// Drops what is older than `retention`, until the task is dropped; of several servers one does it each time.
pub async fn prune_regularly(store: Arc<dyn Store>, retention: Duration) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        match store.begin_job(JOB, now_ms(), NOT_BEFORE_MS).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                tracing::warn!(%error, "cannot tell whether old events are to be dropped; trying again later");
                continue;
            }
        }
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
