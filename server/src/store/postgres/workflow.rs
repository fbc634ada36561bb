//! Work on conversations in SQL.

use super::PostgresStore;
use super::conversations::{find, position_and_unread};
use super::credentials::number_list;
use super::labels::labels;
use super::messages::{conversation_by_id, log_message};
use super::transaction::{Tx, reading, transaction};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::ingest::encode_event;
use crate::store::rules::label_for;
use crate::store::words::{count, direction_text, id, json_of};
use crate::store::{LoggedEvent, OPERATORS_SHOWN, StoreError, Workflow};
use crate::workflow::{Act, activity_message, check_room, decide};
use app::conversations::Conversation;
use app::ids::{ClientId, ConversationId, LabelId, NumberId, OperatorId, TenantId};
use app::live::LiveEvent;
use app::messages::Message;
use app::operators::Operator;
use app::workflow::{Totals, ViewCounts, Work};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

#[async_trait]
impl Workflow for PostgresStore {
    async fn change_conversations(
        &self,
        scope: &Scope,
        ids: &[ConversationId],
        work: &Work,
    ) -> Result<Vec<Conversation>, StoreError> {
        transaction!(self, |tx| change(&mut tx, scope, ids, work))
    }

    async fn totals(&self, scope: &Scope) -> Result<Totals, StoreError> {
        reading!(self.totals_of(scope))
    }

    async fn operators(&self, scope: &Scope) -> Result<Vec<Operator>, StoreError> {
        reading!(
            sqlx::query(
                "SELECT o.id, o.name, o.email FROM operators o WHERE o.tenant_id = $1 AND o.id IN ( \
                   SELECT n.operator_id FROM operator_numbers n WHERE n.number_id = ANY($2)) \
                 ORDER BY lower(coalesce(o.name, o.email, o.id)), o.id LIMIT $3",
            )
            .bind(scope.tenant().as_str())
            .bind(number_list(scope))
            .bind(OPERATORS_SHOWN)
            .fetch_all(&self.pool)
        )?
        .iter()
        .map(operator)
        .collect()
    }

    async fn end_snoozes(&self, now: i64, limit: u32) -> Result<u64, StoreError> {
        let due: Vec<(String, String)> = reading!(
            sqlx::query_as(
                "SELECT id, tenant_id FROM conversations WHERE state = 'snoozed' AND snoozed_until <= $1 \
                 ORDER BY snoozed_until LIMIT $2",
            )
            .bind(now)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
        )?;
        let seen = due.len() as u64;
        for (conversation, tenant) in due {
            let (conversation, tenant) = (id(conversation)?, id(tenant)?);
            transaction!(self, |tx| wake(&mut tx, &tenant, &conversation, now))?;
        }
        Ok(seen)
    }
}

impl PostgresStore {
    async fn totals_of(&self, scope: &Scope) -> Result<Totals, StoreError> {
        let mut snapshot =
            super::transaction::begin(&self.pool, super::conversations::SNAPSHOT).await?;
        let (cursor, unread_total) = position_and_unread(&mut snapshot, scope).await?;
        let counts = counts(&mut snapshot, scope).await?;
        snapshot.commit().await?;
        Ok(Totals {
            cursor,
            unread_total,
            counts,
        })
    }
}

/// Opens a conversation whose snooze is over, unless another server has.
async fn wake(
    tx: &mut Tx,
    tenant: &TenantId,
    conversation: &ConversationId,
    now: i64,
) -> Result<(), StoreError> {
    tx.lock(tenant).await?;
    let sleeps: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM conversations WHERE id = $1 AND state = 'snoozed' AND snoozed_until <= $2",
    )
    .bind(conversation.as_str())
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    if sleeps.is_none() {
        return Ok(());
    }
    let row = conversation_by_id(tx.connection(), conversation).await?;
    apply(tx, tenant, row, &Act::Reopen(Some("time")), None).await?;
    Ok(())
}

