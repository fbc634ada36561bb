//! Encryption at rest of provider credentials and embed secrets: AES-256-GCM with a key derived from the master secret, bound to the row's id.

use super::secret::{SecretError, Secrets};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// Ciphertext: nonce, sealed bytes, tag.
pub type Sealed = Vec<u8>;

/// Seals and opens. No `Debug`.
pub struct Sealer {
    current: RandomizedNonceKey,
    previous: Option<RandomizedNonceKey>,
}

impl Sealer {
    /// The sealer of this installation.
    pub fn new(secrets: &Secrets) -> Result<Self, SecretError> {
        let mut keys = secrets.accepted().map(|secret| {
            RandomizedNonceKey::new(&AES_256_GCM, &secret.derive("provider credentials v1")?)
                .map_err(|_| SecretError::Random)
        });
        Ok(Self {
            current: keys.next().ok_or(SecretError::Random)??,
            previous: keys.next().transpose()?,
        })
    }

    /// Seals `plain` so that it opens only for `owner` (the id of the row that holds it). `None` if there is no randomness.
    pub fn seal(&self, owner: &str, plain: &str) -> Option<Sealed> {
        let mut sealed = plain.as_bytes().to_vec();
        let nonce = self
            .current
            .seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut sealed)
            .ok()?;
        let mut out = nonce.as_ref().to_vec();
        out.append(&mut sealed);
        Some(out)
    }

    /// Opens what was sealed for `owner`; `None` if it is damaged, another row's, or of another installation.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Option<String> {
        open(&self.current, owner, sealed).or_else(|| self.open_former(owner, sealed))
    }

    /// The same text under the current secret, where it was sealed with the one before.
    pub fn seal_anew(&self, owner: &str, sealed: &[u8]) -> Option<Sealed> {
        self.seal(owner, &self.open_former(owner, sealed)?)
    }

    fn open_former(&self, owner: &str, sealed: &[u8]) -> Option<String> {
        open(self.previous.as_ref()?, owner, sealed)
    }
}

fn open(key: &RandomizedNonceKey, owner: &str, sealed: &[u8]) -> Option<String> {
    let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut rest = rest.to_vec();
    let plain = key
        .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut rest)
        .ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::secret::MasterSecret;
    use super::*;

    fn secret() -> MasterSecret {
        let dir = tempfile::tempdir().unwrap();
        MasterSecret::load_or_create(dir.path()).unwrap()
    }

    #[test]
    fn sealed_text_opens_only_for_its_owner() {
        let sealer = Sealer::new(&secret().into()).unwrap();
        let closed = sealer.seal("wn_1", "EAAG").unwrap();
        assert_eq!(sealer.open("wn_1", &closed).as_deref(), Some("EAAG"));
        assert_eq!(sealer.open("wn_2", &closed), None);
        assert!(!closed.windows(4).any(|w| w == b"EAAG"));
        assert_ne!(closed, sealer.seal("wn_1", "EAAG").unwrap());
    }

    #[test]
    fn what_the_secret_before_has_sealed_is_sealed_anew() {
        let (old, new) = (secret(), secret());
        let before = Sealer::new(&old.clone().into()).unwrap();
        let after = Sealer::new(&new.clone().into()).unwrap();
        let between = Sealer::new(&Secrets {
            current: new,
            previous: Some(old),
        })
        .unwrap();
        let closed = before.seal("wn_1", "EAAG").unwrap();
        assert_eq!(after.open("wn_1", &closed), None);
        assert_eq!(between.open("wn_1", &closed).as_deref(), Some("EAAG"));
        assert_eq!(between.seal_anew("wn_2", &closed), None);
        let anew = between.seal_anew("wn_1", &closed).unwrap();
        assert_eq!(after.open("wn_1", &anew).as_deref(), Some("EAAG"));
        assert_eq!(between.seal_anew("wn_1", &anew), None, "it is up to date");
        assert_eq!(between.seal_anew("wn_1", b"damaged"), None);
    }
}
