//! The log in SQL.

use super::PostgresStore;
use super::transaction::reading;
use crate::store::words::id;
use crate::store::{EventPage, Log, LoggedEvent, StoreError};
use app::ids::TenantId;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgExecutor;

#[async_trait]
impl Log for PostgresStore {
    async fn positions(&self, tenants: &[TenantId]) -> Result<Vec<(TenantId, i64)>, StoreError> {
        let ids: Vec<&str> = tenants.iter().map(TenantId::as_str).collect();
        reading!(
            sqlx::query("SELECT id, seq FROM tenants WHERE id = ANY($1)")
                .bind(&ids)
                .fetch_all(&self.pool)
        )?
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
        reading!(read(&self.pool, tenant, after, limit))
    }
}

/// One statement is one snapshot: between looking at the log's beginning and reading it, upkeep could move the beginning. The first row
/// has no event; it tells where the log begins and ends.
pub(super) async fn read<'c>(
    db: impl PgExecutor<'c>,
    tenant: &TenantId,
    after: i64,
    limit: u32,
) -> Result<EventPage, StoreError> {
    let found = sqlx::query(
        "(SELECT t.seq, (SELECT min(e.seq) FROM events e WHERE e.tenant_id = t.id), NULL AS number_id, NULL AS payload \
           FROM tenants t WHERE t.id = $1) \
         UNION ALL \
         (SELECT seq, NULL, number_id, payload FROM events WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3)",
    )
    .bind(tenant.as_str())
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    let (mut end, mut beginning) = (0, None);
    let mut events = Vec::with_capacity(found.len());
    for row in &found {
        match row.try_get::<Option<String>, _>(3)? {
            None => (end, beginning) = (row.try_get(0)?, row.try_get::<Option<i64>, _>(1)?),
            Some(payload) => events.push(LoggedEvent {
                tenant: tenant.clone(),
                seq: row.try_get(0)?,
                number: id(row.try_get(2)?)?,
                payload: payload.into(),
            }),
        }
    }
    let reaches_back = after >= end || beginning.is_some_and(|beginning| beginning <= after + 1);
    if after > end || !reaches_back {
        return Ok(EventPage::Gone);
    }
    let position = events.last().map_or(end.min(after), |event| event.seq);
    Ok(EventPage::Events {
        more: position < end && !events.is_empty(),
        events,
        position,
    })
}
