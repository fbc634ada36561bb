//! The log in SQL.

use super::rows;
use crate::access::Scope;
use crate::store::{EventPage, LoggedEvent, StoreError};
use app::ids::NumberId;
use sqlx::Row;
use sqlx::sqlite::SqlitePool;

pub(super) async fn after(
    readers: &SqlitePool,
    scope: &Scope,
    after: i64,
    limit: u32,
) -> Result<EventPage, StoreError> {
    // One snapshot: between looking at the log's beginning and reading it, upkeep may move the beginning.
    let mut snapshot = readers.begin().await?;
    let row = sqlx::query("SELECT seq, (SELECT min(seq) FROM events e WHERE e.tenant_id = t.id) FROM tenants t WHERE t.id = ?")
        .bind(scope.tenant().as_str())
        .fetch_one(&mut *snapshot)
        .await?;
    let (end, beginning): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let reaches_back = after >= end || beginning.is_some_and(|beginning| beginning <= after + 1);
    if after > end || !reaches_back {
        snapshot.commit().await?;
        return Ok(EventPage::Gone);
    }
    let found = sqlx::query("SELECT seq, number_id, payload FROM events WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT ?")
        .bind(scope.tenant().as_str())
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *snapshot)
        .await?;
    snapshot.commit().await?;
    let mut position = end.min(after);
    let mut events = Vec::with_capacity(found.len());
    for row in &found {
        position = row.try_get(0)?;
        let number: NumberId = rows::id(row.try_get(1)?)?;
        if scope.allows(&number) {
            events.push(LoggedEvent {
                tenant: scope.tenant().clone(),
                seq: position,
                number,
                payload: row.try_get::<String, _>(2)?.into(),
            });
        }
    }
    Ok(EventPage::Events {
        events,
        position,
        more: position < end && !found.is_empty(),
    })
}
