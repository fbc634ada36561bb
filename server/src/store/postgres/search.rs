//! Search in SQL: a `tsvector` of words that the program has cut, under a GIN index.

use super::conversations::find;
use super::transaction::{Tx, begin, reading, transaction};
use super::{PostgresStore, rows};
use crate::access::Scope;
use crate::store::rows::{conversation_columns, message_columns};
use crate::store::search::{
    CANDIDATES, CONVERSATIONS, ConversationRow, MessageRow, Sort, TENANTS, Touched, Update, WALK,
    before, found_messages,
};
use crate::store::words::id;
use crate::store::{EventPage, Indexed, Query, SearchIndex, StoreError};
use app::conversations::Conversation;
use app::ids::{ConversationId, NumberId, TenantId};
use app::messages::Message;
use app::paging::PageRequest;
use app::search::SearchPage;
use async_trait::async_trait;
use sqlx::postgres::PgConnection;

/// Whoever holds it keeps the index of this database.
const KEEPERS_LOCK: i64 = 0x70_69_6c_6f_74_66_74_73;

impl PostgresStore {
    pub(super) async fn find_words(
        &self,
        scope: &Scope,
        query: &Query,
        conversation: Option<&ConversationId>,
        page: &PageRequest,
    ) -> Result<SearchPage, StoreError> {
        let before = before(page)?;
        reading!(self.words_before(scope, query, conversation, before, page))
    }

    async fn words_before(
        &self,
        scope: &Scope,
        query: &Query,
        conversation: Option<&ConversationId>,
        before: i64,
        page: &PageRequest,
    ) -> Result<SearchPage, StoreError> {
        let mut snapshot = begin(
            &self.pool,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        )
        .await?;
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

/// A `tsquery`; the words hold neither quotes nor backslashes.
fn matching(query: &Query, scope: &Scope, sort: Sort) -> String {
    let of_numbers: Vec<String> = query
        .marked(scope, sort)
        .map(|words| {
            let words: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
            format!("({})", words.join(" & "))
        })
        .collect();
    of_numbers.join(" | ")
}

fn numbers(scope: &Scope) -> Vec<&str> {
    scope.numbers().iter().map(NumberId::as_str).collect()
}

/// MATERIALIZED: by way of the words. By way of the order, a rare word would be looked for in every document there is.
async fn messages_with(
    db: &mut PgConnection,
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
        "WITH w AS MATERIALIZED (SELECT id, subject FROM search_documents WHERE words @@ $1::tsquery AND id < $2) \
         SELECT w.id, m.id, m.conversation_id FROM (SELECT * FROM w ORDER BY id DESC) w JOIN messages m ON m.id = w.subject \
         WHERE m.tenant_id = $3 AND m.number_id = ANY ($4) AND ($5::text IS NULL OR m.conversation_id = $5) \
         ORDER BY w.id DESC LIMIT $6",
    )
    .bind(matching(query, scope, Sort::Message))
    .bind(before)
    .bind(scope.tenant().as_str())
    .bind(numbers(scope))
    .bind(conversation.map(ConversationId::as_str))
    .bind(i64::from(rows) + 1)
    .fetch_all(&mut *db)
    .await?;
    let messages: Vec<&String> = found.iter().map(|(_, message, _)| message).collect();
    let messages: Vec<Message> = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM unnest($1::text[]) WITH ORDINALITY j (id, place) JOIN messages m ON m.id = j.id ORDER BY j.place"
    ))
    .bind(messages)
    .fetch_all(&mut *db)
    .await?
    .iter()
    .map(rows::message)
    .collect::<Result<_, _>>()?;
    let conversations: Vec<&String> = found.iter().map(|(_, _, of)| of).collect();
    let conversations: Vec<Conversation> = sqlx::query(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id = ANY ($1)"
    ))
    .bind(conversations)
    .fetch_all(&mut *db)
    .await?
    .iter()
    .map(rows::conversation)
    .collect::<Result<_, _>>()?;
    let places = found.iter().map(|(place, ..)| *place).collect();
    Ok(found_messages(places, messages, &conversations, rows))
}

