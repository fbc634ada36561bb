//! SQLite: one file, one writer with group commit, many readers (WAL).

mod accounts;
mod admin;
mod amendments;
mod branding;
mod conversations;
mod credentials;
mod deliveries;
mod details;
mod erase;
mod events;
mod group;
mod health;
mod ingest;
mod labels;
mod lifecycle;
mod limits;
mod list;
mod lock;
mod media;
mod media_work;
mod merge;
mod messages;
mod notes;
mod number_log;
mod outbox;
mod pairings;
mod public;
mod quick_replies;
mod redact;
mod refusals;
mod rows;
mod search;
mod signals;
pub mod statements;
mod templates;
mod upkeep;
mod webhook_work;
mod webhooks;
mod workflow;
mod writer;

use super::health::Trouble;
use super::holds::Holds;
use super::{CommitListener, StoreError, schema};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

pub use details::{OTHERS_QUERY, shelf_queries};
pub use pairings::{NUMBERS_OF_PHONE, WAITING_PAIRINGS, WAITING_PAIRINGS_OF};
pub use public::{
    CONVERSATIONS, COUNT_CONVERSATIONS, COUNT_HISTORY, COUNT_OUTBOUND, HISTORY, OUTBOUND,
    PLACE_OF_PHONE, PLACE_OF_USER, UNREAD,
};
pub use redact::{REDACTABLE, REDACTED_CONVERSATIONS};
pub use webhook_work::{BEHIND, DUE_DELIVERIES, DUE_WEBHOOKS};
pub use webhooks::{WEBHOOK_LOG, WEBHOOKS};

pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// The store on SQLite.
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
    trouble: Trouble,
    holds: Holds,
}

impl SqliteStore {
    /// Opens or makes the file, brings it up to date, and starts the writer. `listener` hears of every commit of this process.
    pub async fn open(file: &Path, listener: Arc<dyn CommitListener>) -> Result<Self, StoreError> {
        let alone = lock::upkeep_of(file).await?;
        // The writer first: it makes the file and its WAL, without which a read-only connection cannot open. No `optimize_on_close`:
        // statistics of a small or young database make SQLite scan tables that grow later. Without any it takes the index each
        // statement was written for.
        let writing = options(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            // A webhook is answered with 200 when it is stored: stored means synced.
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-16000")
            .pragma("journal_size_limit", "67108864");
        let mut connection = writing.connect().await?;
        bring_up_to_date(&mut connection).await?;
        drop(alone);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let readers = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(u32::try_from(cores * 2).unwrap_or(4).clamp(2, 16))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options(file).read_only(true).pragma("cache_size", "-4000"))
            .await?;
        let trouble = Trouble::default();
        Ok(Self {
            readers,
            writer: Writer::start(
                connection,
                writing.create_if_missing(false),
                listener,
                &trouble,
            ),
            trouble,
            holds: Holds::default(),
        })
    }

    /// Brings the file up to date and closes it again. Returns how many migrations there are.
    pub async fn migrate(file: &Path) -> Result<usize, StoreError> {
        let _alone = lock::upkeep_of(file).await?;
        let mut connection = options(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .connect()
            .await?;
        bring_up_to_date(&mut connection).await?;
        connection.close().await?;
        Ok(MIGRATIONS.iter().count())
    }
}

/// Looks before it changes anything, so that a database of a newer program stays as it is.
async fn bring_up_to_date(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let known: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if known {
        let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version",
        )
        .fetch_all(&mut *connection)
        .await?;
        if schema::is_current(&MIGRATIONS, &applied)? {
            return Ok(());
        }
    }
    Ok(MIGRATIONS.run(connection).await?)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Administration, Deliveries, LoggedEvent, Upkeep};

    struct Nobody;

    impl CommitListener for Nobody {
        fn committed(&self, _: Vec<LoggedEvent>) {}
    }

    #[tokio::test]
    async fn a_young_database_leaves_no_statistics_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("inbox.sqlite3");
        let store = SqliteStore::open(&file, Arc::new(Nobody)).await.unwrap();
        store.create_tenant("Acme").await.unwrap();
        store.tenants().await.unwrap();
        store.ingest(Vec::new()).await.unwrap();
        store.close().await;
        drop(store);
        let mut connection = options(&file).connect().await.unwrap();
        let tables: i64 =
            sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'")
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert_eq!(
            tables, 0,
            "plans must not depend on how full the database was when it was last closed"
        );
    }
}
