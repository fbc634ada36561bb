//! Webhooks in SQL: what their workers do.

use crate::store::webhook_tries::{Before, GIVEN_UP, PAUSE_REASON, free};
use crate::store::words::{id, part};
use crate::store::{
    DeliveryClaim, DeliveryPlan, DeliveryState, Follower, MessageFacts, Settled, StoreError,
    TryOutcome,
};
use app::ids::{MessageId, TenantId, WebhookId};
use serde_json::{Value, json};
use sqlx::sqlite::SqlitePool;
use sqlx::{Row, SqliteConnection};

/// Deliveries that are given up in one transaction.
const GIVEN_UP_AT_ONCE: i64 = 1000;

/// Webhooks that have not looked at all of their log, also of numbers that were taken away: that they were is told, too. Tenant by tenant, so that those who have cost one look into an index.
pub const BEHIND: &str = "SELECT w.id, w.tenant_id, w.number_id, n.phone, w.events, w.planned_seq FROM tenants t \
     CROSS JOIN webhooks w INDEXED BY webhooks_by_tenant ON w.tenant_id = t.id AND w.planned_seq < t.seq \
     CROSS JOIN numbers n ON n.id = w.number_id \
     WHERE w.active AND w.paused_at IS NULL ORDER BY t.seq - w.planned_seq DESC, w.id LIMIT ?";

/// Webhooks of which a delivery may be tried.
pub const DUE_WEBHOOKS: &str = "SELECT w.id, w.url, w.secret, CASE WHEN w.previous_until > ?1 THEN w.previous_secret END, w.failures, \
       (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.claim IS NOT NULL AND d.due_at > ?1) \
     FROM webhooks w INDEXED BY webhooks_by_due \
     WHERE w.due_at <= ?1 AND w.due_at IS NOT NULL ORDER BY w.due_at LIMIT ?2";

/// Deliveries of a webhook that may be tried.
pub const DUE_DELIVERIES: &str = "SELECT seq, event_id, event, body FROM webhook_deliveries INDEXED BY webhook_deliveries_by_due \
     WHERE webhook_id = ?1 AND due_at <= ?2 AND due_at IS NOT NULL ORDER BY due_at, seq LIMIT ?3";

/// The first of each conversation that is not settled may be tried.
const HEADS: &str = "UPDATE webhook_deliveries SET due_at = ?3 WHERE webhook_id = ?1 AND state = 'waiting' AND due_at IS NULL AND seq IN \
     (SELECT (SELECT min(d.seq) FROM webhook_deliveries d WHERE d.webhook_id = ?1 AND d.conversation_id = j.value AND d.state = 'waiting') \
        FROM json_each(?2) j)";

/// When a webhook wants to be looked at.
const REFRESH: &str = "UPDATE webhooks SET due_at = CASE WHEN active AND paused_at IS NULL THEN \
       (SELECT max(min(d.due_at), coalesce(webhooks.held_until, 0)) FROM webhook_deliveries d \
         WHERE d.webhook_id = webhooks.id AND d.due_at IS NOT NULL) END WHERE id = ?";

pub(super) async fn refresh(
    db: &mut SqliteConnection,
    webhook: &WebhookId,
) -> Result<(), StoreError> {
    sqlx::query(REFRESH)
        .bind(webhook.as_str())
        .execute(db)
        .await?;
    Ok(())
}

async fn look_at(
    db: &mut SqliteConnection,
    webhook: &WebhookId,
    due_at: Option<i64>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE webhooks SET due_at = ? WHERE id = ?")
        .bind(due_at)
        .bind(webhook.as_str())
        .execute(db)
        .await?;
    Ok(())
}

