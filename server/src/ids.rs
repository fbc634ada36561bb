//! Making ids. ULIDs, so that they grow with time; monotonic within the process, so that arrival order survives a full millisecond.

use crate::clock::now_ms;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use ulid::{Generator, Ulid};

/// A clock that goes back by more than this was wrong before, in milliseconds. Ids that went on from there would be of a time to
/// come, and stand after those of every other server.
const CORRECTED: i64 = 1_000;

static MAKER: Mutex<Maker> = Mutex::new(Maker {
    generator: Generator::new(),
    latest: 0,
});

struct Maker {
    generator: Generator,
    /// The latest time that an id was made for, in milliseconds.
    latest: i64,
}

impl Maker {
    fn make(&mut self, now: i64) -> Ulid {
        if now + CORRECTED < self.latest {
            self.generator = Generator::new();
            self.latest = now;
        }
        self.latest = self.latest.max(now);
        let time = UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
        // It fails only after 2^80 ids in one millisecond; a fresh random one is then as good.
        self.generator
            .generate_from_datetime(time)
            .unwrap_or_else(|_| Ulid::from_datetime(time))
    }
}

/// 26 characters that sort by the moment of their making.
pub fn fresh_ulid() -> String {
    let mut maker = MAKER.lock().unwrap_or_else(PoisonError::into_inner);
    maker.make(now_ms()).to_string()
}

/// A new id of a typed kind: `fresh!(MessageId)`.
#[macro_export]
macro_rules! fresh {
    ($kind:ty) => {{
        let mut text = String::from(<$kind>::PREFIX);
        text.push_str(&$crate::ids::fresh_ulid());
        <$kind>::parse(text).expect("a prefix and a ULID are URL-safe")
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_also_when_the_clock_hesitates() {
        let mut maker = Maker {
            generator: Generator::new(),
            latest: 0,
        };
        let made = [5_000, 5_000, 4_500, 4_001, 6_000].map(|now| maker.make(now));
        assert!(made.is_sorted());
    }

    #[test]
    fn a_clock_that_is_put_right_is_followed() {
        let mut maker = Maker {
            generator: Generator::new(),
            latest: 0,
        };
        maker.make(305_000);
        let made = [5_000, 5_001].map(|now| maker.make(now));
        assert_eq!(made.map(|id| id.timestamp_ms()), [5_000, 5_001]);
    }
}