pub(super) async fn change(
    tx: &mut Tx,
    scope: &Scope,
    ids: &[ConversationId],
    work: &Work,
) -> Result<Vec<Conversation>, StoreError> {
    tx.lock(scope.tenant()).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.push(find(tx.connection(), scope, id).await?);
    }
    let act = act_of(tx.connection(), scope, work, &rows).await?;
    check_room(&act, &rows)?;
    let by = scope.operator().map(crate::store::OperatorRecord::shown);
    let mut changed = Vec::with_capacity(rows.len());
    for row in rows {
        changed.push(apply(tx, scope.tenant(), row, &act, by.as_ref()).await?);
    }
    Ok(changed)
}

/// What the work names is looked up: a label of the numbers of all these conversations, an operator who works with the numbers of all these conversations.
async fn act_of(
    db: &mut PgConnection,
    scope: &Scope,
    work: &Work,
    rows: &[Conversation],
) -> Result<Act, StoreError> {
    Ok(match work {
        Work::Assign { operator: None } => Act::Assign(None),
        Work::Assign { operator: Some(to) } => {
            for row in rows {
                works_with(db, to, &row.number_id).await?;
            }
            Act::Assign(Some(operator_by_id(db, scope, to).await?))
        }
        Work::Resolve => Act::Resolve,
        Work::Reopen => Act::Reopen(None),
        Work::Snooze { until } => Act::Snooze(*until),
        Work::Label { label, on } => {
            let known = labels(db, scope).await?;
            Act::Label(label_for(known, label, rows)?, *on)
        }
        Work::Pin { on } => Act::Pin(*on),
        Work::Read => Act::Read,
        Work::Unread => Act::Unread,
    })
}

pub(super) async fn operator_by_id(
    db: &mut PgConnection,
    scope: &Scope,
    id: &OperatorId,
) -> Result<Operator, StoreError> {
    let found =
        sqlx::query("SELECT id, name, email FROM operators WHERE id = $1 AND tenant_id = $2")
            .bind(id.as_str())
            .bind(scope.tenant().as_str())
            .fetch_optional(db)
            .await?
            .ok_or(StoreError::NotFound)?;
    operator(&found)
}

pub(super) async fn works_with(
    db: &mut PgConnection,
    operator: &OperatorId,
    number: &NumberId,
) -> Result<(), StoreError> {
    sqlx::query("SELECT 1 FROM operator_numbers WHERE number_id = $1 AND operator_id = $2")
        .bind(number.as_str())
        .bind(operator.as_str())
        .fetch_optional(db)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound)
}

/// Changes one conversation, if that changes anything, and logs it.
pub(super) async fn apply(
    tx: &mut Tx,
    tenant: &TenantId,
    mut row: Conversation,
    act: &Act,
    by: Option<&Operator>,
) -> Result<Conversation, StoreError> {
    let before = row.clone();
    let Some(told) = decide(&mut row, act, by) else {
        return Ok(row);
    };
    row.seq = tx.take_seqs(tenant, 1).await?;
    if matches!(act, Act::Name(_) | Act::Fields) {
        row.details_seq = Some(row.seq);
    }
    sqlx::query(
        "UPDATE conversations SET state = $1, snoozed_until = $2, assignee_id = $3, labels = $4, pinned = $5, place = $6, unread = $7, seq = $8, \
                own_name = $9, details_seq = $10 WHERE id = $11",
    )
    .bind(row.state.as_str())
    .bind(row.snoozed_until)
    .bind(row.assignee.as_ref().map(|it| it.id.as_str()))
    .bind(json_of(Some(&row.labels).filter(|list| !list.is_empty()))?)
    .bind(row.pinned)
    .bind(row.place())
    .bind(i64::from(row.unread))
    .bind(row.seq)
    .bind(row.contact.own_name.as_deref())
    .bind(row.details_seq)
    .bind(row.id.as_str())
    .execute(tx.connection())
    .await?;
    if row.unread != before.unread {
        sqlx::query("UPDATE numbers SET unread = greatest(0, unread + $1) WHERE id = $2")
            .bind(i64::from(row.unread) - i64::from(before.unread))
            .bind(row.number_id.as_str())
            .execute(tx.connection())
            .await?;
    }
    if !(row.labels.is_empty() && before.labels.is_empty()) {
        put_labels(tx.connection(), &row).await?;
    }
    let Some(activity) = told else {
        tx.log(LoggedEvent {
            tenant: tenant.clone(),
            seq: row.seq,
            number: row.number_id.clone(),
            payload: encode_event(&LiveEvent::Conversation {
                conversation: Box::new(row.clone()),
            }),
        })
        .await?;
        return Ok(row);
    };
    let message = activity_message(&row, activity, now_ms(), row.seq);
    put_internal(tx.connection(), tenant, &row.number_id, &message).await?;
    log_message(tx, tenant, row.clone(), &message, None).await?;
    Ok(row)
}

