//! The outbox in SQL.

use super::messages::{conversation_by_id, log_message, refresh_preview};
use super::transaction::{Tx, reading, transaction};
use super::{PostgresStore, limits, rows};
use crate::clock::now_ms;
use crate::ingest::News;
use crate::store::rows::message_columns;
use crate::store::rules::{expired, header_of, paused, unconfirmed};
use crate::store::words::{count, id, json_of, part};
use crate::store::{
    Claim, Outbox, Pace, PausedNumber, Refusal, Settlement, StoreError, pace_bucket,
};
use app::ids::{MessageId, NumberId, TenantId};
use app::messages::{DeliveryStatus, Failure, Message, Waiting};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use std::collections::BTreeMap;

#[async_trait]
impl Outbox for PostgresStore {
    async fn claim_outbox(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        // Round by round: a number that waits for its pace leaves its place to the others. Each round is a transaction of its own, so
        // that two servers never hold buckets that the other wants.
        let (mut claims, mut waiting) = (Vec::new(), Vec::new());
        loop {
            let left = i64::from(limit) - i64::try_from(claims.len()).unwrap_or(i64::MAX);
            let round = transaction!(self, |tx| claim(&mut tx, now, lease, left, &waiting));
            let (mut claimed, mut wait) = match round {
                Ok(round) => round,
                Err(error) if claims.is_empty() => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "some of what is due is left for the next time");
                    return Ok(claims);
                }
            };
            claims.append(&mut claimed);
            if wait.is_empty() {
                return Ok(claims);
            }
            waiting.append(&mut wait);
        }
    }

    async fn renew_claims(&self, messages: &[MessageId], lease: i64) -> Result<(), StoreError> {
        let messages: Vec<&str> = messages.iter().map(MessageId::as_str).collect();
        reading!(
            sqlx::query(
                "UPDATE outbox SET due_at = $1 WHERE state = 'sending' AND message_id = ANY($2)"
            )
            .bind(lease)
            .bind(&messages)
            .execute(&self.pool)
        )?;
        Ok(())
    }

    async fn settle(&self, claim: &Claim, outcome: Settlement) -> Result<(), StoreError> {
        transaction!(self, |tx| settle(&mut tx, claim, &outcome))
    }

    async fn take_over(&self, now: i64, deadline: i64) -> Result<u64, StoreError> {
        let changed = reading!(
            sqlx::query("UPDATE outbox SET state = 'unconfirmed', due_at = $1 WHERE state = 'sending' AND due_at <= $2")
                .bind(deadline)
                .bind(now)
                .execute(&self.pool)
        )?;
        Ok(changed.rows_affected())
    }

    async fn recover_outbox(&self, deadline: i64) -> Result<u64, StoreError> {
        // Claims are left alone: another server may be at work on them, and their leases tell. And so is what is not overdue: servers
        // that are up give up on time, and one that dies and starts again and again must not keep them from it.
        let changed = reading!(
            sqlx::query(
                "UPDATE outbox SET due_at = CASE WHEN due_at <= $2 THEN $1 ELSE due_at END WHERE state = 'unconfirmed'"
            )
            .bind(deadline)
            .bind(now_ms())
            .execute(&self.pool)
        )?;
        Ok(changed.rows_affected())
    }

    async fn expire_unconfirmed(&self, now: i64) -> Result<u64, StoreError> {
        let due = reading!(
            sqlx::query(
"SELECT tenant_id, message_id FROM outbox WHERE state = 'unconfirmed' AND due_at <= $1 \
                 UNION ALL SELECT tenant_id, message_id FROM outbox \
                   WHERE expires_at <= $1 AND state IN ('ready', 'scheduled') LIMIT 100"
            )
            .bind(now)
            .fetch_all(&self.pool)
        )?;
        let mut expired = 0;
        for row in due {
            let (tenant, message) = (id(row.try_get(0)?)?, id(row.try_get(1)?)?);
            expired += transaction!(self, |tx| expire(&mut tx, &tenant, &message, now))?;
        }
        Ok(expired)
    }

    async fn heed_refusals(&self, refusals: Vec<Refusal>) -> Result<(), StoreError> {
        // Each in a transaction of its own: they may be of several tenants, and each may be heeded again.
        for refusal in &refusals {
            transaction!(self, |tx| super::refusals::heed(&mut tx, refusal))?;
        }
        Ok(())
    }

    async fn numbers_to_probe(&self, now: i64, next: i64) -> Result<Vec<PausedNumber>, StoreError> {
        transaction!(self, |tx| super::refusals::to_probe(
            tx.connection(),
            now,
            next
        ))
    }

    async fn resume_number(&self, number: &NumberId) -> Result<(), StoreError> {
        transaction!(self, |tx| super::refusals::resume_alone(&mut tx, number))
    }

    async fn next_outbox_due(&self) -> Result<Option<i64>, StoreError> {
        // Only what would be claimed: a row that waits for another, or for its number, says nothing about when to look again.
        reading!(
            // State by state, so that the index tells, however many wait.
            sqlx::query_scalar(
                "SELECT least((SELECT min(due_at) FROM outbox WHERE state = 'sending'), \
                   (SELECT min(due_at) FROM outbox WHERE state = 'unconfirmed'), \
                   (SELECT min(due_at) FROM outbox WHERE state = 'scheduled'), \
                   (SELECT min(expires_at) FROM outbox WHERE expires_at IS NOT NULL AND state IN ('ready', 'scheduled')), \
                   (SELECT o.due_at FROM outbox o JOIN numbers n ON n.id = o.number_id WHERE o.state = 'ready' \
                      AND n.deleted_at IS NULL AND n.refusal IS NULL AND n.link_state = 'OPEN' AND NOT EXISTS \
                      (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.message_id <> o.message_id \
              AND (e.state IN ('sending', 'unconfirmed') OR e.seq < o.seq AND e.state <> 'scheduled')) \
                    ORDER BY o.due_at LIMIT 1))",
            )
            .fetch_one(&self.pool)
        )
    }
}

