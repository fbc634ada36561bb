//! Addresses of files. A browser cannot send a header with a picture's address, so the address carries its own proof: for one file, one
//! session and some minutes. A backend that fetches one has its key elsewhere, so it gets one for a file, its number and some hours. Neither is a
//! token: it opens nothing else, and the session or the number must still live when it is used.

use crate::access::{SecretError, Secrets};
use app::ids::{MediaId, NumberId, SessionId, TenantId};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Addresses end on multiples of this, so that the same file has the same address for a while and the browser keeps it. In milliseconds.
const STEP: i64 = 5 * 60_000;
/// The shortest life of an address, in milliseconds.
const LEAST: i64 = 10 * 60_000;

/// Which bytes, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The file, shown where that is safe.
    Shown,
    /// The file, to be saved.
    Saved,
    /// The small picture.
    Thumbnail,
}

impl Variant {
    const fn letter(self) -> &'static str {
        match self {
            Self::Shown => "v",
            Self::Saved => "s",
            Self::Thumbnail => "t",
        }
    }

    fn parse(letter: &str) -> Option<Self> {
        [Self::Shown, Self::Saved, Self::Thumbnail]
            .into_iter()
            .find(|variant| variant.letter() == letter)
    }
}

/// What an address says, once its signature has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Whose file.
    pub tenant: TenantId,
    /// Whose access it is part of.
    pub holder: Holder,
    /// Its end, in milliseconds since the epoch.
    pub expires_at: i64,
    /// Which bytes.
    pub variant: Variant,
}

/// Whose access an address is part of: it ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// An inbox.
    Session(SessionId),
    /// A backend, which was told of it at this number.
    Number(NumberId),
}

/// Stands before the id of a number.
const NUMBER: &str = "number";

/// Signs and reads addresses. No `Debug`.
pub struct Links(Vec<hmac::Key>);

impl Links {
    /// Of this installation.
    pub fn new(secrets: &Secrets) -> Result<Self, SecretError> {
        let keys = secrets.media_keys()?;
        Ok(Self(
            keys.iter()
                .map(|key| hmac::Key::new(hmac::HMAC_SHA256, key))
                .collect(),
        ))
    }

    /// When addresses that are made now end.
    pub const fn end(now: i64) -> i64 {
        ((now + LEAST).div_euclid(STEP) + 1) * STEP
    }

    /// The address of some bytes, as a path.
    pub fn path(&self, media: &MediaId, grant: &Grant) -> String {
        let holder = match &grant.holder {
            Holder::Session(session) => session.to_string(),
            Holder::Number(number) => format!("{NUMBER}.{number}"),
        };
        let said = format!(
            "{}.{}.{holder}.{}",
            grant.variant.letter(),
            grant.expires_at / 1000,
            grant.tenant
        );
        let proof = self.0.first().map_or_else(String::new, |key| {
            URL_SAFE_NO_PAD.encode(hmac::sign(key, &signed(media, &said)))
        });
        format!("/media/{media}/{said}.{proof}")
    }

    /// Reads what stands behind the id in an address; `None` if it was not signed here, for this file.
    pub fn read(&self, media: &MediaId, text: &str) -> Option<Grant> {
        let (said, proof) = text.rsplit_once('.')?;
        let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
        let signed = signed(media, said);
        self.0
            .iter()
            .find(|key| hmac::verify(key, &signed, &proof).is_ok())?;
        let mut parts = said.split('.');
        let grant = Grant {
            variant: Variant::parse(parts.next()?)?,
            expires_at: parts.next()?.parse::<i64>().ok()?.checked_mul(1000)?,
            holder: match parts.next()? {
                NUMBER => Holder::Number(NumberId::parse(parts.next()?)?),
                session => Holder::Session(SessionId::parse(session)?),
            },
            tenant: TenantId::parse(parts.next()?)?,
        };
        parts.next().is_none().then_some(grant)
    }
}

fn signed(media: &MediaId, said: &str) -> Vec<u8> {
    format!("{media}/{said}").into_bytes()
}
