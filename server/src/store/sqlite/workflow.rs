//! Work on conversations in SQL.

use super::SqliteStore;
use super::conversations::{find, position_and_unread};
use super::labels::labels;
use super::messages::{conversation_by_id, log_message};
use super::writer::Tx;
use crate::access::Scope;
use crate::clock::now_ms;
use crate::ingest::encode_event;
use crate::store::rules::label_for;
use crate::store::words::{direction_text, id, json_of};
use crate::store::{LoggedEvent, OPERATORS_SHOWN, StoreError, Workflow};
use crate::workflow::{Act, activity_message, check_room, decide};
use app::conversations::Conversation;
use app::ids::{ClientId, ConversationId, NumberId, OperatorId, TenantId};
use app::live::LiveEvent;
use app::messages::Message;
use app::operators::Operator;
use app::workflow::{Totals, ViewCounts, Work};
use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl Workflow for SqliteStore {
    async fn change_conversations(
        &self,
        scope: &Scope,
        ids: &[ConversationId],
        work: &Work,
    ) -> Result<Vec<Conversation>, StoreError> {
        let (scope, ids, work) = (scope.clone(), ids.to_vec(), work.clone());
        self.writer
            .run(move |tx| Box::pin(async move { change(tx, &scope, &ids, &work).await }))
            .await
    }

    async fn totals(&self, scope: &Scope) -> Result<Totals, StoreError> {
        let mut snapshot = self.readers.begin().await?;
        let (cursor, unread_total) = position_and_unread(&mut snapshot, scope).await?;
        let counts = counts(&mut snapshot, scope).await?;
        snapshot.commit().await?;
        Ok(Totals {
            cursor,
            unread_total,
            counts,
        })
    }

    async fn operators(&self, scope: &Scope) -> Result<Vec<Operator>, StoreError> {
        sqlx::query(
            "SELECT o.id, o.name, o.email FROM operators o WHERE o.tenant_id = ?1 AND o.id IN ( \
               SELECT n.operator_id FROM operator_numbers n WHERE n.number_id IN (SELECT value FROM json_each(?2))) \
             ORDER BY lower(coalesce(o.name, o.email, o.id)), o.id LIMIT ?3",
        )
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .bind(OPERATORS_SHOWN)
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(operator)
        .collect()
    }

    async fn end_snoozes(&self, now: i64, limit: u32) -> Result<u64, StoreError> {
        let is_due: Option<i64> = sqlx::query_scalar(
            "SELECT snoozed_until FROM conversations INDEXED BY conversations_snoozed \
             WHERE state = 'snoozed' AND snoozed_until <= ? LIMIT 1",
        )
        .bind(now)
        .fetch_optional(&self.readers)
        .await?;
        if is_due.is_none() {
            return Ok(0);
        }
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let due: Vec<(String, String)> = sqlx::query_as(
                        "SELECT id, tenant_id FROM conversations INDEXED BY conversations_snoozed \
                         WHERE state = 'snoozed' AND snoozed_until <= ? ORDER BY snoozed_until LIMIT ?",
                    )
                    .bind(now)
                    .bind(limit)
                    .fetch_all(&mut *tx.connection)
                    .await?;
                    let woken = due.len() as u64;
                    for (conversation, tenant) in due {
                        let conversation = conversation_by_id(tx.connection, &id(conversation)?).await?;
                        let tenant: TenantId = id(tenant)?;
                        apply(tx, &tenant, conversation, &Act::Reopen(Some("time")), None).await?;
                    }
                    Ok(woken)
                })
            })
            .await
    }
}

pub(super) async fn change(
    tx: &mut Tx<'_>,
    scope: &Scope,
    ids: &[ConversationId],
    work: &Work,
) -> Result<Vec<Conversation>, StoreError> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.push(find(tx.connection, scope, id).await?);
    }
    let act = act_of(tx.connection, scope, work, &rows).await?;
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
    db: &mut SqliteConnection,
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
    db: &mut SqliteConnection,
    scope: &Scope,
    id: &OperatorId,
) -> Result<Operator, StoreError> {
    let found = sqlx::query("SELECT id, name, email FROM operators WHERE id = ? AND tenant_id = ?")
        .bind(id.as_str())
        .bind(scope.tenant().as_str())
        .fetch_optional(db)
        .await?
        .ok_or(StoreError::NotFound)?;
    operator(&found)
}

pub(super) async fn works_with(
    db: &mut SqliteConnection,
    operator: &OperatorId,
    number: &NumberId,
) -> Result<(), StoreError> {
    sqlx::query("SELECT 1 FROM operator_numbers WHERE number_id = ? AND operator_id = ?")
        .bind(number.as_str())
        .bind(operator.as_str())
        .fetch_optional(db)
        .await?
        .map(|_| ())
        .ok_or(StoreError::NotFound)
}

