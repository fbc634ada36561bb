//! Asks the gateway whether codes were scanned, while somebody looks at them.

use super::Desk;
use crate::clock::now_ms;
use crate::store::StoreError;
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(2);
/// A little less, or a tick that comes early would find the job not due.
const NOT_BEFORE_MS: i64 = 1_500;
/// Name of the job.
const JOB: &str = "pairing";
/// Codes of one look, and how many are asked about at once.
const CODES: u32 = 500;
const AT_ONCE: usize = 16;
/// A code is renewed as long as somebody looks. One that is over for so long has nobody who does; in milliseconds.
const FORGOTTEN_MS: i64 = 60_000;
/// How long after its end a link is looked at, so that what it began is ended; in milliseconds.
const OVER_MS: i64 = 3_600_000;

/// Watches, until the task is dropped. Of several servers one asks each time; which one does not matter, and a code that two ask about does
/// no harm.
pub async fn watch_codes(desk: Arc<Desk>) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = round(&desk).await {
            tracing::warn!(%error, "codes that wait to be scanned could not be looked up; trying again");
        }
    }
}

async fn round(desk: &Arc<Desk>) -> Result<(), StoreError> {
    let now = now_ms();
    let waiting = desk.store.waiting_pairings(now - OVER_MS, CODES).await?;
    // Nothing is written where nobody connects anything.
    if waiting.is_empty() || !desk.store.begin_job(JOB, now, NOT_BEFORE_MS).await? {
        return Ok(());
    }
    futures::stream::iter(waiting)
        .for_each_concurrent(AT_ONCE, |record| async move {
            let id = record.id.clone();
            let is_forgotten = record
                .code
                .as_ref()
                .is_some_and(|code| code.expires_at + FORGOTTEN_MS < now);
            if is_forgotten || record.expires_at <= now {
                if let Err(error) = desk.give_up(&record).await {
                    tracing::warn!(%error, pairing = %id, "an attempt could not be ended; trying again");
                }
            } else if let Err(error) = desk.look(record).await {
                tracing::debug!(%error, pairing = %id, "a code is not scanned yet");
            }
        })
        .await;
    Ok(())
}
