//! What to do after an attempt. Pure, so that the table of `docs/protocol.md` can be tested line by line.

use crate::provider::cloud_api::{Advice, SendOutcome, advice, delay_ms, failure};
use crate::store::Settlement;
use app::messages::{Failure, Waiting};

/// How long an unreachable provider is tried, in milliseconds.
const GIVE_UP_MS: i64 = 24 * 3_600_000;

/// When an attempt ended, and what is needed to place the next one. Times are milliseconds since the epoch.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Attempts before this one.
    pub attempts: u32,
    /// When the message was queued.
    pub queued_at: i64,
    /// Now.
    pub now: i64,
    /// How long to wait for a status where the outcome is unknown, in milliseconds. WhatsApp reports `sent` within seconds, and
    /// repeats the report if our server was away.
    pub confirmation_ms: i64,
    /// In 0–1.
    pub jitter: f64,
}

/// Decides.
pub fn settle(outcome: SendOutcome, moment: Moment) -> Settlement {
    let Moment {
        attempts,
        queued_at,
        now,
        jitter,
        ..
    } = moment;
    match outcome {
        SendOutcome::Accepted { provider_id } => Settlement::Accepted { provider_id },
        // What is no message was not asked for: whether the message went out, nobody knows.
        SendOutcome::Unknown(_) | SendOutcome::Done => Settlement::Unconfirmed {
            deadline: now + moment.confirmation_ms,
        },
        SendOutcome::NotSent(_) if now - queued_at < GIVE_UP_MS => {
            let at = now + spread(delay_ms(2, 500, attempts.min(9)), jitter);
            let sentence = "WhatsApp cannot be reached just now.";
            wait("RETRY", at, sentence.into())
        }
        SendOutcome::NotSent(_) => Settlement::Failed(Failure {
            code: "UNREACHABLE".into(),
            sentence: "WhatsApp could not be reached for a day, so this message was not sent."
                .into(),
            retryable: true,
        }),
        SendOutcome::Refused {
            code,
            title,
            details,
        } => {
            let failure = failure(code, &title, details.as_deref());
            match advice(code) {
                Advice::Retry {
                    first_ms,
                    attempts: limit,
                } if attempts + 1 < limit => {
                    let at = now + spread(delay_ms(code, first_ms, attempts), jitter);
                    let reason = if code == 131_056 {
                        "PAIR_RATE"
                    } else {
                        "RETRY"
                    };
                    wait(reason, at, failure.sentence)
                }
                Advice::PauseNumber => Settlement::NumberRefused { failure },
                Advice::Fail { .. } if code == 131_047 => Settlement::WindowShut { failure },
                Advice::Retry { .. } | Advice::Fail { .. } => Settlement::Failed(failure),
            }
        }
    }
}

fn wait(reason: &str, at: i64, sentence: String) -> Settlement {
    Settlement::RetryAt {
        at,
        waiting: Waiting {
            sentence: Some(sentence),
            ..Waiting::until(reason, at)
        },
    }
}

/// Up to a quarter longer, so that what failed together does not come back together.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn spread(delay: i64, jitter: f64) -> i64 {
    delay + (delay as f64 * 0.25 * jitter.clamp(0.0, 1.0)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(attempts: u32, now: i64) -> Moment {
        Moment {
            attempts,
            queued_at: 0,
            now,
            confirmation_ms: 60_000,
            jitter: 0.0,
        }
    }

    fn refused(code: i64) -> SendOutcome {
        SendOutcome::Refused {
            code,
            title: "t".into(),
            details: None,
        }
    }

    #[test]
    fn what_may_have_gone_out_is_never_repeated() {
        let unknown = settle(SendOutcome::Unknown("timeout".into()), moment(0, 1_000));
        assert!(matches!(
            unknown,
            Settlement::Unconfirmed { deadline: 61_000 }
        ));
    }

    #[test]
    fn pair_rate_waits_four_to_the_power() {
        let at = |attempts| match settle(refused(131_056), moment(attempts, 0)) {
            Settlement::RetryAt { at, .. } => at,
            other => panic!("{other:?}"),
        };
        assert_eq!([at(0), at(1), at(2)], [1_000, 4_000, 16_000]);
        assert!(matches!(
            settle(refused(131_056), moment(7, 0)),
            Settlement::Failed(_)
        ));
    }

    #[test]
    fn credentials_mark_the_number_and_bad_requests_fail() {
        assert!(matches!(
            settle(refused(190), moment(0, 0)),
            Settlement::NumberRefused { .. }
        ));
        assert!(matches!(
            settle(refused(131_047), moment(0, 0)),
            Settlement::WindowShut { .. }
        ));
        for code in [100, 404, 12_345] {
            assert!(
                matches!(settle(refused(code), moment(0, 0)), Settlement::Failed(_)),
                "{code}"
            );
        }
        // Once more and no further.
        assert!(matches!(
            settle(refused(1), moment(0, 0)),
            Settlement::RetryAt { .. }
        ));
        assert!(matches!(
            settle(refused(1), moment(1, 0)),
            Settlement::Failed(_)
        ));
    }

    #[test]
    fn an_unreachable_provider_is_tried_for_a_day() {
        let attempt = |now| {
            settle(
                SendOutcome::NotSent("refused".into()),
                Moment {
                    jitter: 1.0,
                    ..moment(30, now)
                },
            )
        };
        assert!(matches!(attempt(1_000), Settlement::RetryAt { at, .. } if at <= 1_000 + 320_000));
        assert!(matches!(attempt(GIVE_UP_MS), Settlement::Failed(_)));
    }
}
