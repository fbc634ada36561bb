//! `/v1/webhooks`: where a customer's backend is told of what happens at a number.

use super::target::NUMBER_HEADER;
use super::webhook_fields::{
    address, checked_events, checked_name, invalid, new_secret, parse, target, webhook_id,
};
use super::{ErrorBody, Failure, key_caller, text};
use crate::access::{Action, Scope};
use crate::clock::{iso, now_ms};
use crate::fresh;
use crate::state::AppState;
use crate::store::{NewWebhook, WebhookChanges, WebhookRecord};
use app::ids::WebhookId;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long the secret before signs as well, in hours: if nothing is said, and at most.
const OVERLAP_HOURS: u32 = 24;
const LONGEST_OVERLAP_HOURS: u32 = 24 * 7;
const HOUR_MS: i64 = 3_600_000;

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookBody {
    /// Opaque id.
    #[schema(example = "wh_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// Whose it is.
    pub tenant_id: String,
    /// What the customer calls it.
    pub name: String,
    /// Where it leads.
    #[schema(example = "https://backend.example.com/whatsapp")]
    pub url: String,
    /// Always `LIVE`.
    #[schema(example = "LIVE")]
    pub environment: &'static str,
    /// Whether it tells of anything. Stays true while it is paused by itself: see `pausedAt`.
    pub active: bool,
    /// What it tells of; `*` is everything.
    #[schema(example = json!(["message.received", "message.failed"]))]
    pub events: Vec<String>,
    /// Always empty: a webhook belongs to a number.
    pub api_keys: Vec<WebhookKeyBody>,
    /// ISO 8601: when something was sent last.
    pub last_triggered: Option<String>,
    /// Its number.
    pub whatsapp_number_ids: Vec<String>,
    /// The same.
    pub whatsapp_instance_ids: Vec<String>,
    /// ISO 8601: since when the receiver takes nothing; null while it does (ours).
    pub failing_since: Option<String>,
    /// ISO 8601: when it was paused by itself, because the receiver had taken nothing for three days (ours).
    pub paused_at: Option<String>,
    /// Why, and what to do (ours).
    pub pause_reason: Option<String>,
    /// ISO 8601: until when requests are signed with the secret before as well (ours).
    pub previous_secret_until: Option<String>,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub updated_at: String,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookKeyBody {
    /// Tells one key from another, and opens nothing.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A webhook that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedWebhookBody {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: WebhookBody,
    /// With what its requests are signed. It is shown this once (ours).
    #[schema(example = "whsec_…")]
    pub secret: String,
}

/// A webhook to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewWebhookBody {
    /// Where it leads: `https://`, and not into a private network.
    #[schema(example = "https://backend.example.com/whatsapp")]
    pub url: String,
    /// At most 100 characters; the host of `url` if left out.
    pub name: Option<String>,
    /// What it tells of; `*` is everything. Empty or left out: nothing. Names of events that cannot come are left out.
    #[serde(default)]
    #[schema(example = json!(["message.received", "message.failed"]))]
    pub events: Vec<String>,
    /// The number; with the key of a number it may be left out.
    pub whatsapp_number_id: Option<String>,
}

/// What changes of a webhook. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookChangesBody {
    /// At most 100 characters.
    pub name: Option<String>,
    /// Where it leads.
    pub url: Option<String>,
    /// False: nothing is told, and what happens meanwhile never will be. True: from now on; of one that was paused by itself, from where it
    /// stopped.
    pub active: Option<bool>,
    /// What it tells of from now on, in place of what it told of until now.
    pub events: Option<Vec<String>>,
}

/// How to change a secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotateBody {
    /// How long requests are signed with the secret before as well, from 0 to 168 hours; 24 if left out.
    #[schema(minimum = 0, maximum = 168)]
    pub overlap_hours: Option<u32>,
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotatedBody {
    /// The webhook.
    pub id: String,
    /// With what its requests are signed from now on. It is shown this once.
    #[schema(example = "whsec_…")]
    pub secret: String,
    /// ISO 8601: until when they are signed with the secret before as well.
    pub previous_secret_until: String,
}

impl WebhookBody {
    fn of(scope: &Scope, record: WebhookRecord) -> Self {
        let now = now_ms();
        Self {
            id: record.id.into(),
            tenant_id: scope.tenant().to_string(),
            name: record.name,
            url: record.url,
            environment: "LIVE",
            active: record.active,
            events: record.events,
            api_keys: Vec::new(),
            last_triggered: record.last_triggered_at.map(iso),
            whatsapp_number_ids: vec![record.number.to_string()],
            whatsapp_instance_ids: vec![record.number.into()],
            failing_since: record.failing_since.map(iso),
            paused_at: record.paused_at.map(iso),
            pause_reason: record.pause_reason,
            previous_secret_until: record.previous_until.filter(|at| *at > now).map(iso),
            created_at: iso(record.created_at),
            updated_at: iso(record.updated_at),
        }
    }
}

/// What a key may touch of webhooks: those of its number, or of all numbers of the workspace, or of the one that the header names.
pub(super) async fn scope(state: &AppState, headers: &HeaderMap) -> Result<Scope, Failure> {
    let caller = key_caller(state, headers).await?;
    caller.scope.check(Action::ManageWorkspace)?;
    let named = text(headers, NUMBER_HEADER);
    if caller.bound_to.is_none() && named.is_none() {
        return Ok(caller.scope);
    }
    Ok(caller.at_number(named)?.scope)
}

