//! The statements that the inbox runs for its first screen, its list and a thread, and nothing else. They are those of
//! `server/src/store/sqlite` word for word, on a pool of the same size with the same settings: when one changes there, it
//! changes here.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{FromRow, SqliteConnection};
use std::path::Path;
use std::time::Duration;

const NUMBERS: &str = "SELECT n.id, n.name, n.phone, n.phone_number_id, n.refusal, n.created_at, n.updated_at, \
      (SELECT json_group_array(json_array(k.name, k.prefix, k.last4)) FROM api_keys k \
        WHERE k.number_id = n.id AND k.revoked_at IS NULL) \
    FROM numbers n WHERE n.deleted_at IS NULL AND n.tenant_id = ? AND n.id IN (SELECT value FROM json_each(?)) ORDER BY n.id";
const POSITION: &str = "SELECT t.seq, (SELECT coalesce(sum(n.unread), 0) FROM numbers n \
     WHERE n.tenant_id = t.id AND n.id IN (SELECT value FROM json_each(?2))) FROM tenants t WHERE t.id = ?1";
const LIST: &str = "SELECT c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, \
      c.preview_kind, c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid \
    FROM json_each(?1) j CROSS JOIN conversations c ON c.id IN ( \
       SELECT b.id FROM conversations b WHERE b.number_id = j.value AND (b.last_message_at, b.id) < (?2, ?3) \
       ORDER BY b.last_message_at DESC, b.id DESC LIMIT ?4) \
    JOIN contacts p ON p.id = c.contact_id WHERE c.tenant_id = ?5 \
    ORDER BY c.last_message_at DESC, c.id DESC LIMIT ?4";
const FIND: &str = "SELECT c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, \
      c.preview_kind, c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid \
    FROM conversations c JOIN contacts p ON p.id = c.contact_id \
    WHERE c.id = ? AND c.tenant_id = ? AND c.number_id IN (SELECT value FROM json_each(?))";
const THREAD: &str = "SELECT m.id, m.conversation_id, m.client_id, m.direction, m.kind, m.text, m.status, m.failure_code, \
      m.failure_sentence, m.failure_retryable, m.sent_at, m.seq \
    FROM messages m WHERE m.conversation_id = ?1 AND (m.second, m.id) < (?2, ?3) ORDER BY m.second DESC, m.id DESC LIMIT ?4";
/// Rows of a page and one more.
const ROWS: i64 = 41;

type Text = Option<String>;
type NumberRow = (String, String, String, String, Text, i64, i64, String);
type ConversationRow = (
    String,
    String,
    i64,
    i64,
    Option<i64>,
    Text,
    Text,
    Text,
    Text,
    i64,
    String,
    Text,
    Text,
    Text,
    Text,
);
type MessageRow = (
    String,
    String,
    Text,
    String,
    String,
    Text,
    String,
    Text,
    Text,
    Option<i64>,
    i64,
    i64,
);
type Thread = (ConversationRow, Vec<MessageRow>);
type FirstScreen = (
    Vec<NumberRow>,
    Vec<(i64, i64)>,
    Vec<ConversationRow>,
    Thread,
);
type Rows<T> = Result<Json<T>, StatusCode>;

/// The pool, and whose rows are read.
#[derive(Clone)]
pub struct Reader {
    pool: SqlitePool,
    tenant: String,
    numbers: String,
}

/// Which conversation to open. The inbox calls it by two names.
#[derive(Deserialize)]
pub struct Open {
    #[serde(alias = "conversation_id")]
    open: String,
}

impl Reader {
    /// Opens the database as the inbox does.
    pub async fn open(database: &Path, tenant: String, number: &str) -> Result<Self, sqlx::Error> {
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
        sqlx::query_as(LIST)
            .bind(&self.numbers)
            .bind(i64::MAX)
            .bind("")
            .bind(ROWS)
            .bind(&self.tenant)
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
        let messages = sqlx::query_as(THREAD)
            .bind(id)
            .bind(i64::MAX)
            .bind("")
            .bind(ROWS)
            .fetch_all(db)
            .await?;
        Ok((found, messages))
    }

    async fn scoped<R>(
        &self,
        db: &mut SqliteConnection,
        statement: &'static str,
    ) -> sqlx::Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, sqlx::sqlite::SqliteRow> + Send + Unpin,
    {
        sqlx::query_as(statement)
            .bind(&self.tenant)
            .bind(&self.numbers)
            .fetch_all(db)
            .await
    }
}

/// The list.
pub async fn list(State(reader): State<Reader>) -> Rows<Vec<ConversationRow>> {
    let rows = async { reader.page(&mut *reader.pool.acquire().await?).await };
    rows.await.map(Json).map_err(failed)
}

/// A thread.
pub async fn open(State(reader): State<Reader>, Json(asked): Json<Open>) -> Rows<Thread> {
    let rows = async {
        reader
            .thread(&mut *reader.pool.acquire().await?, &asked.open)
            .await
    };
    rows.await.map(Json).map_err(failed)
}

/// List, counters and a thread, in one read transaction.
pub async fn bootstrap(State(reader): State<Reader>, Json(asked): Json<Open>) -> Rows<FirstScreen> {
    let rows = async {
        let mut snapshot = reader.pool.begin().await?;
        let numbers = reader.scoped(&mut snapshot, NUMBERS).await?;
        let position = reader.scoped(&mut snapshot, POSITION).await?;
        let page = reader.page(&mut snapshot).await?;
        let thread = reader.thread(&mut snapshot, &asked.open).await?;
        snapshot.commit().await?;
        Ok((numbers, position, page, thread))
    };
    rows.await.map(Json).map_err(failed)
}

fn failed(error: sqlx::Error) -> StatusCode {
    eprintln!("bench ceiling: {error}");
    StatusCode::INTERNAL_SERVER_ERROR
}
