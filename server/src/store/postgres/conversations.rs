//! The list in SQL. Every statement takes the scope's tenant and numbers.

use super::credentials::{number_list, numbers_of_scope};
use super::labels::labels;
use super::list::page_of_conversations;
use super::messages::{self, page_around, page_of_messages};
use super::transaction::{Tx, begin, reading, transaction};
use super::workflow::counts;
use super::{PostgresStore, rows};
use crate::access::Scope;
use crate::ingest::encode_event;
use crate::store::rows::conversation_columns;
use crate::store::words::count;
use crate::store::{
    EventPage, InboxStore, LoggedEvent, NumberRecord, Outgoing, Query, Snapshot, StoreError,
};
use app::conversations::{Conversation, ConversationPage, MarkedRead};
use app::ids::{ClientId, ConversationId, MessageId};
use app::inbox::OpenConversation;
use app::live::LiveEvent;
use app::messages::{Message, MessagePage};
use app::paging::PageRequest;
use app::search::SearchPage;
use app::workflow::ListFilter;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgConnection;

/// Begins to read as of one moment.
pub const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

#[async_trait]
impl InboxStore for PostgresStore {
    async fn numbers(&self, scope: &Scope) -> Result<Vec<NumberRecord>, StoreError> {
        reading!(numbers_of_scope(&self.pool, scope))
    }

    async fn snapshot(
        &self,
        scope: &Scope,
        open: Option<&ConversationId>,
        filter: &ListFilter,
    ) -> Result<Snapshot, StoreError> {
        reading!(self.snapshot_once(scope, open, filter))
    }

    async fn list_conversations(
        &self,
        scope: &Scope,
        filter: &ListFilter,
        page: &PageRequest,
    ) -> Result<ConversationPage, StoreError> {
        reading!(self.list_once(scope, filter, page))
    }

