//! Labels in SQL.

use super::PostgresStore;
use super::credentials::number_list;
use super::transaction::{Tx, reading, transaction};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::fresh;
use crate::ingest::encode_event;
use crate::store::rules::{NewLabel, changes_label, may_change, new_label, numbers_of, reach};
use crate::store::words::{id, ids};
use crate::store::{Labels, LoggedEvent, StoreError};
use app::ids::{LabelId, NumberId};
use app::labels::{Colour, Label};
use app::live::LiveEvent;
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgConnection;

#[async_trait]
impl Labels for PostgresStore {
    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, StoreError> {
        reading!(async {
            let mut reader = self.pool.acquire().await?;
            labels(&mut reader, scope).await
        })
    }

    async fn create_label(
        &self,
        scope: &Scope,
        name: &str,
        colour: Colour,
    ) -> Result<Vec<Label>, StoreError> {
        let label = fresh!(LabelId);
        transaction!(self, |tx| create(&mut tx, scope, &label, name, colour))
    }

    async fn change_label(
        &self,
        scope: &Scope,
        label: &LabelId,
        name: &str,
        colour: Colour,
    ) -> Result<Vec<Label>, StoreError> {
        transaction!(self, |tx| change(&mut tx, scope, label, name, colour))
    }

    async fn delete_label(&self, scope: &Scope, label: &LabelId) -> Result<Vec<Label>, StoreError> {
        transaction!(self, |tx| delete(&mut tx, scope, label))
    }
}

async fn create(
    tx: &mut Tx,
    scope: &Scope,
    label: &LabelId,
    name: &str,
    colour: Colour,
) -> Result<Vec<Label>, StoreError> {
    tx.lock(scope.tenant()).await?;
    let known = labels(tx.connection(), scope).await?;
    // Tried again after a commit whose answer was lost.
    if known.iter().any(|held| held.id == *label) {
        return Ok(known);
    }
    let label = match new_label(scope, &known, name)? {
        NewLabel::Spread(held) => held,
        NewLabel::Added => {
            sqlx::query(
                "INSERT INTO labels (id, tenant_id, name, colour, created_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(label.as_str())
            .bind(scope.tenant().as_str())
            .bind(name)
            .bind(colour.as_str())
            .bind(now_ms())
            .execute(tx.connection())
            .await?;
            label.clone()
        }
    };
    sqlx::query(
        "INSERT INTO label_numbers (number_id, label_id) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING",
    )
    .bind(number_list(scope))
    .bind(label.as_str())
    .execute(tx.connection())
    .await?;
    tell(tx, scope, scope.numbers()).await
}

async fn change(
    tx: &mut Tx,
    scope: &Scope,
    label: &LabelId,
    name: &str,
    colour: Colour,
) -> Result<Vec<Label>, StoreError> {
    tx.lock(scope.tenant()).await?;
    let known = labels(tx.connection(), scope).await?;
    if !changes_label(&known, label, name, colour)? {
        return Ok(known);
    }
    sqlx::query("UPDATE labels SET name = $1, colour = $2 WHERE id = $3")
        .bind(name)
        .bind(colour.as_str())
        .bind(label.as_str())
        .execute(tx.connection())
        .await?;
    tell(tx, scope, numbers_of(scope, &known, label)).await
}

async fn delete(tx: &mut Tx, scope: &Scope, label: &LabelId) -> Result<Vec<Label>, StoreError> {
    tx.lock(scope.tenant()).await?;
    let known = labels(tx.connection(), scope).await?;
    let held = known.iter().find(|held| held.id == *label);
    may_change(held.ok_or(StoreError::NotFound)?.shared)?;
    sqlx::query("DELETE FROM labels WHERE id = $1")
        .bind(label.as_str())
        .execute(tx.connection())
        .await?;
    tell(tx, scope, numbers_of(scope, &known, label)).await
}

/// Whoever has one of the numbers hears that its labels are others now. Answers those of the scope.
async fn tell(tx: &mut Tx, scope: &Scope, numbers: &[NumberId]) -> Result<Vec<Label>, StoreError> {
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
    labels(tx.connection(), scope).await
}

/// A tenant's labels that belong to any of the numbers (an array).
pub const LABELS: &str = "SELECT l.id, l.name, l.colour, count(*), \
                coalesce(array_agg(n.number_id ORDER BY n.number_id) FILTER (WHERE n.number_id = ANY($2)), '{}') \
         FROM labels l JOIN label_numbers n ON n.label_id = l.id \
         WHERE l.tenant_id = $1 AND l.id IN (SELECT label_id FROM label_numbers WHERE number_id = ANY($2)) \
         GROUP BY l.id ORDER BY l.name, l.id";

pub(super) async fn labels(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Label>, StoreError> {
    sqlx::query(LABELS)
        .bind(scope.tenant().as_str())
        .bind(number_list(scope))
        .fetch_all(db)
        .await?
        .iter()
        .map(|row| {
            let (numbers, shared) = reach(scope, ids(row.try_get(4)?)?, row.try_get(3)?);
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
