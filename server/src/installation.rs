//! Where an installation keeps its state, and the secret that belongs to it.

use crate::access::{MasterSecret, SecretError};
use crate::store::postgres::{PostgresStore, Settings};
use crate::store::sqlite::SqliteStore;
use crate::store::{CommitListener, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the database file in the data directory.
const DATABASE: &str = "pilot-inbox.sqlite3";

/// Where everything is.
#[derive(Clone)]
pub struct Installation {
    /// Folder for the SQLite database and for the signing secret, where they are not elsewhere.
    pub data_dir: PathBuf,
    /// PostgreSQL, where it is used.
    pub database: Option<Settings>,
    /// The signing secret, where it is not in the data directory: several servers need the same.
    pub signing_secret: Option<String>,
}

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The data directory.
    #[error("cannot use the data directory {path}: {source}")]
    DataDir {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The signing secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database.
    #[error("cannot open the database: {0}")]
    Store(#[from] StoreError),
    /// The database was made with another secret.
    #[error(
        "this database belongs to another signing secret. Give this server the secret of the others (--signing-secret, or the file \
         `signing-secret` in its data directory). If it is lost for good, run `pilot-inbox adopt-secret`: every open session ends, and each \
         number needs its access token again."
    )]
    ForeignSecret,
}

impl Installation {
    /// Everything in one folder.
    pub fn in_folder(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            database: None,
            signing_secret: None,
        }
    }

    /// The signing secret; made at the first start if it is kept in the data directory.
    pub fn secret(&self) -> Result<MasterSecret, InstallationError> {
        if let Some(text) = &self.signing_secret {
            return Ok(MasterSecret::parse(text)?);
        }
        prepare_data_dir(&self.data_dir)?;
        Ok(MasterSecret::load_or_create(&self.data_dir)?)
    }

    /// Opens the database and brings it up to date.
    pub async fn open(
        &self,
        listener: Arc<dyn CommitListener>,
    ) -> Result<Arc<dyn Store>, InstallationError> {
        if let Some(settings) = &self.database {
            return Ok(Arc::new(PostgresStore::open(settings, listener).await?));
        }
        prepare_data_dir(&self.data_dir)?;
        let store = SqliteStore::open(&database_file(&self.data_dir), listener).await?;
        Ok(Arc::new(store))
    }

    /// Opens the database for a server, which needs the secret that the database belongs to.
    pub async fn open_with_secret(
        &self,
        listener: Arc<dyn CommitListener>,
    ) -> Result<(Arc<dyn Store>, MasterSecret), InstallationError> {
        let secret = self.secret()?;
        let store = self.open(listener).await?;
        if store.belongs_to(&secret.mark()?).await? {
            return Ok((store, secret));
        }
        store.close().await;
        Err(InstallationError::ForeignSecret)
    }

    /// Brings the database up to date. Returns how many migrations there are.
    pub async fn migrate(&self) -> Result<usize, InstallationError> {
        if let Some(settings) = &self.database {
            return Ok(PostgresStore::migrate(settings).await?);
        }
        prepare_data_dir(&self.data_dir)?;
        Ok(SqliteStore::migrate(&database_file(&self.data_dir)).await?)
    }
}

/// Makes the data directory if need be, readable by its owner only.
fn prepare_data_dir(path: &Path) -> Result<(), InstallationError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|source| InstallationError::DataDir {
            path: path.to_owned(),
            source,
        })
}

/// Where the database of a data directory is.
pub fn database_file(data_dir: &Path) -> PathBuf {
    data_dir.join(DATABASE)
}