async fn free_heads(
    db: &mut SqliteConnection,
    webhook: &WebhookId,
    conversations: Value,
    at: i64,
) -> Result<(), StoreError> {
    sqlx::query(HEADS)
        .bind(webhook.as_str())
        .bind(conversations.to_string())
        .bind(at)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn behind(readers: &SqlitePool, limit: u32) -> Result<Vec<Follower>, StoreError> {
    sqlx::query(BEHIND)
        .bind(limit)
        .fetch_all(readers)
        .await?
        .iter()
        .map(|row| {
            Ok(Follower {
                webhook: id(row.try_get(0)?)?,
                tenant: id(row.try_get(1)?)?,
                number: id(row.try_get(2)?)?,
                phone: row.try_get(3)?,
                events: part(row.try_get(4)?)?.unwrap_or_default(),
                position: row.try_get(5)?,
            })
        })
        .collect()
}

pub(super) async fn facts(
    readers: &SqlitePool,
    tenant: &TenantId,
    messages: &[MessageId],
) -> Result<Vec<MessageFacts>, StoreError> {
    sqlx::query(
        "SELECT m.id, m.provider_id, (SELECT q.provider_id FROM messages q WHERE q.id = m.quote ->> 'messageId'), \
                m.reported_sent_at, m.reported_delivered_at, m.reported_read_at \
         FROM json_each(?1) j CROSS JOIN messages m ON m.id = j.value WHERE m.tenant_id = ?2",
    )
    .bind(json!(messages).to_string())
    .bind(tenant.as_str())
    .fetch_all(readers)
    .await?
    .iter()
    .map(|row| {
        Ok(MessageFacts {
            message: id(row.try_get(0)?)?,
            provider_id: row.try_get(1)?,
            replied_to: row.try_get(2)?,
            sent_at: row.try_get(3)?,
            delivered_at: row.try_get(4)?,
            read_at: row.try_get(5)?,
        })
    })
    .collect()
}

pub(super) async fn plan(
    db: &mut SqliteConnection,
    plans: &[DeliveryPlan],
    now: i64,
) -> Result<u64, StoreError> {
    let mut counted = 0;
    for plan in plans {
        let moved = sqlx::query(
            "UPDATE webhooks SET planned_seq = ?3 WHERE id = ?1 AND planned_seq = ?2 AND active AND paused_at IS NULL",
        )
        .bind(plan.webhook.as_str())
        .bind(plan.from)
        .bind(plan.to)
        .execute(&mut *db)
        .await?;
        counted += moved.rows_affected();
        if moved.rows_affected() == 0 || plan.deliveries.is_empty() {
            continue;
        }
        let rows: Vec<Value> = plan
            .deliveries
            .iter()
            .map(|new| {
                json!({"seq": new.seq, "id": new.event_id, "event": new.event, "conversation": new.conversation,
                       "body": new.body})
            })
            .collect();
        sqlx::query(
            "INSERT INTO webhook_deliveries (webhook_id, seq, event_id, event, conversation_id, body, state, planned_at) \
             SELECT ?1, value ->> 'seq', value ->> 'id', value ->> 'event', value ->> 'conversation', value ->> 'body', 'waiting', ?3 \
             FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
        )
        .bind(plan.webhook.as_str())
        .bind(Value::from(rows).to_string())
        .bind(now)
        .execute(&mut *db)
        .await?;
        let conversations: Vec<_> = plan
            .deliveries
            .iter()
            .map(|new| &new.conversation)
            .collect();
        free_heads(db, &plan.webhook, json!(conversations), now).await?;
        refresh(db, &plan.webhook).await?;
    }
    Ok(counted)
}

pub(super) async fn skip(
    db: &mut SqliteConnection,
    webhook: &WebhookId,
) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "SELECT w.planned_seq, coalesce((SELECT min(e.seq) - 1 FROM events e WHERE e.tenant_id = t.id), t.seq) \
         FROM webhooks w JOIN tenants t ON t.id = w.tenant_id WHERE w.id = ?",
    )
    .bind(webhook.as_str())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(0) };
    let (position, beginning): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if beginning <= position {
        return Ok(0);
    }
    sqlx::query("UPDATE webhooks SET planned_seq = ? WHERE id = ?")
        .bind(beginning)
        .bind(webhook.as_str())
        .execute(db)
        .await?;
    Ok(beginning - position)
}

