//! Waiting for what can be observed.

use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until there is something; fails the test if that takes longer than `limit`.
pub async fn until<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// How long a fault of the kind "for a minute" lasts: a minute, or `PILOT_FAULT_SECONDS`.
pub fn fault_seconds() -> Duration {
    let seconds = std::env::var("PILOT_FAULT_SECONDS").ok();
    let seconds = seconds.map_or(60, |text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds)
}

/// How often a fault of the kind "again and again" happens: ten times, or `PILOT_FAULT_KILLS`.
pub fn fault_kills() -> u32 {
    let kills = std::env::var("PILOT_FAULT_KILLS").ok();
    kills.map_or(10, |text| text.parse().expect("a number of kills"))
}
