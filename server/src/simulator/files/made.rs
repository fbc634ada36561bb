//! A small real file of each kind, made by this program: nobody's work is copied.

use std::io::Cursor;
use std::sync::OnceLock;

use axum::body::Bytes;
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::film::film;
use super::ogg::voice_note;

/// Id, type, name and bytes.
type Example = (&'static str, &'static str, Option<&'static str>, Bytes);

/// The files of the example messages.
pub(super) fn examples() -> Vec<Example> {
    static MADE: OnceLock<Vec<Example>> = OnceLock::new();
    MADE.get_or_init(|| {
        vec![
            ("1001", "image/jpeg", None, lamp().into()),
            ("1002", "video/mp4", None, film(2).into()),
            ("1003", "audio/ogg; codecs=opus", None, voice_note(4).into()),
            (
                "1004",
                "application/pdf",
                Some("invoice-2041.pdf"),
                Bytes::from_static(PDF.as_bytes()),
            ),
            ("1005", "image/webp", None, sticker().into()),
            ("1009", "image/webp", None, waving().into()),
            ("1006", "image/png", None, chart().into()),
            ("1007", "audio/mpeg", Some("jingle.mp3"), silence().into()),
            (
                "1008",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                Some("offer.docx"),
                letter().into(),
            ),
        ]
    })
    .clone()
}

/// A photograph of sorts: a lamp in a dark hall.
fn lamp() -> Vec<u8> {
    let picture = RgbImage::from_fn(960, 720, |x, y| {
        let (dx, dy) = (i64::from(x) - 480, i64::from(y) - 300);
        let glow = 255 - ((dx * dx + dy * dy) / 700).min(235);
        let glow = u8::try_from(glow.max(12)).unwrap_or(u8::MAX);
        Rgb([glow, glow / 5 * 4, glow / 3 + 12])
    });
    encode(|to| picture.write_to(to, ImageFormat::Jpeg))
}

/// A disc that nothing is around.
fn sticker() -> Vec<u8> {
    let picture = RgbaImage::from_fn(512, 512, |x, y| {
        let (dx, dy) = (i64::from(x) - 256, i64::from(y) - 256);
        let inside = dx * dx + dy * dy < 220 * 220;
        let eye = (dx.abs() - 80).pow(2) + (dy + 60).pow(2) < 900;
        let smile = dy > 40 && (dx * dx + dy * dy) > 120 * 120 && (dx * dx + dy * dy) < 150 * 150;
        match (inside, eye || smile) {
            (false, _) => Rgba([0, 0, 0, 0]),
            (true, true) => Rgba([60, 40, 0, 255]),
            (true, false) => Rgba([255, 204, 60, 255]),
        }
    });
    encode(|to| picture.write_to(to, ImageFormat::WebP))
}

/// A disc that goes from side to side: two pictures in a WebP that moves.
fn waving() -> Vec<u8> {
    let mut frames = Vec::new();
    for left in [true, false] {
        let picture = RgbaImage::from_fn(256, 256, |x, y| {
            let (dx, dy) = (
                i64::from(x) - if left { 90 } else { 166 },
                i64::from(y) - 128,
            );
            let inside = dx * dx + dy * dy < 80 * 80;
            Rgba([255, 204, 60, if inside { 255 } else { 0 }])
        });
        let still = encode(|to| picture.write_to(to, ImageFormat::WebP));
        // At 0, 0; 256 by 256; 400 ms; not blended with the one before, and cleared after it.
        let place = [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0x90, 1, 0, 3];
        frames.extend(chunk(
            *b"ANMF",
            &[&place, still.get(12..).unwrap_or_default()].concat(),
        ));
    }
    let content = [
        b"WEBP".to_vec(),
        // It moves and has transparency; 256 by 256.
        chunk(*b"VP8X", &[0x12, 0, 0, 0, 255, 0, 0, 255, 0, 0]),
        chunk(*b"ANIM", &[0; 6]),
        frames,
    ];
    chunk(*b"RIFF", &content.concat())
}

/// A part of a RIFF file, of even length.
fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = [&name[..], &word(content.len()), content].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// Bars.
fn chart() -> Vec<u8> {
    let picture = RgbImage::from_fn(640, 400, |x, y| {
        let height = [120, 220, 180, 300, 260, 340][(x / 107).min(5) as usize];
        if x % 107 > 30 && y > 380 - height {
            Rgb([28, 130, 90])
        } else {
            Rgb([250, 250, 248])
        }
    });
    encode(|to| picture.write_to(to, ImageFormat::Png))
}

/// Writing to memory does not fail, and an empty file would be noticed at once.
fn encode(write: impl FnOnce(&mut Cursor<Vec<u8>>) -> image::ImageResult<()>) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let _ = write(&mut bytes);
    bytes.into_inner()
}

/// Two seconds of MPEG 1 layer III: frames of 128 kbit/s at 44.1 kHz, mono, in which nothing is said.
fn silence() -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..77 {
        bytes.extend_from_slice(&[0xff, 0xfb, 0x90, 0xc4]);
        bytes.extend_from_slice(&[0; 413]);
    }
    bytes
}

const PDF: &str = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n\
4 0 obj\n<< /Length 45 >>\nstream\nBT /F1 18 Tf 40 120 Td (Invoice 2041) Tj ET   \nendstream\nendobj\n\
5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

/// The smallest letter that word processors open: three parts in a ZIP without compression.
fn letter() -> Vec<u8> {
    zip(&[
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
        ),
        (
            "word/document.xml",
            r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Our offer</w:t></w:r></w:p></w:body></w:document>"#,
        ),
    ])
}

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let at = word(bytes.len());
        let mut entry = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        entry.extend(crc32(text.as_bytes()).to_le_bytes());
        entry.extend(word(text.len()));
        entry.extend(word(text.len()));
        entry.extend(&word(name.len())[..2]);
        entry.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&entry);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&entry);
        directory.extend([0; 10]);
        directory.extend(at);
        directory.extend(name.as_bytes());
    }
    let at = word(bytes.len());
    let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, 0, count, 0]);
    bytes.extend(word(directory.len()));
    bytes.extend(at);
    bytes.extend([0, 0]);
    bytes
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
        crc
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::sniff;

    #[test]
    fn every_example_is_what_it_is_called() {
        for (id, mime, _, bytes) in examples() {
            let declared = crate::media::plain(mime);
            // The smallest letter has too few parts to be told from any other ZIP.
            let expected = if id == "1008" {
                "application/zip"
            } else {
                &declared
            };
            assert_eq!(sniff(&bytes, &declared).as_deref(), Some(expected), "{id}");
        }
    }

    #[test]
    fn lengths_and_sizes_can_be_read() {
        let look = |id: &str| {
            let (_, mime, _, bytes) = examples()
                .into_iter()
                .find(|example| example.0 == id)
                .expect("there");
            let mut file = tempfile::tempfile().expect("a file");
            std::io::Write::write_all(&mut file, &bytes).expect("written");
            crate::media::inspect(file, bytes.len() as u64, &crate::media::plain(mime))
        };
        assert_eq!(
            (look("1001").width, look("1001").height),
            (Some(960), Some(720))
        );
        assert!(
            look("1001")
                .thumbnail
                .is_some_and(|small| small.len() < 40_000)
        );
        assert_eq!(
            (look("1005").width, look("1005").thumbnail.is_some()),
            (Some(512), true)
        );
        assert_eq!(look("1009").width, Some(256));
        assert_eq!(look("1003").duration_ms, Some(4_000));
        let jingle = look("1007").duration_ms.expect("a length");
        assert!((1_900..2_200).contains(&jingle), "{jingle}");
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
