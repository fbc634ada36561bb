//! What failures say beyond their messages, in SQL.

use super::messages::conversation_by_id;
use super::number_log::tell;
use super::writer::Tx;
use crate::clock::now_ms;
use crate::ingest::{NumberNews, NumberStep, encode_event};
use crate::store::rules::FIRST_PROBE_MS;
use crate::store::words::id;
use crate::store::{Consequence, LoggedEvent, PausedNumber, Refusal, StoreError};
use app::ids::{ConversationId, MessageId, NumberId, TenantId};
use app::live::LiveEvent;
use app::messages::Failure;
use sqlx::{Row, SqliteConnection};

pub(super) async fn heed(tx: &mut Tx<'_>, refusals: &[Refusal]) -> Result<(), StoreError> {
    for refusal in refusals {
        heed_one(tx, refusal).await?;
    }
    Ok(())
}

async fn heed_one(tx: &mut Tx<'_>, refusal: &Refusal) -> Result<(), StoreError> {
    let found = sqlx::query(
        "SELECT m.id, m.tenant_id, n.id FROM numbers n JOIN messages m ON m.number_id = n.id AND m.provider_id = ? \
         WHERE n.phone_number_id = ? AND n.deleted_at IS NULL",
    )
    .bind(refusal.provider_id.as_str())
    .bind(refusal.phone_number_id.as_str())
    .fetch_optional(&mut *tx.connection)
    .await?;
    let Some(found) = found else {
        return heed_of_reaction(tx, refusal).await;
    };
    let (message, tenant, number) = (
        id::<MessageId>(found.try_get(0)?)?,
        id::<TenantId>(found.try_get(1)?)?,
        id::<NumberId>(found.try_get(2)?)?,
    );
    match refusal.consequence {
        Some(Consequence::WindowShut) => shut_window(tx, &tenant, &message).await,
        Some(Consequence::NumberPaused) => pause(tx, &number, &refusal.failure).await,
        None => Ok(()),
    }
}

/// A sign that WhatsApp took and then did not put on the message.
async fn heed_of_reaction(tx: &mut Tx<'_>, refusal: &Refusal) -> Result<(), StoreError> {
    let found = sqlx::query(
        "SELECT s.id FROM signals s JOIN numbers n ON n.id = s.number_id \
         WHERE s.provider_id = ?1 AND n.phone_number_id = ?2",
    )
    .bind(refusal.provider_id.as_str())
    .bind(refusal.phone_number_id.as_str())
    .fetch_optional(&mut *tx.connection)
    .await?;
    let Some(found) = found else { return Ok(()) };
    let signal: String = found.try_get(0)?;

    super::signals::take_back(tx, &signal, &refusal.failure).await
}

/// WhatsApp says that the window was shut when this message came, whatever was reckoned here. What the contact wrote since then
/// has opened it again.
pub(super) async fn shut_window(
    tx: &mut Tx<'_>,
    tenant: &TenantId,
    message: &MessageId,
) -> Result<(), StoreError> {
    let shut: Option<String> = sqlx::query_scalar(
        "UPDATE conversations SET last_inbound_at = NULL \
         WHERE id = (SELECT m.conversation_id FROM messages m WHERE m.id = ?1) \
           AND last_inbound_at < (SELECT m.sent_at FROM messages m WHERE m.id = ?1) RETURNING id",
    )
    .bind(message.as_str())
    .fetch_optional(&mut *tx.connection)
    .await?;
    let Some(conversation) = shut else {
        return Ok(());
    };
    let seq = tx.take_seqs(tenant, 1).await?;
    sqlx::query("UPDATE conversations SET seq = ? WHERE id = ?")
        .bind(seq)
        .bind(conversation.as_str())
        .execute(&mut *tx.connection)
        .await?;
    let conversation = id::<ConversationId>(conversation)?;
    let conversation = conversation_by_id(tx.connection, &conversation).await?;
    tx.log(LoggedEvent {
        tenant: tenant.clone(),
        seq,
        number: conversation.number_id.clone(),
        payload: encode_event(&LiveEvent::Conversation {
            conversation: Box::new(conversation),
        }),
    })
    .await
}

/// Nothing goes out from this number until it is taken again.
pub(super) async fn pause(
    tx: &mut Tx<'_>,
    number: &NumberId,
    failure: &Failure,
) -> Result<(), StoreError> {
    let now = now_ms();
    let begins: bool = sqlx::query_scalar("SELECT refusal IS NULL FROM numbers WHERE id = ?")
        .bind(number.as_str())
        .fetch_one(&mut *tx.connection)
        .await?;
    sqlx::query(
        "UPDATE numbers SET refusal = ?, updated_at = ?, probe_at = coalesce(probe_at, ?) WHERE id = ?",
    )
    .bind(failure.sentence.as_str())
    .bind(now)
    .bind(now + FIRST_PROBE_MS)
    .bind(number.as_str())
    .execute(&mut *tx.connection)
    .await?;
    if begins {
        tell(tx, number, Some(NumberNews::refused(failure))).await?;
    }
    Ok(())
}

/// WhatsApp takes it again, if it did not.
pub(super) async fn resume(tx: &mut Tx<'_>, number: &NumberId) -> Result<(), StoreError> {
    let resumed = sqlx::query(
        "UPDATE numbers SET refusal = NULL, probe_at = NULL WHERE id = ? AND refusal IS NOT NULL",
    )
    .bind(number.as_str())
    .execute(&mut *tx.connection)
    .await?;
    if resumed.rows_affected() > 0 {
        tell(tx, number, Some(NumberNews::now(NumberStep::Connected))).await?;
    }
    Ok(())
}

pub(super) async fn to_probe(
    db: &mut SqliteConnection,
    now: i64,
    next: i64,
) -> Result<Vec<PausedNumber>, StoreError> {
    sqlx::query(
        "UPDATE numbers SET probe_at = ? WHERE refusal IS NOT NULL AND link_state = 'OPEN' AND deleted_at IS NULL AND coalesce(probe_at, 0) <= ? \
         RETURNING id, phone_number_id, access_token, graph_base_url",
    )
    .bind(next)
    .bind(now)
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
        Ok(PausedNumber {
            number: id(row.try_get(0)?)?,
            phone_number_id: row.try_get(1)?,
            access_token: row.try_get(2)?,
            graph_base_url: row.try_get(3)?,
        })
    })
    .collect()
}
