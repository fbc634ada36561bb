//! How fast a backend may hand over messages.

use crate::store::Pace;
use app::ids::NumberId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What one number takes from a backend: a thousand a second, and a minute's worth of them at once after a rest. What WhatsApp takes is
/// less, and the outbox sees to that.
const SENDS: Pace = Pace {
    interval_ms: 1,
    burst: 60_000,
};

/// The buckets of the numbers. They are this server's own: a bucket in the database would make each send wait for the disk twice, to guard
/// against what a server is able to take anyway.
#[derive(Default)]
pub struct SendPace(Mutex<HashMap<NumberId, i64>>);

impl SendPace {
    /// Takes one of a number's; or says in how many milliseconds there is one.
    pub fn take(&self, number: &NumberId, now: i64) -> Option<i64> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = buckets.entry(number.clone()).or_default();
        let (taken, until) = SENDS.take(*spent, now, 1);
        *spent = until;
        (taken == 0).then(|| SENDS.wait(until, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_own_thousand_a_second() {
        let (pace, now) = (SendPace::default(), 1_000_000);
        let [one, other] = ["wn_1", "wn_2"].map(|id| NumberId::parse(id).unwrap());
        for _ in 0..60_000 {
            assert_eq!(pace.take(&one, now), None);
        }
        assert_eq!(pace.take(&one, now), Some(1));
        assert_eq!(pace.take(&other, now), None);
        for _ in 0..10 {
            assert_eq!(pace.take(&one, now + 10), None);
        }
        assert_eq!(pace.take(&one, now + 10), Some(1));
    }
}
