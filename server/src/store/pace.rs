//! Paces: how fast something may be taken, whoever takes it.

use app::ids::NumberId;

/// How fast something may be taken: so many at once, and one more after each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Milliseconds between two.
    pub interval_ms: i64,
    /// How many at once after a rest.
    pub burst: i64,
}

impl Pace {
    /// What a number may send (Meta, "Throughput": 80 messages a second, unless upgraded). The burst makes good a turn that comes
    /// late; a burst of a second would let two seconds' worth out in the first, of which WhatsApp refuses half (130429).
    pub const NUMBER: Self = Self {
        interval_ms: 13,
        burst: 16,
    };

    /// How many of `wanted` may be taken now from a bucket that has given out everything until `spent_until`, and until when it has given
    /// out everything afterwards (generic cell rate algorithm, ITU-T I.371).
    pub fn take(self, spent_until: i64, now: i64, wanted: i64) -> (i64, i64) {
        let begun = spent_until.max(now);
        let left = (now.saturating_add(self.whole()) - begun).max(0) / self.interval_ms;
        let taken = wanted.min(left);
        (taken, begun.saturating_add(taken * self.interval_ms))
    }

    /// When one more may be taken, in milliseconds after `now`; 0 if at once.
    pub fn wait(self, spent_until: i64, now: i64) -> i64 {
        (spent_until.max(now) - now + self.interval_ms - self.whole()).max(0)
    }

    fn whole(self) -> i64 {
        self.interval_ms * self.burst
    }
}

/// The bucket that paces what a number sends.
pub fn pace_bucket(number: &NumberId) -> String {
    format!("send:{number}")
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn a_burst_is_given_at_once_and_then_one_after_each_interval() {
        let pace = Pace {
            interval_ms: 100,
            burst: 3,
        };
        let (taken, spent) = pace.take(0, 10_000, 5);
        assert_eq!((taken, spent), (3, 10_300));
        assert_eq!(pace.wait(spent, 10_000), 100);
        assert_eq!(pace.take(spent, 10_099, 1).0, 0);
        let (taken, spent) = pace.take(spent, 10_100, 2);
        assert_eq!((taken, spent), (1, 10_400));
        assert_eq!(pace.take(spent, 20_000, 9).0, 3, "rested");
    }
}
