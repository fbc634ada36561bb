//! What is no message, in SQL: signs on messages, read receipts, typing.

use super::PostgresStore;
use super::conversations::find;
use super::messages::{conversation_by_id, log_message, refresh_preview};
use super::transaction::{Tx, transaction};
use crate::access::Scope;
use crate::clock::now_ms;
use crate::ingest::ReactionState;
use crate::store::rules::{may_react, window_allows};
use crate::store::words::{count, id as id_of, json_of, part};
use crate::store::{Pace, SignalClaim, SignalKind, SignalOutcome, Signals, StoreError};
use app::ids::{ConversationId, MessageId, TenantId};
use app::messages::{Failure, Message, Side};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgConnection;

#[async_trait]
impl Signals for PostgresStore {
    async fn react(
        &self,
        scope: &Scope,
        message: &MessageId,
        emoji: &str,
        window_at: Option<i64>,
    ) -> Result<Message, StoreError> {
        transaction!(self, |tx| react(&mut tx, scope, message, emoji, window_at))
    }

    async fn signal(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        kind: SignalKind,
    ) -> Result<bool, StoreError> {
        transaction!(self, |tx| signal(&mut tx, scope, conversation, kind))
    }

    async fn claim_signals(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<SignalClaim>, StoreError> {
        transaction!(self, |tx| claim(tx.connection(), now, lease, limit))
    }

    async fn settle_signal(
        &self,
        claim: &SignalClaim,
        outcome: SignalOutcome,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| settle(&mut tx, claim, &outcome))
    }
}

