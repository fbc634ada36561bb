//! When to renew the token.

use crate::inbox::SessionTimes;

/// The token's life by this browser's clock, in milliseconds since the epoch. The server's clock is what counts; how far ours is
/// off was measured when the times arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    from: i64,
    until: i64,
}

impl Lifetime {
    /// From the times that came with an answer at `local_now`.
    pub fn new(times: SessionTimes, local_now: i64) -> Self {
        let ahead = local_now - times.now;
        Self {
            from: times.issued_at + ahead,
            until: times.expires_at + ahead,
        }
    }

    /// After a renewal at `local_now`: the answer names the new end by the server's clock. A renewal keeps the clocks' difference.
    pub const fn renewed(local_now: i64, ahead: i64, expires_at: i64) -> Self {
        Self {
            from: local_now,
            until: expires_at + ahead,
        }
    }

    /// Milliseconds until the renewal is due: at two thirds of the life, spread by ±5 % of it so that many tabs do not renew at
    /// once. `random` is in 0..1.
    pub fn until_renewal(self, local_now: i64, random: f64) -> u32 {
        #[expect(clippy::cast_precision_loss, reason = "a life is an hour at most")]
        let life = (self.until - self.from).max(0) as f64;
        let due = life * (2.0 / 3.0 + 0.05 * (2.0 * random.clamp(0.0, 1.0) - 1.0));
        #[expect(clippy::cast_possible_truncation, reason = "a life is an hour at most")]
        let wait = self.from + due.round() as i64 - local_now;
        u32::try_from(wait.max(0)).unwrap_or(u32::MAX)
    }

    /// When the token ends.
    pub const fn ends_at(self) -> i64 {
        self.until
    }

    /// True once the token is of no use.
    pub const fn is_over(self, local_now: i64) -> bool {
        local_now >= self.until
    }

    /// Milliseconds until the token is of no use.
    pub fn remaining(self, local_now: i64) -> u32 {
        u32::try_from((self.until - local_now).max(0)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(now: i64, life: i64) -> SessionTimes {
        SessionTimes {
            now,
            issued_at: now,
            expires_at: now + life,
            session_ends_at: now + 10 * life,
        }
    }

    #[test]
    fn renewal_is_due_at_two_thirds_whatever_this_clock_says() {
        for local_now in [0, 1_000_000_000_000, 5_000_000_000_000] {
            let life = Lifetime::new(times(2_000_000_000_000, 900_000), local_now);
            assert_eq!(life.until_renewal(local_now, 0.5), 600_000);
            assert_eq!(life.until_renewal(local_now, 0.0), 555_000);
            assert_eq!(life.until_renewal(local_now, 1.0), 645_000);
            assert_eq!(
                life.until_renewal(local_now + 700_000, 0.5),
                0,
                "overdue after sleep"
            );
            assert!(!life.is_over(local_now + 899_999));
            assert!(life.is_over(local_now + 900_000));
        }
    }

    #[test]
    fn a_token_of_a_second_is_renewed_within_it() {
        let life = Lifetime::new(times(50, 1000), 50);
        for random in [0.0, 0.5, 1.0] {
            assert!((600..730).contains(&life.until_renewal(50, random)));
        }
        let next = Lifetime::renewed(700, 0, 1700);
        assert_eq!(next.until_renewal(700, 0.5), 667);
        assert_eq!(next.remaining(1200), 500);
    }
}
