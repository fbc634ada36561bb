//! What to do about each error of the Cloud API (Meta, "Error codes"; the table is in `docs/protocol.md`).

use app::messages::Failure;

/// What an error code asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Try again with growing delay: the first wait in milliseconds, and how many attempts in all.
    Retry {
        /// First wait, in milliseconds.
        first_ms: i64,
        /// Attempts in all.
        attempts: u32,
    },
    /// The credential or the account is refused: nothing goes out from this number, and nothing fails, until it is taken again.
    PauseNumber,
    /// The same request will fail again.
    Fail {
        /// Whether an operator may usefully try again later.
        retryable: bool,
    },
}

const fn retry(first_ms: i64, attempts: u32) -> Advice {
    Advice::Retry { first_ms, attempts }
}
const LATER: Advice = Advice::Fail { retryable: true };
const NEVER: Advice = Advice::Fail { retryable: false };
const PAUSE: Advice = Advice::PauseNumber;

/// The table: from code, to code, what to do. A code that is not in it will fail again, as far as anybody knows.
const TABLE: &[(i64, i64, Advice)] = &[
    // Service down or overloaded.
    (2, 2, retry(1_000, 12)),
    (131_016, 131_016, retry(1_000, 12)),
    (133_004, 133_004, retry(1_000, 12)),
    // Quota of calls used up.
    (4, 4, retry(60_000, 12)),
    (80_007, 80_007, retry(60_000, 12)),
    // Throughput of the number.
    (130_429, 130_429, retry(1_000, 20)),
    // Pair rate: 4^X seconds with X from 0. Only this conversation waits.
    (131_056, 131_056, retry(1_000, 8)),
    // The number is being upgraded: about a minute.
    (131_057, 131_057, retry(15_000, 10)),
    // Unknown; a few times only.
    (131_000, 131_000, retry(2_000, 4)),
    // Unknown, or a bad request: once more.
    (1, 1, retry(2_000, 2)),
    // Slow down: spam limit, marketing per person (not before a day has passed), messaging limit, registrations, policy.
    (131_048, 131_049, LATER),
    (131_064, 131_064, LATER),
    (133_016, 133_016, LATER),
    (368, 368, LATER),
    // Credentials and rights.
    (0, 0, PAUSE),
    (3, 3, PAUSE),
    (10, 10, PAUSE),
    (190, 190, PAUSE),
    (200, 299, PAUSE),
    (131_005, 131_005, PAUSE),
    // Account.
    (130_497, 130_497, PAUSE),
    (131_031, 131_031, PAUSE),
    (131_037, 131_037, PAUSE),
    (131_042, 131_042, PAUSE),
    (131_045, 131_045, PAUSE),
    (131_063, 131_063, PAUSE),
    // The request is wrong.
    (33, 33, NEVER),
    (100, 100, NEVER),
    (131_008, 131_009, NEVER),
    (131_021, 131_021, NEVER),
    (131_051, 131_051, NEVER),
    (131_053, 131_053, NEVER),
    (135_000, 135_000, NEVER),
    // The recipient.
    (131_026, 131_026, LATER),
    (130_472, 130_472, LATER),
    (131_030, 131_030, NEVER),
    (130_403, 130_403, NEVER),
    (131_050, 131_050, NEVER),
    (131_062, 131_062, NEVER),
    (137_000, 137_000, NEVER),
    // The window: a template instead.
    (131_047, 131_047, NEVER),
    // Templates and flows.
    (132_000, 132_069, NEVER),
    // Inbound media.
    (131_052, 131_052, NEVER),
];

/// What the table says.
pub fn advice(code: i64) -> Advice {
    TABLE
        .iter()
        .find(|(from, to, _)| (*from..=*to).contains(&code))
        .map_or(NEVER, |(_, _, advice)| *advice)
}

/// Growth of the wait: pair rate by four, everything else by two, with an hour as the limit.
pub fn delay_ms(code: i64, first_ms: i64, attempt: u32) -> i64 {
    let factor: i64 = if code == 131_056 { 4 } else { 2 };
    first_ms
        .saturating_mul(factor.saturating_pow(attempt.min(20)))
        .min(3_600_000)
}

