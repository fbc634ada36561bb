//! `GET` and `POST /webhooks/whatsapp`.

use super::parse::parse;
use super::refusals::refusals;
use super::signature::verify;
use super::templates::changed_accounts;
use crate::api::Failure;
use crate::state::AppState;
use app::error::Code;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

/// Meta's verification request.
#[derive(Deserialize)]
pub struct Verification {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// Gives the challenge back to whoever knows the verify token (Meta, "Webhooks: create an endpoint").
pub async fn verify_endpoint(
    State(state): State<AppState>,
    Query(query): Query<Verification>,
) -> Result<String, Failure> {
    let expected = state.webhook.verify_token.as_bytes();
    let token = query.verify_token.unwrap_or_default();
    let known = !expected.is_empty() && verify_slices_are_equal(token.as_bytes(), expected).is_ok();
    if query.mode.as_deref() == Some("subscribe") && known {
        // As text: axum answers a string with `text/plain`, so it cannot be read as HTML.
        return Ok(query.challenge.unwrap_or_default());
    }
    Err(Failure::new(
        Code::VerifyTokenInvalid,
        "The verify token is wrong. Set the same one here and in the Meta app.",
    ))
}

/// Takes a delivery: verified, stored and synced to disk before the 200.
pub async fn receive(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok());
    let pretend = state.console.phone().and_then(|phone| phone.signing_key());
    let pretended = pretend.and_then(|key| verify(body.clone(), signature, &[key]).ok());
    let is_pretended = pretended.is_some();
    let verified = match pretended {
        Some(body) => Ok(body),
        None => verify(body, signature, &state.webhook.app_secrets),
    };
    let body = verified.inspect_err(|error| {
        metrics::counter!("pilot_webhook_rejected_total", "code" => if error.code == Code::SignatureMissing { "missing" } else { "wrong" })
            .increment(1);
    })?;
    metrics::counter!("pilot_webhook_deliveries_total").increment(1);
    let mut parsed = match parse(body.bytes()) {
        Ok(parsed) => parsed,
        Err(error) => {
            keep(&state, &format!("not JSON: {error}"), body.bytes()).await?;
            return Ok(StatusCode::OK);
        }
    };
    if is_pretended {
        // The pretend phone speaks of its own number and of nothing else: people write what it delivers.
        let own = |of: &crate::ingest::NumberChanges| {
            of.phone_number_id == crate::console::PHONE_NUMBER_ID
        };
        parsed.changes.retain(own);
        parsed.health.clear();
    }
    metrics::counter!("pilot_webhook_ignored_total").increment(parsed.ignored);
    if !parsed.unreadable.is_empty() {
        keep(&state, &parsed.unreadable.join("; "), body.bytes()).await?;
    }
    if !parsed.health.is_empty() {
        state.store.note_health(parsed.health).await?;
    }
    let accounts = changed_accounts(body.bytes());
    if !accounts.is_empty() && !is_pretended {
        state.store.templates_changed(&accounts).await?;
    }
    if parsed
        .changes
        .iter()
        .any(|of_number| !of_number.changes.is_empty())
    {
        let refusals = refusals(&parsed.changes);
        let stored = state.store.ingest(parsed.changes).await?;
        if stored.messages > 0 {
            state.media.wake();
        }
        if !refusals.is_empty() {
            state.store.heed_refusals(refusals).await?;
        }
        metrics::counter!("pilot_inbound_messages_total").increment(stored.messages);
        metrics::counter!("pilot_statuses_total").increment(stored.statuses);
        metrics::counter!("pilot_statuses_held_total").increment(stored.held);
        metrics::counter!("pilot_webhook_duplicates_total").increment(stored.duplicates);
        metrics::counter!("pilot_webhook_unknown_number_total").increment(stored.unknown_number);
    }
    Ok(StatusCode::OK)
}

async fn keep(state: &AppState, reason: &str, body: &[u8]) -> Result<(), Failure> {
    metrics::counter!("pilot_webhook_kept_for_inspection_total").increment(1);
    let reason: String = reason.chars().take(500).collect();
    tracing::warn!(
        reason,
        "a signed webhook could not be read; its body is kept"
    );
    Ok(state.store.keep_for_inspection(&reason, body).await?)
}