/// Changes one conversation, if that changes anything, and logs it.
pub(super) async fn apply(
    tx: &mut Tx<'_>,
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
        "UPDATE conversations SET state = ?, snoozed_until = ?, assignee_id = ?, labels = ?, pinned = ?, place = ?, unread = ?, seq = ?, \
                own_name = ?, details_seq = ? WHERE id = ?",
    )
    .bind(row.state.as_str())
    .bind(row.snoozed_until)
    .bind(row.assignee.as_ref().map(|it| it.id.as_str()))
    .bind(json_of(Some(&row.labels).filter(|list| !list.is_empty()))?)
    .bind(row.pinned)
    .bind(row.place())
    .bind(row.unread)
    .bind(row.seq)
    .bind(row.contact.own_name.as_deref())
    .bind(row.details_seq)
    .bind(row.id.as_str())
    .execute(&mut *tx.connection)
    .await?;
    if row.unread != before.unread {
        sqlx::query("UPDATE numbers SET unread = max(0, unread + ?) WHERE id = ?")
            .bind(i64::from(row.unread) - i64::from(before.unread))
            .bind(row.number_id.as_str())
            .execute(&mut *tx.connection)
            .await?;
    }
    if !(row.labels.is_empty() && before.labels.is_empty()) {
        put_labels(tx.connection, &row).await?;
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
    put_internal(tx.connection, tenant, &row.number_id, &message).await?;
    log_message(tx, tenant, row.clone(), &message, None).await?;
    Ok(row)
}

/// Stores a message that stays among colleagues.
pub(super) async fn put_internal(
    db: &mut SqliteConnection,
    tenant: &TenantId,
    number: &NumberId,
    message: &Message,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO messages (id, tenant_id, number_id, conversation_id, direction, kind, status, sent_at, second, seq, created_at, \
                content, client_id, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
async fn put_labels(db: &mut SqliteConnection, row: &Conversation) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM conversation_labels WHERE conversation_id = ?")
        .bind(row.id.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO conversation_labels (conversation_id, label_id, number_id, state, place) \
         SELECT ?1, value, ?2, ?3, ?4 FROM json_each(?5)",
    )
    .bind(row.id.as_str())
    .bind(row.number_id.as_str())
    .bind(row.state.as_str())
    .bind(row.place())
    .bind(serde_json::json!(row.labels).to_string())
    .execute(db)
    .await?;
    Ok(())
}

fn operator(row: &SqliteRow) -> Result<Operator, StoreError> {
    Ok(Operator::of(
        id(row.try_get(0)?)?,
        row.try_get(1)?,
        row.try_get(2)?,
    ))
}

/// One view's count: the index has its rows side by side, and no more of them are looked at than are told.
macro_rules! counted {
    ($index:literal, $condition:literal) => {
        concat!(
            "(SELECT count(*) FROM (SELECT 1 FROM json_each(?1) j CROSS JOIN conversations c INDEXED BY ",
            $index,
            " ON c.number_id = j.value WHERE ",
            $condition,
            " LIMIT 100))"
        )
    };
}

/// How many conversations of the numbers (a JSON array) each view has, up to a hundred; the second parameter is who looks.
pub const COUNTS: &str = concat!(
    "SELECT ",
    counted!("conversations_by_state", "c.state = 'open'"),
    ", ",
    counted!("conversations_unread", "c.state = 'open' AND c.unread > 0"),
    ", ",
    counted!(
        "conversations_by_assignee",
        "c.state = 'open' AND c.assignee_id = ?2"
    ),
    ", ",
    counted!(
        "conversations_unassigned",
        "c.state = 'open' AND c.assignee_id IS NULL"
    ),
    ", ",
    counted!("conversations_by_state", "c.state = 'snoozed'"),
    ", ",
    counted!("conversations_by_state", "c.state = 'resolved'"),
);

pub(super) async fn counts(
    db: &mut SqliteConnection,
    scope: &Scope,
) -> Result<ViewCounts, StoreError> {
    let row = sqlx::query(COUNTS)
        .bind(scope.numbers_json())
        .bind(scope.operator().map(|it| it.id.as_str()))
        .fetch_one(db)
        .await?;
    Ok(ViewCounts {
        all: row.try_get(0)?,
        unread: row.try_get(1)?,
        mine: row.try_get(2)?,
        unassigned: row.try_get(3)?,
        snoozed: row.try_get(4)?,
        resolved: row.try_get(5)?,
    })
}
