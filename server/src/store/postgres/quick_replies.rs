//! Quick replies in SQL.

use super::PostgresStore;
use super::credentials::number_list;
use super::transaction::{Tx, reading, transaction};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::store::rules::{changed_reply, check_new_reply, may_change, reach};
use crate::store::words::{id, ids};
use crate::store::{QuickReplyStore, StoreError};
use app::ids::QuickReplyId;
use app::quick_replies::{QuickReplies, QuickReply};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgConnection;

#[async_trait]
impl QuickReplyStore for PostgresStore {
    async fn quick_replies(&self, scope: &Scope) -> Result<QuickReplies, StoreError> {
        let items = reading!(async {
            let mut reader = self.pool.acquire().await?;
            replies(&mut reader, scope).await
        })?;
        let operator = scope.operator().and_then(|operator| operator.name.clone());
        Ok(QuickReplies { items, operator })
    }

    async fn create_quick_reply(
        &self,
        scope: &Scope,
        reply: &QuickReply,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| create(&mut tx, scope, reply))
    }

    async fn update_quick_reply(
        &self,
        scope: &Scope,
        reply: &QuickReply,
    ) -> Result<QuickReply, StoreError> {
        transaction!(self, |tx| update(&mut tx, scope, reply))
    }

    async fn delete_quick_reply(&self, scope: &Scope, id: &QuickReplyId) -> Result<(), StoreError> {
        transaction!(self, |tx| delete(&mut tx, scope, id))
    }
}

async fn replies(db: &mut PgConnection, scope: &Scope) -> Result<Vec<QuickReply>, StoreError> {
    sqlx::query(
        "SELECT q.id, q.shortcut, q.text, count(*), \
                coalesce(array_agg(n.number_id ORDER BY n.number_id) FILTER (WHERE n.number_id = ANY($2)), '{}') \
         FROM quick_replies q JOIN quick_reply_numbers n ON n.quick_reply_id = q.id \
         WHERE q.tenant_id = $1 AND q.id IN (SELECT quick_reply_id FROM quick_reply_numbers WHERE number_id = ANY($2)) \
         GROUP BY q.id ORDER BY q.shortcut, q.id",
    )
    .bind(scope.tenant().as_str())
    .bind(number_list(scope))
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
        let (numbers, shared) = reach(scope, ids(row.try_get(4)?)?, row.try_get(3)?);
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

async fn create(tx: &mut Tx, scope: &Scope, reply: &QuickReply) -> Result<(), StoreError> {
    // Of two at once that want the same shortcut, one comes second.
    tx.lock(scope.tenant()).await?;
    let db = tx.connection();
    let known = replies(db, scope).await?;
    // Tried again after a commit whose answer was lost.
    if known.iter().any(|held| held.id == reply.id) {
        return Ok(());
    }
    check_new_reply(scope, &known, reply)?;
    sqlx::query(
        "INSERT INTO quick_replies (id, tenant_id, shortcut, text, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(reply.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(reply.shortcut.as_str())
    .bind(reply.text.as_str())
    .bind(now_ms())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO quick_reply_numbers (number_id, quick_reply_id) SELECT unnest($1::text[]), $2",
    )
    .bind(number_list(scope))
    .bind(reply.id.as_str())
    .execute(db)
    .await?;
    Ok(())
}

async fn update(tx: &mut Tx, scope: &Scope, reply: &QuickReply) -> Result<QuickReply, StoreError> {
    tx.lock(scope.tenant()).await?;
    let db = tx.connection();
    let changed = changed_reply(&replies(db, scope).await?, reply)?;
    sqlx::query("UPDATE quick_replies SET shortcut = $2, text = $3, updated_at = $4 WHERE id = $1")
        .bind(reply.id.as_str())
        .bind(reply.shortcut.as_str())
        .bind(reply.text.as_str())
        .bind(now_ms())
        .execute(db)
        .await?;
    Ok(changed)
}

async fn delete(tx: &mut Tx, scope: &Scope, id: &QuickReplyId) -> Result<(), StoreError> {
    tx.lock(scope.tenant()).await?;
    let db = tx.connection();
    let known = replies(db, scope).await?;
    let held = known.iter().find(|held| held.id == *id);
    may_change(held.ok_or(StoreError::NotFound)?.shared)?;
    sqlx::query("DELETE FROM quick_replies WHERE id = $1")
        .bind(id.as_str())
        .execute(db)
        .await?;
    Ok(())
}