/// The webhooks of the key's numbers, oldest first.
#[utoipa::path(
    get,
    path = "/v1/webhooks",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "Only those of this number")),
    responses(
        (status = 200, body = [WebhookBody]),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<Vec<WebhookBody>>, Failure> {
    let scope = scope(&state, &headers).await?;
    let webhooks = state.store.webhooks(&scope).await?;
    Ok(Json(
        webhooks
            .into_iter()
            .map(|webhook| WebhookBody::of(&scope, webhook))
            .collect(),
    ))
}

/// One webhook.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that it belongs to"),
    ),
    responses(
        (status = 200, body = WebhookBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `WEBHOOK_NOT_FOUND`"),
    )
)]
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<WebhookBody>, Failure> {
    let scope = scope(&state, &headers).await?;
    let webhook = state.store.webhook(&scope, &webhook_id(&id)?).await?;
    Ok(Json(WebhookBody::of(&scope, webhook)))
}

/// Makes a webhook of a number, which tells of what happens from now on. The answer has the secret, which is not shown again.
#[utoipa::path(
    post,
    path = "/v1/webhooks",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "The number, in place of `whatsappNumberId`")),
    request_body = NewWebhookBody,
    responses(
        (status = 201, body = CreatedWebhookBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `WEBHOOK_INVALID`, `NUMBER_REQUIRED`, `NUMBER_MISMATCH`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
        (status = 409, body = ErrorBody, description = "`TOO_MANY_WEBHOOKS`"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<CreatedWebhookBody>), Failure> {
    let caller = key_caller(&state, &headers).await?;
    caller.scope.check(Action::ManageWorkspace)?;
    let wanted: NewWebhookBody = parse(&body)?;
    let named = wanted.whatsapp_number_id.as_deref();
    let (scope, number) = target(caller, named, text(&headers, NUMBER_HEADER))?;
    let url = address(&state, &wanted.url)?;
    let name = match &wanted.name {
        Some(name) => checked_name(name)?,
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let id = fresh!(WebhookId);
    let (secret, sealed) = new_secret(&state, &id)?;
    let new = NewWebhook {
        id,
        number,
        name,
        url: url.into(),
        events: checked_events(&wanted.events)?,
        secret: sealed,
    };
    let webhook = state.store.create_webhook(&scope, &new).await?;
    Ok((
        StatusCode::CREATED,
        Json(CreatedWebhookBody {
            webhook: WebhookBody::of(&scope, webhook),
            secret,
        }),
    ))
}

/// Changes a webhook.
#[utoipa::path(
    patch,
    path = "/v1/webhooks/{id}",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that it belongs to"),
    ),
    request_body = WebhookChangesBody,
    responses(
        (status = 200, body = WebhookBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `WEBHOOK_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `WEBHOOK_NOT_FOUND`"),
    )
)]
pub async fn update(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<WebhookBody>, Failure> {
    let scope = scope(&state, &headers).await?;
    let id = webhook_id(&id)?;
    let wanted: WebhookChangesBody = parse(&body)?;
    let changes = WebhookChanges {
        name: wanted.name.as_deref().map(checked_name).transpose()?,
        url: match &wanted.url {
            Some(url) => Some(address(&state, url)?.into()),
            None => None,
        },
        events: wanted.events.as_deref().map(checked_events).transpose()?,
        active: wanted.active,
    };
    let webhook = state.store.change_webhook(&scope, &id, &changes).await?;
    state.webhooks.ring();
    Ok(Json(WebhookBody::of(&scope, webhook)))
}

/// Takes a webhook away, with what it has not told yet.
#[utoipa::path(
    delete,
    path = "/v1/webhooks/{id}",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that it belongs to"),
    ),
    responses(
        (status = 204),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `WEBHOOK_NOT_FOUND`"),
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let scope = scope(&state, &headers).await?;
    state
        .store
        .remove_webhook(&scope, &webhook_id(&id)?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a webhook another secret (ours). Until the overlap ends, requests carry the signature by the secret before as well, in
/// `x-pilot-status-signature-previous`.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/secret",
    tag = "webhooks",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that it belongs to"),
    ),
    request_body = Option<RotateBody>,
    responses(
        (status = 200, body = RotatedBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `WEBHOOK_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `WEBHOOK_NOT_FOUND`"),
    )
)]
pub async fn rotate(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<RotatedBody>, Failure> {
    let scope = scope(&state, &headers).await?;
    let id = webhook_id(&id)?;
    let wanted: RotateBody = if body.is_empty() {
        RotateBody::default()
    } else {
        parse::<Option<RotateBody>>(&body)?.unwrap_or_default()
    };
    let hours = wanted.overlap_hours.unwrap_or(OVERLAP_HOURS);
    if hours > LONGEST_OVERLAP_HOURS {
        let sentence =
            format!("`overlapHours` is a whole number from 0 to {LONGEST_OVERLAP_HOURS}.");
        return Err(invalid("overlapHours", sentence).into());
    }
    let (secret, sealed) = new_secret(&state, &id)?;
    let until = now_ms() + i64::from(hours) * HOUR_MS;
    let webhook = state
        .store
        .rotate_webhook_secret(&scope, &id, &sealed, until)
        .await?;
    Ok(Json(RotatedBody {
        id: webhook.id.into(),
        secret,
        previous_secret_until: iso(until),
    }))
}
