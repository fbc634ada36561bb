//! The outbox in SQL.

use super::messages::{conversation_by_id, log_message, refresh_preview};
use super::writer::Tx;
use super::{SqliteStore, rows};
use crate::clock::now_ms;
use crate::ingest::News;
use crate::store::rows::message_columns;
use crate::store::rules::{expired, header_of, paused, unconfirmed};
use crate::store::words::{id, json_of, part};
use crate::store::{
    Claim, Outbox, Pace, PausedNumber, Refusal, Settlement, StoreError, pace_bucket,
};
use app::ids::{MessageId, NumberId, TenantId};
use app::messages::{DeliveryStatus, Failure, Message, Waiting};
use async_trait::async_trait;
use serde_json::json;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;

#[async_trait]
impl Outbox for SqliteStore {
    async fn claim_outbox(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        self.writer
            .run(move |tx| Box::pin(async move { claim(tx.connection, now, lease, limit).await }))
            .await
    }

    async fn renew_claims(&self, messages: &[MessageId], lease: i64) -> Result<(), StoreError> {
        let messages = json!(messages).to_string();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE outbox SET due_at = ? WHERE state = 'sending' AND message_id IN (SELECT value FROM json_each(?))",
                    )
                    .bind(lease)
                    .bind(messages)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn settle(&self, claim: &Claim, outcome: Settlement) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.writer
            .run(move |tx| Box::pin(async move { settle(tx, &claim, outcome).await }))
            .await
    }

    async fn take_over(&self, now: i64, deadline: i64) -> Result<u64, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE outbox SET state = 'unconfirmed', due_at = ? WHERE state = 'sending' AND due_at <= ?",
                    )
                    .bind(deadline)
                    .bind(now)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(changed.rows_affected())
                })
            })
            .await
    }

    async fn recover_outbox(&self, deadline: i64) -> Result<u64, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    // One server has this file, so whoever was sending has died.
                    let changed = sqlx::query(
                        "UPDATE outbox SET due_at = max(CASE state WHEN 'sending' THEN 0 ELSE due_at END, ?), state = 'unconfirmed' \
                         WHERE state IN ('sending', 'unconfirmed')",
                    )
                    .bind(deadline)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(changed.rows_affected())
                })
            })
            .await
    }

    async fn expire_unconfirmed(&self, now: i64) -> Result<u64, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let due = sqlx::query(
                        "SELECT message_id, state FROM outbox WHERE state = 'unconfirmed' AND due_at <= ?1 \
                         UNION ALL SELECT message_id, state FROM outbox \
                           WHERE expires_at <= ?1 AND state IN ('ready', 'scheduled') LIMIT 100",
                    )
                    .bind(now)
                    .fetch_all(&mut *tx.connection)
                    .await?;
                    let count = due.len() as u64;
                    for row in due {
                        let failure = match row.try_get::<&str, _>(1)? {
                            "unconfirmed" => unconfirmed(),
                            _ => expired(),
                        };
                        fail(tx, &id(row.try_get(0)?)?, &failure).await?;
                    }
                    Ok(count)
                })
            })
            .await
    }

    async fn heed_refusals(&self, refusals: Vec<Refusal>) -> Result<(), StoreError> {
        self.writer
            .run(move |tx| Box::pin(async move { super::refusals::heed(tx, &refusals).await }))
            .await
    }

    async fn numbers_to_probe(&self, now: i64, next: i64) -> Result<Vec<PausedNumber>, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move { super::refusals::to_probe(tx.connection, now, next).await })
            })
            .await
    }

    async fn resume_number(&self, number: &NumberId) -> Result<(), StoreError> {
        let number = number.clone();
        self.writer
            .run(move |tx| Box::pin(async move { super::refusals::resume(tx, &number).await }))
            .await
    }

    async fn next_outbox_due(&self) -> Result<Option<i64>, StoreError> {
        // Only what would be claimed: a row that waits for another, or for its number, says nothing about when to look again.
        // State by state, so that the index tells, however many wait.
        Ok(sqlx::query_scalar(
            "SELECT min(due_at) FROM (SELECT min(due_at) AS due_at FROM outbox WHERE state = 'sending' \
               UNION ALL SELECT min(due_at) FROM outbox WHERE state = 'unconfirmed' \
               UNION ALL SELECT min(due_at) FROM outbox WHERE state = 'scheduled' \
               UNION ALL SELECT min(expires_at) FROM outbox WHERE expires_at IS NOT NULL AND state IN ('ready', 'scheduled') \
               UNION ALL SELECT * FROM (SELECT o.due_at FROM outbox o CROSS JOIN numbers n ON n.id = o.number_id \
                 WHERE o.state = 'ready' AND n.deleted_at IS NULL AND n.refusal IS NULL AND n.link_state = 'OPEN' AND NOT EXISTS \
                   (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.message_id <> o.message_id \
              AND (e.state IN ('sending', 'unconfirmed') OR e.seq < o.seq AND e.state <> 'scheduled')) \
                 ORDER BY o.due_at LIMIT 1))",
        )
        .fetch_one(&self.readers)
        .await?)
    }
}

