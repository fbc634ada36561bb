//! Quick replies in SQL.

use super::SqliteStore;
use crate::access::Scope;
use crate::clock::now_ms;
use crate::store::rules::{changed_reply, check_new_reply, may_change, reach};
use crate::store::words::{id, part};
use crate::store::{QuickReplyStore, StoreError};
use app::ids::{NumberId, QuickReplyId};
use app::quick_replies::{QuickReplies, QuickReply};
use async_trait::async_trait;
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl QuickReplyStore for SqliteStore {
    async fn quick_replies(&self, scope: &Scope) -> Result<QuickReplies, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let items = replies(&mut reader, scope).await?;
        let operator = scope.operator().and_then(|operator| operator.name.clone());
        Ok(QuickReplies { items, operator })
    }

    async fn create_quick_reply(
        &self,
        scope: &Scope,
        reply: &QuickReply,
    ) -> Result<(), StoreError> {
        let (scope, reply) = (scope.clone(), reply.clone());
        self.writer
            .run(move |tx| Box::pin(async move { create(tx.connection, &scope, &reply).await }))
            .await
    }

    async fn update_quick_reply(
        &self,
        scope: &Scope,
        reply: &QuickReply,
    ) -> Result<QuickReply, StoreError> {
        let (scope, reply) = (scope.clone(), reply.clone());
        self.writer
            .run(move |tx| Box::pin(async move { update(tx.connection, &scope, &reply).await }))
            .await
    }

    async fn delete_quick_reply(&self, scope: &Scope, id: &QuickReplyId) -> Result<(), StoreError> {
        let (scope, id) = (scope.clone(), id.clone());
        self.writer
            .run(move |tx| Box::pin(async move { delete(tx.connection, &scope, &id).await }))
            .await
    }
}

async fn replies(db: &mut SqliteConnection, scope: &Scope) -> Result<Vec<QuickReply>, StoreError> {
    sqlx::query(
        "SELECT q.id, q.shortcut, q.text, count(*), \
                json_group_array(n.number_id) FILTER (WHERE n.number_id IN (SELECT value FROM json_each(?2))) \
         FROM quick_replies q JOIN quick_reply_numbers n ON n.quick_reply_id = q.id \
         WHERE q.tenant_id = ?1 AND q.id IN ( \
           SELECT quick_reply_id FROM quick_reply_numbers WHERE number_id IN (SELECT value FROM json_each(?2))) \
         GROUP BY q.id ORDER BY q.shortcut, q.id",
    )
    .bind(scope.tenant().as_str())
    .bind(scope.numbers_json())
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
        let in_reach: Vec<NumberId> = part(row.try_get(4)?)?.unwrap_or_default();
        let (numbers, shared) = reach(scope, in_reach, row.try_get(3)?);
        Ok(QuickReply {
            id: id(row.try_get(0)?)?,
            shortcut: row.try_get(1)?,
            text: row.try_get(2)?,
            numbers,
            shared,
        })
    })
    .collect()
}

async fn create(
    db: &mut SqliteConnection,
    scope: &Scope,
    reply: &QuickReply,
) -> Result<(), StoreError> {
    check_new_reply(scope, &replies(db, scope).await?, reply)?;
    sqlx::query(
        "INSERT INTO quick_replies (id, tenant_id, shortcut, text, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )
    .bind(reply.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(reply.shortcut.as_str())
    .bind(reply.text.as_str())
    .bind(now_ms())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO quick_reply_numbers (number_id, quick_reply_id) SELECT value, ?2 FROM json_each(?1)",
    )
    .bind(scope.numbers_json())
    .bind(reply.id.as_str())
    .execute(db)
    .await?;
    Ok(())
}

async fn update(
    db: &mut SqliteConnection,
    scope: &Scope,
    reply: &QuickReply,
) -> Result<QuickReply, StoreError> {
    let changed = changed_reply(&replies(db, scope).await?, reply)?;
    sqlx::query("UPDATE quick_replies SET shortcut = ?2, text = ?3, updated_at = ?4 WHERE id = ?1")
        .bind(reply.id.as_str())
        .bind(reply.shortcut.as_str())
        .bind(reply.text.as_str())
        .bind(now_ms())
        .execute(db)
        .await?;
    Ok(changed)
}

async fn delete(
    db: &mut SqliteConnection,
    scope: &Scope,
    id: &QuickReplyId,
) -> Result<(), StoreError> {
    let known = replies(db, scope).await?;
    let held = known.iter().find(|held| held.id == *id);
    may_change(held.ok_or(StoreError::NotFound)?.shared)?;
    sqlx::query("DELETE FROM quick_replies WHERE id = ?1")
        .bind(id.as_str())
        .execute(db)
        .await?;
    Ok(())
}