/// Takes what nobody else is taking. A row that is locked, and with it the rest of its conversation, is left to whoever has the lock.
/// Also returns the numbers that wait for their pace now; `waiting` are those that did before.
async fn claim(
    tx: &mut Tx,
    now: i64,
    lease: i64,
    limit: i64,
    waiting: &[NumberId],
) -> Result<(Vec<Claim>, Vec<NumberId>), StoreError> {
    // What was put off has its turn. It was written before whatever waits, and waits for whatever is on its way.
    sqlx::query("UPDATE outbox SET state = 'ready' WHERE state = 'scheduled' AND due_at <= $1")
        .bind(now)
        .execute(tx.connection())
        .await?;
    let waiting: Vec<&str> = waiting.iter().map(NumberId::as_str).collect();
    // The first of each conversation and no other: what was written first goes out first.
    let due = sqlx::query(
        "SELECT o.message_id, o.number_id FROM outbox o JOIN numbers n ON n.id = o.number_id \
          WHERE o.state = 'ready' AND o.due_at <= $1 AND n.deleted_at IS NULL AND n.refusal IS NULL AND n.link_state = 'OPEN' AND o.number_id <> ALL($2) \
            AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.message_id <> o.message_id \
              AND (e.state IN ('sending', 'unconfirmed') OR e.seq < o.seq AND e.state <> 'scheduled')) \
          ORDER BY o.due_at, o.message_id LIMIT $3 FOR UPDATE OF o SKIP LOCKED",
    )
    .bind(now)
    .bind(waiting)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    // Numbers in the order of their ids: two servers that claim at once never wait for each other.
    let mut of_numbers: BTreeMap<NumberId, Vec<String>> = BTreeMap::new();
    for row in due {
        of_numbers
            .entry(id(row.try_get(1)?)?)
            .or_default()
            .push(row.try_get(0)?);
    }
    let (mut chosen, mut wait) = (Vec::new(), Vec::new());
    for (number, mut messages) in of_numbers {
        let wanted = i64::try_from(messages.len()).unwrap_or(i64::MAX);
        let taken = limits::take(tx, &pace_bucket(&number), Pace::NUMBER, now, wanted).await?;
        messages.truncate(usize::try_from(taken).unwrap_or(0));
        chosen.append(&mut messages);
        if taken < wanted {
            wait.push(number);
        }
    }
    if chosen.is_empty() {
        return Ok((Vec::new(), wait));
    }
    Ok((begin(tx, lease, chosen).await?, wait))
}