/// Claims round by round: a number that waits for its pace leaves its place to the others.
async fn claim(
    db: &mut SqliteConnection,
    now: i64,
    lease: i64,
    limit: u32,
) -> Result<Vec<Claim>, StoreError> {
    // What was put off has its turn. It was written before whatever waits, and waits for whatever is on its way.
    sqlx::query("UPDATE outbox SET state = 'ready' WHERE state = 'scheduled' AND due_at <= ?")
        .bind(now)
        .execute(&mut *db)
        .await?;
    let (mut claims, mut waiting) = (Vec::new(), Vec::new());
    loop {
        let left = i64::from(limit) - i64::try_from(claims.len()).unwrap_or(i64::MAX);
        let known = waiting.len();
        let chosen = choose(db, now, left, &mut waiting).await?;
        if !chosen.is_empty() {
            claims.append(&mut begin(db, lease, &chosen).await?);
        }
        if waiting.len() == known {
            return Ok(claims);
        }
    }
}

/// Messages that are due, of numbers that do not wait for their pace. Adds to `waiting` those that do now.
async fn choose(
    db: &mut SqliteConnection,
    now: i64,
    limit: i64,
    waiting: &mut Vec<NumberId>,
) -> Result<Vec<String>, StoreError> {
    // The first of each conversation and no other: what was written first goes out first.
    let due = sqlx::query(
        "SELECT o.message_id, o.number_id FROM outbox o JOIN numbers n ON n.id = o.number_id \
          WHERE o.state = 'ready' AND o.due_at <= ?1 AND n.deleted_at IS NULL AND n.refusal IS NULL AND n.link_state = 'OPEN' \
            AND o.number_id NOT IN (SELECT value FROM json_each(?2)) \
            AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.message_id <> o.message_id \
              AND (e.state IN ('sending', 'unconfirmed') OR e.seq < o.seq AND e.state <> 'scheduled')) \
          ORDER BY o.due_at, o.message_id LIMIT ?3",
    )
    .bind(now)
    .bind(json!(waiting).to_string())
    .bind(limit)
    .fetch_all(&mut *db)
    .await?;
    let mut of_numbers: BTreeMap<NumberId, Vec<String>> = BTreeMap::new();
    for row in due {
        of_numbers
            .entry(id(row.try_get(1)?)?)
            .or_default()
            .push(row.try_get(0)?);
    }
    let mut chosen = Vec::new();
    for (number, mut messages) in of_numbers {
        let wanted = i64::try_from(messages.len()).unwrap_or(i64::MAX);
        let taken =
            super::limits::take(db, &pace_bucket(&number), Pace::NUMBER, now, wanted).await?;
        messages.truncate(usize::try_from(taken).unwrap_or(0));
        chosen.append(&mut messages);
        if taken < wanted {
            waiting.push(number);
        }
    }
    Ok(chosen)
}

