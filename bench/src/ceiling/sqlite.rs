//! The statements that the inbox runs on SQLite for its first screen, its list and a thread, and nothing else, on a pool of the same
//! size with the same settings.

use super::rows::{ConversationRow, FirstScreen, NumberRow, ROWS, Reads, Thread};
use serde_json::json;
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::path::Path;
use std::time::Duration;

// Word for word those of `server/src/store/sqlite`; a test compares them.
const NUMBERS: &str = "SELECT n.id, n.name, n.phone, n.phone_number_id, n.refusal, n.created_at, n.updated_at, \
      (SELECT json_group_array(json_array(k.name, k.prefix, k.last4)) FROM api_keys k \
        WHERE k.number_id = n.id AND k.revoked_at IS NULL), \
      n.health, \
      (SELECT json_group_array(json_array(a.code, a.sentence, a.last_at, a.reports)) FROM number_alerts a \
        WHERE a.number_id = n.id) \
    FROM numbers n WHERE n.deleted_at IS NULL AND n.tenant_id = ? AND n.id IN (SELECT value FROM json_each(?)) ORDER BY n.id";
const POSITION: &str = "SELECT t.seq, (SELECT coalesce(sum(n.unread), 0) FROM numbers n \
     WHERE n.tenant_id = t.id AND n.id IN (SELECT value FROM json_each(?2))) FROM tenants t WHERE t.id = ?1";
const LIST: &str = "SELECT c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, \
      c.preview_kind, c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid \
    FROM json_each(?1) j CROSS JOIN conversations c ON c.id IN ( \
       SELECT b.id FROM conversations b WHERE b.number_id = j.value AND (b.last_message_at, b.id) < (?2, ?3) \
       ORDER BY b.last_message_at DESC, b.id DESC LIMIT ?4) \
    CROSS JOIN contacts p ON p.id = c.contact_id WHERE +c.tenant_id = ?5 \
    ORDER BY c.last_message_at DESC, c.id DESC LIMIT ?4";
const FIND: &str = "SELECT c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, \
      c.preview_kind, c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid \
    FROM conversations c JOIN contacts p ON p.id = c.contact_id \
    WHERE c.id = ? AND c.tenant_id = ? AND c.number_id IN (SELECT value FROM json_each(?))";
const THREAD: &str = "SELECT m.id, m.conversation_id, m.client_id, m.direction, m.kind, m.text, m.status, m.failure_code, \
      m.failure_sentence, m.failure_retryable, m.sent_at, m.seq, m.content, m.quote, m.reactions, m.forwarded, m.edited_at, m.revoked_at, \
      m.waiting, m.reaction_failure \
    FROM messages m WHERE m.conversation_id = ?1 AND (m.second, m.id) < (?2, ?3) ORDER BY m.second DESC, m.id DESC LIMIT ?4";

#[cfg(test)]
pub(super) const ALL: [&str; 5] = [NUMBERS, POSITION, LIST, FIND, THREAD];

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
}

impl Reads for Reader {
    async fn list(&self) -> sqlx::Result<Vec<ConversationRow>> {
        self.page(&mut *self.pool.acquire().await?).await
    }

    async fn open(&self, id: &str) -> sqlx::Result<Thread> {
        self.thread(&mut *self.pool.acquire().await?, id).await
    }

    async fn bootstrap(&self, id: &str) -> sqlx::Result<FirstScreen> {
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
        let thread = self.thread(&mut snapshot, id).await?;
        snapshot.commit().await?;
        Ok((numbers, position, page, thread))
    }
}
