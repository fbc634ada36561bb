//! The statements that the inbox runs on PostgreSQL for its first screen, its list and a thread, and nothing else, on the inbox's own pool.

use super::rows::{ConversationRow, FirstScreen, NumberRow, ROWS, Reads, Thread};
use pilot_inbox::store::postgres::{DatabaseUrl, Settings};
use sqlx::postgres::{PgConnection, PgPool};

// Word for word those of `server/src/store/postgres`; a test compares them.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const NUMBERS: &str = "SELECT n.id, n.name, n.phone, n.phone_number_id, n.refusal, n.created_at, n.updated_at, \
      (SELECT coalesce(json_agg(json_build_array(k.name, k.prefix, k.last4) ORDER BY k.id), '[]')::text FROM api_keys k \
        WHERE k.number_id = n.id AND k.revoked_at IS NULL), \
      n.health, \
      (SELECT coalesce(json_agg(json_build_array(a.code, a.sentence, a.last_at, a.reports) ORDER BY a.code), '[]')::text \
         FROM number_alerts a WHERE a.number_id = n.id) \
    FROM numbers n WHERE n.deleted_at IS NULL AND n.tenant_id = $1 AND n.id = ANY($2) ORDER BY n.id";
const POSITION: &str = "SELECT t.seq, (SELECT coalesce(sum(n.unread), 0)::bigint FROM numbers n \
     WHERE n.tenant_id = t.id AND n.id = ANY($2)) FROM tenants t WHERE t.id = $1";
const LIST: &str = "SELECT c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, \
      c.preview_kind, c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid \
    FROM unnest($1::text[]) j (number_id) CROSS JOIN LATERAL ( \
       SELECT * FROM (SELECT * FROM conversations b WHERE b.number_id = j.number_id AND b.tenant_id = $5 \
         AND (b.last_message_at, b.id) < ($2, $3) ORDER BY b.last_message_at DESC, b.id DESC LIMIT 101) b \
       ORDER BY b.last_message_at DESC, b.id DESC LIMIT $4) c \
    JOIN contacts p ON p.id = c.contact_id ORDER BY c.last_message_at DESC, c.id DESC LIMIT $4";
const FIND: &str = "SELECT c.id, c.number_id, c.unread, c.last_message_at, c.last_inbound_at, c.preview_direction, \
      c.preview_kind, c.preview_text, c.preview_status, c.seq, p.id, p.name, p.phone, p.username, p.bsuid \
    FROM conversations c JOIN contacts p ON p.id = c.contact_id \
    WHERE c.id = $1 AND c.tenant_id = $2 AND c.number_id = ANY($3)";
const THREAD: &str = "SELECT m.id, m.conversation_id, m.client_id, m.direction, m.kind, m.text, m.status, m.failure_code, \
      m.failure_sentence, m.failure_retryable, m.sent_at, m.seq, m.content, m.quote, m.reactions, m.forwarded, m.edited_at, m.revoked_at, \
      m.waiting, m.reaction_failure \
    FROM messages m WHERE m.conversation_id = $1 AND (m.second, m.id) < ($2, $3) ORDER BY m.second DESC, m.id DESC LIMIT $4";

#[cfg(test)]
pub(super) const ALL: [&str; 6] = [SNAPSHOT, NUMBERS, POSITION, LIST, FIND, THREAD];

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
        sqlx::query_as(LIST)
            .bind(&self.numbers)
            .bind(i64::MAX)
            .bind("")
            .bind(ROWS)
            .bind(&self.tenant)
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
        let thread = self.thread(&mut snapshot, id).await?;
        // As in the inbox, it ends after the answer.
        drop(snapshot);
        Ok((numbers, position, page, thread))
    }
}
