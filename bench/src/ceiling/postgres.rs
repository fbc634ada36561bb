//! The statements that the inbox runs on PostgreSQL for its first screen, its list and a thread, and nothing else, on the inbox's own pool.

use super::rows::{ConversationRow, FirstScreen, NumberRow, ROWS, Reads, Thread};
use pilot_inbox::store::postgres::statements::{
    COUNTS, FIND, FIRST_PAGE, LABELS, NEWEST_PAGE, NUMBERS, POSITION, SNAPSHOT,
};
use pilot_inbox::store::postgres::{DatabaseUrl, Settings};
use sqlx::postgres::{PgConnection, PgPool};

/// The pool, and whose rows are read.
#[derive(Clone)]
pub struct Reader {
    pool: PgPool,
    tenant: String,
    numbers: [String; 1],
}

impl Reader {
    /// The pool of an inbox on this machine.
    pub fn new(url: DatabaseUrl, tenant: String, number: String) -> Self {
        Self {
            pool: Settings::new(url).pool(),
            tenant,
            numbers: [number],
        }
    }

    async fn page(&self, db: &mut PgConnection) -> sqlx::Result<Vec<ConversationRow>> {
        sqlx::query_as(FIRST_PAGE)
            .bind(&self.numbers)
            .bind(i64::MAX)
            .bind("")
            .bind(ROWS)
            .bind(&self.tenant)
            .bind("open")
            .bind(false)
            .bind(false)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .fetch_all(db)
            .await
    }

    async fn thread(&self, db: &mut PgConnection, id: &str) -> sqlx::Result<Thread> {
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
    type Label = (String, String, String, i64, Vec<String>);

    async fn list(&self) -> sqlx::Result<Vec<ConversationRow>> {
        self.page(&mut *self.pool.acquire().await?).await
    }

    async fn open(&self, id: &str) -> sqlx::Result<Thread> {
        self.thread(&mut *self.pool.acquire().await?, id).await
    }

    async fn bootstrap(&self, id: &str) -> sqlx::Result<FirstScreen<Self::Label>> {
        let mut snapshot = self.pool.begin_with(SNAPSHOT).await?;
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
        // As in the inbox, it ends after the answer.
        drop(snapshot);
        Ok((numbers, position, page, counts, labels, thread))
    }
}
