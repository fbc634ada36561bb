//! Recordings, whole and broken. `recording.webm` is what Chromium makes of its pretend microphone.

use super::{NotVoice, to_ogg};
use lofty::file::AudioFile;
use lofty::ogg::OpusFile;
use ogg::reading::PacketReader;
use proptest::prelude::*;
use std::io::Cursor;

const RECORDING: &[u8] = include_bytes!("recording.webm");

/// The packets of an Ogg file: their bytes, and the samples where their page ends.
fn packets(ogg: &[u8]) -> Vec<(Vec<u8>, u64, bool)> {
    let mut reader = PacketReader::new(Cursor::new(ogg));
    std::iter::from_fn(|| reader.read_packet().unwrap())
        .map(|packet| {
            let (at, last) = (packet.absgp_page(), packet.last_in_stream());
            (packet.data, at, last)
        })
        .collect()
}

fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap() | 0x1000_0000;
    [id, &size.to_be_bytes(), content].concat()
}

fn block(packet: &[u8]) -> Vec<u8> {
    element(&[0xa3], &[&[0x81, 0, 0, 0x80], packet].concat())
}

fn head(channels: u8) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.extend([channels, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0]);
    head
}

fn track(codec: &[u8], private: &[u8]) -> Vec<u8> {
    let inner = [element(&[0x86], codec), element(&[0x63, 0xa2], private)].concat();
    element(&[0xae], &inner)
}

/// A `WebM` of these tracks and blocks.
fn webm(tracks: &[Vec<u8>], blocks: &[Vec<u8>]) -> Vec<u8> {
    let tracks = element(&[0x16, 0x54, 0xae, 0x6b], &tracks.concat());
    let cluster = element(&[0x1f, 0x43, 0xb6, 0x75], &blocks.concat());
    [
        element(&[0x1a, 0x45, 0xdf, 0xa3], &element(&[0x42, 0x82], b"webm")),
        element(&[0x18, 0x53, 0x80, 0x67], &[tracks, cluster].concat()),
    ]
    .concat()
}

/// 20 ms.
const SHORT: &[u8] = &[0xf8, 0xff, 0xfe];

#[test]
fn what_chromium_records_becomes_ogg_with_the_same_packets() {
    let ogg = to_ogg(RECORDING).unwrap();
    let packets = packets(&ogg);
    assert!(packets[0].0.starts_with(b"OpusHead") && packets[0].0[9] == 1);
    assert!(packets[1].0.starts_with(b"OpusTags"));
    let sound = &packets[2..];
    assert!(sound.len() > 10, "{}", sound.len());
    for (packet, _, _) in sound {
        let found = RECORDING
            .windows(packet.len())
            .any(|part| part == &packet[..]);
        assert!(found, "a packet of the recording");
    }
    // 60 ms each, as the first byte of each says.
    assert_eq!(sound.last().unwrap().1, sound.len() as u64 * 2_880);
    assert!(sound.last().unwrap().2, "the end is marked");
    let mut file = Cursor::new(&ogg);
    let read = OpusFile::read_from(&mut file, lofty::config::ParseOptions::new()).unwrap();
    assert_eq!(read.properties().channels(), 1);
    let heard = read.properties().duration().as_millis();
    assert_eq!(heard, sound.len() as u128 * 60);
}

#[test]
fn pages_last_a_second_at_most_and_count_samples() {
    let ogg = to_ogg(&*webm(
        &[track(b"A_OPUS", &head(1))],
        &vec![block(SHORT); 125],
    ))
    .unwrap();
    let sound = packets(&ogg).split_off(2);
    assert_eq!(sound.len(), 125);
    let ends: Vec<u64> = sound.iter().map(|(_, at, _)| *at).collect();
    assert_eq!(ends[0], 48_000);
    assert_eq!(ends[49], 48_000);
    assert_eq!(ends[50], 96_000);
    assert_eq!(ends[124], 125 * 960);
    assert_eq!(sound.iter().filter(|(_, _, last)| *last).count(), 1);
}

#[test]
fn what_is_not_one_channel_of_opus_is_refused() {
    use NotVoice::{Empty, NotMonoOpus, Unreadable};
    let opus = || track(b"A_OPUS", &head(1));
    let blocks = || [block(SHORT)];
    for (what, bytes, why) in [
        (
            "stereo",
            webm(&[track(b"A_OPUS", &head(2))], &blocks()),
            NotMonoOpus,
        ),
        (
            "vorbis",
            webm(&[track(b"A_VORBIS", &head(1))], &blocks()),
            NotMonoOpus,
        ),
        (
            "two tracks",
            webm(&[opus(), opus()], &blocks()),
            NotMonoOpus,
        ),
        (
            "a short head",
            webm(&[track(b"A_OPUS", b"OpusHead\x01\x01")], &blocks()),
            NotMonoOpus,
        ),
        (
            "no head",
            webm(&[element(&[0xae], &element(&[0x86], b"A_OPUS"))], &[]),
            NotMonoOpus,
        ),
        ("no track", webm(&[], &[]), NotMonoOpus),
        ("no track for a packet", webm(&[], &blocks()), Unreadable),
        ("silence", webm(&[opus()], &[]), Empty),
        (
            "an empty packet",
            webm(&[opus()], &[block(&[])]),
            Unreadable,
        ),
        (
            "a packet of no frames",
            webm(&[opus()], &[block(&[0xfb, 0])]),
            Unreadable,
        ),
        (
            "laced packets",
            webm(&[opus()], &[element(&[0xa3], &[0x81, 0, 0, 2, 1, 1, 0xf8])]),
            Unreadable,
        ),
        (
            "a packet of a megabyte",
            webm(&[opus()], &[block(&vec![0xf8; 1 << 20])]),
            Unreadable,
        ),
        ("nothing", Vec::new(), NotMonoOpus),
        ("a page", b"<html></html>".to_vec(), Unreadable),
    ] {
        assert_eq!(to_ogg(&*bytes), Err(why), "{what}");
    }
}

#[test]
fn a_size_is_a_promise_and_not_a_reason_to_make_room() {
    // 2^55 bytes of codec, of block, and of something that nobody knows.
    for id in [&[0x86][..], &[0xa3], &[0xec], &[0x15, 0x49, 0xa9, 0x66]] {
        let size = [0x01, 0x80, 0, 0, 0, 0, 0, 0];
        let bytes = [id, &size, &[0; 64]].concat();
        assert_eq!(to_ogg(&*bytes), Err(NotVoice::Unreadable), "{id:x?}");
    }
}

proptest! {
    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(to_ogg(&*bytes).is_err());
    }

    #[test]
    fn a_recording_that_is_cut_off_is_shorter_or_refused(at in 0..RECORDING.len()) {
        if let Ok(ogg) = to_ogg(&RECORDING[..at]) {
            let whole = to_ogg(RECORDING).unwrap();
            prop_assert!(packets(&ogg).len() < packets(&whole).len());
        }
    }

    #[test]
    fn a_recording_that_was_changed_is_whole_ogg_or_refused(
        changes in prop::collection::vec((0..RECORDING.len(), any::<u8>()), 1..20),
    ) {
        let mut bytes = RECORDING.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        if let Ok(ogg) = to_ogg(&*bytes) {
            let packets = packets(&ogg);
            prop_assert!(packets.len() > 2);
            // Nothing is made that was not there.
            prop_assert!(ogg.len() < bytes.len() * 2);
            prop_assert!(packets.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        }
    }
}
