//! What the demo has to remember between two starts: the key, which is shown once, and the secrets that it made up.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

const FILE: &str = "demo.json";

/// Kept beside the database, with mode 0600.
#[derive(Serialize, Deserialize)]
pub struct Keepsake {
    /// The pretend product's key.
    pub api_key: String,
    /// The demo's number.
    pub number_id: String,
    /// Signs the simulator's webhooks.
    pub app_secret: String,
    /// Of the webhook verification.
    pub verify_token: String,
}

impl Keepsake {
    /// Reads it; or makes one, and says so. A data directory without it is emptied of an unfinished demo first.
    pub fn load_or_create(
        data_dir: &Path,
    ) -> Result<(Self, bool), Box<dyn std::error::Error + Send + Sync>> {
        match std::fs::read(data_dir.join(FILE)) {
            Ok(bytes) => Ok((serde_json::from_slice(&bytes)?, false)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                remove_unfinished(data_dir)?;
                let keepsake = Self {
                    api_key: String::new(),
                    number_id: String::new(),
                    app_secret: random_text()?,
                    verify_token: random_text()?,
                };
                Ok((keepsake, true))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes it.
    pub fn save(&self, data_dir: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(data_dir.join(FILE))?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }
}

fn remove_unfinished(data_dir: &Path) -> std::io::Result<()> {
    let database = crate::installation::database_file(data_dir);
    for suffix in ["", "-wal", "-shm"] {
        let mut file = database.clone().into_os_string();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn random_text() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut bytes = [0u8; 18];
    rand::fill(&mut bytes).map_err(|_| "the operating system gave no random bytes")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
