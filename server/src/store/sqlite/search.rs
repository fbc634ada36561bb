//! Search in SQL: FTS5 over words that the program has cut.

use super::conversations::find;
use super::{SqliteStore, rows};
use crate::access::Scope;
use crate::store::rows::{conversation_columns, message_columns};
use crate::store::search::{
    CANDIDATES, CONVERSATIONS, ConversationRow, MessageRow, Sort, TENANTS, Touched, Update, WALK,
    before, found_messages,
};
use crate::store::words::id;
use crate::store::{EventPage, Indexed, Query, SearchIndex, StoreError};
use app::conversations::Conversation;
use app::ids::{ConversationId, TenantId};
use app::messages::Message;
use app::paging::PageRequest;
use app::search::SearchPage;
use async_trait::async_trait;
use serde_json::json;
use sqlx::SqliteConnection;

impl SqliteStore {
    pub(super) async fn find_words(
        &self,
        scope: &Scope,
        query: &Query,
        conversation: Option<&ConversationId>,
        page: &PageRequest,
    ) -> Result<SearchPage, StoreError> {
        let before = before(page)?;
        let mut snapshot = self.readers.begin().await?;
        if let Some(conversation) = conversation {
            find(&mut snapshot, scope, conversation).await?;
        }
        let found = messages_with(
            &mut snapshot,
            scope,
            query,
            conversation,
            before,
            page.rows(),
        )
        .await?;
        let conversations = if conversation.is_none() && page.older.is_none() {
            conversations_with(&mut snapshot, scope, query).await?
        } else {
            Vec::new()
        };
        snapshot.commit().await?;
        Ok(SearchPage {
            conversations,
            ..found
        })
    }
}

/// What FTS5 is asked for; the words hold neither quotes nor blanks.
fn matching(query: &Query, scope: &Scope, sort: Sort) -> String {
    let of_numbers: Vec<String> = query
        .marked(scope, sort)
        .map(|words| {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
            format!("({})", words.join(" AND "))
        })
        .collect();
    of_numbers.join(" OR ")
}

/// FTS5 hands its rows over in the order of their ids, newest first, and is not asked for more than a page needs.
async fn messages_with(
    db: &mut SqliteConnection,
    scope: &Scope,
    query: &Query,
    conversation: Option<&ConversationId>,
    before: i64,
    rows: u32,
) -> Result<SearchPage, StoreError> {
    if scope.numbers().is_empty() {
        return Ok(SearchPage::default());
    }
    let found: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT d.id, m.id, m.conversation_id FROM search_words w CROSS JOIN search_documents d ON d.id = w.rowid \
         CROSS JOIN messages m ON m.id = d.subject \
         WHERE w.search_words MATCH ?1 AND w.rowid < ?2 AND +m.tenant_id = ?3 \
           AND +m.number_id IN (SELECT value FROM json_each(?4)) AND (?5 IS NULL OR +m.conversation_id = ?5) \
         ORDER BY w.rowid DESC LIMIT ?6",
    )
    .bind(matching(query, scope, Sort::Message))
    .bind(before)
    .bind(scope.tenant().as_str())
    .bind(scope.numbers_json())
    .bind(conversation.map(ConversationId::as_str))
    .bind(rows + 1)
    .fetch_all(&mut *db)
    .await?;
    let messages: Vec<&String> = found.iter().map(|(_, message, _)| message).collect();
    let messages: Vec<Message> = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM json_each(?) j CROSS JOIN messages m ON m.id = j.value"
    ))
    .bind(json!(messages).to_string())
    .fetch_all(&mut *db)
    .await?
    .iter()
    .map(rows::message)
    .collect::<Result<_, _>>()?;
    let conversations: Vec<&String> = found.iter().map(|(_, _, of)| of).collect();
    let conversations: Vec<Conversation> = sqlx::query(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversations c CROSS JOIN contacts p ON p.id = c.contact_id WHERE c.id IN (SELECT value FROM json_each(?))"
    ))
    .bind(json!(conversations).to_string())
    .fetch_all(&mut *db)
    .await?
    .iter()
    .map(rows::conversation)
    .collect::<Result<_, _>>()?;
    let places = found.iter().map(|(place, ..)| *place).collect();
    Ok(found_messages(places, messages, &conversations, rows))
}

