//! Webhooks in SQL: what their owners ask for. The workers' part is in `webhook_work`.

use super::webhook_work::refresh;
use super::{SqliteStore, webhook_work};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::store::public::check_number;
use crate::store::webhooks::{not_resendable, seq_of, too_many_webhooks, unknown_delivery};
use crate::store::words::{id, json_of, part};
use crate::store::{
    DeliveryClaim, DeliveryPlan, DeliveryRecord, DeliveryState, Follower, MessageFacts, NewWebhook,
    Settled, StoreError, TryOutcome, WEBHOOKS_OF_A_NUMBER, WebhookChanges, WebhookRecord, Webhooks,
    unknown_webhook,
};
use app::ids::{MessageId, TenantId, WebhookId};
use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

macro_rules! webhook_query {
    ($condition:literal) => {
        concat!(
            "SELECT w.id, w.number_id, w.name, w.url, w.events, w.active, w.paused_at, w.pause_reason, w.failing_since, \
             w.last_triggered_at, w.previous_until, w.created_at, w.updated_at FROM webhooks w INDEXED BY webhooks_by_number \
             WHERE w.number_id IN (SELECT value FROM json_each(?2)) AND w.tenant_id = ?1",
            $condition,
            " ORDER BY w.id"
        )
    };
}

/// The webhooks of some numbers.
pub const WEBHOOKS: &str = webhook_query!("");
const WEBHOOK: &str = webhook_query!(" AND w.id = ?3");

macro_rules! log_query {
    ($index:literal, $condition:literal) => {
        concat!(
            "SELECT d.event_id, d.event, d.body, d.state, d.attempts, d.due_at, d.tried_at, d.status_code, d.response, d.duration_ms \
             FROM webhook_deliveries d INDEXED BY ",
            $index,
            " WHERE d.webhook_id = ?1 AND d.tried_at IS NOT NULL",
            $condition,
            " ORDER BY d.tried_at DESC, d.seq DESC LIMIT ?2"
        )
    };
}

/// What a webhook has tried to tell: all of it, and of one event.
pub const WEBHOOK_LOG: [&str; 2] = [
    log_query!("webhook_deliveries_by_try", ""),
    log_query!("webhook_deliveries_by_event", " AND d.event = ?3"),
];

