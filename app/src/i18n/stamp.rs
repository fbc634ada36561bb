//! Times in the reader's words: `now`, `12:04`, `Yesterday`, `Mon`, `3 Nov`.

const MINUTE: i64 = 60_000;

/// How to say a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Less than a minute ago.
    Now,
    /// Today: hours and minutes.
    Time,
    /// The day before.
    Yesterday,
    /// Within the last week: the day's name.
    Weekday,
    /// Longer ago, in this year: day and month.
    Date,
    /// Another year.
    DateAndYear,
}

/// A moment on the reader's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the epoch.
    pub at: i64,
    /// Days since the epoch, in the reader's time zone.
    pub day: i64,
    /// The year, in the reader's time zone.
    pub year: i64,
}

/// How to say `then` at `now`. A time slightly in the future, from a clock that is ahead, is now.
pub fn stamp(now: Moment, then: Moment) -> Stamp {
    if now.at - then.at < MINUTE && then.at - now.at < 5 * MINUTE {
        return Stamp::Now;
    }
    match now.day - then.day {
        0 => Stamp::Time,
        1 => Stamp::Yesterday,
        2..=6 => Stamp::Weekday,
        _ if now.year == then.year => Stamp::Date,
        _ => Stamp::DateAndYear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * MINUTE;

    fn moment(at: i64) -> Moment {
        Moment {
            at,
            day: at.div_euclid(DAY),
            year: 1970 + at.div_euclid(365 * DAY),
        }
    }

    #[test]
    fn times_become_coarser_with_age() {
        let noon = 300 * DAY + DAY / 2;
        for (ago, expected) in [
            (-4 * MINUTE, Stamp::Now),
            (0, Stamp::Now),
            (MINUTE - 1, Stamp::Now),
            (MINUTE, Stamp::Time),
            (DAY / 2, Stamp::Time),
            (DAY / 2 + 1, Stamp::Yesterday),
            (2 * DAY, Stamp::Weekday),
            (6 * DAY, Stamp::Weekday),
            (7 * DAY, Stamp::Date),
            (299 * DAY, Stamp::Date),
            (301 * DAY, Stamp::DateAndYear),
        ] {
            assert_eq!(
                stamp(moment(noon), moment(noon - ago)),
                expected,
                "{ago} ms ago"
            );
        }
    }
}