async fn conversations_with(
    db: &mut PgConnection,
    scope: &Scope,
    query: &Query,
) -> Result<Vec<Conversation>, StoreError> {
    if scope.numbers().is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query(concat!(
        "WITH w AS MATERIALIZED (SELECT id, subject FROM search_documents WHERE words @@ $1::tsquery) SELECT ",
        conversation_columns!(),
        " FROM (SELECT * FROM w ORDER BY id DESC LIMIT $2) w JOIN conversations c ON c.id = w.subject \
         JOIN contacts p ON p.id = c.contact_id WHERE c.tenant_id = $3 AND c.number_id = ANY ($4) \
         ORDER BY c.last_message_at DESC, c.id DESC LIMIT $5"
    ))
    .bind(matching(query, scope, Sort::Conversation))
    .bind(CANDIDATES)
    .bind(scope.tenant().as_str())
    .bind(numbers(scope))
    .bind(CONVERSATIONS)
    .fetch_all(db)
    .await?
    .iter()
    .map(rows::conversation)
    .collect()
}

#[async_trait]
impl SearchIndex for PostgresStore {
    async fn index_more(&self, limit: u32) -> Result<Indexed, StoreError> {
        let (after, written, behind) = reading!(what_is_behind(&self.pool))?;
        if after.as_deref() == Some(WALK.unbegun) {
            let more = transaction!(self, |tx| begin_walk(&mut tx))?;
            return Ok(Indexed { more, written });
        }
        let mut more = false;
        for tenant in behind {
            let tenant: TenantId = id(tenant)?;
            more |= transaction!(self, |tx| follow_log(&mut tx, &tenant, limit))?;
        }
        if after.is_some() {
            more |= transaction!(self, |tx| walk_on(&mut tx, limit))?;
        }
        Ok(Indexed { more, written })
    }
}

async fn what_is_behind(
    pool: &sqlx::PgPool,
) -> Result<(Option<String>, i64, Vec<String>), StoreError> {
    let (after, written) = sqlx::query_as(
        "SELECT after, (SELECT coalesce(sum(seq), 0) FROM tenants)::bigint FROM search_walk",
    )
    .fetch_one(pool)
    .await?;
    let behind = sqlx::query_scalar(
        "SELECT t.id FROM tenants t LEFT JOIN search_progress p ON p.tenant_id = t.id \
         WHERE t.seq > coalesce(p.seq, 0) ORDER BY coalesce(p.seq, 0) - t.seq LIMIT $1",
    )
    .bind(TENANTS)
    .fetch_all(pool)
    .await?;
    Ok((after, written, behind))
}

/// Makes this the one transaction that changes the index, or says that another is at it.
async fn is_ours(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
        .bind(KEEPERS_LOCK)
        .fetch_one(tx.connection())
        .await?)
}

/// What comes from now on is in the logs.
async fn begin_walk(tx: &mut Tx) -> Result<bool, StoreError> {
    if !is_ours(tx).await? {
        return Ok(false);
    }
    if !step(tx.connection(), WALK.unbegun, Some(WALK.conversations)).await? {
        // Another server has, meanwhile.
        return Ok(true);
    }
    sqlx::query(
        "INSERT INTO search_progress (tenant_id, seq) SELECT id, seq FROM tenants \
         ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq",
    )
    .execute(tx.connection())
    .await?;
    Ok(true)
}

/// Looks at a stretch of a tenant's log; true where it goes on.
async fn follow_log(tx: &mut Tx, tenant: &TenantId, limit: u32) -> Result<bool, StoreError> {
    if !is_ours(tx).await? {
        return Ok(false);
    }
    // Read anew: another server may have been here since.
    let seq: Option<i64> =
        sqlx::query_scalar("SELECT seq FROM search_progress WHERE tenant_id = $1")
            .bind(tenant.as_str())
            .fetch_optional(tx.connection())
            .await?;
    let page = super::events::read(tx.connection(), tenant, seq.unwrap_or(0), limit).await?;
    let EventPage::Events { position, more, .. } = page else {
        // Too far behind: upkeep has dropped what would tell.
        restart_walk(tx.connection()).await?;
        return Ok(true);
    };
    let update = lacking(tx.connection(), &Touched::of(&page)).await?;
    write(tx.connection(), &update).await?;
    sqlx::query(
        "INSERT INTO search_progress (tenant_id, seq) VALUES ($1, $2) \
         ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq",
    )
    .bind(tenant.as_str())
    .bind(position)
    .execute(tx.connection())
    .await?;
    Ok(more)
}

