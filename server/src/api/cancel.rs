//! `DELETE /v1/messages/cancel`: takes back what has not gone out yet.

use super::sent::named;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::{Action, NumberCaller};
use crate::state::AppState;
use crate::store::StoreError;
use app::error::{ApiError, Code};
use app::ids::MessageId;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most messages of one request (Pilot Status).
const AT_ONCE: usize = 100;

/// What to take back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelBody {
    /// From 1 to 100 ids: ours, correlation ids, or WhatsApp's.
    #[schema(min_items = 1, max_items = 100)]
    pub message_ids: Vec<String>,
}

/// What became of it.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelledBody {
    /// Taken back: their status is `CANCELED` now.
    pub cancelled: Vec<String>,
    /// Not taken back.
    pub failed: Vec<NotCancelledBody>,
    /// How many of those are not there.
    pub not_found: usize,
}

/// A message that was not taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotCancelledBody {
    /// As it was named.
    pub id: String,
    /// `NOT_FOUND`, or `NOT_CANCELLABLE`: it is on its way, or has gone.
    #[schema(example = "NOT_CANCELLABLE")]
    pub reason: &'static str,
}

/// Takes back messages that wait, each by itself.
#[utoipa::path(
    delete,
    path = "/v1/messages/cancel",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    request_body = CancelBody,
    responses(
        (status = 200, body = CancelledBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `TOO_MANY_IDS`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn cancel(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<CancelledBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Reply).await?;
    let CancelBody { message_ids } = serde_json::from_slice(&body)
        .map_err(|error| ApiError::body_invalid(&error.to_string()))?;
    if !(1..=AT_ONCE).contains(&message_ids.len()) {
        return Err(ApiError::new(
            Code::TooManyIds,
            format!("Name from 1 to {AT_ONCE} messages in `messageIds`."),
        )
        .at("messageIds")
        .into());
    }
    let mut done = CancelledBody::default();
    for id in message_ids {
        match take_back(&state, &caller, &id).await {
            Ok(()) => done.cancelled.push(id),
            Err(StoreError::NotFound) => {
                done.not_found += 1;
                done.failed.push(NotCancelledBody {
                    id,
                    reason: Code::NotFound.name(),
                });
            }
            Err(StoreError::Refused(refusal)) => done.failed.push(NotCancelledBody {
                id,
                reason: refusal.code.name(),
            }),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(Json(done))
}

async fn take_back(state: &AppState, caller: &NumberCaller, id: &str) -> Result<(), StoreError> {
    let id = named(id);
    let message = match MessageId::parse(id.as_str()) {
        Some(message) if id.starts_with(MessageId::PREFIX) => message,
        _ => {
            let sent = state
                .store
                .sent_message(&caller.scope, &caller.number, &id)
                .await?;
            sent.message.id
        }
    };
    state.store.cancel_message(&caller.scope, &message).await?;
    Ok(())
}