/// From here on each may be on its way.
async fn begin(
    db: &mut SqliteConnection,
    lease: i64,
    chosen: &[String],
) -> Result<Vec<Claim>, StoreError> {
    let found = sqlx::query(
        "UPDATE outbox SET state = 'sending', due_at = ?, attempts = attempts + 1 \
         WHERE message_id IN (SELECT value FROM json_each(?)) RETURNING message_id, attempts",
    )
    .bind(lease)
    .bind(json!(chosen).to_string())
    .fetch_all(&mut *db)
    .await?;
    let mut claims = Vec::with_capacity(found.len());
    for row in found {
        let message: String = row.try_get(0)?;
        let attempts: u32 = row.try_get(1)?;
        let row = sqlx::query(
            "SELECT m.tenant_id, m.number_id, n.phone_number_id, n.access_token, n.graph_base_url, p.phone, p.bsuid, \
                    m.text, o.created_at, m.attempt, m.draft, \
                    (SELECT q.provider_id FROM messages q WHERE q.id = m.draft ->> 'quoted'), m.kind, m.content FROM messages m JOIN outbox o ON o.message_id = m.id \
             JOIN numbers n ON n.id = m.number_id JOIN conversations c ON c.id = m.conversation_id \
             JOIN contacts p ON p.id = c.contact_id WHERE m.id = ?",
        )
        .bind(message.as_str())
        .fetch_one(&mut *db)
        .await?;
        claims.push(Claim {
            message: id(message)?,
            tenant: id(row.try_get(0)?)?,
            number: id(row.try_get(1)?)?,
            phone_number_id: row.try_get(2)?,
            access_token: row.try_get(3)?,
            graph_base_url: row.try_get(4)?,
            to_phone: row.try_get(5)?,
            to_bsuid: row.try_get(6)?,
            text: row.try_get::<Option<String>, _>(7)?.unwrap_or_default(),
            draft: part(row.try_get(10)?)?,
            quoted: row.try_get(11)?,
            kind: row.try_get(12)?,
            header: header_of(row.try_get(13)?)?,
            requests: attempts - 1,
            attempt: row.try_get(9)?,
            queued_at: row.try_get(8)?,
        });
    }
    Ok(claims)
}

async fn settle(tx: &mut Tx<'_>, claim: &Claim, outcome: Settlement) -> Result<(), StoreError> {
    // WhatsApp's failure report can overtake its answer, and a person can be quicker than both: then this answer is about an attempt
    // that is over, and the outbox row is of the next one.
    let attempt: u32 = sqlx::query_scalar("SELECT attempt FROM messages WHERE id = ?")
        .bind(claim.message.as_str())
        .fetch_one(&mut *tx.connection)
        .await?;
    if attempt != claim.attempt {
        return Ok(());
    }
    match outcome {
        Settlement::Accepted { provider_id } => accept(tx, claim, &provider_id).await,
        Settlement::RetryAt { at, waiting } => {
            reschedule(tx, &claim.message, "ready", at, waiting).await
        }
        Settlement::Unconfirmed { deadline } => {
            let waiting = Waiting::until("UNCONFIRMED", deadline);
            reschedule(tx, &claim.message, "unconfirmed", deadline, waiting).await
        }
        Settlement::Failed(failure) => fail(tx, &claim.message, &failure).await,
        Settlement::NumberRefused { failure } => {
            super::refusals::pause(tx, &claim.number, &failure).await?;
            let waiting = paused(failure.sentence);
            reschedule(tx, &claim.message, "ready", now_ms(), waiting).await
        }
        Settlement::WindowShut { failure } => {
            fail(tx, &claim.message, &failure).await?;
            super::refusals::shut_window(tx, &claim.tenant, &claim.message).await
        }
    }
}

/// Only a row that nobody has settled: a status may have come before the answer, and a late answer still tells.
async fn reschedule(
    tx: &mut Tx<'_>,
    message: &MessageId,
    state: &str,
    at: i64,
    waiting: Waiting,
) -> Result<(), StoreError> {
    let tenant: Option<String> = sqlx::query_scalar(
        "UPDATE outbox SET state = ?, due_at = ? WHERE message_id = ? AND state IN ('sending', 'unconfirmed') \
         RETURNING tenant_id",
    )
    .bind(state)
    .bind(at)
    .bind(message.as_str())
    .fetch_optional(&mut *tx.connection)
    .await?;
    let Some(tenant) = tenant else { return Ok(()) };
    let mut message = load(tx.connection, message).await?;
    message.waiting = Some(waiting);
    change(tx, &id(tenant)?, message, None).await
}

async fn accept(tx: &mut Tx<'_>, claim: &Claim, provider_id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outbox WHERE message_id = ?")
        .bind(claim.message.as_str())
        .execute(&mut *tx.connection)
        .await?;
    // OR IGNORE: where the phone's own echo of this message came first, that row keeps WhatsApp's id.
    sqlx::query(
        "UPDATE OR IGNORE messages SET provider_id = ?, waiting = NULL WHERE id = ? AND provider_id IS NULL",
    )
    .bind(provider_id)
    .bind(claim.message.as_str())
    .execute(&mut *tx.connection)
    .await?;
    super::refusals::resume(tx, &claim.number).await?;
    attach_held(
        tx,
        &claim.tenant,
        &claim.number,
        &claim.message,
        provider_id,
    )
    .await?;
    super::amendments::attach(tx, claim, provider_id).await
}

