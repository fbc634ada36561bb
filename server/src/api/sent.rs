//! `GET /v1/messages` and `GET /v1/messages/{id}`: what became of what was sent.

use super::history::{origin_of, status_of, was_cancelled};
use super::pages::{SpanQuery, pages_of};
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::Action;
use crate::clock::iso;
use crate::state::AppState;
use crate::store::{ListedMessage, StoreError};
use app::error::{ApiError, Code};
use app::ids::MessageId;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What every correlation id begins with; the rest is the message's own.
const CORRELATION: &str = "corr_";

/// A message that was sent, and what WhatsApp said of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentBody {
    /// Our id.
    #[schema(example = "msg_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// WhatsApp's id; null until WhatsApp has taken it.
    pub external_message_id: Option<String>,
    /// `QUEUED`, `SENT`, `DELIVERED`, `READ`, `FAILED` or `CANCELED`.
    #[schema(example = "DELIVERED")]
    pub status: &'static str,
    /// As in the answer to the send; null for what was written on the phone, which only the list has.
    #[schema(example = "corr_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub correlation_id: Option<String>,
    /// The contact's phone in E.164 with a plus sign, or its business-scoped id.
    #[schema(example = "+5511999990001")]
    pub destination_number: String,
    /// Name of the template; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub sent_at: Option<String>,
    /// ISO 8601.
    pub delivered_at: Option<String>,
    /// ISO 8601.
    pub read_at: Option<String>,
    /// Why it did not go out; the set grows.
    #[schema(example = "META_OUTSIDE_24H_WINDOW")]
    pub error_code: Option<String>,
    /// The same as a sentence.
    pub error_message: Option<String>,
    /// `API`, `CHAT` (the inbox) or `APP` (the phone).
    #[schema(example = "API")]
    pub origin: Option<String>,
    /// What WhatsApp says of its price.
    pub meta_pricing: Option<PricingBody>,
}

/// What WhatsApp says of a message's price, in its own words.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricingBody {
    /// WhatsApp's id of what it charges for.
    pub conversation_id: Option<String>,
    /// What opened it.
    pub origin_type: Option<String>,
    /// `marketing`, `utility`, `authentication`, `service` or `referral_conversion`.
    pub category: Option<String>,
    /// `regular`, `free_entry_point` or `free_customer_service`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// The id that ties what is told of a message to the answer to its send.
pub(crate) fn correlation_of(message: &MessageId) -> String {
    let rest = message.as_str().strip_prefix(MessageId::PREFIX);
    format!("{CORRELATION}{}", rest.unwrap_or(message.as_str()))
}

/// Why it did not go out, in the words of the public API where it has one (Pilot Status, "Log error codes").
pub(crate) fn error_code(code: &str) -> String {
    match code {
        // Meta, "Error codes": a message outside the customer service window, a template that is not there or not approved.
        "131047" => "META_OUTSIDE_24H_WINDOW".into(),
        "132001" | "132015" | "132016" => "META_TEMPLATE_NOT_APPROVED".into(),
        other => other.into(),
    }
}

impl From<ListedMessage> for SentBody {
    fn from(listed: ListedMessage) -> Self {
        let (status, origin) = (status_of(&listed.message), origin_of(&listed));
        let taken_back = was_cancelled(&listed.message);
        let (message, contact) = (listed.message, listed.contact);
        let failure = message.failure.filter(|_| !taken_back);
        let pricing = listed.pricing.map(|said| {
            let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
            PricingBody {
                conversation_id: text("conversation"),
                origin_type: text("origin"),
                category: text("category"),
                kind: text("kind"),
            }
        });
        Self {
            correlation_id: message
                .client_id
                .is_some()
                .then(|| correlation_of(&message.id)),
            id: message.id.into(),
            external_message_id: listed.provider_id,
            status,
            destination_number: contact.phone.or(contact.user_id).unwrap_or_default(),
            template: message
                .content
                .and_then(|content| content.template)
                .map(|template| template.name),
            created_at: iso(listed.created_at),
            sent_at: listed.sent_at.map(iso),
            delivered_at: listed.delivered_at.map(iso),
            read_at: listed.read_at.map(iso),
            error_code: failure.as_ref().map(|failure| error_code(&failure.code)),
            error_message: failure.map(|failure| failure.sentence),
            origin,
            meta_pricing: pricing,
        }
    }
}

/// A page of what went out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentListBody {
    /// The newest first.
    pub messages: Vec<SentBody>,
    /// Of all pages.
    pub total: i64,
    /// This page, from 1 on.
    #[schema(value_type = i64, minimum = 1)]
    pub page: u32,
    /// Rows of a page.
    pub page_size: u32,
    /// How many pages there are.
    pub total_pages: i64,
}

/// Everything that went out of a number, through us or from the phone, the newest first.
#[utoipa::path(
    get,
    path = "/v1/messages",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(SpanQuery, ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = SentListBody),
        (status = 400, body = ErrorBody, description = "`INVALID_DATE_RANGE`, `PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<SpanQuery>,
) -> Result<Json<SentListBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let (page, span) = (query.page()?, query.span()?);
    let found = state
        .store
        .outbound(&caller.scope, &caller.number, span, page)
        .await?;
    Ok(Json(SentListBody {
        messages: found.items.into_iter().map(Into::into).collect(),
        total: found.total,
        page: page.page,
        page_size: page.size,
        total_pages: pages_of(found.total, page.size),
    }))
}

/// Our id of what is named by it, by its correlation id, or by WhatsApp's id.
pub(super) fn named(id: &str) -> String {
    match id.strip_prefix(CORRELATION) {
        Some(rest) => format!("{}{rest}", MessageId::PREFIX),
        None => id.to_owned(),
    }
}

/// What became of a message that was sent through us. What was written on the phone is in the history alone.
#[utoipa::path(
    get,
    path = "/v1/messages/{id}",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Our id, the correlation id, or WhatsApp's id"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    responses(
        (status = 200, body = SentBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `NOT_FOUND`"),
    )
)]
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<SentBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let found = state
        .store
        .sent_message(&caller.scope, &caller.number, &named(&id))
        .await
        .map_err(|error| match error {
            StoreError::NotFound => unknown_message(),
            other => other.into(),
        })?;
    Ok(Json(found.into()))
}

/// The answer to a message that is unknown, or of another number.
pub(super) fn unknown_message() -> ApiError {
    ApiError::new(
        Code::NotFound,
        "No message of this id was sent from this number.",
    )
}
