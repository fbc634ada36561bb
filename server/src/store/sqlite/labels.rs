//! Labels in SQL.

use super::SqliteStore;
use super::writer::Tx;
use crate::access::Scope;
use crate::clock::now_ms;
use crate::fresh;
use crate::ingest::encode_event;
use crate::store::rules::{NewLabel, changes_label, may_change, new_label, numbers_of, reach};
use crate::store::words::{id, part};
use crate::store::{Labels, LoggedEvent, StoreError};
use app::ids::{LabelId, NumberId};
use app::labels::{Colour, Label};
use app::live::LiveEvent;
use async_trait::async_trait;
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl Labels for SqliteStore {
    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        labels(&mut reader, scope).await
    }

    async fn create_label(
        &self,
        scope: &Scope,
        name: &str,
        colour: Colour,
    ) -> Result<Vec<Label>, StoreError> {
        let (scope, name) = (scope.clone(), name.to_owned());
        self.writer
            .run(move |tx| Box::pin(async move { create(tx, &scope, &name, colour).await }))
            .await
    }

    async fn change_label(
        &self,
        scope: &Scope,
        label: &LabelId,
        name: &str,
        colour: Colour,
    ) -> Result<Vec<Label>, StoreError> {
        let (scope, label, name) = (scope.clone(), label.clone(), name.to_owned());
        self.writer
            .run(move |tx| Box::pin(async move { change(tx, &scope, &label, &name, colour).await }))
            .await
    }

    async fn delete_label(&self, scope: &Scope, label: &LabelId) -> Result<Vec<Label>, StoreError> {
        let (scope, label) = (scope.clone(), label.clone());
        self.writer
            .run(move |tx| Box::pin(async move { delete(tx, &scope, &label).await }))
            .await
    }
}

async fn create(
    tx: &mut Tx<'_>,
    scope: &Scope,
    name: &str,
    colour: Colour,
) -> Result<Vec<Label>, StoreError> {
    let known = labels(tx.connection, scope).await?;
    let label = match new_label(scope, &known, name)? {
        NewLabel::Spread(held) => held,
        NewLabel::Added => {
            let label = fresh!(LabelId);
            sqlx::query(
                "INSERT INTO labels (id, tenant_id, name, colour, created_at) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(label.as_str())
            .bind(scope.tenant().as_str())
            .bind(name)
            .bind(colour.as_str())
            .bind(now_ms())
            .execute(&mut *tx.connection)
            .await?;
            label
        }
    };
    sqlx::query(
        "INSERT OR IGNORE INTO label_numbers (number_id, label_id) SELECT value, ?2 FROM json_each(?1)",
    )
    .bind(scope.numbers_json())
    .bind(label.as_str())
    .execute(&mut *tx.connection)
    .await?;
    tell(tx, scope, scope.numbers()).await
}

async fn change(
    tx: &mut Tx<'_>,
    scope: &Scope,
    label: &LabelId,
    name: &str,
    colour: Colour,
) -> Result<Vec<Label>, StoreError> {
    let known = labels(tx.connection, scope).await?;
    if !changes_label(&known, label, name, colour)? {
        return Ok(known);
    }
    sqlx::query("UPDATE labels SET name = ?, colour = ? WHERE id = ?")
        .bind(name)
        .bind(colour.as_str())
        .bind(label.as_str())
        .execute(&mut *tx.connection)
        .await?;
    tell(tx, scope, numbers_of(scope, &known, label)).await
}

async fn delete(tx: &mut Tx<'_>, scope: &Scope, label: &LabelId) -> Result<Vec<Label>, StoreError> {
    let known = labels(tx.connection, scope).await?;
    let held = known.iter().find(|held| held.id == *label);
    may_change(held.ok_or(StoreError::NotFound)?.shared)?;
    sqlx::query("DELETE FROM labels WHERE id = ?")
        .bind(label.as_str())
        .execute(&mut *tx.connection)
        .await?;
    tell(tx, scope, numbers_of(scope, &known, label)).await
}

/// Whoever has one of the numbers hears that its labels are others now. Answers those of the scope.
async fn tell(
    tx: &mut Tx<'_>,
    scope: &Scope,
    numbers: &[NumberId],
) -> Result<Vec<Label>, StoreError> {
    for number in numbers {
        let seq = tx.take_seqs(scope.tenant(), 1).await?;
        tx.log(LoggedEvent {
            tenant: scope.tenant().clone(),
            seq,
            number: number.clone(),
            payload: encode_event(&LiveEvent::Labels {
                number_id: number.clone(),
            }),
        })
        .await?;
    }
    labels(tx.connection, scope).await
}

/// A tenant's labels that belong to any of the numbers (a JSON array).
pub const LABELS: &str = "SELECT l.id, l.name, l.colour, count(*), \
                json_group_array(n.number_id) FILTER (WHERE n.number_id IN (SELECT value FROM json_each(?2))) \
         FROM labels l JOIN label_numbers n ON n.label_id = l.id \
         WHERE l.tenant_id = ?1 AND l.id IN ( \
           SELECT label_id FROM label_numbers WHERE number_id IN (SELECT value FROM json_each(?2))) \
         GROUP BY l.id ORDER BY l.name, l.id";

pub(super) async fn labels(
    db: &mut SqliteConnection,
    scope: &Scope,
) -> Result<Vec<Label>, StoreError> {
    sqlx::query(LABELS)
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .fetch_all(db)
        .await?
        .iter()
        .map(|row| {
            let in_reach: Vec<NumberId> = part(row.try_get(4)?)?.unwrap_or_default();
            let (numbers, shared) = reach(scope, in_reach, row.try_get(3)?);
            Ok(Label {
                id: id(row.try_get(0)?)?,
                name: row.try_get(1)?,
                colour: Colour::parse(row.try_get(2)?).unwrap_or_default(),
                numbers,
                shared,
            })
        })
        .collect()
}