    async fn conversation(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<Conversation, StoreError> {
        reading!(self.one(scope, conversation))
    }

    async fn list_messages(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError> {
        reading!(self.thread_once(scope, conversation, page))
    }

    async fn messages_around(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<MessagePage, StoreError> {
        reading!(self.around_once(scope, conversation, message))
    }

    async fn send_message(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        client_id: &ClientId,
        outgoing: Outgoing,
    ) -> Result<Message, StoreError> {
        transaction!(self, |tx| messages::send(
            &mut tx,
            scope,
            conversation,
            client_id,
            &outgoing
        ))
    }

    async fn cancel_message(
        &self,
        scope: &Scope,
        message: &MessageId,
    ) -> Result<Message, StoreError> {
        transaction!(self, |tx| messages::cancel(&mut tx, scope, message))
    }

    async fn retry_message(
        &self,
        scope: &Scope,
        message: &MessageId,
        window_at: Option<i64>,
    ) -> Result<Message, StoreError> {
        transaction!(self, |tx| messages::retry(
            &mut tx, scope, message, window_at
        ))
    }

    async fn mark_read(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        up_to: &MessageId,
    ) -> Result<MarkedRead, StoreError> {
        transaction!(self, |tx| mark_read(&mut tx, scope, conversation, up_to))
    }

    async fn search(
        &self,
        scope: &Scope,
        query: &Query,
        conversation: Option<&ConversationId>,
        page: &PageRequest,
    ) -> Result<SearchPage, StoreError> {
        self.find_words(scope, query, conversation, page).await
    }

    async fn events_after(
        &self,
        scope: &Scope,
        after: i64,
        limit: u32,
    ) -> Result<EventPage, StoreError> {
        Ok(reading!(super::events::read(
            &self.pool,
            scope.tenant(),
            after,
            limit
        ))?
        .within(scope))
    }

    async fn log_position(&self, scope: &Scope) -> Result<i64, StoreError> {
        reading!(
            sqlx::query_scalar("SELECT seq FROM tenants WHERE id = $1")
                .bind(scope.tenant().as_str())
                .fetch_one(&self.pool)
        )
    }
}

impl PostgresStore {
    async fn list_once(
        &self,
        scope: &Scope,
        filter: &ListFilter,
        page: &PageRequest,
    ) -> Result<ConversationPage, StoreError> {
        page_of_conversations(&mut *self.pool.acquire().await?, scope, filter, page).await
    }

    async fn thread_once(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError> {
        let mut connection = self.pool.acquire().await?;
        find(&mut connection, scope, conversation).await?;
        page_of_messages(&mut connection, conversation, page).await
    }

    async fn around_once(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<MessagePage, StoreError> {
        // One snapshot: what lies before and what lies after are of the same moment. It ends by itself.
        let mut snapshot = begin(
            &self.pool,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        )
        .await?;
        find(&mut snapshot, scope, conversation).await?;
        page_around(&mut snapshot, conversation, message).await
    }

    async fn snapshot_once(
        &self,
        scope: &Scope,
        open: Option<&ConversationId>,
        filter: &ListFilter,
    ) -> Result<Snapshot, StoreError> {
        // One snapshot: the list, the counter and the log position are of the same moment.
        let mut snapshot = begin(&self.pool, SNAPSHOT).await?;
        let numbers = numbers_of_scope(&mut *snapshot, scope).await?;
        let (cursor, unread_total) = position_and_unread(&mut snapshot, scope).await?;
        let conversations =
            page_of_conversations(&mut snapshot, scope, filter, &PageRequest::first()).await?;
        let counts = counts(&mut snapshot, scope).await?;
        let labels = labels(&mut snapshot, scope).await?;
        let open = match open {
            None => None,
            Some(id) => match find(&mut snapshot, scope, id).await {
                Ok(conversation) => Some(OpenConversation {
                    messages: page_of_messages(&mut snapshot, id, &PageRequest::first()).await?,
                    conversation,
                }),
                Err(StoreError::NotFound) => None,
                Err(error) => return Err(error),
            },
        };
        // It ends by itself, after the answer: nobody needs to wait for that.
        drop(snapshot);
        Ok(Snapshot {
            numbers,
            conversations,
            open,
            unread_total,
            counts,
            labels,
            cursor,
        })
    }
}

/// A conversation within a tenant's numbers (an array).
pub const FIND: &str = concat!(
    "SELECT ",
    conversation_columns!(),
    " FROM conversations c JOIN contacts p ON p.id = c.contact_id \
     WHERE c.id = $1 AND c.tenant_id = $2 AND c.number_id = ANY($3)"
);

/// The tenant's place in the log, and what is unread of its numbers (an array).
pub const POSITION: &str = "SELECT t.seq, (SELECT coalesce(sum(n.unread), 0)::bigint FROM numbers n \
      WHERE n.tenant_id = t.id AND n.id = ANY($2)) FROM tenants t WHERE t.id = $1";

impl PostgresStore {
    async fn one(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<Conversation, StoreError> {
        find(&mut *self.pool.acquire().await?, scope, conversation).await
    }
}

/// A conversation that the scope may see.
pub(super) async fn find(
    db: &mut PgConnection,
    scope: &Scope,
    conversation: &ConversationId,
) -> Result<Conversation, StoreError> {
    let row = sqlx::query(FIND)
        .bind(conversation.as_str())
        .bind(scope.tenant().as_str())
        .bind(number_list(scope))
        .fetch_optional(db)
        .await?
        .ok_or(StoreError::NotFound)?;
    rows::conversation(&row)
}

pub(super) async fn position_and_unread(
    db: &mut PgConnection,
    scope: &Scope,
) -> Result<(i64, u32), StoreError> {
    let row = sqlx::query(POSITION)
        .bind(scope.tenant().as_str())
        .bind(number_list(scope))
        .fetch_one(db)
        .await?;
    Ok((row.try_get(0)?, count(row.try_get(1)?)?))
}

async fn mark_read(
    tx: &mut Tx,
    scope: &Scope,
    id: &ConversationId,
    up_to: &MessageId,
) -> Result<MarkedRead, StoreError> {
    tx.lock(scope.tenant()).await?;
    let mut conversation = find(tx.connection(), scope, id).await?;
    let second: i64 =
        sqlx::query_scalar("SELECT second FROM messages WHERE id = $1 AND conversation_id = $2")
            .bind(up_to.as_str())
            .bind(id.as_str())
            .fetch_optional(tx.connection())
            .await?
            .ok_or(StoreError::NotFound)?;
    // Never more than were unread: what lies behind may have been seen before. Notes of WhatsApp's own are not waited for.
    let left = count(
        sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT 1 FROM messages WHERE conversation_id = $1 AND (second, id) > ($2, $3) \
             AND direction = 'INBOUND' AND kind NOT IN ('system', 'revoke', 'edit') LIMIT $4) later",
        )
        .bind(id.as_str())
        .bind(second)
        .bind(up_to.as_str())
        .bind(i64::from(conversation.unread))
        .fetch_one(tx.connection())
        .await?,
    )?;
    if left < conversation.unread {
        let seq = tx.take_seqs(scope.tenant(), 1).await?;
        sqlx::query("UPDATE numbers SET unread = greatest(0, unread - $1) WHERE id = $2")
            .bind(i64::from(conversation.unread - left))
            .bind(conversation.number_id.as_str())
            .execute(tx.connection())
            .await?;
        sqlx::query("UPDATE conversations SET unread = $1, seq = $2 WHERE id = $3")
            .bind(i64::from(left))
            .bind(seq)
            .bind(id.as_str())
            .execute(tx.connection())
            .await?;
        conversation.unread = left;
        conversation.seq = seq;
        tx.log(LoggedEvent {
            tenant: scope.tenant().clone(),
            seq,
            number: conversation.number_id.clone(),
            payload: encode_event(&LiveEvent::Conversation {
                conversation: Box::new(conversation.clone()),
            }),
        })
        .await?;
    }
    let (_, unread_total) = position_and_unread(tx.connection(), scope).await?;
    Ok(MarkedRead {
        conversation,
        unread_total,
    })
}