#[async_trait]
impl Webhooks for SqliteStore {
    async fn create_webhook(
        &self,
        scope: &Scope,
        webhook: &NewWebhook,
    ) -> Result<WebhookRecord, StoreError> {
        check_number(scope, &webhook.number)?;
        let (scope, webhook) = (scope.clone(), webhook.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    create(tx.connection, &scope, &webhook).await?;
                    find(tx.connection, &scope, &webhook.id).await
                })
            })
            .await
    }

    async fn webhooks(&self, scope: &Scope) -> Result<Vec<WebhookRecord>, StoreError> {
        sqlx::query(WEBHOOKS)
            .bind(scope.tenant().as_str())
            .bind(scope.numbers_json())
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(webhook)
            .collect()
    }

    async fn webhook(&self, scope: &Scope, id: &WebhookId) -> Result<WebhookRecord, StoreError> {
        find(&mut *self.readers.acquire().await?, scope, id).await
    }

    async fn change_webhook(
        &self,
        scope: &Scope,
        id: &WebhookId,
        changes: &WebhookChanges,
    ) -> Result<WebhookRecord, StoreError> {
        let (scope, id, changes) = (scope.clone(), id.clone(), changes.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move { change(tx.connection, &scope, &id, &changes).await })
            })
            .await
    }

    async fn rotate_webhook_secret(
        &self,
        scope: &Scope,
        id: &WebhookId,
        sealed: &[u8],
        overlap_until: i64,
    ) -> Result<WebhookRecord, StoreError> {
        let (scope, id, sealed) = (scope.clone(), id.clone(), sealed.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    find(tx.connection, &scope, &id).await?;
                    sqlx::query(
                        "UPDATE webhooks SET previous_secret = secret, previous_until = ?, secret = ?, updated_at = ? WHERE id = ?",
                    )
                    .bind(overlap_until)
                    .bind(sealed)
                    .bind(now_ms())
                    .bind(id.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    find(tx.connection, &scope, &id).await
                })
            })
            .await
    }

    async fn remove_webhook(&self, scope: &Scope, id: &WebhookId) -> Result<(), StoreError> {
        let (scope, id) = (scope.clone(), id.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    find(tx.connection, &scope, &id).await?;
                    // Nobody looks at its deliveries any more; upkeep drops them, some at a time.
                    sqlx::query("DELETE FROM webhooks WHERE id = ?")
                        .bind(id.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn webhook_log(
        &self,
        scope: &Scope,
        id: &WebhookId,
        event: Option<&str>,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        find(&mut reader, scope, id).await?;
        let mut query = sqlx::query(WEBHOOK_LOG[usize::from(event.is_some())])
            .bind(id.as_str())
            .bind(limit);
        if let Some(event) = event {
            query = query.bind(event);
        }
        query
            .fetch_all(&mut *reader)
            .await?
            .iter()
            .map(delivery)
            .collect()
    }

    async fn resend_delivery(
        &self,
        scope: &Scope,
        id: &WebhookId,
        event_id: &str,
    ) -> Result<DeliveryRecord, StoreError> {
        let (scope, id, event_id) = (scope.clone(), id.clone(), event_id.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move { resend(tx.connection, &scope, &id, &event_id).await })
            })
            .await
    }

    async fn webhooks_behind(&self, limit: u32) -> Result<Vec<Follower>, StoreError> {
        webhook_work::behind(&self.readers, limit).await
    }

    async fn message_facts(
        &self,
        tenant: &TenantId,
        messages: &[MessageId],
    ) -> Result<Vec<MessageFacts>, StoreError> {
        webhook_work::facts(&self.readers, tenant, messages).await
    }

    async fn plan_deliveries(&self, plans: Vec<DeliveryPlan>, now: i64) -> Result<u64, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move { webhook_work::plan(tx.connection, &plans, now).await })
            })
            .await
    }

    async fn skip_to_log(&self, webhook: &WebhookId) -> Result<i64, StoreError> {
        let webhook = webhook.clone();
        self.writer
            .run(move |tx| {
                Box::pin(async move { webhook_work::skip(tx.connection, &webhook).await })
            })
            .await
    }

    async fn claim_deliveries(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<DeliveryClaim>, StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move { webhook_work::claim(tx.connection, now, lease, limit).await })
            })
            .await
    }

    async fn settle_delivery(
        &self,
        claim: &DeliveryClaim,
        outcome: &TryOutcome,
    ) -> Result<Settled, StoreError> {
        let (claim, outcome) = (claim.clone(), outcome.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move { webhook_work::settle(tx.connection, &claim, &outcome).await })
            })
            .await
    }

    async fn next_delivery_due(&self) -> Result<Option<i64>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT min(due_at) FROM webhooks WHERE due_at IS NOT NULL")
                .fetch_one(&self.readers)
                .await?,
        )
    }
}

async fn create(
    db: &mut SqliteConnection,
    scope: &Scope,
    new: &NewWebhook,
) -> Result<(), StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM webhooks WHERE number_id = ?")
        .bind(new.number.as_str())
        .fetch_one(&mut *db)
        .await?;
    if count >= WEBHOOKS_OF_A_NUMBER {
        return Err(too_many_webhooks());
    }
    sqlx::query(
        "INSERT INTO webhooks (id, tenant_id, number_id, name, url, events, secret, active, planned_seq, created_at, updated_at) \
         SELECT ?1, t.id, ?3, ?4, ?5, ?6, ?7, 1, t.seq, ?8, ?8 FROM tenants t WHERE t.id = ?2",
    )
    .bind(new.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(new.number.as_str())
    .bind(new.name.as_str())
    .bind(new.url.as_str())
    .bind(json_of(Some(&new.events))?)
    .bind(new.secret.as_slice())
    .bind(now_ms())
    .execute(db)
    .await?;
    Ok(())
}

async fn find(
    db: &mut SqliteConnection,
    scope: &Scope,
    id: &WebhookId,
) -> Result<WebhookRecord, StoreError> {
    let row = sqlx::query(WEBHOOK)
        .bind(scope.tenant().as_str())
        .bind(scope.numbers_json())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .ok_or_else(unknown_webhook)?;
    webhook(&row)
}

