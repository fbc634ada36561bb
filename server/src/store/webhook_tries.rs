//! What becomes of a try of a delivery: when it is tried again, when a receiver is left alone, when it is given up on. Pure, so that days pass
//! in a test.

use super::{DeliveryState, TryOutcome};

/// Most deliveries of a webhook under way at once, over all servers.
pub const DELIVERIES_AT_ONCE: i64 = 8;
/// Failures in a row after which a receiver is taken to be gone: one delivery at a time asks whether it is back.
pub const GONE_AFTER: i64 = 3;

/// How many deliveries of a webhook can begin while so many are under way.
pub(super) fn free(failures: i64, under_way: i64) -> i64 {
    let most = if failures >= GONE_AFTER {
        1
    } else {
        DELIVERIES_AT_ONCE
    };
    (most - under_way).max(0)
}

/// How long a delivery is tried, in milliseconds.
const TRIED_MS: i64 = 24 * 3_600_000;
/// How long a receiver may fail before it is given up on, in milliseconds.
const FAILING_MS: i64 = 3 * TRIED_MS;
/// Tries that have to fail before either is believed: a server that was away for days has asked nobody.
const FAILURES_BELIEVED: i64 = 20;
/// The first pause of a delivery, and the longest, in milliseconds.
const FIRST_PAUSE: i64 = 5_000;
const LONGEST_PAUSE: i64 = 3_600_000;
/// The same of a receiver that is gone.
const FIRST_HOLD: i64 = 1_000;
const LONGEST_HOLD: i64 = 5 * 60_000;

/// How a webhook and one of its deliveries were before a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before {
    /// Tries of the delivery, with this one.
    pub attempts: i64,
    /// When the first of them ended, if not this one.
    pub first_tried_at: Option<i64>,
    /// Failures of the webhook since its last success.
    pub failures: i64,
    /// When the first of them was.
    pub failing_since: Option<i64>,
    /// When the last of them was that counted.
    pub counted_at: Option<i64>,
}

/// How they are after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct After {
    /// Of the delivery.
    pub state: DeliveryState,
    /// When it is tried again.
    pub due_at: Option<i64>,
    /// Of the webhook.
    pub failures: i64,
    /// The same.
    pub failing_since: Option<i64>,
    /// The same.
    pub counted_at: Option<i64>,
    /// Until when nothing of it is tried.
    pub held_until: Option<i64>,
    /// What was planned before then is not tried any more: the receiver has been gone for as long as anything is tried.
    pub give_up_before: Option<i64>,
    /// Whether it is given up on.
    pub pause: bool,
}

impl Before {
    /// Decides.
    pub fn after(self, outcome: &TryOutcome) -> After {
        let now = outcome.at;
        if outcome.taken {
            return After {
                state: DeliveryState::Delivered,
                due_at: None,
                failures: 0,
                failing_since: None,
                counted_at: None,
                held_until: None,
                give_up_before: None,
                pause: false,
            };
        }
        // Tries that were under way together fail together: that is one failure, not eight of them in a row.
        let began = now - outcome.duration_ms;
        // What counts begins after the last that counted, and not after the last that failed: where tries always overlap, as at a receiver
        // that hangs, none would count.
        let counted_before = self.counted_at.filter(|counted| began < *counted);
        let failures = self.failures + i64::from(counted_before.is_none());
        let failing_since = self.failing_since.unwrap_or(now);
        let is_believed = failures >= FAILURES_BELIEVED;
        let is_over = now - self.first_tried_at.unwrap_or(now) >= TRIED_MS;
        let pause = doubled(FIRST_PAUSE, self.attempts - 1, LONGEST_PAUSE);
        // Up to a quarter longer, so that what failed together does not come back together.
        let spread = pause / 4 * (now.rem_euclid(97)) / 96;
        After {
            state: if is_over {
                DeliveryState::Failed
            } else {
                DeliveryState::Waiting
            },
            due_at: (!is_over).then_some(now + pause + spread),
            failures,
            failing_since: Some(failing_since),
            counted_at: counted_before.or(Some(now)),
            held_until: (failures >= GONE_AFTER)
                .then(|| now + doubled(FIRST_HOLD, failures - GONE_AFTER, LONGEST_HOLD)),
            give_up_before: (is_believed && now - failing_since >= TRIED_MS)
                .then_some(now - TRIED_MS),
            pause: is_believed && now - failing_since >= FAILING_MS,
        }
    }
}

fn doubled(first: i64, times: i64, longest: i64) -> i64 {
    let times = u32::try_from(times.clamp(0, 30)).unwrap_or(30);
    first.saturating_mul(1 << times).min(longest)
}

