//! The list in SQL. Every statement takes the scope's tenant and numbers.

use super::labels::labels;
use super::list::page_of_conversations;
use super::messages::{page_around, page_of_messages};
use super::rows;
use super::workflow::counts;
use super::writer::Tx;
use super::{SqliteStore, credentials};
use crate::access::Scope;
use crate::ingest::encode_event;
use crate::store::rows::conversation_columns;
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
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl InboxStore for SqliteStore {
    async fn numbers(&self, scope: &Scope) -> Result<Vec<NumberRecord>, StoreError> {
        credentials::numbers_of_scope(&self.readers, scope).await
    }

    async fn snapshot(
        &self,
        scope: &Scope,
        open: Option<&ConversationId>,
        filter: &ListFilter,
    ) -> Result<Snapshot, StoreError> {
        // One read transaction: the list, the counter and the log position are of the same moment.
        let mut snapshot = self.readers.begin().await?;
        let numbers = credentials::numbers_of_scope(&mut *snapshot, scope).await?;
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
        snapshot.commit().await?;
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

    async fn list_conversations(
        &self,
        scope: &Scope,
        filter: &ListFilter,
        page: &PageRequest,
    ) -> Result<ConversationPage, StoreError> {
        let mut reader = self.readers.acquire().await?;
        page_of_conversations(&mut reader, scope, filter, page).await
    }

    async fn conversation(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<Conversation, StoreError> {
        find(&mut *self.readers.acquire().await?, scope, conversation).await
    }

    async fn list_messages(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError> {
        let mut reader = self.readers.acquire().await?;
        find(&mut reader, scope, conversation).await?;
        page_of_messages(&mut reader, conversation, page).await
    }

    async fn messages_around(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<MessagePage, StoreError> {
        // One read transaction: what lies before and what lies after are of the same moment.
        let mut snapshot = self.readers.begin().await?;
        find(&mut snapshot, scope, conversation).await?;
        let page = page_around(&mut snapshot, conversation, message).await?;
        snapshot.commit().await?;
        Ok(page)
    }

    async fn send_message(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        client_id: &ClientId,
        outgoing: Outgoing,
    ) -> Result<Message, StoreError> {
        let (scope, conversation, client_id) =
            (scope.clone(), conversation.clone(), client_id.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    super::messages::send(tx, &scope, &conversation, &client_id, &outgoing).await
                })
            })
            .await
    }

    async fn cancel_message(
        &self,
        scope: &Scope,
        message: &MessageId,
    ) -> Result<Message, StoreError> {
        let (scope, message) = (scope.clone(), message.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move { super::messages::cancel(tx, &scope, &message).await })
            })
            .await
    }

    async fn retry_message(
        &self,
        scope: &Scope,
        message: &MessageId,
        window_at: Option<i64>,
    ) -> Result<Message, StoreError> {
        let (scope, message) = (scope.clone(), message.clone());
        self.writer
            .run(move |tx| {
                Box::pin(
                    async move { super::messages::retry(tx, &scope, &message, window_at).await },
                )
            })
            .await
    }

    async fn mark_read(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        up_to: &MessageId,
    ) -> Result<MarkedRead, StoreError> {
        let (scope, conversation, up_to) = (scope.clone(), conversation.clone(), up_to.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move { mark_read(tx, &scope, &conversation, &up_to).await })
            })
            .await
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
        super::events::after(&self.readers, scope, after, limit).await
    }

    async fn log_position(&self, scope: &Scope) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT seq FROM tenants WHERE id = ?")
            .bind(scope.tenant().as_str())
            .fetch_one(&self.readers)
            .await?)
    }
}

/// A conversation within a tenant's numbers (a JSON array).
pub const FIND: &str = concat!(
    "SELECT ",
    conversation_columns!(),
    " FROM conversations c JOIN contacts p ON p.id = c.contact_id \
     WHERE c.id = ? AND c.tenant_id = ? AND c.number_id IN (SELECT value FROM json_each(?))"
);

/// The tenant's place in the log, and what is unread of its numbers (a JSON array).
pub const POSITION: &str = "SELECT t.seq, (SELECT coalesce(sum(n.unread), 0) FROM numbers n \
      WHERE n.tenant_id = t.id AND n.id IN (SELECT value FROM json_each(?2))) FROM tenants t WHERE t.id = ?1";

/// A conversation that the scope may see.
pub(super) async fn find(
    db: &mut SqliteConnection,
    scope: &Scope,
    conversation: &ConversationId,
) -> Result<Conversation, StoreError> {
    let row = sqlx::query(FIND)
        .bind(conversation.as_str())
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .fetch_optional(db)
        .await?
        .ok_or(StoreError::NotFound)?;
    rows::conversation(&row)
}

pub(super) async fn position_and_unread(
    db: &mut SqliteConnection,
    scope: &Scope,
) -> Result<(i64, u32), StoreError> {
    let row = sqlx::query(POSITION)
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .fetch_one(db)
        .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn mark_read(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &ConversationId,
    up_to: &MessageId,
) -> Result<MarkedRead, StoreError> {
    let mut conversation = find(tx.connection, scope, id).await?;
    let second: i64 =
        sqlx::query_scalar("SELECT second FROM messages WHERE id = ? AND conversation_id = ?")
            .bind(up_to.as_str())
            .bind(id.as_str())
            .fetch_optional(&mut *tx.connection)
            .await?
            .ok_or(StoreError::NotFound)?;
    // Never more than were unread: what lies behind may have been seen before. Notes of WhatsApp's own are not waited for.
    let left: u32 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT 1 FROM messages WHERE conversation_id = ?1 AND (second, id) > (?2, ?3) \
         AND direction = 'INBOUND' AND kind NOT IN ('system', 'revoke', 'edit') LIMIT ?4)",
    )
    .bind(id.as_str())
    .bind(second)
    .bind(up_to.as_str())
    .bind(conversation.unread)
    .fetch_one(&mut *tx.connection)
    .await?;
    if left < conversation.unread {
        let seq = tx.take_seqs(scope.tenant(), 1).await?;
        sqlx::query("UPDATE numbers SET unread = max(0, unread - ?) WHERE id = ?")
            .bind(conversation.unread - left)
            .bind(conversation.number_id.as_str())
            .execute(&mut *tx.connection)
            .await?;
        sqlx::query("UPDATE conversations SET unread = ?, seq = ? WHERE id = ?")
            .bind(left)
            .bind(seq)
            .bind(id.as_str())
            .execute(&mut *tx.connection)
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
    let (_, unread_total) = position_and_unread(tx.connection, scope).await?;
    Ok(MarkedRead {
        conversation,
        unread_total,
    })
}
