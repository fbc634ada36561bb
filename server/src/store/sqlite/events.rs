//! The log in SQL.

use super::SqliteStore;
use crate::access::Scope;
use crate::store::words::id;
use crate::store::{EventPage, Log, LoggedEvent, StoreError};
use app::ids::TenantId;
use async_trait::async_trait;
use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqlitePool;

#[async_trait]
impl Log for SqliteStore {
    async fn positions(&self, tenants: &[TenantId]) -> Result<Vec<(TenantId, i64)>, StoreError> {
        sqlx::query("SELECT id, seq FROM tenants WHERE id IN (SELECT value FROM json_each(?))")
            .bind(json!(tenants).to_string())
            .fetch_all(&self.readers)
            .await?
            .into_iter()
            .map(|row| Ok((id(row.try_get(0)?)?, row.try_get(1)?)))
            .collect()
    }

    async fn log_after(
        &self,
        tenant: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<EventPage, StoreError> {
        read(&self.readers, tenant, after, limit).await
    }
}

/// What a scope may see of its tenant's log.
pub(super) async fn after(
    readers: &SqlitePool,
    scope: &Scope,
    after: i64,
    limit: u32,
) -> Result<EventPage, StoreError> {
    Ok(read(readers, scope.tenant(), after, limit)
        .await?
        .within(scope))
}

pub(super) async fn read(
    readers: &SqlitePool,
    tenant: &TenantId,
    after: i64,
    limit: u32,
) -> Result<EventPage, StoreError> {
    // One snapshot: between looking at the log's beginning and reading it, upkeep may move the beginning.
    let mut snapshot = readers.begin().await?;
    let row = sqlx::query("SELECT seq, (SELECT min(seq) FROM events e WHERE e.tenant_id = t.id) FROM tenants t WHERE t.id = ?")
        .bind(tenant.as_str())
        .fetch_one(&mut *snapshot)
        .await?;
    let (end, beginning): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let reaches_back = after >= end || beginning.is_some_and(|beginning| beginning <= after + 1);
    if after > end || !reaches_back {
        snapshot.commit().await?;
        return Ok(EventPage::Gone);
    }
    let found = sqlx::query("SELECT seq, number_id, payload FROM events WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT ?")
        .bind(tenant.as_str())
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *snapshot)
        .await?;
    snapshot.commit().await?;
    let mut position = end.min(after);
    let mut events = Vec::with_capacity(found.len());
    for row in &found {
        position = row.try_get(0)?;
        events.push(LoggedEvent {
            tenant: tenant.clone(),
            seq: position,
            number: id(row.try_get(1)?)?,
            payload: row.try_get::<String, _>(2)?.into(),
        });
    }
    Ok(EventPage::Events {
        events,
        position,
        more: position < end && !found.is_empty(),
    })
}