async fn conversations_with(
    db: &mut SqliteConnection,
    scope: &Scope,
    query: &Query,
) -> Result<Vec<Conversation>, StoreError> {
    if scope.numbers().is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM (SELECT rowid AS id FROM search_words WHERE search_words MATCH ?1 ORDER BY rowid DESC LIMIT ?2) w \
         CROSS JOIN search_documents d ON d.id = w.id CROSS JOIN conversations c ON c.id = d.subject \
         CROSS JOIN contacts p ON p.id = c.contact_id \
         WHERE +c.tenant_id = ?3 AND +c.number_id IN (SELECT value FROM json_each(?4)) \
         ORDER BY c.last_message_at DESC, c.id DESC LIMIT ?5"
    ))
    .bind(matching(query, scope, Sort::Conversation))
    .bind(CANDIDATES)
    .bind(scope.tenant().as_str())
    .bind(scope.numbers_json())
    .bind(CONVERSATIONS)
    .fetch_all(db)
    .await?
    .iter()
    .map(rows::conversation)
    .collect()
}

/// What is read is read beside the writer, which only has to write.
#[async_trait]
impl SearchIndex for SqliteStore {
    async fn index_more(&self, limit: u32) -> Result<Indexed, StoreError> {
        let (after, written): (Option<String>, i64) = sqlx::query_as(
            "SELECT after, (SELECT coalesce(sum(seq), 0) FROM tenants) FROM search_walk",
        )
        .fetch_one(&self.readers)
        .await?;
        if after.as_deref() == Some(WALK.unbegun) {
            self.begin_walk().await?;
            return Ok(Indexed {
                more: true,
                written,
            });
        }
        let behind: Vec<(String, i64)> = sqlx::query_as(
            "SELECT t.id, coalesce(p.seq, 0) FROM tenants t LEFT JOIN search_progress p ON p.tenant_id = t.id \
             WHERE t.seq > coalesce(p.seq, 0) ORDER BY coalesce(p.seq, 0) - t.seq LIMIT ?",
        )
        .bind(TENANTS)
        .fetch_all(&self.readers)
        .await?;
        let mut more = after.is_some();
        for (tenant, seq) in behind {
            more |= self.follow_log(id(tenant)?, seq, limit).await?;
        }
        if let Some(after) = after {
            self.walk_on(after, limit).await?;
        }
        Ok(Indexed { more, written })
    }
}