/// Stores a message that stays among colleagues.
pub(super) async fn put_internal(
    db: &mut PgConnection,
    tenant: &TenantId,
    number: &NumberId,
    message: &Message,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO messages (id, tenant_id, number_id, conversation_id, direction, kind, status, sent_at, second, seq, created_at, \
                content, client_id, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(message.id.as_str())
    .bind(tenant.as_str())
    .bind(number.as_str())
    .bind(message.conversation_id.as_str())
    .bind(direction_text(message.direction))
    .bind(message.kind.as_str())
    .bind(message.status.as_str())
    .bind(message.sent_at)
    .bind(message.position().0)
    .bind(message.seq)
    .bind(message.sent_at)
    .bind(json_of(message.content.as_ref())?)
    .bind(message.client_id.as_ref().map(ClientId::as_str))
    .bind(message.text.as_deref())
    .execute(db)
    .await?;
    Ok(())
}

/// The rows by which a conversation is found by its labels, as they have to be now.
async fn put_labels(db: &mut PgConnection, row: &Conversation) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM conversation_labels WHERE conversation_id = $1")
        .bind(row.id.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO conversation_labels (conversation_id, label_id, number_id, state, place) \
         SELECT $1, label, $2, $3, $4 FROM unnest($5::text[]) label",
    )
    .bind(row.id.as_str())
    .bind(row.number_id.as_str())
    .bind(row.state.as_str())
    .bind(row.place())
    .bind(row.labels.iter().map(LabelId::as_str).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

fn operator(row: &PgRow) -> Result<Operator, StoreError> {
    Ok(Operator::of(
        id(row.try_get(0)?)?,
        row.try_get(1)?,
        row.try_get(2)?,
    ))
}

/// One view's count: the index has its rows side by side, and no more of them are looked at than are told. The order is that of the index,
/// which keeps the planner to it.
macro_rules! counted {
    ($condition:literal) => {
        concat!(
            "(SELECT count(*) FROM (SELECT 1 FROM unnest($1::text[]) j (id) CROSS JOIN LATERAL \
               (SELECT 1 FROM conversations c WHERE c.number_id = j.id AND ",
            $condition,
            " ORDER BY c.place DESC LIMIT 100) c LIMIT 100) n)"
        )
    };
}

/// How many conversations of the numbers (an array) each view has, up to a hundred; the second parameter is who looks.
pub const COUNTS: &str = concat!(
    "SELECT ",
    counted!("c.state = 'open'"),
    ", ",
    counted!("c.state = 'open' AND c.unread > 0"),
    ", ",
    counted!("c.state = 'open' AND c.assignee_id = $2"),
    ", ",
    counted!("c.state = 'open' AND c.assignee_id IS NULL"),
    ", ",
    counted!("c.state = 'snoozed'"),
    ", ",
    counted!("c.state = 'resolved'"),
);

pub(super) async fn counts(db: &mut PgConnection, scope: &Scope) -> Result<ViewCounts, StoreError> {
    let row = sqlx::query(COUNTS)
        .bind(number_list(scope))
        .bind(scope.operator().map(|it| it.id.as_str()))
        .fetch_one(db)
        .await?;
    Ok(ViewCounts {
        all: count(row.try_get(0)?)?,
        unread: count(row.try_get(1)?)?,
        mine: count(row.try_get(2)?)?,
        unassigned: count(row.try_get(3)?)?,
        snoozed: count(row.try_get(4)?)?,
        resolved: count(row.try_get(5)?)?,
    })
}