/// From here on each may be on its way.
async fn begin(tx: &mut Tx, lease: i64, chosen: Vec<String>) -> Result<Vec<Claim>, StoreError> {
    sqlx::query(
        "WITH claimed AS (UPDATE outbox SET state = 'sending', due_at = $1, attempts = attempts + 1 \
           WHERE message_id = ANY($2) RETURNING message_id, attempts, created_at) \
         SELECT o.message_id, o.attempts, m.tenant_id, m.number_id, n.phone_number_id, n.access_token, n.graph_base_url, p.phone, \
                p.bsuid, m.text, o.created_at, m.attempt, m.draft, \
                (SELECT q.provider_id FROM messages q WHERE q.id = m.draft::jsonb ->> 'quoted'), m.kind, m.content FROM claimed o JOIN messages m ON m.id = o.message_id \
         JOIN numbers n ON n.id = m.number_id JOIN conversations c ON c.id = m.conversation_id \
         JOIN contacts p ON p.id = c.contact_id",
    )
    .bind(lease)
    .bind(chosen)
    .fetch_all(tx.connection())
    .await?
    .iter()
    .map(|row| {
        Ok(Claim {
            message: id(row.try_get(0)?)?,
            requests: count(row.try_get::<i64, _>(1)? - 1)?,
            tenant: id(row.try_get(2)?)?,
            number: id(row.try_get(3)?)?,
            phone_number_id: row.try_get(4)?,
            access_token: row.try_get(5)?,
            graph_base_url: row.try_get(6)?,
            to_phone: row.try_get(7)?,
            to_bsuid: row.try_get(8)?,
            text: row.try_get::<Option<String>, _>(9)?.unwrap_or_default(),
            queued_at: row.try_get(10)?,
            attempt: count(row.try_get(11)?)?,
            draft: part(row.try_get(12)?)?,
            quoted: row.try_get(13)?,
            kind: row.try_get(14)?,
            header: header_of(row.try_get(15)?)?,
        })
    })
    .collect()
}

/// Gives up on one message, unless it has been settled, or waits anew, since it was found.
async fn expire(
    tx: &mut Tx,
    tenant: &TenantId,
    message: &MessageId,
    now: i64,
) -> Result<u64, StoreError> {
    tx.lock(tenant).await?;
    let due: Option<String> = sqlx::query_scalar(
        "SELECT state FROM outbox WHERE message_id = $1 AND (state = 'unconfirmed' AND due_at <= $2 \
         OR state IN ('ready', 'scheduled') AND expires_at <= $2) FOR UPDATE",
    )
    .bind(message.as_str())
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    let failure = match due.as_deref() {
        None => return Ok(0),
        Some("unconfirmed") => unconfirmed(),
        Some(_) => expired(),
    };
    fail(tx, message, &failure).await?;
    Ok(1)
}

async fn settle(tx: &mut Tx, claim: &Claim, outcome: &Settlement) -> Result<(), StoreError> {
    tx.lock(&claim.tenant).await?;
    // WhatsApp's failure report can overtake its answer, and a person can be quicker than both: then this answer is about an attempt
    // that is over, and the outbox row is of the next one.
    let attempt: i64 = sqlx::query_scalar("SELECT attempt FROM messages WHERE id = $1")
        .bind(claim.message.as_str())
        .fetch_one(tx.connection())
        .await?;
    if attempt != i64::from(claim.attempt) {
        return Ok(());
    }
    match outcome {
        Settlement::Accepted { provider_id } => accept(tx, claim, provider_id).await,
        Settlement::RetryAt { at, waiting } => {
            reschedule(tx, &claim.message, "ready", *at, waiting.clone()).await
        }
        Settlement::Unconfirmed { deadline } => {
            let waiting = Waiting::until("UNCONFIRMED", *deadline);
            reschedule(tx, &claim.message, "unconfirmed", *deadline, waiting).await
        }
        Settlement::Failed(failure) => fail(tx, &claim.message, failure).await,
        Settlement::NumberRefused { failure } => {
            super::refusals::pause(tx, &claim.number, failure).await?;
            let waiting = paused(failure.sentence.clone());
            reschedule(tx, &claim.message, "ready", now_ms(), waiting).await
        }
        Settlement::WindowShut { failure } => {
            fail(tx, &claim.message, failure).await?;
            super::refusals::shut_window(tx, &claim.tenant, &claim.message).await
        }
    }
}

/// Only a row that nobody has settled: a status may have come before the answer, and a late answer still tells.
async fn reschedule(
    tx: &mut Tx,
    message: &MessageId,
    state: &str,
    at: i64,
    waiting: Waiting,
) -> Result<(), StoreError> {
    let tenant: Option<String> = sqlx::query_scalar(
        "UPDATE outbox SET state = $1, due_at = $2 WHERE message_id = $3 AND state IN ('sending', 'unconfirmed') \
         RETURNING tenant_id",
    )
    .bind(state)
    .bind(at)
    .bind(message.as_str())
    .fetch_optional(tx.connection())
    .await?;
    let Some(tenant) = tenant else { return Ok(()) };
    let mut message = load(tx.connection(), message).await?;
    message.waiting = Some(waiting);
    change(tx, &id(tenant)?, message, None).await
}