async fn change(
    db: &mut SqliteConnection,
    scope: &Scope,
    id: &WebhookId,
    changes: &WebhookChanges,
) -> Result<WebhookRecord, StoreError> {
    let after = changes.to(find(db, scope, id).await?);
    let record = after.record;
    sqlx::query(
        "UPDATE webhooks SET name = ?2, url = ?3, events = ?4, active = ?5, paused_at = ?6, pause_reason = ?7, updated_at = ?8, \
                planned_seq = CASE WHEN ?9 THEN (SELECT t.seq FROM tenants t WHERE t.id = webhooks.tenant_id) ELSE planned_seq END, \
                failures = CASE WHEN ?10 THEN 0 ELSE failures END, failing_since = CASE WHEN ?10 THEN NULL ELSE failing_since END, \
                held_until = CASE WHEN ?10 THEN NULL ELSE held_until END WHERE id = ?1",
    )
    .bind(id.as_str())
    .bind(record.name.as_str())
    .bind(record.url.as_str())
    .bind(json_of(Some(&record.events))?)
    .bind(record.active)
    .bind(record.paused_at)
    .bind(record.pause_reason.as_deref())
    .bind(now_ms())
    .bind(after.begins_anew)
    .bind(after.is_forgiven)
    .execute(&mut *db)
    .await?;
    refresh(db, id).await?;
    find(db, scope, id).await
}

async fn resend(
    db: &mut SqliteConnection,
    scope: &Scope,
    id: &WebhookId,
    event_id: &str,
) -> Result<DeliveryRecord, StoreError> {
    find(db, scope, id).await?;
    let seq = seq_of(event_id).ok_or_else(unknown_delivery)?;
    let state: Option<String> = sqlx::query_scalar(
        "SELECT state FROM webhook_deliveries WHERE webhook_id = ? AND seq = ? AND event_id = ?",
    )
    .bind(id.as_str())
    .bind(seq)
    .bind(event_id)
    .fetch_optional(&mut *db)
    .await?;
    let state = DeliveryState::parse(&state.ok_or_else(unknown_delivery)?)?;
    if state == DeliveryState::Waiting {
        return Err(not_resendable());
    }
    let row = sqlx::query(
        "UPDATE webhook_deliveries SET state = 'waiting', due_at = ?3, conversation_id = NULL, attempts = 0, first_tried_at = NULL, \
                planned_at = ?3 WHERE webhook_id = ?1 AND seq = ?2 \
         RETURNING event_id, event, body, state, attempts, due_at, tried_at, status_code, response, duration_ms",
    )
    .bind(id.as_str())
    .bind(seq)
    .bind(now_ms())
    .fetch_one(&mut *db)
    .await?;
    let record = delivery(&row)?;
    // A person wants to know now whether the receiver is back.
    sqlx::query("UPDATE webhooks SET held_until = NULL WHERE id = ?")
        .bind(id.as_str())
        .execute(&mut *db)
        .await?;
    refresh(db, id).await?;
    Ok(record)
}

fn webhook(row: &SqliteRow) -> Result<WebhookRecord, StoreError> {
    Ok(WebhookRecord {
        id: id(row.try_get(0)?)?,
        number: id(row.try_get(1)?)?,
        name: row.try_get(2)?,
        url: row.try_get(3)?,
        events: part(row.try_get(4)?)?.unwrap_or_default(),
        active: row.try_get(5)?,
        paused_at: row.try_get(6)?,
        pause_reason: row.try_get(7)?,
        failing_since: row.try_get(8)?,
        last_triggered_at: row.try_get(9)?,
        previous_until: row.try_get(10)?,
        created_at: row.try_get(11)?,
        updated_at: row.try_get(12)?,
    })
}

fn delivery(row: &SqliteRow) -> Result<DeliveryRecord, StoreError> {
    Ok(DeliveryRecord {
        event_id: row.try_get(0)?,
        event: row.try_get(1)?,
        body: row.try_get(2)?,
        state: DeliveryState::parse(row.try_get(3)?)?,
        attempts: row.try_get(4)?,
        due_at: row.try_get(5)?,
        tried_at: row.try_get(6)?,
        status_code: row.try_get(7)?,
        response: row.try_get(8)?,
        duration_ms: row.try_get(9)?,
    })
}
