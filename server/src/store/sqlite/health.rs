//! What WhatsApp says of numbers and accounts, in SQL.

use crate::ingest::{HealthNote, HealthReport};
use crate::store::StoreError;
use crate::store::words::{json_of, part};
use sqlx::{Row, SqliteConnection};

/// Keeps the latest word about each side of each number. An account is known by whoever wrote to a number last: nothing else tells which
/// numbers are of it.
pub(super) async fn note(
    db: &mut SqliteConnection,
    reports: &[HealthReport],
) -> Result<(), StoreError> {
    for report in reports {
        let found = sqlx::query(
            "SELECT n.id, n.health FROM numbers n LEFT JOIN contacts p ON p.id = \
                coalesce((SELECT c.contact_id FROM conversations c WHERE c.number_id = n.id AND c.state = 'open' \
                            ORDER BY c.place DESC, c.id DESC LIMIT 1), \
                         (SELECT c.contact_id FROM conversations c WHERE c.number_id = n.id LIMIT 1)) \
             WHERE n.deleted_at IS NULL \
               AND ((n.phone = ?1 AND coalesce(p.waba_id, ?2) = ?2) OR (?1 IS NULL AND p.waba_id = ?2))",
        )
        .bind(report.phone.as_deref())
        .bind(report.waba_id.as_str())
        .fetch_all(&mut *db)
        .await?;
        for row in found {
            let number: String = row.try_get(0)?;
            let mut notes: Vec<HealthNote> = part(row.try_get(1)?)?.unwrap_or_default();
            if !report.note.clone().join(&mut notes) {
                continue;
            }
            sqlx::query("UPDATE numbers SET health = ? WHERE id = ?")
                .bind(json_of(Some(&notes))?)
                .bind(number.as_str())
                .execute(&mut *db)
                .await?;
            if let Some(alert) = &report.alert {
                sqlx::query(
                "INSERT INTO number_alerts (number_id, code, sentence, first_at, last_at, reports) VALUES (?1, ?2, ?3, ?4, ?4, 1) \
                 ON CONFLICT (number_id, code) DO UPDATE SET sentence = excluded.sentence, last_at = excluded.last_at, \
                        reports = number_alerts.reports + 1",
                )
                .bind(number.as_str())
                .bind(alert.code.as_str())
                .bind(alert.sentence.as_str())
                .bind(report.note.at)
                .execute(&mut *db)
                .await?;
            }
        }
    }
    Ok(())
}
