//! The statements that the inbox runs on SQLite for its first screen, its list and a thread, and nothing else, on a pool of the same
//! size with the same settings.

use super::rows::{ConversationRow, FirstScreen, NumberRow, ROWS, Reads, Thread};
use pilot_inbox::store::sqlite::statements::{
    COUNTS, FIND, FIRST_PAGE, LABELS, NEWEST_PAGE, NUMBERS, POSITION,
};
use serde_json::json;
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::path::Path;
use std::time::Duration;

/// The pool, and whose rows are read.
#[derive(Clone)]
pub struct Reader {
    pool: SqlitePool,
    tenant: String,
    numbers: String,
}

impl Reader {
    /// Opens the database as the inbox does.
    pub async fn open(database: &Path, tenant: String, number: &str) -> sqlx::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let options = SqliteConnectOptions::new()
            .filename(database)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("temp_store", "MEMORY")
            .statement_cache_capacity(128)
            .read_only(true)
            .pragma("cache_size", "-4000");
        let pool = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(u32::try_from(cores * 2).unwrap_or(4).clamp(2, 16))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        Ok(Self {
            pool,
            tenant,
            numbers: json!([number]).to_string(),
        })
    }

    async fn page(&self, db: &mut SqliteConnection) -> sqlx::Result<Vec<ConversationRow>> {
        sqlx::query_as(FIRST_PAGE)
            .bind(&self.numbers)
            .bind(i64::MAX)
            .bind("")
            .bind(ROWS)
            .bind(&self.tenant)
            .bind("open")
            .fetch_all(db)
            .await
    }

    async fn thread(&self, db: &mut SqliteConnection, id: &str) -> sqlx::Result<Thread> {
        let found = sqlx::query_as(FIND)
            .bind(id)
            .bind(&self.tenant)
            .bind(&self.numbers)
            .fetch_one(&mut *db)
            .await?;
        let messages = sqlx::query_as(NEWEST_PAGE)
            .bind(id)
            .bind(i64::MAX)
            .bind("")
            .bind(ROWS)
            .fetch_all(db)
            .await?;
        Ok((found, messages))
    }
}

impl Reads for Reader {
    type Label = (String, String, String, i64, Option<String>);

    async fn list(&self) -> sqlx::Result<Vec<ConversationRow>> {
        self.page(&mut *self.pool.acquire().await?).await
    }

    async fn open(&self, id: &str) -> sqlx::Result<Thread> {
        self.thread(&mut *self.pool.acquire().await?, id).await
    }

    async fn bootstrap(&self, id: &str) -> sqlx::Result<FirstScreen<Self::Label>> {
        let mut snapshot = self.pool.begin().await?;
        let numbers: Vec<NumberRow> = sqlx::query_as(NUMBERS)
            .bind(&self.tenant)
            .bind(&self.numbers)
            .fetch_all(&mut *snapshot)
            .await?;
        let position = sqlx::query_as(POSITION)
            .bind(&self.tenant)
            .bind(&self.numbers)
            .fetch_one(&mut *snapshot)
            .await?;
        let page = self.page(&mut snapshot).await?;
        let counts = sqlx::query_as(COUNTS)
            .bind(&self.numbers)
            .bind(None::<&str>)
            .fetch_one(&mut *snapshot)
            .await?;
        let labels = sqlx::query_as(LABELS)
            .bind(&self.tenant)
            .bind(&self.numbers)
            .fetch_all(&mut *snapshot)
            .await?;
        let thread = self.thread(&mut snapshot, id).await?;
        snapshot.commit().await?;
        Ok((numbers, position, page, counts, labels, thread))
    }
}
