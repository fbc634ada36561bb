//! A voice note: Opus in Ogg, one channel (RFC 7845), in which nobody speaks.

/// 20 ms of silence: the configuration for full-band speech, and a frame that decoders know.
const QUIET: [u8; 3] = [0xf8, 0xff, 0xfe];
/// Frames of a second.
const FRAMES: u64 = 50;
/// Samples of a frame; Opus always counts at 48 kHz.
const SAMPLES: u64 = 960;

/// So many seconds of it.
pub(super) fn voice_note(seconds: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut head = b"OpusHead\x01\x01".to_vec();
    // No samples to skip, 16 kHz at the source, no gain, one stream.
    head.extend([0, 0]);
    head.extend(16_000u32.to_le_bytes());
    head.extend([0, 0, 0]);
    bytes.extend(page(2, 0, 0, &[&head]));
    let mut tags = b"OpusTags".to_vec();
    tags.extend(9u32.to_le_bytes());
    tags.extend(b"simulator");
    tags.extend(0u32.to_le_bytes());
    bytes.extend(page(0, 0, 1, &[&tags]));
    for second in 0..seconds {
        let packets = [&QUIET[..]; 50];
        let last = if second + 1 == seconds { 4 } else { 0 };
        let at = (second + 1) * FRAMES * SAMPLES;
        let number = u32::try_from(second).unwrap_or(u32::MAX).saturating_add(2);
        bytes.extend(page(last, at, number, &packets));
    }
    bytes
}

/// A page of packets that are each shorter than 255 bytes.
fn page(kind: u8, samples: u64, number: u32, packets: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"OggS\0".to_vec();
    bytes.push(kind);
    bytes.extend(samples.to_le_bytes());
    bytes.extend(7u32.to_le_bytes());
    bytes.extend(number.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.push(u8::try_from(packets.len()).unwrap_or(u8::MAX));
    bytes.extend(packets.iter().map(|p| u8::try_from(p.len()).unwrap_or(254)));
    for packet in packets {
        bytes.extend_from_slice(packet);
    }
    let sum = checksum(&bytes).to_le_bytes();
    bytes[22..26].copy_from_slice(&sum);
    bytes
}

/// Ogg's own: the usual polynomial, not reflected, from zero.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |mut crc: u32, byte| {
        crc ^= u32::from(*byte) << 24;
        for _ in 0..8 {
            crc = if crc & 0x8000_0000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x04c1_1db7
            };
        }
        crc
    })
}
