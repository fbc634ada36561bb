//! Voice notes. WhatsApp takes Opus with one channel, in Ogg. Some browsers record just that, others the same sound in `WebM`: then the
//! packets are put into Ogg as they are. Nothing is decoded.

mod ogg;
mod webm;

#[cfg(test)]
mod tests;

use self::ogg::Ogg;
use self::webm::{Found, Webm};
use app::error::{ApiError, Code};
use std::io::Read;
use std::sync::Mutex;

/// What browsers record as.
const TYPES: [&str; 3] = ["audio/ogg", "audio/webm", "video/webm"];

/// Why a recording is no voice note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotVoice {
    /// Broken, cut off, or of a form that no browser records.
    #[error("This recording cannot be read. Record it again.")]
    Unreadable,
    /// Another kind of sound.
    #[error(
        "WhatsApp takes a voice message only as Opus with one channel. Record it with another browser, or send it as a file."
    )]
    NotMonoOpus,
    /// Nothing was recorded.
    #[error("Nothing was recorded. Record it again.")]
    Empty,
}

impl From<NotVoice> for ApiError {
    fn from(reason: NotVoice) -> Self {
        Self::new(Code::MediaTypeInvalid, reason.to_string()).at("type")
    }
}

/// Refuses a type that no browser records as.
pub fn check_type(mime: &str) -> Result<(), ApiError> {
    if TYPES.contains(&mime) {
        Ok(())
    } else {
        Err(NotVoice::NotMonoOpus.into())
    }
}

/// Whether these bytes have to be put into Ogg first.
pub fn is_webm(real: &str) -> bool {
    matches!(real, "video/webm" | "audio/webm")
}

/// A `WebM` recording as Ogg. It blocks. The memory that it takes is that of the answer, which is not longer than the recording but for
/// the heads of its pages, one in each second; recordings are taken one after the other.
pub fn to_ogg(recording: impl Read) -> Result<Vec<u8>, NotVoice> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut webm = Webm::new(recording);
    let mut ogg = None;
    while let Some(found) = webm.next()? {
        match found {
            Found::Head(head) => {
                // A second track: nobody knows which one is meant.
                if ogg.is_some() {
                    return Err(NotVoice::NotMonoOpus);
                }
                ogg = Some(Ogg::begin(&head)?);
            }
            Found::Packet(packet) => ogg.as_mut().ok_or(NotVoice::Unreadable)?.add(packet)?,
        }
    }
    ogg.ok_or(NotVoice::NotMonoOpus)?.end()
}
