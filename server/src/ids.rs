//! Making ids. ULIDs, so that they grow with time; monotonic within the process, so that arrival order survives a full millisecond.

use crate::clock::now_ms;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use ulid::{Generator, Ulid};

static GENERATOR: Mutex<Generator> = Mutex::new(Generator::new());

/// 26 characters that sort by the moment of their making.
pub fn fresh_ulid() -> String {
    let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(now_ms()).unwrap_or(0));
    let mut generator = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    // It fails only after 2^80 ids in one millisecond; a fresh random one is then as good.
    generator
        .generate_from_datetime(now)
        .unwrap_or_else(|_| Ulid::from_datetime(now))
        .to_string()
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
