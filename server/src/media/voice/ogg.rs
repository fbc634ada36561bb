//! Opus in Ogg (RFC 7845).

use super::NotVoice;
use ::ogg::writing::{PacketWriteEndInfo, PacketWriter};

/// Any number will do: there is one stream.
const SERIAL: u32 = 1;
/// Samples of a second; Opus always counts at 48 kHz.
const SECOND: u64 = 48_000;
/// Most samples of one packet: 120 ms.
const LONGEST: u64 = 5_760;
/// The head of one stream with one or two channels.
const HEAD: usize = 19;

/// A file in the making.
pub struct Ogg {
    writer: PacketWriter<'static, Vec<u8>>,
    /// The packet before, with the samples up to its end: the last one of all is marked.
    held: Option<(Vec<u8>, u64)>,
    /// Samples so far.
    samples: u64,
    /// Samples at the last end of a page.
    page_from: u64,
}

impl Ogg {
    /// Begins with an `OpusHead`, which is the same in `WebM`. One channel only.
    pub fn begin(head: &[u8]) -> Result<Self, NotVoice> {
        let head = head.get(..HEAD).ok_or(NotVoice::NotMonoOpus)?;
        let is_opus = head.starts_with(b"OpusHead") && head[8] & 0xf0 == 0;
        let (channels, family) = (head[9], head[18]);
        if !is_opus || channels != 1 || family != 0 {
            return Err(NotVoice::NotMonoOpus);
        }
        let mut ogg = Self {
            writer: PacketWriter::new(Vec::new()),
            held: None,
            samples: 0,
            page_from: 0,
        };
        let mut tags = b"OpusTags".to_vec();
        tags.extend(11u32.to_le_bytes());
        tags.extend(b"pilot-inbox");
        tags.extend(0u32.to_le_bytes());
        ogg.write(head.to_vec(), PacketWriteEndInfo::EndPage, 0)?;
        ogg.write(tags, PacketWriteEndInfo::EndPage, 0)?;
        Ok(ogg)
    }

    /// The next packet.
    pub fn add(&mut self, packet: Vec<u8>) -> Result<(), NotVoice> {
        self.samples += samples(&packet).ok_or(NotVoice::Unreadable)?;
        if let Some((before, at)) = self.held.replace((packet, self.samples)) {
            // A page of a second at most, so that a player finds its way.
            let end = if self.samples - self.page_from > SECOND {
                self.page_from = at;
                PacketWriteEndInfo::EndPage
            } else {
                PacketWriteEndInfo::NormalPacket
            };
            self.write(before, end, at)?;
        }
        Ok(())
    }

    /// That was all.
    pub fn end(mut self) -> Result<Vec<u8>, NotVoice> {
        let (last, at) = self.held.take().ok_or(NotVoice::Empty)?;
        self.write(last, PacketWriteEndInfo::EndStream, at)?;
        Ok(self.writer.into_inner())
    }

    fn write(&mut self, packet: Vec<u8>, end: PacketWriteEndInfo, at: u64) -> Result<(), NotVoice> {
        self.writer
            .write_packet(packet, SERIAL, end, at)
            .map_err(|_| NotVoice::Unreadable)
    }
}

/// How long a packet sounds, in samples, by its first bytes (RFC 6716, 3.1); `None` if it is none.
pub fn samples(packet: &[u8]) -> Option<u64> {
    let first = *packet.first()?;
    let config = usize::from(first >> 3);
    let frame = match config {
        0..12 => [480, 960, 1_920, 2_880][config % 4],
        12..16 => [480, 960][config % 2],
        _ => [120, 240, 480, 960][config % 4],
    };
    let frames = match first & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 0x3f),
    };
    let all = frame * frames;
    (1..=LONGEST).contains(&all).then_some(all)
}