/// Shows a sign at once, and has it sent.
async fn react(
    tx: &mut Tx,
    scope: &Scope,
    id: &MessageId,
    emoji: &str,
    window_at: Option<i64>,
) -> Result<Message, StoreError> {
    tx.lock(scope.tenant()).await?;
    let row = sqlx::query(
        "SELECT conversation_id, provider_id FROM messages WHERE id = $1 AND tenant_id = $2",
    )
    .bind(id.as_str())
    .bind(scope.tenant().as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    let conversation: ConversationId = id_of(row.try_get(0)?)?;
    let provider_id: Option<String> = row.try_get(1)?;
    let conversation = find(tx.connection(), scope, &conversation).await?;
    let message = super::outbox::load(tx.connection(), id).await?;
    may_react(&message, provider_id.as_deref(), now_ms())?;
    window_allows(&conversation, window_at)?;
    let former = message
        .reactions
        .iter()
        .find(|reaction| reaction.by == Side::Business)
        .map_or("", |reaction| reaction.emoji.as_str());
    if former == emoji {
        return Ok(message);
    }
    let former = former.to_owned();
    put(
        tx.connection(),
        "reaction",
        id.as_str(),
        scope.tenant(),
        &conversation.number_id,
        id,
        Some(emoji),
        Some(&former),
    )
    .await?;
    show(tx, scope.tenant(), id, emoji, None).await
}

/// Puts the business's sign on a message, and tells screens.
async fn show(
    tx: &mut Tx,
    tenant: &TenantId,
    id: &MessageId,
    emoji: &str,
    failure: Option<&Failure>,
) -> Result<Message, StoreError> {
    let stored: Option<String> = sqlx::query_scalar("SELECT reactions FROM messages WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(tx.connection())
        .await?;
    let mut reactions: Vec<ReactionState> = part(stored.as_deref())?.unwrap_or_default();
    reactions.retain(|reaction| reaction.by != Side::Business);
    reactions.push(ReactionState {
        emoji: emoji.to_owned(),
        by: Side::Business,
        at: now_ms(),
        ids: Vec::new(),
    });
    let seq = tx.take_seqs(tenant, 1).await?;
    sqlx::query(
        "UPDATE messages SET reactions = $1, reaction_failure = $2, seq = $3 WHERE id = $4",
    )
    .bind(json_of(Some(&reactions))?)
    .bind(json_of(failure)?)
    .bind(seq)
    .bind(id.as_str())
    .execute(tx.connection())
    .await?;
    let message = super::outbox::load(tx.connection(), id).await?;
    let conversation = conversation_by_id(tx.connection(), &message.conversation_id).await?;
    let conversation = refresh_preview(tx.connection(), conversation, &message).await?;
    log_message(tx, tenant, conversation, &message, None).await?;
    Ok(message)
}

/// Has WhatsApp told of the newest message that a contact wrote, if all has been seen. Answers whether there is anything to tell.
pub(super) async fn signal(
    tx: &mut Tx,
    scope: &Scope,
    id: &ConversationId,
    kind: SignalKind,
) -> Result<bool, StoreError> {
    let conversation = find(tx.connection(), scope, id).await?;
    if conversation.unread > 0 {
        return Ok(false);
    }
    // WhatsApp takes receipts for thirty days.
    let newest = sqlx::query(
        "SELECT m.id, c.receipt FROM messages m JOIN conversations c ON c.id = m.conversation_id \
         WHERE m.conversation_id = $1 AND m.second > $2 AND m.direction = 'INBOUND' AND m.provider_id IS NOT NULL \
         ORDER BY m.second DESC, m.id DESC LIMIT 1",
    )
    .bind(id.as_str())
    .bind(now_ms() / 1000 - 29 * 24 * 3_600)
    .fetch_optional(tx.connection())
    .await?;
    let Some(newest) = newest else {
        return Ok(false);
    };
    let message: MessageId = id_of(newest.try_get(0)?)?;
    if kind == SignalKind::Typing {
        // WhatsApp shows it for 25 seconds.
        let pace = Pace {
            interval_ms: 20_000,
            burst: 1,
        };
        let bucket = format!("typing:{id}");
        if super::limits::take(tx, &bucket, pace, now_ms(), 1).await? == 0 {
            return Ok(false);
        }
    }
    if kind == SignalKind::Read {
        let told: Option<String> = newest.try_get(1)?;
        if told.as_deref() == Some(message.as_str()) {
            return Ok(false);
        }
        sqlx::query("UPDATE conversations SET receipt = $1 WHERE id = $2")
            .bind(message.as_str())
            .bind(id.as_str())
            .execute(tx.connection())
            .await?;
    }
    put(
        tx.connection(),
        kind.as_str(),
        id.as_str(),
        scope.tenant(),
        &conversation.number_id,
        &message,
        None,
        None,
    )
    .await?;
    Ok(true)
}

/// One signal of each kind and subject: a later one takes the place of one that has not gone out. Where the earlier one is on its
/// way, this one waits for it, so that they do not overtake each other; and what was there before both is what comes back.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn put(
    db: &mut PgConnection,
    kind: &str,
    subject: &str,
    tenant: &TenantId,
    number: &app::ids::NumberId,
    message: &MessageId,
    emoji: Option<&str>,
    former: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO signals (id, kind, subject, tenant_id, number_id, message_id, emoji, former, state, attempts, due_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'ready', 0, $9, $9) \
         ON CONFLICT (kind, subject) DO UPDATE SET id = excluded.id, message_id = excluded.message_id, emoji = excluded.emoji, \
           former = CASE signals.state WHEN 'accepted' THEN excluded.former ELSE signals.former END, state = 'ready', attempts = 0, \
           due_at = CASE signals.state WHEN 'sending' THEN signals.due_at ELSE excluded.due_at END, \
           created_at = excluded.created_at, provider_id = NULL",
    )
    .bind(format!("sig_{}", crate::ids::fresh_ulid()))
    .bind(kind)
    .bind(subject)
    .bind(tenant.as_str())
    .bind(number.as_str())
    .bind(message.as_str())
    .bind(emoji)
    .bind(former)
    .bind(now_ms())
    .execute(db)
    .await?;
    Ok(())
}

