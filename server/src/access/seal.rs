//! Encryption at rest of provider credentials: AES-256-GCM with a key derived from the master secret, bound to the row's id.

use super::secret::{MasterSecret, SecretError};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// Ciphertext: nonce, sealed bytes, tag.
pub type Sealed = Vec<u8>;

/// Seals and opens. No `Debug`.
pub struct Sealer(RandomizedNonceKey);

impl Sealer {
    /// The sealer of this installation.
    pub fn new(master: &MasterSecret) -> Result<Self, SecretError> {
        let key = master.derive("provider credentials v1")?;
        RandomizedNonceKey::new(&AES_256_GCM, &key)
            .map(Self)
            .map_err(|_| SecretError::Random)
    }

    /// Seals `plain` so that it opens only for `owner` (the id of the row that holds it). `None` if there is no randomness.
    pub fn seal(&self, owner: &str, plain: &str) -> Option<Sealed> {
        let mut sealed = plain.as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut sealed)
            .ok()?;
        let mut out = nonce.as_ref().to_vec();
        out.append(&mut sealed);
        Some(out)
    }

    /// Opens what was sealed for `owner`; `None` if it is damaged, another row's, or of another installation.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut rest)
            .ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_text_opens_only_for_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let sealer = Sealer::new(&MasterSecret::load_or_create(dir.path()).unwrap()).unwrap();
        let closed = sealer.seal("wn_1", "EAAG").unwrap();
        assert_eq!(sealer.open("wn_1", &closed).as_deref(), Some("EAAG"));
        assert_eq!(sealer.open("wn_2", &closed), None);
        assert!(!closed.windows(4).any(|w| w == b"EAAG"));
        assert_ne!(closed, sealer.seal("wn_1", "EAAG").unwrap());
    }
}
