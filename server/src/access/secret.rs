//! The master secret: made on first start, kept in the data directory with mode 0600. Tokens are signed and provider credentials
//! are sealed with keys derived from it.

use aws_lc_rs::{hkdf, rand};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const FILE: &str = "signing-secret";
const BYTES: usize = 32;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or made.
    #[error(
        "cannot use the signing secret at {path}: {source}. Check that the data directory exists and is writable."
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error(
        "the signing secret at {0} is damaged. Restore it from a backup; a new one would end every session and make stored access tokens unreadable."
    )]
    Damaged(PathBuf),
    /// A secret that was given as text is none.
    #[error(
        "the signing secret cannot be read: it is 43 characters of base64, the content of the file `signing-secret` of the first server. `openssl rand -base64 32 | tr -d =` makes a new one."
    )]
    Unreadable,
    /// No randomness.
    #[error("the operating system gave no random bytes")]
    Random,
}

/// 256 bits that everything else is derived from. No `Debug`.
#[derive(Clone)]
pub struct MasterSecret([u8; BYTES]);

/// The secret of an installation and, while it is being rotated, another one that is accepted beside it. No `Debug`.
#[derive(Clone)]
pub struct Secrets {
    /// Signs and seals.
    pub current: MasterSecret,
    /// What was signed or sealed with it is still good.
    pub previous: Option<MasterSecret>,
}

impl Secrets {
    /// Both, the current one first.
    pub(super) fn accepted(&self) -> impl Iterator<Item = &MasterSecret> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl Secrets {
    /// Keys for addresses of media, the current one first.
    pub(crate) fn media_keys(&self) -> Result<Vec<[u8; BYTES]>, SecretError> {
        self.accepted()
            .map(|secret| secret.derive("media addresses"))
            .collect()
    }
}

impl From<MasterSecret> for Secrets {
    fn from(current: MasterSecret) -> Self {
        Self {
            current,
            previous: None,
        }
    }
}

impl MasterSecret {
    /// Reads the secret of this data directory, or makes it.
    pub fn load_or_create(data_dir: &Path) -> Result<Self, SecretError> {
        let path = data_dir.join(FILE);
        let io = |source| SecretError::Io {
            path: path.clone(),
            source,
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => return Self::decode(&text).ok_or(SecretError::Damaged(path)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
        }
        let mut bytes = [0u8; BYTES];
        rand::fill(&mut bytes).map_err(|_| SecretError::Random)?;
        // Written aside and linked into place, so that a crash leaves no half a secret, and of two first starts at once one wins.
        let aside = data_dir.join(format!("{FILE}.{}", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&aside).map_err(io)?;
        file.write_all(STANDARD_NO_PAD.encode(bytes).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(io)?;
        let linked = std::fs::hard_link(&aside, &path);
        std::fs::remove_file(&aside).map_err(io)?;
        match linked {
            Ok(()) => Ok(Self(bytes)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Self::load_or_create(data_dir)
            }
            Err(error) => Err(io(error)),
        }
    }

    /// Reads a secret that was given as text.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        Self::decode(text.trim().trim_end_matches('=')).ok_or(SecretError::Unreadable)
    }

    /// By which a database knows its secret. The secret cannot be found from it.
    pub fn mark(&self) -> Result<[u8; BYTES], SecretError> {
        self.derive("database mark")
    }

    /// What the pretend phone of this installation signs with.
    pub fn simulated_phone_key(&self) -> Result<[u8; BYTES], SecretError> {
        self.derive("simulated phone")
    }

    /// Names the key that tokens are signed with. The secret cannot be found from it either.
    pub(super) fn key_id(&self) -> Result<String, SecretError> {
        Ok(URL_SAFE_NO_PAD.encode(&self.derive("embed token key id")?[..9]))
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = STANDARD_NO_PAD.decode(text.trim()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// A key for one purpose (RFC 5869).
    pub(super) fn derive(&self, purpose: &str) -> Result<[u8; BYTES], SecretError> {
        let mut key = [0u8; BYTES];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"pilot-inbox")
            .extract(&self.0)
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|output| output.fill(&mut key))
            .map_err(|_| SecretError::Random)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let first = MasterSecret::load_or_create(dir.path()).unwrap();
        let second = MasterSecret::load_or_create(dir.path()).unwrap();
        assert_eq!(first.0, second.0);
        assert_ne!(first.derive("a").unwrap(), first.derive("b").unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(dir.path().join(FILE), "short").unwrap();
        assert!(matches!(
            MasterSecret::load_or_create(dir.path()),
            Err(SecretError::Damaged(_))
        ));
    }
}