/// Statuses that came before WhatsApp's id was known here.
async fn attach_held(
    tx: &mut Tx<'_>,
    tenant: &TenantId,
    number: &NumberId,
    message: &MessageId,
    provider_id: &str,
) -> Result<(), StoreError> {
    let held = sqlx::query(
        "DELETE FROM held_statuses WHERE number_id = ? AND provider_id = ? RETURNING number_id, provider_id, status, at, \
         failure_code, failure_sentence, failure_retryable, pricing",
    )
    .bind(number.as_str())
    .bind(provider_id)
    .fetch_all(&mut *tx.connection)
    .await?;
    if held.is_empty() {
        return Ok(());
    }
    let mut reports = held
        .iter()
        .map(rows::held_status)
        .collect::<Result<Vec<_>, _>>()?;
    reports.sort_by_key(|report| report.status);
    for report in reports {
        let mut stored = load(tx.connection, message).await?;
        if report.status <= stored.status {
            continue;
        }
        let news = News::of_status(stored.status, report.status);
        stored.status = report.status;
        stored.failure = report.failure;
        stored.waiting = None;
        let at = report.timestamp.saturating_mul(1000);
        sqlx::query(
            "UPDATE messages SET reported_sent_at = CASE ?1 WHEN 'SENT' THEN ?2 ELSE reported_sent_at END, \
                    reported_delivered_at = CASE ?1 WHEN 'DELIVERED' THEN ?2 ELSE reported_delivered_at END, \
                    reported_read_at = CASE ?1 WHEN 'READ' THEN ?2 ELSE reported_read_at END, \
                    reported_played_at = CASE ?1 WHEN 'PLAYED' THEN ?2 ELSE reported_played_at END, \
                    pricing = coalesce(?4, pricing) WHERE id = ?3",
        )
        .bind(stored.status.as_str())
        .bind(at)
        .bind(message.as_str())
        .bind(json_of(report.pricing.as_ref())?)
        .execute(&mut *tx.connection)
        .await?;
        change(tx, tenant, stored, news).await?;
    }
    Ok(())
}

pub(super) async fn fail(
    tx: &mut Tx<'_>,
    message: &MessageId,
    failure: &Failure,
) -> Result<(), StoreError> {
    let removed: Option<String> =
        sqlx::query_scalar("DELETE FROM outbox WHERE message_id = ? RETURNING tenant_id")
            .bind(message.as_str())
            .fetch_optional(&mut *tx.connection)
            .await?;
    // A status has settled it meanwhile: it did go out.
    let Some(tenant) = removed else { return Ok(()) };
    let mut message = load(tx.connection, message).await?;
    let news = News::of_status(message.status, DeliveryStatus::Failed);
    message.status = DeliveryStatus::Failed;
    message.failure = Some(failure.clone());
    message.waiting = None;
    change(tx, &id(tenant)?, message, news).await
}

pub(super) async fn load(db: &mut SqliteConnection, id: &MessageId) -> Result<Message, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = ?"
    ))
    .bind(id.as_str())
    .fetch_one(db)
    .await?;
    rows::message(&row)
}

/// Writes status, failure and waiting of a message, its conversation's row, and the event.
async fn change(
    tx: &mut Tx<'_>,
    tenant: &TenantId,
    mut message: Message,
    news: Option<News>,
) -> Result<(), StoreError> {
    message.seq = tx.take_seqs(tenant, 1).await?;
    let failure = message.failure.as_ref();
    sqlx::query(
        "UPDATE messages SET status = ?, failure_code = ?, failure_sentence = ?, failure_retryable = ?, seq = ?, \
                waiting = ? WHERE id = ?",
    )
    .bind(message.status.as_str())
    .bind(failure.map(|f| f.code.as_str()))
    .bind(failure.map(|f| f.sentence.as_str()))
    .bind(failure.map(|f| f.retryable))
    .bind(message.seq)
    .bind(json_of(message.waiting.as_ref())?)
    .bind(message.id.as_str())
    .execute(&mut *tx.connection)
    .await?;
    let conversation = conversation_by_id(tx.connection, &message.conversation_id).await?;
    let conversation = refresh_preview(tx.connection, conversation, &message).await?;
    log_message(tx, tenant, conversation, &message, news).await
}
