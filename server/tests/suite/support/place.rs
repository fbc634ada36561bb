//! Where a test's data lives.

use super::database::Database;
use super::postgres::FreshDatabase;
use pilot_inbox::store::postgres::{PostgresStore, Settings};
use pilot_inbox::store::sqlite::SqliteStore;
use pilot_inbox::store::{CommitListener, Store};
use std::path::PathBuf;
use std::sync::Arc;

/// A database of either kind.
#[derive(Clone)]
pub enum Place {
    /// The file.
    Sqlite(PathBuf),
    Postgres(Arc<FreshDatabase>),
}

impl Place {
    /// A store on it, as one server has.
    pub async fn open(&self, listener: Arc<dyn CommitListener>) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(file) => Arc::new(SqliteStore::open(file, listener).await.unwrap()),
            Self::Postgres(database) => {
                let settings = database.settings();
                Arc::new(PostgresStore::open(&settings, listener).await.unwrap())
            }
        }
    }

    /// How a program finds a database that is not in its data directory.
    pub fn settings(&self) -> Option<Settings> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(database.settings()),
        }
    }

    /// The same, seen from beside the program.
    pub async fn look(&self) -> Database {
        match self {
            Self::Sqlite(file) => Database::of_file(file).await,
            Self::Postgres(database) => Database::Postgres(database.connect().await),
        }
    }
}
