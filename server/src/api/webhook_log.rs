//! `GET /v1/webhooks/{id}/logs`: what a webhook has tried to tell; and telling it again.

use super::webhook_fields::webhook_id;
use super::webhooks::scope;
use super::{ErrorBody, Failure};
use crate::clock::iso;
use crate::state::AppState;
use crate::store::{DeliveryRecord, DeliveryState};
use app::error::{ApiError, Code};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Most rows of an answer, and as many as come if nothing is said.
const MAX_LIMIT: u32 = 50;

/// Which part of a log.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// From 1 to 50; 50 if left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50)]
    limit: Option<String>,
    /// Only this event.
    #[param(example = "message.failed")]
    event: Option<String>,
}

/// An event that a webhook has tried to tell: one row, however often it was tried.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryBody {
    /// The event's id, the same at every try, and `id` in the payload (ours).
    #[schema(example = "evt_01KA2Q7M4ZC9T5N1R8V3X6B0DE_4711")]
    pub id: String,
    /// Its name.
    #[schema(example = "message.received")]
    pub event: String,
    /// Of the last try: `SUCCESS` or `FAILED`.
    #[schema(example = "SUCCESS")]
    pub status: &'static str,
    /// HTTP status of the last answer; null where there was none.
    pub status_code: Option<i64>,
    /// What was sent.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// The beginning of the last answer, or what went wrong.
    pub response: Option<String>,
    /// How long the last try took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// How often it was tried (ours).
    pub attempts: i64,
    /// ISO 8601: when it is tried again; null where it is not (ours).
    pub next_attempt_at: Option<String>,
    /// ISO 8601: when the last try ended.
    pub created_at: String,
}

impl From<DeliveryRecord> for DeliveryBody {
    fn from(delivery: DeliveryRecord) -> Self {
        let is_taken = delivery
            .status_code
            .is_some_and(|code| (200..300).contains(&code));
        let waits = delivery.state == DeliveryState::Waiting;
        Self {
            id: delivery.event_id,
            event: delivery.event,
            status: if is_taken { "SUCCESS" } else { "FAILED" },
            status_code: delivery.status_code,
            // What is no JSON was not written by us.
            payload: serde_json::from_str(&delivery.body).unwrap_or_default(),
            response: delivery.response,
            duration_ms: delivery.duration_ms,
            attempts: delivery.attempts,
            next_attempt_at: delivery.due_at.filter(|_| waits).map(iso),
            created_at: iso(delivery.tried_at),
        }
    }
}

/// What a webhook has tried to tell in the last days, what was tried last first.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}/logs",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        LogQuery,
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that it belongs to"),
    ),
    responses(
        (status = 200, body = [DeliveryBody]),
        (status = 400, body = ErrorBody, description = "`PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `WEBHOOK_NOT_FOUND`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<LogQuery>,
) -> Result<Json<Vec<DeliveryBody>>, Failure> {
    let scope = scope(&state, &headers).await?;
    let id = webhook_id(&id)?;
    let limit = match query.limit.as_deref() {
        None => MAX_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| {
                let sentence = format!("`limit` is a whole number from 1 to {MAX_LIMIT}.");
                ApiError::new(Code::PageInvalid, sentence).at("limit")
            })?,
    };
    let event = query.event.as_deref().filter(|event| !event.is_empty());
    let log = state.store.webhook_log(&scope, &id, event, limit).await?;
    Ok(Json(log.into_iter().map(Into::into).collect()))
}

/// Has an event told again that was taken or given up (ours). It goes out at once, whatever else waits in its conversation.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/logs/{delivery}/resend",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        ("delivery" = String, Path, description = "`id` in the log"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that it belongs to"),
    ),
    responses(
        (status = 202, body = DeliveryBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `WEBHOOK_NOT_FOUND`, `NOT_FOUND`"),
        (status = 409, body = ErrorBody, description = "`NOT_RESENDABLE`: it is still being tried by itself"),
    )
)]
pub async fn resend(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<(StatusCode, Json<DeliveryBody>), Failure> {
    let scope = scope(&state, &headers).await?;
    let id = webhook_id(&id)?;
    let delivery = state.store.resend_delivery(&scope, &id, &delivery).await?;
    state.webhooks.ring();
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
