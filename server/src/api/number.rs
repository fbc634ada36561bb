//! `GET /v1/numbers/{id}` and `GET /v1/numbers/{id}/status`.

use super::numbers::{AlertBody, ApiKeyLabel, CoexistenceBody, HealthBody, NumberBody};
use super::{ErrorBody, Failure, key_caller};
use crate::access::unknown_number;
use crate::state::AppState;
use crate::store::{NumberRecord, Provider};
use app::ids::NumberId;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// One number, with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberDetailBody {
    /// Opaque id.
    #[schema(example = "wn_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// Internal name of the connection.
    pub instance_name: String,
    /// Digits without a plus sign.
    #[schema(example = "5511999990000")]
    pub number: String,
    /// What the tenant calls it.
    pub name: String,
    /// `META`: WhatsApp Cloud API. `PILOT_STATUS`: a phone that was linked by a code.
    #[schema(example = "META")]
    pub provider: &'static str,
    /// `OPEN` while connected, `CONNECTING` while a code waits to be scanned, else `CLOSE`.
    #[schema(example = "OPEN")]
    pub state: &'static str,
    /// Whether it can send and receive.
    pub is_fully_connected: bool,
    /// What is kept of what is said: `STORE_INDEFINITE`, `STORE_X_DAYS` or `RELAY_ONLY`.
    #[schema(example = "STORE_INDEFINITE")]
    pub pii_mode: &'static str,
    /// The days of `STORE_X_DAYS`.
    pub pii_retention_days: Option<u16>,
    /// How it behaves.
    pub settings: NumberSettingsBody,
    /// Whether it may send, and what WhatsApp says of it.
    pub health: NumberHealthBody,
    /// WhatsApp's last words about the number and its account.
    pub meta: NumberMetaBody,
    /// Whether the WhatsApp Business app uses the number as well.
    pub coexistence: CoexistenceBody,
    /// Keys bound to this number.
    pub api_keys: Vec<ApiKeyLabel>,
    /// Always null: billing is not part of this product.
    pub extra_charge_unpaid_since: Option<String>,
    /// Always null: billing is not part of this product.
    pub extra_charge_disconnect_at: Option<String>,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub updated_at: String,
}

/// How a number behaves.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fields are Pilot Status's"
)]
pub struct NumberSettingsBody {
    /// True: what the phone remembers comes in when it is connected.
    pub history_import_enabled: bool,
    /// False: webhooks tell of no history.
    pub webhook_historical_messages: bool,
    /// True: the Cloud API brings no channels.
    pub ignore_newsletters: bool,
    /// True: who answers has read, unless the send says otherwise.
    pub mark_read_on_send: bool,
    /// For linked phones, as the five below; null: nobody has chosen.
    pub always_online: Option<bool>,
    /// Whether calls are refused.
    pub reject_call: Option<bool>,
    /// What who called is told then.
    pub msg_reject_call: Option<String>,
    /// Whether everything is read at once.
    pub read_messages: Option<bool>,
    /// Whether groups are dropped.
    pub ignore_groups: Option<bool>,
    /// Whether status posts are dropped.
    pub ignore_status: Option<bool>,
    /// Where they take effect.
    pub applies_to: SettingsReachBody,
}

/// Where settings take effect.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsReachBody {
    /// `all`.
    pub history: &'static str,
    /// `none`.
    pub advanced: &'static str,
    /// `meta`.
    pub sending: &'static str,
}

/// Whether a number may send.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberHealthBody {
    /// Always null: WhatsApp's webhooks tell that it has changed and not what it is; see `meta.notices`.
    pub quality_rating: Option<String>,
    /// To how many people the number may write, as WhatsApp last said; null until it did.
    pub messaging_limit_tier: Option<String>,
    /// The same of the whole account.
    pub portfolio_messaging_limit_tier: Option<String>,
    /// WhatsApp's last word on its account; null until there was one.
    pub meta_status: Option<String>,
    /// Always null: `reason` is a sentence.
    pub code: Option<String>,
    /// Why WhatsApp refused the number at the last attempt, or that it is not connected.
    pub reason: Option<String>,
    /// Whether anything goes out.
    pub sendable: bool,
}

/// What WhatsApp says of a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberMetaBody {
    /// WhatsApp's id of it.
    pub phone_number_id: String,
    /// WhatsApp's last words, one of each kind.
    pub notices: Vec<HealthBody>,
    /// Problems that WhatsApp reported outside any conversation in the last days, the last of each code.
    pub alerts: Vec<AlertBody>,
}

