//! Chance that can be repeated.

/// Draws that depend only on the seed, what is drawn for, and the running number of the thing
/// concerned: never on timing, so a test that fails once fails again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice {
    pub(super) seed: u64,
}

impl Dice {
    /// Whether an event of this probability (0 to 1) happens.
    pub(super) fn happens(self, rate: f64, purpose: &str, number: u64) -> bool {
        // 32 of the 64 bits are plenty for a rate, and convert to f64 without loss.
        let part = u32::try_from(self.draw(purpose, number) >> 32).unwrap_or(u32::MAX);
        f64::from(part) / (f64::from(u32::MAX) + 1.0) < rate
    }

    /// A number below `limit`, which must not be 0.
    pub(super) fn below(self, limit: u64, purpose: &str, number: u64) -> u64 {
        self.draw(purpose, number) % limit
    }

    fn draw(self, purpose: &str, number: u64) -> u64 {
        let start = mix(self.seed ^ mix(number.wrapping_add(1)));
        purpose
            .bytes()
            .fold(start, |state, byte| mix(state ^ u64::from(byte)))
    }
}

/// The finaliser of `SplitMix64`: each input bit changes about half of the output bits.
fn mix(input: u64) -> u64 {
    let mut z = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_hold_and_extremes_are_exact() {
        let dice = Dice { seed: 7 };
        let hits = (0..10_000)
            .filter(|n| dice.happens(0.3, "loss sent", *n))
            .count();
        assert!((2_800..3_200).contains(&hits), "{hits} of 10000 at 30 %");
        assert!((0..1000).all(|n| dice.happens(1.0, "loss", n)));
        assert!(!(0..1000).any(|n| dice.happens(0.0, "loss", n)));
    }

    #[test]
    fn same_seed_same_draws_other_seed_others() {
        let draws = |seed| {
            (0..64)
                .map(|n| Dice { seed }.below(6, "order", n))
                .collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }
}
