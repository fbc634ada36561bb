//! Where an installation keeps its state, and the secret that belongs to it.

use crate::access::{MasterSecret, Sealer, SecretError, Secrets};
use crate::store::postgres::{PostgresStore, Settings};
use crate::store::sqlite::SqliteStore;
use crate::store::{CommitListener, Resealed, Store, StoreError};
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
    /// While the signing secret is being rotated: the other one, of which tokens and sealed texts are still good.
    pub previous_signing_secret: Option<String>,
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
         `signing-secret` in its data directory), or both while it is being rotated (--previous-signing-secret). If it is lost for good, run `pilot-inbox adopt-secret`: every open session ends, and each \
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
            previous_signing_secret: None,
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

    /// That secret, and the one beside it.
    pub fn secrets(&self) -> Result<Secrets, InstallationError> {
        let previous = self.previous_signing_secret.as_deref();
        Ok(Secrets {
            current: self.secret()?,
            previous: previous.map(MasterSecret::parse).transpose()?,
        })
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

    /// Opens the database for whoever needs the secret that it belongs to. One that belongs to the previous secret goes over to the
    /// current one.
    pub async fn open_with_secrets(
        &self,
        listener: Arc<dyn CommitListener>,
    ) -> Result<(Arc<dyn Store>, Secrets), InstallationError> {
        let secrets = self.secrets()?;
        let store = self.open(listener).await?;
        match take_over(&*store, &secrets).await {
            Ok(()) => Ok((store, secrets)),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
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

/// Sees to it that the database belongs to the current secret, with everything sealed under it that was sealed under the previous.
async fn take_over(store: &dyn Store, secrets: &Secrets) -> Result<(), InstallationError> {
    let mark = secrets.current.mark()?;
    let belongs = store.belongs_to(&mark).await?;
    let Some(previous) = &secrets.previous else {
        return if belongs {
            Ok(())
        } else {
            Err(InstallationError::ForeignSecret)
        };
    };
    if !belongs && !store.belongs_to(&previous.mark()?).await? {
        return Err(InstallationError::ForeignSecret);
    }
    // Looked at also where the database has gone over already: somebody may have sealed with the other secret since.
    let sealer = Sealer::new(secrets)?;
    let texts = store.sealed_texts().await?;
    let anew: Vec<Resealed> = texts
        .into_iter()
        .filter_map(|text| {
            Some(Resealed {
                sealed: sealer.seal_anew(&text.owner, &text.sealed)?,
                text,
            })
        })
        .collect();
    if !belongs || !anew.is_empty() {
        let count = anew.len();
        store.adopt_secret(&mark, anew).await?;
        tracing::info!(count, "the database belongs to the current signing secret");
    }
    Ok(())
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
