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
    /// The credential or the account is refused: nothing from this number goes out until somebody acts.
    RefuseNumber,
    /// The same request will fail again.
    Fail {
        /// Whether an operator may usefully try again later.
        retryable: bool,
    },
}

/// The table.
pub fn advice(code: i64) -> Advice {
    match code {
        2 | 131_016 | 133_004 => Advice::Retry {
            first_ms: 1_000,
            attempts: 12,
        },
        4 | 80_007 => Advice::Retry {
            first_ms: 60_000,
            attempts: 12,
        },
        130_429 => Advice::Retry {
            first_ms: 1_000,
            attempts: 20,
        },
        // Pair rate: 4^X seconds with X from 0.
        131_056 => Advice::Retry {
            first_ms: 1_000,
            attempts: 8,
        },
        // The number is being upgraded: about a minute.
        131_057 => Advice::Retry {
            first_ms: 15_000,
            attempts: 10,
        },
        131_000 => Advice::Retry {
            first_ms: 2_000,
            attempts: 4,
        },
        1 => Advice::Retry {
            first_ms: 2_000,
            attempts: 2,
        },
        0
        | 3
        | 10
        | 190
        | 200..=299
        | 131_005
        | 131_031
        | 131_042
        | 131_045
        | 131_037
        | 130_497
        | 131_063 => Advice::RefuseNumber,
        131_048 | 131_049 | 131_064 | 133_016 | 368 | 131_026 | 130_472 => {
            Advice::Fail { retryable: true }
        }
        _ => Advice::Fail { retryable: false },
    }
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
        Advice::Retry { .. } | Advice::RefuseNumber => true,
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

    #[test]
    fn the_table_keeps_its_promises() {
        for code in [
            2, 131_016, 4, 80_007, 130_429, 131_056, 131_057, 133_004, 131_000, 1,
        ] {
            assert!(matches!(advice(code), Advice::Retry { .. }), "{code}");
        }
        assert_eq!(
            advice(1),
            Advice::Retry {
                first_ms: 2_000,
                attempts: 2
            }
        );
        for code in [0, 190, 3, 10, 250, 131_005, 131_031, 131_042] {
            assert_eq!(advice(code), Advice::RefuseNumber, "{code}");
        }
        for code in [100, 131_009, 131_047, 132_000, 999_999] {
            assert_eq!(advice(code), Advice::Fail { retryable: false }, "{code}");
        }
        assert_eq!(
            [0, 1, 2, 3].map(|n| delay_ms(131_056, 1_000, n)),
            [1_000, 4_000, 16_000, 64_000]
        );
        assert_eq!(delay_ms(2, 1_000, 60), 3_600_000);
    }
}