pub(super) async fn claim(
    db: &mut SqliteConnection,
    now: i64,
    lease: i64,
    limit: u32,
) -> Result<Vec<DeliveryClaim>, StoreError> {
    let token = crate::ids::fresh_ulid();
    let due = sqlx::query(DUE_WEBHOOKS)
        .bind(now)
        .bind(limit)
        .fetch_all(&mut *db)
        .await?;
    let mut claims = Vec::new();
    for row in due {
        let webhook: WebhookId = id(row.try_get(0)?)?;
        let left = i64::from(limit) - i64::try_from(claims.len()).unwrap_or(i64::MAX);
        let free = free(row.try_get(4)?, row.try_get(5)?);
        let found = sqlx::query(DUE_DELIVERIES)
            .bind(webhook.as_str())
            .bind(now)
            .bind(free.min(left))
            .fetch_all(&mut *db)
            .await?;
        let secrets: Vec<Vec<u8>> = [Some(row.try_get(2)?), row.try_get(3)?]
            .into_iter()
            .flatten()
            .collect();
        let mut seqs = Vec::with_capacity(found.len());
        for delivery in found {
            seqs.push(delivery.try_get::<i64, _>(0)?);
            claims.push(DeliveryClaim {
                webhook: webhook.clone(),
                seq: delivery.try_get(0)?,
                claim: token.clone(),
                url: row.try_get(1)?,
                secrets: secrets.clone(),
                event_id: delivery.try_get(1)?,
                event: delivery.try_get(2)?,
                body: delivery.try_get(3)?,
            });
        }
        sqlx::query(
            "UPDATE webhook_deliveries SET due_at = ?3, claim = ?4, attempts = attempts + 1 \
             WHERE webhook_id = ?1 AND seq IN (SELECT value FROM json_each(?2))",
        )
        .bind(webhook.as_str())
        .bind(json!(seqs).to_string())
        .bind(lease)
        .bind(token.as_str())
        .execute(&mut *db)
        .await?;
        if i64::try_from(seqs.len()).unwrap_or(i64::MAX) >= free {
            // The receiver has as many as it takes at once: whichever ends first looks again.
            look_at(db, &webhook, Some(lease)).await?;
        } else {
            refresh(db, &webhook).await?;
        }
        if claims.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(claims)
}

pub(super) async fn settle(
    db: &mut SqliteConnection,
    claim: &DeliveryClaim,
    outcome: &TryOutcome,
) -> Result<Settled, StoreError> {
    let row = sqlx::query(
        "SELECT d.attempts, d.first_tried_at, d.conversation_id, w.failures, w.failing_since, w.counted_at \
         FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.webhook_id = ? AND d.seq = ? AND d.claim = ?",
    )
    .bind(claim.webhook.as_str())
    .bind(claim.seq)
    .bind(claim.claim.as_str())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else {
        return Ok(Settled::TooLate);
    };
    let after = Before {
        attempts: row.try_get(0)?,
        first_tried_at: row.try_get(1)?,
        failures: row.try_get(3)?,
        failing_since: row.try_get(4)?,
        counted_at: row.try_get(5)?,
    }
    .after(outcome);
    sqlx::query(
        "UPDATE webhook_deliveries SET state = ?3, due_at = ?4, claim = NULL, first_tried_at = coalesce(first_tried_at, ?5), tried_at = ?5, \
                status_code = ?6, response = ?7, duration_ms = ?8 WHERE webhook_id = ?1 AND seq = ?2",
    )
    .bind(claim.webhook.as_str())
    .bind(claim.seq)
    .bind(after.state.as_str())
    .bind(after.due_at)
    .bind(outcome.at)
    .bind(outcome.status_code)
    .bind(outcome.response.as_str())
    .bind(outcome.duration_ms)
    .execute(&mut *db)
    .await?;
    if after.state != DeliveryState::Waiting {
        let conversation: Option<String> = row.try_get(2)?;
        free_heads(db, &claim.webhook, json!([conversation]), outcome.at).await?;
    }
    if let Some(before) = after.give_up_before {
        give_up(db, &claim.webhook, before, outcome.at).await?;
    }
    sqlx::query(
        "UPDATE webhooks SET failures = ?2, failing_since = ?3, held_until = ?4, last_triggered_at = ?5, \
                paused_at = CASE WHEN ?6 THEN ?5 ELSE paused_at END, pause_reason = CASE WHEN ?6 THEN ?7 ELSE pause_reason END, counted_at = ?8 \
         WHERE id = ?1",
    )
    .bind(claim.webhook.as_str())
    .bind(after.failures)
    .bind(after.failing_since)
    .bind(after.held_until)
    .bind(outcome.at)
    .bind(after.pause)
    .bind(PAUSE_REASON)
    .bind(after.counted_at)
    .execute(&mut *db)
    .await?;
    refresh(db, &claim.webhook).await?;
    Ok(if after.pause {
        Settled::Paused
    } else {
        Settled::Noted
    })
}

/// What is older than anything is tried, some of it at a time: the next failure takes the rest.
async fn give_up(
    db: &mut SqliteConnection,
    webhook: &WebhookId,
    before: i64,
    at: i64,
) -> Result<(), StoreError> {
    let given_up: Vec<Option<String>> = sqlx::query_scalar(
        "UPDATE webhook_deliveries SET state = 'failed', due_at = NULL, tried_at = ?3, status_code = NULL, response = ?4, duration_ms = NULL \
         WHERE webhook_id = ?1 AND seq IN (SELECT seq FROM webhook_deliveries INDEXED BY webhook_deliveries_by_age \
           WHERE webhook_id = ?1 AND state = 'waiting' AND planned_at <= ?2 AND claim IS NULL ORDER BY planned_at LIMIT ?5) \
         RETURNING conversation_id",
    )
    .bind(webhook.as_str())
    .bind(before)
    .bind(at)
    .bind(GIVEN_UP)
    .bind(GIVEN_UP_AT_ONCE)
    .fetch_all(&mut *db)
    .await?;
    free_heads(db, webhook, json!(given_up), at).await
}
