//! API keys: made here, shown once, kept as a hash.

use app::ids::ApiKeyId;
use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// How every raw key begins.
const PREFIX: &str = "ps_";
/// Characters of a key that are shown in lists, prefix included (`ps_abcd`).
const SHOWN: usize = 7;

/// A key just made. No `Debug`: it must not reach a log.
pub struct RawKey {
    /// The key itself; shown once.
    pub text: String,
    /// Its id, usable in `x-api-key-id` and therefore as unguessable as the key.
    pub id: ApiKeyId,
}

impl RawKey {
    /// A fresh key of 192 random bits.
    pub fn generate() -> Result<Self, aws_lc_rs::error::Unspecified> {
        Ok(Self {
            text: format!("{PREFIX}{}", random_text()?),
            id: ApiKeyId::parse(format!("{}{}", ApiKeyId::PREFIX, random_text()?))
                .ok_or(aws_lc_rs::error::Unspecified)?,
        })
    }

    /// The displayable beginning.
    pub fn prefix(&self) -> &str {
        &self.text[..SHOWN]
    }

    /// The displayable end.
    pub fn last4(&self) -> &str {
        &self.text[self.text.len() - 4..]
    }

    /// What is stored.
    pub fn hash(&self) -> Vec<u8> {
        hash_key(&self.text)
    }
}

/// A secret with which a tenant signs identity tokens: 256 random bits, as text that is used as it stands.
pub fn embed_secret() -> Result<String, aws_lc_rs::error::Unspecified> {
    let mut bytes = [0u8; 32];
    rand::fill(&mut bytes)?;
    Ok(format!("pes_{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// A secret with which the requests of a webhook are signed: 256 random bits, as text that is used as it stands.
pub fn webhook_secret() -> Result<String, aws_lc_rs::error::Unspecified> {
    let mut bytes = [0u8; 32];
    rand::fill(&mut bytes)?;
    Ok(format!("whsec_{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// 192 random bits, URL-safe.
fn random_text() -> Result<String, aws_lc_rs::error::Unspecified> {
    let mut bytes = [0u8; 24];
    rand::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 of a raw key. A plain hash is enough: the key has 192 random bits, so there is nothing to guess.
pub fn hash_key(raw: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, raw.as_bytes())
        .as_ref()
        .to_vec()
}
