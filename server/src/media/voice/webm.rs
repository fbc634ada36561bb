//! As much of `WebM` as a recording of one voice needs. It is read from front to end, once: no address in it is followed, nothing is kept
//! but the packet at hand, and what would be larger than that may be is refused before it is read.

use super::NotVoice;
use std::io::{self, Read};

/// Longest packet: what Ogg may carry of Opus (RFC 7845, 6), and what stands before it in a block.
const BLOCK: u64 = 61_440 + 16;
/// Longest value that is read whole.
const VALUE: u64 = 256;
/// The size of an element that ends where its parent goes on.
const OPEN: u64 = u64::MAX;

// Elements, by their ids.
const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK: u32 = 0xae;
const CODEC: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63a2;
const ENCODINGS: u32 = 0x6d80;
const CLUSTER: u32 = 0x1f43_b675;
const BLOCK_GROUP: u32 = 0xa0;
const SIMPLE_BLOCK: u32 = 0xa3;
const PLAIN_BLOCK: u32 = 0xa1;

/// What comes out of a recording.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// The head of the only kind of track that there may be: Opus.
    Head(Vec<u8>),
    /// A packet of it.
    Packet(Vec<u8>),
}

/// A recording that is being read.
pub struct Webm<R> {
    bytes: R,
    /// A track has begun, and its head has not come yet.
    headless: bool,
}

impl<R: Read> Webm<R> {
    /// From the start of a file.
    pub fn new(bytes: R) -> Self {
        Self {
            bytes,
            headless: false,
        }
    }

    /// The next thing of interest; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Found>, NotVoice> {
        while let Some(id) = self.id()? {
            let size = self.number()?;
            match id {
                // What is in them follows. Where they end does not matter: each element says itself what it is.
                SEGMENT | TRACKS | CLUSTER | BLOCK_GROUP => {}
                TRACK if self.headless => return Err(NotVoice::NotMonoOpus),
                TRACK => self.headless = true,
                CODEC => {
                    if self.value(size, VALUE)? != b"A_OPUS" {
                        return Err(NotVoice::NotMonoOpus);
                    }
                }
                CODEC_PRIVATE => {
                    self.headless = false;
                    return self.value(size, VALUE).map(Found::Head).map(Some);
                }
                // Packed or locked.
                ENCODINGS => return Err(NotVoice::NotMonoOpus),
                SIMPLE_BLOCK | PLAIN_BLOCK => {
                    let block = self.value(size, BLOCK)?;
                    return packet(&block).map(Found::Packet).map(Some);
                }
                _ => self.skip(size)?,
            }
        }
        if self.headless {
            return Err(NotVoice::NotMonoOpus);
        }
        Ok(None)
    }

    /// One to four bytes, as long as the first of them says; `None` at the end of the file.
    fn id(&mut self) -> Result<Option<u32>, NotVoice> {
        let mut first = [0];
        match self.bytes.read_exact(&mut first) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(_) => return Err(NotVoice::Unreadable),
        }
        let more = first[0].leading_zeros();
        if more > 3 {
            return Err(NotVoice::Unreadable);
        }
        let mut id = u32::from(first[0]);
        for _ in 0..more {
            id = id << 8 | u32::from(self.byte()?);
        }
        Ok(Some(id))
    }

    /// The size of an element: one to eight bytes. All ones: not known yet when it was written.
    fn number(&mut self) -> Result<u64, NotVoice> {
        let first = self.byte()?;
        let more = first.leading_zeros();
        if more > 7 {
            return Err(NotVoice::Unreadable);
        }
        let mut number = u64::from(first) & (0x7f >> more);
        for _ in 0..more {
            number = number << 8 | u64::from(self.byte()?);
        }
        let all_ones = (1 << (7 * (more + 1))) - 1;
        Ok(if number == all_ones { OPEN } else { number })
    }

    fn byte(&mut self) -> Result<u8, NotVoice> {
        let mut byte = [0];
        match self.bytes.read_exact(&mut byte) {
            Ok(()) => Ok(byte[0]),
            Err(_) => Err(NotVoice::Unreadable),
        }
    }

    fn value(&mut self, size: u64, most: u64) -> Result<Vec<u8>, NotVoice> {
        if size > most {
            return Err(NotVoice::Unreadable);
        }
        let mut value = Vec::new();
        match self.bytes.by_ref().take(size).read_to_end(&mut value) {
            Ok(read) if read as u64 == size => Ok(value),
            _ => Err(NotVoice::Unreadable),
        }
    }

    fn skip(&mut self, size: u64) -> Result<(), NotVoice> {
        match io::copy(&mut self.bytes.by_ref().take(size), &mut io::sink()) {
            Ok(skipped) if skipped == size => Ok(()),
            _ => Err(NotVoice::Unreadable),
        }
    }
}

/// What stands in a block behind the number of its track, its time and its flags. Several packets in one: no browser does that.
fn packet(block: &[u8]) -> Result<Vec<u8>, NotVoice> {
    const LACING: u8 = 0x06;
    let number = block.first().map_or(8, |first| first.leading_zeros()) as usize + 1;
    match block.get(number + 2..) {
        Some([flags, packet @ ..]) if flags & LACING == 0 => Ok(packet.to_vec()),
        _ => Err(NotVoice::Unreadable),
    }
}
