//! Time, in the one form in which it is stored.

use jiff::Timestamp;

/// Milliseconds since the epoch.
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// ISO 8601 in UTC with milliseconds, as every time of the public API is written (`2026-06-27T10:00:00.000Z`).
pub fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| format!("{at:.3}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(super::iso(1_782_554_400_000), "2026-06-27T10:00:00.000Z");
    }
}
