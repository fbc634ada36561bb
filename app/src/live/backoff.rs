//! How long to wait before the next attempt.

/// The first wait, in milliseconds.
const FIRST: f64 = 500.0;
/// The longest wait, in milliseconds.
const LONGEST: f64 = 30_000.0;

/// Waits that double, each spread over its upper half so that many browsers do not come back at once.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// The next wait in milliseconds; `random` is in 0..1.
    pub fn next(&mut self, random: f64) -> u32 {
        let full = (FIRST * f64::from(1u32 << self.attempts.min(10))).min(LONGEST);
        self.attempts += 1;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and LONGEST"
        )]
        let wait = (full / 2.0 + full / 2.0 * random.clamp(0.0, 1.0)) as u32;
        wait
    }

    /// It worked: the next wait is the first again.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<u32> = (0..9).map(|_| backoff.next(1.0)).collect();
        assert_eq!(
            waits,
            [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
        );
        backoff.reset();
        assert_eq!(backoff.next(0.0), 250);
        for _ in 0..100 {
            assert!(backoff.next(0.5) <= 30_000);
        }
    }
}
