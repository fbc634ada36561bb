//! A document in both forms that it is sent in: as it is, and compressed (gzip, RFC 1952). It has gaps, in each of which every answer has
//! its own nonce; so what lies between them is compressed once, and a nonce goes in as it is, as a stored block (RFC 1951, 3.2.4).

use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

/// Magic, deflate, no flags, no time, best compression, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
/// A final block of fixed codes with nothing in it.
const LAST_BLOCK: [u8; 2] = [3, 0];

/// A text with gaps.
pub struct Packed {
    plain: Vec<String>,
    packed: Vec<Piece>,
}

/// What lies between two gaps.
struct Piece {
    /// Whole deflate blocks that refer to nothing before them, ending on a byte.
    blocks: Vec<u8>,
    sum: Hasher,
}

impl Packed {
    /// Cuts a text where `gap` stands in it.
    pub fn new(text: &str, gap: &str) -> Self {
        let plain: Vec<String> = text.split(gap).map(str::to_owned).collect();
        let packed = plain.iter().map(|part| Piece::of(part)).collect();
        Self { plain, packed }
    }

    /// The text with `filling` in every gap.
    pub fn plain(&self, filling: &str) -> String {
        self.plain.join(filling)
    }

    /// The same as one gzip member.
    pub fn gzip(&self, filling: &str) -> Vec<u8> {
        let filling = filling.as_bytes();
        let mut sum = Hasher::new();
        let mut length = 0usize;
        let mut out = Vec::with_capacity(
            64 + self
                .packed
                .iter()
                .map(|piece| piece.blocks.len() + filling.len() + 5)
                .sum::<usize>(),
        );
        out.extend(HEADER);
        for (at, (piece, plain)) in self.packed.iter().zip(&self.plain).enumerate() {
            if at > 0 {
                // A stored block says its length twice, and holds no more than two bytes can say.
                for chunk in filling.chunks(usize::from(u16::MAX)) {
                    #[expect(clippy::cast_possible_truncation, reason = "a chunk of this size")]
                    let size = chunk.len() as u16;
                    out.push(0);
                    out.extend(size.to_le_bytes());
                    out.extend((!size).to_le_bytes());
                    out.extend(chunk);
                }
                sum.update(filling);
                length += filling.len();
            }
            out.extend(&piece.blocks);
            sum.combine(&piece.sum);
            length += plain.len();
        }
        out.extend(LAST_BLOCK);
        out.extend(sum.finalize().to_le_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "RFC 1952: modulo 2^32")]
        out.extend((length as u32).to_le_bytes());
        out
    }
}

impl Piece {
    fn of(text: &str) -> Self {
        let mut sum = Hasher::new();
        sum.update(text.as_bytes());
        let mut deflate = Compress::new(Compression::best(), false);
        let mut blocks = Vec::with_capacity(text.len() / 2 + 64);
        let mut rest = text.as_bytes();
        loop {
            let before = deflate.total_in();
            // Into memory and without a window of the caller's, so it has no way to fail; it may only want more room.
            let outcome = deflate.compress_vec(rest, &mut blocks, FlushCompress::Sync);
            let taken = usize::try_from(deflate.total_in() - before).unwrap_or(rest.len());
            rest = rest.get(taken..).unwrap_or_default();
            if rest.is_empty() && (outcome.is_err() || blocks.len() < blocks.capacity()) {
                break;
            }
            blocks.reserve(blocks.capacity().max(64));
        }
        Self { blocks, sum }
    }
}

/// Whether `Accept-Encoding` (RFC 9110, 12.5.3) takes gzip by its name.
pub fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|weight| {
            weight
                .strip_prefix("q=")
                .or_else(|| weight.strip_prefix("Q="))
                .is_some_and(|weight| weight.parse().is_ok_and(|weight: f32| weight <= 0.0))
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::{Packed, takes_gzip};
    use flate2::read::GzDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    fn unpacked(bytes: &[u8]) -> String {
        let mut text = String::new();
        let mut decoder = GzDecoder::new(bytes);
        decoder.read_to_string(&mut text).unwrap();
        assert!(decoder.into_inner().is_empty(), "one member and no more");
        text
    }

    proptest! {
        #[test]
        fn compressed_says_the_same_as_plain(
            parts in prop::collection::vec("[a-e<>\"é ]{0,300}", 1..6),
            filling in "[A-Za-z0-9+/]{0,40}",
        ) {
            let packed = Packed::new(&parts.join("\0gap\0"), "\0gap\0");
            prop_assert_eq!(packed.plain(&filling), parts.join(&filling));
            prop_assert_eq!(unpacked(&packed.gzip(&filling)), parts.join(&filling));
        }
    }

    #[test]
    fn a_long_text_and_a_long_filling_come_through() {
        let words: String = (0..40_000u32)
            .map(|n| char::from_u32(0x21 + n.wrapping_mul(2_654_435_761) % 90).unwrap())
            .collect();
        let packed = Packed::new(&format!("{words}|{words}"), "|");
        let filling = words.repeat(4);
        assert_eq!(
            unpacked(&packed.gzip(&filling)),
            format!("{words}{filling}{words}")
        );
    }

    #[test]
    fn gzip_is_taken_when_it_is_named_and_not_refused() {
        for accepted in ["gzip", "br, GZIP", "gzip, deflate, br, zstd", "gzip;q=0.5"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in [
            "",
            "br",
            "*",
            "gzip;q=0",
            "gzip; q=0.000",
            "x-gzip, identity",
        ] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }
}
