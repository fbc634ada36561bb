//! Lets go of what is not kept: numbers that nobody can bring back, and what was said longer ago than their workspace wants it kept.

use super::prune_regularly;
use crate::clock::now_ms;
use crate::outbox::Wake;
use crate::state::AppState;
use crate::store::{DAY_MS, RESTORABLE_MS, Store, StoreError};
use std::time::Duration;

/// How often to look; what somebody has just asked for is looked at right away.
const EVERY: Duration = Duration::from_mins(10);
/// How often the conversations of numbers that keep some days are walked over, in milliseconds.
const WALK_MS: i64 = 55 * 60_000;
/// Name of that job.
const JOB: &str = "keep no longer";
/// Messages of one transaction.
const AT_ONCE: u32 = 500;
/// Rest between transactions, so that the others have their turn.
const BREATH: Duration = Duration::from_millis(20);

/// Regular upkeep of the store, until the task is dropped.
pub async fn keep_in_order(state: AppState, retention: Duration) {
    tokio::join!(
        prune_regularly(state.store.clone(), retention),
        keep_no_longer(&*state.store, &state.keeping)
    );
}

/// Works until the task is dropped. Of several servers one walks each time; what they do twice does no harm.
async fn keep_no_longer(store: &dyn Store, wake: &Wake) {
    let mut asked = true;
    loop {
        if let Err(error) = erase_all(store).await {
            tracing::warn!(%error, "a number could not be erased; trying again later");
        }
        let is_due = match store.begin_job(JOB, now_ms(), WALK_MS).await {
            Ok(is_due) => is_due || asked,
            Err(error) => {
                tracing::warn!(%error, "cannot tell whether old messages are to be redacted; trying again later");
                false
            }
        };
        if is_due {
            match redact_all(store).await {
                Ok(0) => {}
                Ok(count) => tracing::debug!(count, "what is not kept any more was redacted"),
                Err(error) => {
                    tracing::warn!(%error, "old messages could not be redacted; trying again later");
                }
            }
        }
        asked = tokio::select! {
            () = wake.heard() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
    }
}

/// Erases every number that nobody can bring back. A stop leaves the rest to the next start.
pub async fn erase_all(store: &dyn Store) -> Result<(), StoreError> {
    while store.erase_more(now_ms() - RESTORABLE_MS, AT_ONCE).await? {
        tokio::time::sleep(BREATH).await;
    }
    Ok(())
}

/// Redacts what is older than its number keeps it, and says how much it was.
pub async fn redact_all(store: &dyn Store) -> Result<u64, StoreError> {
    let mut count = 0;
    for kept in store.kept_for_days().await? {
        let before = now_ms() - i64::from(kept.days) * DAY_MS;
        let mut from = None;
        loop {
            let walked = store
                .redact_more(&kept.number, before, from.as_deref(), AT_ONCE)
                .await?;
            count += walked.count;
            from = walked.next;
            if from.is_none() {
                break;
            }
            if walked.count > 0 {
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    Ok(count)
}