/// Whether a number is connected.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberStatusBody {
    /// Its id.
    pub id: String,
    /// `OPEN` while connected, `CONNECTING` while a code waits to be scanned, else `CLOSE`.
    #[schema(example = "OPEN")]
    pub state: &'static str,
    /// Whether it can send and receive.
    pub is_fully_connected: bool,
    /// Always false: there is nothing that would have to be asked first.
    pub stale: bool,
}

impl From<NumberRecord> for NumberDetailBody {
    fn from(number: NumberRecord) -> Self {
        let (phone_number_id, reason) = (
            number.phone_number_id.clone(),
            number.trouble().map(str::to_owned),
        );
        let (pii, chosen) = (number.pii, number.settings.clone());
        let is_meta = number.provider == Provider::CloudApi;
        let said = |about: &str| number.health.iter().find(|note| note.about == about);
        let messaging_limit_tier = said("QUALITY").and_then(|note| note.detail.clone());
        let portfolio_limit = said("LIMIT").map(|note| note.event.clone());
        let meta_status = said("ACCOUNT").map(|note| note.event.clone());
        let shown = NumberBody::from(number);
        Self {
            health: NumberHealthBody {
                quality_rating: None,
                messaging_limit_tier,
                portfolio_messaging_limit_tier: portfolio_limit,
                meta_status,
                code: None,
                sendable: reason.is_none(),
                reason,
            },
            id: shown.id,
            instance_name: shown.instance_name,
            number: shown.number,
            name: shown.name,
            provider: shown.provider,
            state: shown.state,
            is_fully_connected: shown.is_fully_connected,
            pii_mode: pii.word(),
            pii_retention_days: pii.days(),
            settings: NumberSettingsBody {
                history_import_enabled: chosen.history_import_enabled.unwrap_or(true),
                webhook_historical_messages: chosen.webhook_historical_messages.unwrap_or(false),
                ignore_newsletters: chosen.ignore_newsletters.unwrap_or(is_meta),
                mark_read_on_send: chosen.mark_read_on_send.unwrap_or(true),
                always_online: chosen.always_online,
                reject_call: chosen.reject_call,
                msg_reject_call: chosen.msg_reject_call,
                read_messages: chosen.read_messages,
                ignore_groups: chosen.ignore_groups,
                ignore_status: chosen.ignore_status,
                applies_to: SettingsReachBody {
                    history: "all",
                    advanced: "none",
                    sending: if is_meta { "meta" } else { "none" },
                },
            },
            meta: NumberMetaBody {
                phone_number_id,
                notices: shown.health,
                alerts: shown.alerts,
            },
            coexistence: shown.coexistence,
            api_keys: shown.api_keys,
            extra_charge_unpaid_since: None,
            extra_charge_disconnect_at: None,
            created_at: shown.created_at,
            updated_at: shown.updated_at,
        }
    }
}

/// One number. A number's key sees its own.
#[utoipa::path(
    get,
    path = "/v1/numbers/{id}",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number")),
    responses(
        (status = 200, body = NumberDetailBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<NumberDetailBody>, Failure> {
    Ok(Json(find(&state, &headers, &id).await?.into()))
}

/// Whether a number is connected: what is known of it here, WhatsApp is not asked.
#[utoipa::path(
    get,
    path = "/v1/numbers/{id}/status",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number")),
    responses(
        (status = 200, body = NumberStatusBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn status(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<NumberStatusBody>, Failure> {
    let shown = NumberBody::from(find(&state, &headers, &id).await?);
    Ok(Json(NumberStatusBody {
        id: shown.id,
        state: shown.state,
        is_fully_connected: shown.is_fully_connected,
        stale: false,
    }))
}

/// An id out of an address. What cannot be one is unknown.
pub(super) fn number_id(text: &str) -> Result<NumberId, Failure> {
    Ok(NumberId::parse(text).ok_or_else(unknown_number)?)
}

async fn find(state: &AppState, headers: &HeaderMap, id: &str) -> Result<NumberRecord, Failure> {
    let caller = key_caller(state, headers).await?;
    let numbers = state.store.numbers(&caller.scope).await?;
    let found = numbers
        .into_iter()
        .find(|number| number.id.as_str() == id)
        .ok_or_else(unknown_number)?;
    Ok(found)
}
