//! What a file is, by its own bytes: type, size of a picture, length of a recording, a thumbnail. A file that cannot be read is still a
//! file: then less is known of it.

use super::spool::HEAD;
use super::types::usual;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use lofty::config::ParseOptions;
use lofty::file::{AudioFile, FileType};
use lofty::probe::Probe;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Mutex;

/// Longest side of a thumbnail, in pixels.
pub const THUMBNAIL: u32 = 320;
/// Larger files are not decoded as pictures, in bytes.
const PICTURE_BYTES: u64 = 16 * 1024 * 1024;
/// Pictures that would be larger in memory are not decoded, in bytes: 8 KB of PNG can hold gigabytes.
const PICTURE_MEMORY: u64 = 96 * 1024 * 1024;
/// The same for one side, in pixels.
const PICTURE_SIDE: u32 = 20_000;

/// What the bytes say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The type, where the bytes tell it.
    pub real_type: Option<String>,
    /// In pixels, as it is shown.
    pub width: Option<u32>,
    /// In pixels, as it is shown.
    pub height: Option<u32>,
    /// Of a recording or a film.
    pub duration_ms: Option<u64>,
    /// A small JPEG or WebP, where the picture is larger.
    pub thumbnail: Option<Vec<u8>>,
}

/// The type that the first bytes tell. Containers that hold sound as well as films are what they were declared as.
pub fn sniff(head: &[u8], declared: &str) -> Option<String> {
    let found = usual(infer::get(head)?.mime_type());
    let is_container = matches!(
        found,
        "video/mp4" | "video/3gpp" | "audio/mp4" | "video/quicktime"
    );
    let told = match declared {
        "audio/mp4" | "video/mp4" | "video/3gpp" if is_container => declared,
        _ => found,
    };
    Some(told.to_owned())
}

/// Looks into a file. It blocks, and needs memory for one picture at a time.
pub fn inspect(mut file: File, size: u64, declared: &str) -> Facts {
    let mut head = Vec::with_capacity(HEAD);
    let read = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| (&mut file).take(HEAD as u64).read_to_end(&mut head));
    if read.is_err() {
        return Facts::default();
    }
    let mut facts = Facts {
        real_type: sniff(&head, declared),
        ..Facts::default()
    };
    let picture = match facts.real_type.as_deref() {
        Some("image/jpeg") => Some(ImageFormat::Jpeg),
        Some("image/png") => Some(ImageFormat::Png),
        Some("image/webp") => Some(ImageFormat::WebP),
        _ => None,
    };
    if let Some(format) = picture {
        look_at_picture(&mut file, size, format, &mut facts);
        return facts;
    }
    let sounds = |mime: &str| mime.starts_with("audio/") || mime.starts_with("video/");
    if sounds(facts.real_type.as_deref().unwrap_or(declared)) {
        listen(&mut file, &mut facts);
    }
    facts
}

fn look_at_picture(file: &mut File, size: u64, format: ImageFormat, facts: &mut Facts) {
    // Pictures that arrive together are decoded one after the other.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if size > PICTURE_BYTES || file.seek(SeekFrom::Start(0)).is_err() {
        return;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE);
    limits.max_image_height = Some(PICTURE_SIDE);
    limits.max_alloc = Some(PICTURE_MEMORY);
    let mut reader = ImageReader::with_format(BufReader::new(file), format);
    reader.limits(limits);
    let Ok(mut decoder) = reader.into_decoder() else {
        return;
    };
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = if lies_on_its_side(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    (facts.width, facts.height) = (Some(width), Some(height));
    if width.max(height) <= THUMBNAIL || decoder.total_bytes() > PICTURE_MEMORY {
        return;
    }
    if let Ok(picture) = DynamicImage::from_decoder(decoder) {
        let mut small = picture.thumbnail(THUMBNAIL, THUMBNAIL);
        small.apply_orientation(orientation);
        facts.thumbnail = encode(&small);
    }
}

fn lies_on_its_side(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// JPEG, or WebP where something shines through.
fn encode(small: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoded = if small.color().has_alpha() {
        small
            .to_rgba8()
            .write_with_encoder(WebPEncoder::new_lossless(&mut bytes))
    } else {
        small
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 80))
    };
    encoded.ok().map(|()| bytes)
}

/// Finds the length; and where the first bytes said nothing, whether it is a recording after all.
fn listen(file: &mut File, facts: &mut Facts) {
    if file.seek(SeekFrom::Start(0)).is_err() {
        return;
    }
    let options = ParseOptions::new().read_tags(false).read_cover_art(false);
    let Ok(probe) = Probe::new(BufReader::new(file))
        .options(options)
        .guess_file_type()
    else {
        return;
    };
    let kind = probe.file_type();
    let Ok(read) = probe.read() else { return };
    let length = read.properties().duration().as_millis();
    if length > 0 {
        facts.duration_ms = u64::try_from(length).ok();
        facts.real_type = facts.real_type.take().or(match kind {
            Some(FileType::Mpeg) => Some("audio/mpeg".to_owned()),
            Some(FileType::Aac) => Some("audio/aac".to_owned()),
            _ => None,
        });
    }
}
