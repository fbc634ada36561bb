//! What few deliveries bring, in SQL: amendments of messages that are not known yet, and alerts.

use super::rows;
use super::writer::Tx;
use crate::clock::now_ms;
use crate::ingest::{Change, NumberChanges};
use crate::store::delivery::RareChanges;
use crate::store::{Claim, StoreError};
use sqlx::{Row, SqliteConnection};

const WRITE: &str = "
INSERT INTO held_changes (received_at, number_id, target_id, provider_id, payload)
  SELECT ?, value ->> 'number', value ->> 'target', value ->> 'provider', value ->> 'payload' FROM json_each(?) WHERE true
  ON CONFLICT DO NOTHING;
DELETE FROM held_changes WHERE (number_id, target_id) IN (SELECT value ->> 'number', value ->> 'target' FROM json_each(?));
INSERT INTO number_alerts (first_at, last_at, number_id, code, sentence, reports)
  SELECT ?, ?, value ->> 'number', value ->> 'code', value ->> 'sentence', value ->> 'reports' FROM json_each(?) WHERE true
  ON CONFLICT (number_id, code) DO UPDATE SET sentence = excluded.sentence, last_at = excluded.last_at,
         reports = number_alerts.reports + excluded.reports";

/// Writes what a delivery brought.
pub(super) async fn write(
    db: &mut SqliteConnection,
    changes: RareChanges,
) -> Result<(), StoreError> {
    let now = now_ms();
    sqlx::query(WRITE)
        .bind(now)
        .bind(changes.held)
        .bind(changes.attached)
        .bind(now)
        .bind(now)
        .bind(changes.alerts)
        .execute(db)
        .await?;
    Ok(())
}

/// Amendments of a message of ours that came before WhatsApp's id of it was known here.
pub(super) async fn attach(
    tx: &mut Tx<'_>,
    claim: &Claim,
    provider_id: &str,
) -> Result<(), StoreError> {
    let held = sqlx::query(
        "DELETE FROM held_changes WHERE number_id = ? AND target_id = ? RETURNING payload",
    )
    .bind(claim.number.as_str())
    .bind(provider_id)
    .fetch_all(&mut *tx.connection)
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
