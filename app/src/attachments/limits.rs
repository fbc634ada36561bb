//! What WhatsApp takes, known before a byte is sent. The server has the last word.

use crate::media::{DOCUMENT_MB, FILM_AND_SOUND_MB, IMAGE_MB};

const MB: f64 = 1024.0 * 1024.0;

/// As what a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A file of sound.
    Audio,
    /// A voice note.
    Voice,
    /// Anything, with its name.
    Document,
}

/// What becomes of a file that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// It is sent as it is.
    Send(Kind),
    /// A picture that WhatsApp refuses as it is: it becomes a smaller JPEG if the browser can read it, else this.
    Shrink(Kind),
}

/// Why a file is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It has more than so many megabytes, and is not too large for a document.
    TooLargeAs(u32),
    /// It is too large for anything.
    TooLarge,
}

impl Kind {
    /// Its name in the address of an upload.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
        }
    }

    /// The type of its message.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Voice => "audio",
            _ => self.name(),
        }
    }

    /// In megabytes.
    const fn limit(self) -> u32 {
        match self {
            Self::Image => IMAGE_MB,
            Self::Video | Self::Audio | Self::Voice => FILM_AND_SOUND_MB,
            Self::Document => DOCUMENT_MB,
        }
    }

    /// The same, in bytes.
    pub fn bytes(self) -> f64 {
        f64::from(self.limit()) * MB
    }

    /// Whether words can stand below it.
    pub const fn has_caption(self) -> bool {
        !matches!(self, Self::Audio | Self::Voice)
    }

    /// Refuses a size that WhatsApp does not take.
    pub fn check(self, size: f64) -> Result<(), Refusal> {
        if size < 1.0 {
            Err(Refusal::Empty)
        } else if size <= self.bytes() {
            Ok(())
        } else if size <= Self::Document.bytes() {
            Err(Refusal::TooLargeAs(self.limit()))
        } else {
            Err(Refusal::TooLarge)
        }
    }
}

impl Plan {
    /// For a file of this type and size. A GIF stays what it is: as a picture it would stand still.
    pub fn of(mime: &str, size: f64) -> Self {
        match mime {
            "image/jpeg" | "image/png" if size > Kind::Image.bytes() => Self::Shrink(Kind::Image),
            "image/jpeg" | "image/png" => Self::Send(Kind::Image),
            "image/webp" | "image/heic" | "image/heif" | "image/avif" | "image/bmp" => {
                Self::Shrink(Kind::Document)
            }
            "video/mp4" | "video/3gpp" => Self::Send(Kind::Video),
            "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp3" | "audio/mp4"
            | "audio/x-m4a" | "audio/ogg" => Self::Send(Kind::Audio),
            _ => Self::Send(Kind::Document),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sent_as_what_whatsapp_takes_them_for() {
        for (mime, size, plan) in [
            ("image/jpeg", 5.0 * MB, Plan::Send(Kind::Image)),
            ("image/jpeg", 5.0 * MB + 1.0, Plan::Shrink(Kind::Image)),
            ("image/png", 1.0, Plan::Send(Kind::Image)),
            ("image/webp", 1.0, Plan::Shrink(Kind::Document)),
            ("image/gif", 1.0, Plan::Send(Kind::Document)),
            ("image/svg+xml", 1.0, Plan::Send(Kind::Document)),
            ("video/mp4", 1.0, Plan::Send(Kind::Video)),
            ("video/quicktime", 1.0, Plan::Send(Kind::Document)),
            ("audio/ogg", 1.0, Plan::Send(Kind::Audio)),
            ("audio/wav", 1.0, Plan::Send(Kind::Document)),
            ("application/pdf", 1.0, Plan::Send(Kind::Document)),
            ("", 1.0, Plan::Send(Kind::Document)),
        ] {
            assert_eq!(Plan::of(mime, size), plan, "{mime} {size}");
        }
    }

    #[test]
    fn limits_are_whatsapps() {
        use Refusal::{Empty, TooLarge, TooLargeAs};
        assert_eq!(Kind::Document.check(0.0), Err(Empty));
        assert_eq!(Kind::Video.check(16.0 * MB), Ok(()));
        assert_eq!(Kind::Video.check(16.0 * MB + 1.0), Err(TooLargeAs(16)));
        assert_eq!(Kind::Image.check(5.0 * MB + 1.0), Err(TooLargeAs(5)));
        assert_eq!(Kind::Document.check(100.0 * MB), Ok(()));
        assert_eq!(Kind::Document.check(100.0 * MB + 1.0), Err(TooLarge));
        assert_eq!(Kind::Video.check(100.0 * MB + 1.0), Err(TooLarge));
    }
}