/// What the operator reads.
pub fn failure(code: i64, title: &str, details: Option<&str>) -> Failure {
    let sentence = match code {
        131_047 => "The 24-hour window is closed: WhatsApp takes only approved templates until the contact writes again.".to_owned(),
        131_026 => "WhatsApp could not deliver this. The contact may have no WhatsApp on this phone, or an old version of it.".to_owned(),
        131_050 => "This contact stopped messages from your business.".to_owned(),
        130_403 => "This contact blocked your business.".to_owned(),
        131_056 => "Too many messages to this contact in a short time. Wait a minute and try again.".to_owned(),
        130_429 => "WhatsApp is slowing this number down. Try again in a minute.".to_owned(),
        131_048 => "WhatsApp limited this number because of reports from recipients. Wait before sending more.".to_owned(),
        131_049 => "WhatsApp held this back to keep the contact from getting too many messages. Try again tomorrow.".to_owned(),
        131_064 => "This account has written to as many new people as it may in a day. Try again later.".to_owned(),
        368 => "WhatsApp blocked this account for a while because of its policies. An administrator has to look into Meta's Business Manager.".to_owned(),
        130_472 => "WhatsApp held this back: the contact is part of an experiment of Meta's.".to_owned(),
        132_001 => "WhatsApp does not know this template in this language.".to_owned(),
        132_015 | 132_016 => "WhatsApp has paused or disabled this template. Choose another one.".to_owned(),
        131_021 => "A number cannot write to itself.".to_owned(),
        190 | 0 => "WhatsApp refused this number's access token. An administrator has to renew it; then try again.".to_owned(),
        131_031 | 131_042 | 131_045 => {
            "WhatsApp does not let this account send. An administrator has to look into Meta's Business Manager.".to_owned()
        }
        _ => match details.map(str::trim).filter(|text| !text.is_empty()) {
            Some(details) => format!("WhatsApp refused this message: {details}"),
            None if title.trim().is_empty() => "WhatsApp refused this message and gave no reason.".to_owned(),
            None => format!("WhatsApp refused this message: {}", title.trim()),
        },
    };
    let retryable = match advice(code) {
        Advice::Retry { .. } | Advice::PauseNumber => true,
        Advice::Fail { retryable } => retryable,
    };
    Failure {
        code: code.to_string(),
        sentence: sentence.chars().take(400).collect(),
        retryable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Meta's codes, group by group, as the contract lists them.
    #[test]
    fn every_line_of_metas_table_is_followed() {
        let retried = [
            (2, 1_000, 12),
            (131_016, 1_000, 12),
            (133_004, 1_000, 12),
            (4, 60_000, 12),
            (80_007, 60_000, 12),
            (130_429, 1_000, 20),
            (131_056, 1_000, 8),
            (131_057, 15_000, 10),
            (131_000, 2_000, 4),
            (1, 2_000, 2),
        ];
        for (code, first_ms, attempts) in retried {
            assert_eq!(advice(code), Advice::Retry { first_ms, attempts }, "{code}");
            assert!(failure(code, "t", None).retryable);
        }
        for code in [
            0, 3, 10, 190, 200, 250, 299, 131_005, 131_031, 131_042, 131_045, 131_037, 130_497,
            131_063,
        ] {
            assert_eq!(advice(code), Advice::PauseNumber, "{code}");
        }
        for code in [131_048, 131_049, 131_064, 133_016, 368, 131_026, 130_472] {
            assert_eq!(advice(code), Advice::Fail { retryable: true }, "{code}");
        }
        for code in [
            33, 100, 131_008, 131_009, 131_021, 131_051, 131_053, 135_000, 131_030, 130_403,
            131_050, 131_062, 137_000, 131_047, 132_000, 132_001, 132_005, 132_007, 132_008,
            132_012, 132_015, 132_016, 132_068, 132_069, 131_052, 999_999, -1,
        ] {
            assert_eq!(advice(code), Advice::Fail { retryable: false }, "{code}");
        }
    }

    #[test]
    fn waits_grow() {
        assert_eq!(
            [0, 1, 2, 3].map(|n| delay_ms(131_056, 1_000, n)),
            [1_000, 4_000, 16_000, 64_000]
        );
        assert_eq!(delay_ms(2, 1_000, 60), 3_600_000);
    }
}
