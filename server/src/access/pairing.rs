//! Links by which somebody else connects a number: the secret in them, and what is kept of it.

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;

/// What every secret of a link begins with.
const PREFIX: &str = "rp_";
/// Random bytes of one.
const BYTES: usize = 32;

/// What is kept of a link: SHA-256 of its secret. A plain hash is enough: there are 256 random bits, so there is nothing to guess.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PairingId([u8; 32]);

impl PairingId {
    /// A fresh secret, to be shown once, and its id.
    pub fn generate() -> Result<(String, Self), aws_lc_rs::error::Unspecified> {
        let mut bytes = [0u8; BYTES];
        rand::fill(&mut bytes)?;
        let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        let id = Self::hash(&secret);
        Ok((secret, id))
    }

    /// The id of a link's secret; `None` for what cannot be one.
    pub fn of(secret: &str) -> Option<Self> {
        let random = secret.strip_prefix(PREFIX)?;
        let bytes = URL_SAFE_NO_PAD.decode(random).ok()?;
        (bytes.len() == BYTES).then(|| Self::hash(secret))
    }

    /// As it is stored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// As it is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// By which requests of one link are counted together.
    pub fn bucket(&self) -> String {
        format!("pairing:{}", URL_SAFE_NO_PAD.encode(&self.0[..16]))
    }

    fn hash(secret: &str) -> Self {
        let digest = digest::digest(&digest::SHA256, secret.as_bytes());
        let mut id = [0u8; 32];
        id.copy_from_slice(digest.as_ref());
        Self(id)
    }
}

/// Its beginning: enough to tell one from another in a log.
impl fmt::Debug for PairingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pairing {}", URL_SAFE_NO_PAD.encode(&self.0[..6]))
    }
}

impl fmt::Display for PairingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_leads_to_its_id_and_nothing_else_does() {
        let (secret, id) = PairingId::generate().unwrap();
        assert_eq!(PairingId::of(&secret), Some(id.clone()));
        assert_eq!(PairingId::from_bytes(id.as_bytes()), Some(id.clone()));
        assert_eq!(secret.len(), 46);
        assert!(!format!("{id}").contains(&secret[3..12]));
        let long = format!("{secret}AAAA");
        for bad in [
            "",
            "rp_",
            "x",
            &secret[3..],
            &secret[..45],
            &long,
            "rp_ é",
            "rp_'; DROP TABLE pairings",
        ] {
            assert_eq!(PairingId::of(bad), None, "{bad}");
        }
        assert_ne!(PairingId::generate().unwrap().1, id);
    }
}