impl SqliteStore {
    /// What comes from now on is in the logs.
    async fn begin_walk(&self) -> Result<(), StoreError> {
        self.writer
            .run(|tx| {
                Box::pin(async move {
                    if !step(tx.connection, WALK.unbegun, Some(WALK.conversations)).await? {
                        return Ok(());
                    }
                    sqlx::query(
                        "INSERT INTO search_progress (tenant_id, seq) SELECT id, seq FROM tenants WHERE true \
                         ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq",
                    )
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Looks at a stretch of a tenant's log; true where it goes on.
    async fn follow_log(&self, tenant: TenantId, seq: i64, limit: u32) -> Result<bool, StoreError> {
        let page = super::events::read(&self.readers, &tenant, seq, limit).await?;
        let EventPage::Events { position, more, .. } = page else {
            // Too far behind: upkeep has dropped what would tell.
            self.writer
                .run(|tx| Box::pin(restart_walk(tx.connection)))
                .await?;
            return Ok(true);
        };
        let update = self.lacking(&Touched::of(&page)).await?;
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    write(tx.connection, &update).await?;
                    sqlx::query(
                        "INSERT INTO search_progress (tenant_id, seq) VALUES (?, ?) \
                         ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq",
                    )
                    .bind(tenant.as_str())
                    .bind(position)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await?;
        Ok(more)
    }

    async fn walk_on(&self, after: String, limit: u32) -> Result<(), StoreError> {
        let among_messages = after.starts_with(WALK.messages);
        let passed: Vec<String> = sqlx::query_scalar(if among_messages {
            "SELECT id FROM messages WHERE id > ? ORDER BY id LIMIT ?"
        } else {
            "SELECT id FROM conversations WHERE id > ? ORDER BY id LIMIT ?"
        })
        .bind(&after)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let (next, touched) = Touched::on_walk(passed, among_messages);
        let update = self.lacking(&touched).await?;
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    write(tx.connection, &update).await?;
                    step(tx.connection, &after, next.as_deref()).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn lacking(&self, touched: &Touched) -> Result<Update, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let messages: Vec<MessageRow> = sqlx::query_as(
            "SELECT m.id, m.number_id, m.second, m.text FROM json_each(?) j CROSS JOIN messages m ON m.id = j.value \
             WHERE m.edited_at IS NOT NULL OR m.revoked_at IS NOT NULL \
                OR (m.text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.subject = m.id))",
        )
        .bind(touched.messages_json())
        .fetch_all(&mut *reader)
        .await?;
        let conversations: Vec<ConversationRow> = sqlx::query_as(
            "SELECT j.value, c.number_id, c.created_at / 1000, p.name, p.username, p.phone, c.own_name, d.names FROM json_each(?) j \
             LEFT JOIN conversations c ON c.id = j.value LEFT JOIN contacts p ON p.id = c.contact_id \
             LEFT JOIN search_documents d ON d.subject = j.value",
        )
        .bind(touched.conversations_json())
        .fetch_all(&mut *reader)
        .await?;
        drop(reader);
        Ok(Update::of(messages, conversations))
    }
}

/// Moves the walk on; true unless it is somewhere else meanwhile.
async fn step(db: &mut SqliteConnection, from: &str, to: Option<&str>) -> Result<bool, StoreError> {
    let stepped = sqlx::query("UPDATE search_walk SET after = ? WHERE after = ?")
        .bind(to)
        .bind(from)
        .execute(db)
        .await?;
    Ok(stepped.rows_affected() > 0)
}

/// The walk is to begin again.
async fn restart_walk(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE search_walk SET after = ?")
        .bind(WALK.unbegun)
        .execute(db)
        .await?;
    Ok(())
}

const WRITE: &str = "
DELETE FROM search_words WHERE rowid IN
  (SELECT d.id FROM json_each(?) j CROSS JOIN search_documents d ON d.subject = j.value);
DELETE FROM search_documents WHERE subject IN (SELECT value FROM json_each(?));
INSERT INTO search_documents (id, subject, number_id, names)
  SELECT coalesce((SELECT max(d.id) + 1 FROM search_documents d WHERE d.id >= first AND d.id < first + (1 << 31)), first)
           + row_number() OVER (PARTITION BY first ORDER BY key) - 1,
         value ->> 'subject', value ->> 'number', value ->> 'names'
  FROM (SELECT key, value, value ->> 'first' AS first FROM json_each(?));
INSERT INTO search_words (rowid, words)
  SELECT d.id, j.value ->> 'words' FROM json_each(?) j CROSS JOIN search_documents d ON d.subject = j.value ->> 'subject'";

async fn write(db: &mut SqliteConnection, update: &Update) -> Result<(), StoreError> {
    if update.is_empty() {
        return Ok(());
    }
    let (dropped, documents) = (update.dropped_json(), update.documents_json());
    sqlx::query(WRITE)
        .bind(&dropped)
        .bind(&dropped)
        .bind(&documents)
        .bind(&documents)
        .execute(db)
        .await?;
    Ok(())
}
