//! Types and sizes: what WhatsApp takes (`docs/protocol.md` 5), and what a browser may be shown.

use app::error::{ApiError, Code};
use app::media::{DOCUMENT_MB, FILM_AND_SOUND_MB, IMAGE_MB};

const KB: u64 = 1024;
const MB: u64 = 1024 * KB;

/// The largest file there is: larger ones of a contact cannot be fetched.
pub const LARGEST: u64 = DOCUMENT_MB as u64 * MB;

/// As what a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// Anything, with a name.
    Document,
    /// A sticker.
    Sticker,
}

impl Kind {
    /// Reads its name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "document" => Self::Document,
            "sticker" => Self::Sticker,
            _ => return None,
        })
    }

    /// Its name, as in a message.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }

    /// Largest size that WhatsApp takes, in bytes. A sticker that does not move must be smaller still.
    pub const fn limit(self) -> u64 {
        match self {
            Self::Image => IMAGE_MB as u64 * MB,
            Self::Video | Self::Audio => FILM_AND_SOUND_MB as u64 * MB,
            Self::Document => LARGEST,
            Self::Sticker => 500 * KB,
        }
    }

    /// Largest size of a sticker that does not move, in bytes.
    pub const STILL_STICKER: u64 = 100 * KB;

    /// Whether bytes of this type can be such a file. Sound and films share their containers; a document is anything.
    pub fn fits(self, real: &str) -> bool {
        match self {
            Self::Image | Self::Sticker => real.starts_with("image/"),
            Self::Audio | Self::Video => real.starts_with("audio/") || real.starts_with("video/"),
            Self::Document => true,
        }
    }

    /// The types that WhatsApp takes; `None` for documents, of which it takes all.
    const fn types(self) -> Option<&'static [&'static str]> {
        Some(match self {
            Self::Image => &["image/jpeg", "image/png"],
            Self::Video => &["video/mp4", "video/3gpp"],
            Self::Audio => &[
                "audio/aac",
                "audio/amr",
                "audio/mpeg",
                "audio/mp4",
                "audio/ogg",
            ],
            Self::Sticker => &["image/webp"],
            Self::Document => return None,
        })
    }

    /// Refuses a type that WhatsApp does not take.
    pub fn check_type(self, mime: &str) -> Result<(), ApiError> {
        match self.types() {
            Some(types) if !types.contains(&mime) => Err(ApiError::new(
                Code::MediaTypeInvalid,
                format!(
                    "WhatsApp does not take {mime} as {} (it takes {}). Send it as a document, or convert it first.",
                    self.name(),
                    types.join(", ")
                ),
            )
            .at("type")),
            _ => Ok(()),
        }
    }

    /// Refuses a size that WhatsApp does not take.
    pub fn check_size(self, size: u64) -> Result<(), ApiError> {
        check_size(self.name(), size, self.limit())
    }
}

/// Refuses a file larger than `limit` bytes.
pub(super) fn check_size(what: &str, size: u64, limit: u64) -> Result<(), ApiError> {
    if size <= limit {
        return Ok(());
    }
    let limit = if limit < MB {
        format!("{} KB", limit / KB)
    } else {
        format!("{} MB", limit / MB)
    };
    Err(ApiError::new(
        Code::MediaTooLarge,
        format!("This file is too large: WhatsApp takes at most {limit} as {what}."),
    ))
}

/// A declared type without its parameters, in lower case and by its usual name; `application/octet-stream` if it is none.
pub fn plain(declared: &str) -> String {
    let bare = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match bare.split_once('/') {
        Some((family, name)) if is_token(family) && is_token(name) => usual(&bare).to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// The one name of a type that has several.
pub(super) fn usual(mime: &str) -> &str {
    match mime {
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        "audio/mp3" => "audio/mpeg",
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/opus" => "audio/ogg",
        "audio/x-wav" => "audio/wav",
        "video/3gp" => "video/3gpp",
        "video/x-m4v" => "video/mp4",
        other => other,
    }
}

/// What may be shown in a page, once the bytes have confirmed it. Nothing in this list can carry a script.
pub fn is_shown(confirmed: &str) -> bool {
    matches!(
        confirmed,
        "image/jpeg"
            | "image/png"
            | "image/webp"
            | "image/gif"
            | "audio/aac"
            | "audio/amr"
            | "audio/mpeg"
            | "audio/mp4"
            | "audio/ogg"
            | "audio/wav"
            | "video/mp4"
            | "video/3gpp"
            | "video/webm"
    )
}

/// The type that a file to be saved is given: known kinds of documents by their name, everything else as bytes. Nothing that a browser
/// would carry out.
pub fn saved_as(declared: &str) -> &str {
    const KNOWN: [&str; 9] = [
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "text/plain",
    ];
    if is_shown(declared) || KNOWN.contains(&declared) {
        declared
    } else {
        "application/octet-stream"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_read_plainly() {
        assert_eq!(plain("audio/ogg; codecs=opus"), "audio/ogg");
        assert_eq!(plain(" IMAGE/JPG "), "image/jpeg");
        for odd in ["", "image", "/", "image/", "text/html\r\nx: y", "a b/c"] {
            assert_eq!(plain(odd), "application/octet-stream", "{odd:?}");
        }
    }

    #[test]
    fn limits_are_whatsapps() {
        assert!(Kind::Image.check_size(5 * MB).is_ok());
        assert!(Kind::Image.check_size(5 * MB + 1).is_err());
        assert!(Kind::Image.check_type("image/webp").is_err());
        assert!(Kind::Document.check_type("image/webp").is_ok());
        assert!(
            Kind::Document
                .check_size(LARGEST + 1)
                .unwrap_err()
                .error
                .contains("100 MB")
        );
    }

    #[test]
    fn nothing_that_carries_scripts_is_shown_or_named() {
        for mime in [
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "application/javascript",
            "application/pdf",
        ] {
            assert!(!is_shown(mime));
        }
        assert_eq!(saved_as("text/html"), "application/octet-stream");
        assert_eq!(saved_as("image/svg+xml"), "application/octet-stream");
        assert_eq!(saved_as("application/pdf"), "application/pdf");
    }
}
