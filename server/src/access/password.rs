//! Passwords: Argon2id, in a thread that may block, few at a time.

use app::error::{ApiError, Code};
use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use aws_lc_rs::rand;
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Shortest password, in characters. Nothing else is asked of one (NIST SP 800-63B, 3.1.1.2).
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes: hashing takes time by its length.
pub const PASSWORD_MAX: usize = 500;

/// Each hash takes 19 MiB for its time (the parameters that OWASP names first).
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// What stands in for the password of an account that does not exist: the comparison takes as long, and never agrees.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash(&super::console::secret().ok()?));

/// Hashes a password that somebody chooses.
pub async fn hash_password(password: &str) -> Result<String, ApiError> {
    let count = password.chars().count();
    if count < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        return Err(ApiError::new(
            Code::PasswordInvalid,
            format!("Choose a password of at least {PASSWORD_MIN} characters."),
        )
        .at("password"));
    }
    let password = password.to_owned();
    in_turn(move || hash(&password))
        .await?
        .ok_or_else(ApiError::internal)
}

/// Whether this is the password. Where there is none it takes as long to say no.
pub(super) async fn is_password(stored: Option<String>, password: &str) -> Result<bool, ApiError> {
    let password = password.to_owned();
    in_turn(move || {
        let is_real = stored.is_some() && password.len() <= PASSWORD_MAX;
        let against = stored.or_else(|| NOBODY.clone()).unwrap_or_default();
        let agrees = PasswordHash::new(&against).is_ok_and(|parsed| {
            let tried = &password.as_bytes()[..password.len().min(PASSWORD_MAX)];
            Argon2::default().verify_password(tried, &parsed).is_ok()
        });
        agrees && is_real
    })
    .await
}

fn hash(password: &str) -> Option<String> {
    let mut salt = [0u8; 16];
    rand::fill(&mut salt).ok()?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Some(hash.ok()?.to_string())
}

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let turn = AT_ONCE.clone().acquire_owned().await;
    let turn = turn.map_err(|_| ApiError::internal())?;
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(|_| ApiError::internal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_agrees_with_its_own_hash_and_with_no_other() {
        let stored = hash_password("correct horse").await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert_ne!(
            stored,
            hash_password("correct horse").await.unwrap(),
            "salted"
        );
        let is = |stored: Option<&str>, password: &'static str| {
            is_password(stored.map(str::to_owned), password)
        };
        assert!(is(Some(&stored), "correct horse").await.unwrap());
        for wrong in ["", "correct horsf", "correct horse "] {
            assert!(!is(Some(&stored), wrong).await.unwrap(), "{wrong}");
        }
        for none in [None, Some(""), Some("correct horse"), Some("$argon2id$")] {
            assert!(!is(none, "correct horse").await.unwrap(), "{none:?}");
        }
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_not_taken() {
        for bad in ["", "ninechars", &"x".repeat(PASSWORD_MAX + 1)] {
            let error = hash_password(bad).await.unwrap_err();
            assert_eq!(error.code, Code::PasswordInvalid);
        }
        let stored = hash_password(&"x".repeat(PASSWORD_MAX)).await.unwrap();
        let longer = "x".repeat(PASSWORD_MAX + 1);
        assert!(!is_password(Some(stored), &longer).await.unwrap());
    }
}
