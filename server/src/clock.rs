//! Time, in the one form in which it is stored. Servers that share a database go by the database's clock, so that one whose own clock is off
//! does not end sessions early, keep leases for ever, or sort its messages wrongly.

use crate::store::{Store, StoreError};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// What to add to this machine's clock, in milliseconds.
static OFFSET: AtomicI64 = AtomicI64::new(0);
/// Differences below this are the network's, in milliseconds.
const UNNOTICED: i64 = 20;
/// Differences above this are worth a word, in milliseconds.
const REMARKABLE: i64 = 2_000;
/// Answers of which the quickest counts.
const READINGS: usize = 5;
const EVERY: Duration = Duration::from_secs(10);

/// Milliseconds since the epoch.
pub fn now_ms() -> i64 {
    own_ms() + OFFSET.load(Ordering::Relaxed)
}

fn own_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// Compares this machine's clock with the database's.
pub async fn follow_once(store: &dyn Store) -> Result<(), StoreError> {
    let Some(best) = best_reading(store).await? else {
        return Ok(());
    };
    let Reading { offset, doubt } = best;
    let before = OFFSET.load(Ordering::Relaxed);
    if (offset - before).abs() <= UNNOTICED + doubt {
        return Ok(());
    }
    if (offset - before).abs() > REMARKABLE {
        tracing::warn!(
            milliseconds = offset,
            "this machine's clock differs from the database's; going by the database's"
        );
    }
    OFFSET.store(offset, Ordering::Relaxed);
    Ok(())
}

/// What one answer of the database says, in milliseconds.
struct Reading {
    offset: i64,
    /// An answer that took long says little about the moment it is about.
    doubt: i64,
}

/// The quickest of some answers: the first one may have had to wait for a connection, and any of them for a busy machine.
async fn best_reading(store: &dyn Store) -> Result<Option<Reading>, StoreError> {
    let mut best: Option<Reading> = None;
    for _ in 0..READINGS {
        let (asked, begun) = (own_ms(), Instant::now());
        let Some(told) = store.clock().await? else {
            return Ok(None);
        };
        let doubt = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX / 2) / 2;
        if best.as_ref().is_none_or(|best| doubt < best.doubt) {
            let offset = told - asked - doubt;
            best = Some(Reading { offset, doubt });
        }
    }
    Ok(best)
}

/// Compares again and again, until the task is dropped.
pub async fn follow(store: Arc<dyn Store>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = follow_once(&*store).await {
            tracing::debug!(%error, "the database's clock could not be read");
        }
    }
}

/// ISO 8601 in UTC with milliseconds, as every time of the public API is written (`2026-06-27T10:00:00.000Z`).
pub fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| format!("{at:.3}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(super::iso(1_782_554_400_000), "2026-06-27T10:00:00.000Z");
    }
}
