//! What few deliveries bring, in SQL: amendments of messages that are not known yet, and alerts.

use super::rows;
use super::transaction::Tx;
use crate::clock::now_ms;
use crate::ingest::{Change, NumberChanges, World};
use crate::store::delivery::RareChanges;
use crate::store::{Claim, StoreError};
use sqlx::Row;
use sqlx::postgres::PgConnection;

/// Amendments that wait for these messages: WhatsApp's ids, each with its number.
pub(super) async fn load(
    db: &mut PgConnection,
    numbers: &[&str],
    provider_ids: &[&str],
    world: &mut World,
) -> Result<(), StoreError> {
    let found = sqlx::query(
        "SELECT DISTINCT h.number_id, h.payload FROM unnest($1::text[], $2::text[]) j (number_id, provider_id) \
         JOIN held_changes h ON h.number_id = j.number_id AND h.target_id = j.provider_id",
    )
    .bind(numbers)
    .bind(provider_ids)
    .fetch_all(db)
    .await?;
    for row in &found {
        rows::add_held_amendment(world, row)?;
    }
    Ok(())
}

/// Writes what a delivery brought.
pub(super) async fn write(db: &mut PgConnection, changes: RareChanges) -> Result<(), StoreError> {
    let now = now_ms();
    sqlx::query(
        "INSERT INTO held_changes (received_at, number_id, target_id, provider_id, payload) \
         SELECT $1, number, target, provider, payload \
           FROM json_to_recordset($2::json) AS r (number text, target text, provider text, payload text) ON CONFLICT DO NOTHING",
    )
    .bind(now)
    .bind(changes.held)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM held_changes USING json_to_recordset($1::json) AS r (number text, target text) \
         WHERE number_id = r.number AND target_id = r.target",
    )
    .bind(changes.attached)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO number_alerts (first_at, last_at, number_id, code, sentence, reports) \
         SELECT $1, $1, number, code, sentence, reports \
           FROM json_to_recordset($2::json) AS r (number text, code text, sentence text, reports bigint) \
         ON CONFLICT (number_id, code) DO UPDATE SET sentence = excluded.sentence, last_at = excluded.last_at, \
                reports = number_alerts.reports + excluded.reports",
    )
    .bind(now)
    .bind(changes.alerts)
    .execute(db)
    .await?;
    Ok(())
}

/// Amendments of a message of ours that came before WhatsApp's id of it was known here.
pub(super) async fn attach(
    tx: &mut Tx,
    claim: &Claim,
    provider_id: &str,
) -> Result<(), StoreError> {
    let held = sqlx::query(
        "DELETE FROM held_changes WHERE number_id = $1 AND target_id = $2 RETURNING payload",
    )
    .bind(claim.number.as_str())
    .bind(provider_id)
    .fetch_all(tx.connection())
    .await?;
    if held.is_empty() {
        return Ok(());
    }
    let mut changes = Vec::with_capacity(held.len());
    for row in held {
        let held = rows::held_amendment(row.try_get(0)?)?;
        changes.push(NumberChanges {
            waba_id: held.waba_id,
            phone_number_id: claim.phone_number_id.clone(),
            changes: vec![Change::Amendment(Box::new(held.amendment))],
        });
    }
    super::ingest::ingest(tx, &[&changes]).await?;
    Ok(())
}