async fn accept(tx: &mut Tx, claim: &Claim, provider_id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outbox WHERE message_id = $1")
        .bind(claim.message.as_str())
        .execute(tx.connection())
        .await?;
    // Where the phone's own echo of this message came first, that row keeps WhatsApp's id.
    sqlx::query(
        "UPDATE messages SET provider_id = $1, waiting = NULL WHERE id = $2 AND provider_id IS NULL AND NOT EXISTS \
           (SELECT 1 FROM messages echo WHERE echo.number_id = messages.number_id AND echo.provider_id = $1)",
    )
    .bind(provider_id)
    .bind(claim.message.as_str())
    .execute(tx.connection())
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
    tx: &mut Tx,
    tenant: &TenantId,
    number: &NumberId,
    message: &MessageId,
    provider_id: &str,
) -> Result<(), StoreError> {
    let held = sqlx::query(
        "DELETE FROM held_statuses WHERE number_id = $1 AND provider_id = $2 RETURNING number_id, provider_id, status, at, \
         failure_code, failure_sentence, failure_retryable, pricing",
    )
    .bind(number.as_str())
    .bind(provider_id)
    .fetch_all(tx.connection())
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
        let mut stored = load(tx.connection(), message).await?;
        if report.status <= stored.status {
            continue;
        }
        let news = News::of_status(stored.status, report.status);
        stored.status = report.status;
        stored.failure = report.failure;
        stored.waiting = None;
        let at = report.timestamp.saturating_mul(1000);
        sqlx::query(
            "UPDATE messages SET reported_sent_at = CASE $1::text WHEN 'SENT' THEN $2::bigint ELSE reported_sent_at END, \
                    reported_delivered_at = CASE $1::text WHEN 'DELIVERED' THEN $2::bigint ELSE reported_delivered_at END, \
                    reported_read_at = CASE $1::text WHEN 'READ' THEN $2::bigint ELSE reported_read_at END, \
                    reported_played_at = CASE $1::text WHEN 'PLAYED' THEN $2::bigint ELSE reported_played_at END, \
                    pricing = coalesce($4, pricing) WHERE id = $3",
        )
        .bind(stored.status.as_str())
        .bind(at)
        .bind(message.as_str())
        .bind(json_of(report.pricing.as_ref())?)
        .execute(tx.connection())
        .await?;
        change(tx, tenant, stored, news).await?;
    }
    Ok(())
}

pub(super) async fn fail(
    tx: &mut Tx,
    message: &MessageId,
    failure: &Failure,
) -> Result<(), StoreError> {
    let removed: Option<String> =
        sqlx::query_scalar("DELETE FROM outbox WHERE message_id = $1 RETURNING tenant_id")
            .bind(message.as_str())
            .fetch_optional(tx.connection())
            .await?;
    // A status has settled it meanwhile: it did go out.
    let Some(tenant) = removed else { return Ok(()) };
    let mut message = load(tx.connection(), message).await?;
    let news = News::of_status(message.status, DeliveryStatus::Failed);
    message.status = DeliveryStatus::Failed;
    message.failure = Some(failure.clone());
    message.waiting = None;
    change(tx, &id(tenant)?, message, news).await
}

pub(super) async fn load(db: &mut PgConnection, id: &MessageId) -> Result<Message, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.id = $1"
    ))
    .bind(id.as_str())
    .fetch_one(db)
    .await?;
    rows::message(&row)
}

/// Writes status, failure and waiting of a message, its conversation's row, and the event.
async fn change(
    tx: &mut Tx,
    tenant: &TenantId,
    mut message: Message,
    news: Option<News>,
) -> Result<(), StoreError> {
    message.seq = tx.take_seqs(tenant, 1).await?;
    let failure = message.failure.as_ref();
    sqlx::query(
        "UPDATE messages SET status = $1, failure_code = $2, failure_sentence = $3, failure_retryable = $4, seq = $5, \
                waiting = $6 WHERE id = $7",
    )
    .bind(message.status.as_str())
    .bind(failure.map(|f| f.code.as_str()))
    .bind(failure.map(|f| f.sentence.as_str()))
    .bind(failure.map(|f| f.retryable))
    .bind(message.seq)
    .bind(json_of(message.waiting.as_ref())?)
    .bind(message.id.as_str())
    .execute(tx.connection())
    .await?;
    let conversation = conversation_by_id(tx.connection(), &message.conversation_id).await?;
    let conversation = refresh_preview(tx.connection(), conversation, &message).await?;
    log_message(tx, tenant, conversation, &message, news).await
}