/// Goes on with the walk; true unless another server is at it.
async fn walk_on(tx: &mut Tx, limit: u32) -> Result<bool, StoreError> {
    if !is_ours(tx).await? {
        return Ok(false);
    }
    let after: Option<String> = sqlx::query_scalar("SELECT after FROM search_walk")
        .fetch_one(tx.connection())
        .await?;
    let Some(after) = after.filter(|after| after != WALK.unbegun) else {
        return Ok(true);
    };
    let among_messages = after.starts_with(WALK.messages);
    let passed: Vec<String> = sqlx::query_scalar(if among_messages {
        "SELECT id FROM messages WHERE id > $1 ORDER BY id LIMIT $2"
    } else {
        "SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $2"
    })
    .bind(&after)
    .bind(i64::from(limit))
    .fetch_all(tx.connection())
    .await?;
    let (next, touched) = Touched::on_walk(passed, among_messages);
    let update = lacking(tx.connection(), &touched).await?;
    write(tx.connection(), &update).await?;
    step(tx.connection(), &after, next.as_deref()).await?;
    Ok(true)
}

async fn lacking(db: &mut PgConnection, touched: &Touched) -> Result<Update, StoreError> {
    let messages: Vec<&String> = touched.messages.iter().collect();
    let messages: Vec<MessageRow> = sqlx::query_as(
        "SELECT m.id, m.number_id, m.second, m.text FROM unnest($1::text[]) j (id) JOIN messages m ON m.id = j.id \
         WHERE m.edited_at IS NOT NULL OR m.revoked_at IS NOT NULL \
                OR (m.text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.subject = m.id))",
    )
    .bind(messages)
    .fetch_all(&mut *db)
    .await?;
    let conversations: Vec<&String> = touched.conversations.iter().collect();
    let conversations: Vec<ConversationRow> = sqlx::query_as(
        "SELECT j.id, c.number_id, c.created_at / 1000, p.name, p.username, p.phone, c.own_name, d.names FROM unnest($1::text[]) j (id) \
         LEFT JOIN conversations c ON c.id = j.id LEFT JOIN contacts p ON p.id = c.contact_id \
         LEFT JOIN search_documents d ON d.subject = j.id",
    )
    .bind(conversations)
    .fetch_all(&mut *db)
    .await?;
    Ok(Update::of(messages, conversations))
}

/// Moves the walk on; true unless it is somewhere else meanwhile.
async fn step(db: &mut PgConnection, from: &str, to: Option<&str>) -> Result<bool, StoreError> {
    let stepped = sqlx::query("UPDATE search_walk SET after = $1 WHERE after = $2")
        .bind(to)
        .bind(from)
        .execute(db)
        .await?;
    Ok(stepped.rows_affected() > 0)
}

/// The walk is to begin again.
async fn restart_walk(db: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE search_walk SET after = $1")
        .bind(WALK.unbegun)
        .execute(db)
        .await?;
    Ok(())
}

async fn write(db: &mut PgConnection, update: &Update) -> Result<(), StoreError> {
    if update.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM search_documents WHERE subject IN (SELECT jsonb_array_elements_text($1::jsonb))",
    )
    .bind(update.dropped_json())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO search_documents (id, subject, number_id, names, words) \
         SELECT coalesce((SELECT max(d.id) + 1 FROM search_documents d WHERE d.id >= j.first AND d.id < j.first + (1::bigint << 31)), \
                         j.first) + row_number() OVER (PARTITION BY j.first) - 1, \
                j.subject, j.number, j.names, array_to_tsvector(string_to_array(j.words, ' ')) \
         FROM jsonb_to_recordset($1::jsonb) j (subject text, number text, first bigint, names text, words text)",
    )
    .bind(update.documents_json())
    .execute(db)
    .await?;
    Ok(())
}