/// What a pause says.
pub(super) const PAUSE_REASON: &str = "The receiver has not taken anything for three days. Set `active` to true when it is back: deliveries go on where they stopped, as far back as the log reaches.";

/// What the log says of what was not tried any more.
pub(super) const GIVEN_UP: &str =
    "Not tried any more: the receiver had not taken anything for a day.";

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn failed(at: i64) -> TryOutcome {
        TryOutcome {
            taken: false,
            status_code: Some(500),
            response: String::new(),
            duration_ms: 1,
            at,
        }
    }

    fn before(attempts: i64, first_tried_at: Option<i64>) -> Before {
        Before {
            attempts,
            first_tried_at,
            failures: 0,
            failing_since: None,
            counted_at: None,
        }
    }

    #[test]
    fn a_delivery_is_tried_for_a_day_with_growing_pauses() {
        let (mut now, mut tries, mut first) = (0, 0, None);
        let mut pauses = Vec::new();
        loop {
            tries += 1;
            let after = before(tries, first).after(&failed(now));
            first = first.or(Some(now));
            let Some(next) = after.due_at else {
                assert_eq!(after.state, DeliveryState::Failed);
                break;
            };
            assert_eq!(after.state, DeliveryState::Waiting);
            pauses.push(next - now);
            now = next;
        }
        assert!((24 * HOUR..=26 * HOUR).contains(&now), "{now}");
        assert!(pauses[0] <= 6_250 && pauses.iter().all(|p| *p <= 5 * HOUR / 4));
        assert!(pauses[..8].is_sorted(), "{pauses:?}");
    }

    #[test]
    fn a_receiver_that_is_gone_is_asked_now_and_then() {
        let hold = |failures| {
            let before = Before {
                failures,
                failing_since: Some(0),
                ..before(1, None)
            };
            before.after(&failed(1_000)).held_until
        };
        assert_eq!([hold(0), hold(1)], [None, None]);
        assert_eq!([hold(2), hold(3)], [Some(2_000), Some(3_000)]);
        assert_eq!(hold(500), Some(1_000 + LONGEST_HOLD));
    }

    #[test]
    fn tries_that_fail_together_are_one_failure() {
        let tried = |counted_at, duration_ms| {
            let before = Before {
                failures: 2,
                failing_since: Some(0),
                counted_at,
                ..before(1, None)
            };
            let outcome = TryOutcome {
                duration_ms,
                ..failed(10_000)
            };
            let after = before.after(&outcome);
            (after.failures, after.counted_at)
        };
        let (counts, does_not) = ((3, Some(10_000)), (2, Some(9_501)));
        assert_eq!(tried(Some(9_000), 500), counts, "it began after the last");
        assert_eq!(tried(Some(9_500), 500), counts);
        assert_eq!(
            tried(Some(9_501), 500),
            does_not,
            "it was under way by then"
        );
        assert_eq!(tried(None, 500), counts);
    }

    #[test]
    fn a_receiver_that_hangs_is_gone_after_a_while() {
        // Eight tries of ten seconds each, begun one after another, and always the next in the place of the one that ended.
        let (mut failures, mut counted_at) = (0, None);
        for n in 0..24 {
            let after = Before {
                failures,
                counted_at,
                ..before(1, None)
            }
            .after(&TryOutcome {
                duration_ms: 10_000,
                ..failed(10_000 + n * 1_250)
            });
            (failures, counted_at) = (after.failures, after.counted_at);
        }
        assert_eq!(failures, GONE_AFTER);
    }

    #[test]
    fn one_that_fails_for_three_days_is_given_up_on() {
        let after_failures = |failures, now| {
            let before = Before {
                failures,
                failing_since: Some(0),
                ..before(1, None)
            };
            let after = before.after(&failed(now));
            (after.give_up_before, after.pause)
        };
        let after = |now| after_failures(900, now);
        assert_eq!(
            after_failures(1, 90 * HOUR),
            (None, false),
            "who was asked?"
        );
        assert_eq!(after(24 * HOUR - 1), (None, false));
        assert_eq!(after(24 * HOUR), (Some(0), false));
        assert_eq!(after(72 * HOUR - 1), (Some(48 * HOUR - 1), false));
        assert_eq!(after(72 * HOUR), (Some(48 * HOUR), true));
    }

    #[test]
    fn a_success_makes_up_for_all_failures() {
        let taken = TryOutcome {
            taken: true,
            ..failed(100 * HOUR)
        };
        let before = Before {
            failures: 900,
            failing_since: Some(0),
            ..before(9, Some(0))
        };
        let after = before.after(&taken);
        assert_eq!(after.state, DeliveryState::Delivered);
        assert_eq!(
            (after.failures, after.failing_since, after.held_until),
            (0, None, None)
        );
        assert!(!after.pause);
    }
}
