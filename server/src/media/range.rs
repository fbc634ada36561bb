//! Ranges of a file (RFC 9110, section 14).

use std::ops::Range;

/// What of a file was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// All of it.
    Whole,
    /// A stretch.
    Part(Range<u64>),
    /// Something that is not in it.
    Outside,
}

/// Reads a `Range` header. One range is honoured; several, other units and nonsense mean the whole, as the RFC allows.
pub fn asked(header: Option<&str>, size: u64) -> Asked {
    let Some(header) = header else {
        return Asked::Whole;
    };
    let Some((unit, range)) = header.split_once('=') else {
        return Asked::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::Whole;
    }
    let Some((first, last)) = range.trim().split_once('-') else {
        return Asked::Whole;
    };
    match (number(first), number(last)) {
        (Bound::At(first), Bound::At(last)) if last < first => Asked::Whole,
        (Bound::At(first), Bound::At(_) | Bound::Open) if first >= size => Asked::Outside,
        (Bound::At(first), Bound::At(last)) => Asked::Part(first..last.saturating_add(1).min(size)),
        (Bound::At(first), Bound::Open) => Asked::Part(first..size),
        // The last so many bytes.
        (Bound::Open, Bound::At(0)) => Asked::Outside,
        (Bound::Open, Bound::At(_)) if size == 0 => Asked::Outside,
        (Bound::Open, Bound::At(count)) => Asked::Part(size.saturating_sub(count)..size),
        _ => Asked::Whole,
    }
}

enum Bound {
    At(u64),
    Open,
    Nonsense,
}

fn number(text: &str) -> Bound {
    if text.is_empty() {
        Bound::Open
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than any file has.
        Bound::At(text.parse().unwrap_or(u64::MAX))
    } else {
        Bound::Nonsense
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nonsense_is_the_whole_file() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=1-2,4-5",
            "bytes=5-2",
            "lines=1-2",
            "bytes=+1-2",
            "bytes=1-2-3",
            "bytes= 1-2 x",
        ] {
            assert_eq!(asked(Some(header), 10), Asked::Whole, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::Whole);
    }

    #[test]
    fn edges() {
        assert_eq!(asked(Some("bytes=0-"), 10), Asked::Part(0..10));
        assert_eq!(asked(Some("bytes=9-9"), 10), Asked::Part(9..10));
        assert_eq!(asked(Some("bytes=10-"), 10), Asked::Outside);
        assert_eq!(asked(Some("bytes=-0"), 10), Asked::Outside);
        assert_eq!(asked(Some("bytes=-99"), 10), Asked::Part(0..10));
        assert_eq!(asked(Some("bytes=0-0"), 0), Asked::Outside);
        let huge = "bytes=0-99999999999999999999999999";
        assert_eq!(asked(Some(huge), 10), Asked::Part(0..10));
    }

    proptest! {
        #[test]
        fn a_part_is_what_a_slice_is(first in 0u64..200, last in 0u64..200, size in 0u64..150) {
            let header = format!("bytes={first}-{last}");
            let bytes: Vec<u64> = (0..size).collect();
            match asked(Some(&header), size) {
                Asked::Whole => prop_assert!(last < first),
                Asked::Outside => prop_assert!(first >= size),
                Asked::Part(part) => {
                    let slice: Vec<u64> = bytes.iter().copied().filter(|at| (first..=last).contains(at)).collect();
                    prop_assert!(!slice.is_empty());
                    prop_assert_eq!(part.collect::<Vec<_>>(), slice);
                }
            }
        }
    }
}