/// Any of them may be sent twice without harm, so a claim whose lease has ended is claimed again.
async fn claim(
    db: &mut PgConnection,
    now: i64,
    lease: i64,
    limit: u32,
) -> Result<Vec<SignalClaim>, StoreError> {
    sqlx::query(
        "WITH claimed AS (UPDATE signals SET state = 'sending', due_at = $1, attempts = attempts + 1 WHERE id IN ( \
           SELECT s.id FROM signals s JOIN numbers n ON n.id = s.number_id WHERE s.state IN ('ready', 'sending') AND s.due_at <= $2 \
             AND n.deleted_at IS NULL AND n.refusal IS NULL AND n.link_state = 'OPEN' ORDER BY s.due_at LIMIT $3 FOR UPDATE OF s SKIP LOCKED) \
         RETURNING id, kind, subject, number_id, message_id, emoji, attempts, created_at, tenant_id) \
         SELECT s.id, s.kind, s.subject, s.tenant_id, n.phone_number_id, n.access_token, n.graph_base_url, p.phone, p.bsuid, \
                m.provider_id, s.emoji, s.attempts, s.created_at, n.id, m.id FROM claimed s JOIN numbers n ON n.id = s.number_id \
         JOIN messages m ON m.id = s.message_id JOIN conversations c ON c.id = m.conversation_id JOIN contacts p ON p.id = c.contact_id",
    )
    .bind(lease)
    .bind(now)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?
    .iter()
    .map(read)
    .collect()
}

fn read(row: &sqlx::postgres::PgRow) -> Result<SignalClaim, StoreError> {
    Ok(SignalClaim {
        id: row.try_get(0)?,
        kind: SignalKind::parse(row.try_get(1)?)?,
        subject: row.try_get(2)?,
        tenant: id_of(row.try_get(3)?)?,
        phone_number_id: row.try_get(4)?,
        access_token: row.try_get(5)?,
        graph_base_url: row.try_get(6)?,
        to_phone: row.try_get(7)?,
        to_bsuid: row.try_get(8)?,
        target: row.try_get(9)?,
        emoji: row.try_get::<Option<String>, _>(10)?.unwrap_or_default(),
        attempts: count(row.try_get(11)?)?,
        created_at: row.try_get(12)?,
        number: id_of(row.try_get(13)?)?,
        message: id_of(row.try_get(14)?)?,
    })
}

async fn settle(
    tx: &mut Tx,
    claim: &SignalClaim,
    outcome: &SignalOutcome,
) -> Result<(), StoreError> {
    tx.lock(&claim.tenant).await?;
    // A later one may have taken the place: it need not wait any more.
    let taken_over = sqlx::query(
        "UPDATE signals SET due_at = $1 WHERE kind = $2 AND subject = $3 AND id <> $4 AND state = 'ready'",
    )
    .bind(now_ms())
    .bind(claim.kind.as_str())
    .bind(claim.subject.as_str())
    .bind(claim.id.as_str())
    .execute(tx.connection())
    .await?
    .rows_affected();
    if taken_over > 0 {
        return Ok(());
    }
    match outcome {
        SignalOutcome::Sent {
            provider_id: Some(provider_id),
        } => {
            sqlx::query("UPDATE signals SET state = 'accepted', provider_id = $1 WHERE id = $2")
                .bind(provider_id.as_str())
                .bind(claim.id.as_str())
                .execute(tx.connection())
                .await?;
            Ok(())
        }
        SignalOutcome::RetryAt(at) => {
            sqlx::query("UPDATE signals SET state = 'ready', due_at = $1 WHERE id = $2")
                .bind(*at)
                .bind(claim.id.as_str())
                .execute(tx.connection())
                .await?;
            Ok(())
        }
        SignalOutcome::Refused(failure) if claim.kind == SignalKind::Reaction => {
            take_back(tx, &claim.id, failure).await
        }
        SignalOutcome::Sent { provider_id: None } | SignalOutcome::Refused(_) => {
            sqlx::query("DELETE FROM signals WHERE id = $1")
                .bind(claim.id.as_str())
                .execute(tx.connection())
                .await?;
            Ok(())
        }
    }
}

/// The former sign comes back, with the reason. The tenant is locked.
pub(super) async fn take_back(
    tx: &mut Tx,
    signal: &str,
    failure: &Failure,
) -> Result<(), StoreError> {
    let row =
        sqlx::query("DELETE FROM signals WHERE id = $1 RETURNING tenant_id, message_id, former")
            .bind(signal)
            .fetch_optional(tx.connection())
            .await?;
    let Some(row) = row else { return Ok(()) };
    let (tenant, message): (TenantId, MessageId) =
        (id_of(row.try_get(0)?)?, id_of(row.try_get(1)?)?);
    let former: Option<String> = row.try_get(2)?;
    show(
        tx,
        &tenant,
        &message,
        former.as_deref().unwrap_or_default(),
        Some(failure),
    )
    .await?;
    Ok(())
}
