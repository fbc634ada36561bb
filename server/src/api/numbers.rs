//! `GET /v1/numbers`.

use super::{ErrorBody, Failure, key_caller};
use crate::clock::iso;
use crate::state::AppState;
use crate::store::{LinkState, NumberRecord, Provider};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A number as the public API shows it: the union of what the documented variants carry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberBody {
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
    /// Keys bound to this number.
    pub api_keys: Vec<ApiKeyLabel>,
    /// Its link.
    pub primary_link: LinkBody,
    /// Always null: Cloud API numbers have one link.
    pub secondary_link: Option<LinkBody>,
    /// Whether the WhatsApp Business app uses the number as well.
    pub coexistence: CoexistenceBody,
    /// WhatsApp's last words about the number and its account, one of each kind.
    pub health: Vec<HealthBody>,
    /// Problems that WhatsApp reported outside any conversation in the last days, the last of each code.
    pub alerts: Vec<AlertBody>,
    /// Always null: billing is not part of this product.
    pub extra_charge_unpaid_since: Option<String>,
    /// Always null: billing is not part of this product.
    pub extra_charge_disconnect_at: Option<String>,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    pub updated_at: String,
}

/// What may be shown of a key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyLabel {
    /// Its name.
    pub name: String,
    /// Its beginning.
    pub key_prefix: String,
    /// Its end.
    pub key_last4: Option<String>,
}

/// A link of a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkBody {
    /// `OPEN` while connected.
    pub state: &'static str,
    /// ISO 8601.
    pub connected_at: Option<String>,
}

/// Coexistence with the WhatsApp Business app.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoexistenceBody {
    /// `UNKNOWN` until the phone has written.
    pub status: &'static str,
    /// Why.
    pub evidence: Option<String>,
}

/// A word of WhatsApp about a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthBody {
    /// `QUALITY`, `NAME`, `ACCOUNT`, `REVIEW`, `ALERT`, `LIMIT` or `SECURITY`.
    #[schema(example = "QUALITY")]
    pub about: String,
    /// WhatsApp's word for it; open.
    #[schema(example = "FLAGGED")]
    pub event: String,
    /// The limit, the name, the reason.
    pub detail: Option<String>,
    /// ISO 8601.
    pub at: String,
}

/// A problem of a number or its account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertBody {
    /// Meta's code.
    #[schema(example = "131031")]
    pub code: String,
    /// What WhatsApp says of it, in English.
    pub sentence: String,
    /// ISO 8601.
    pub last_at: String,
    /// How often it was reported.
    pub reports: i64,
}

impl From<NumberRecord> for NumberBody {
    fn from(number: NumberRecord) -> Self {
        let connected = number.link_state == LinkState::Open && number.refusal.is_none();
        let state = match number.link_state {
            LinkState::Open if !connected => LinkState::Close.word(),
            other => other.word(),
        };
        let prefix = match number.provider {
            Provider::CloudApi => "meta",
            Provider::Linked => "phone",
        };
        Self {
            instance_name: format!("{prefix}_{}", number.phone_number_id),
            id: number.id.into(),
            number: number.phone,
            name: number.name,
            provider: number.provider.word(),
            state,
            is_fully_connected: connected,
            api_keys: number
                .keys
                .into_iter()
                .map(|key| ApiKeyLabel {
                    name: key.name,
                    key_prefix: key.prefix,
                    key_last4: Some(key.last4),
                })
                .collect(),
            primary_link: LinkBody {
                state,
                connected_at: number.connected_at.map(iso),
            },
            secondary_link: None,
            coexistence: CoexistenceBody {
                status: "UNKNOWN",
                evidence: None,
            },
            health: number
                .health
                .into_iter()
                .map(|note| HealthBody {
                    about: note.about,
                    event: note.event,
                    detail: note.detail,
                    at: iso(note.at),
                })
                .collect(),
            alerts: number
                .alerts
                .into_iter()
                .map(|alert| AlertBody {
                    code: alert.code,
                    sentence: alert.sentence,
                    last_at: iso(alert.last_at),
                    reports: alert.reports,
                })
                .collect(),
            extra_charge_unpaid_since: None,
            extra_charge_disconnect_at: None,
            created_at: iso(number.created_at),
            updated_at: iso(number.updated_at),
        }
    }
}

/// The numbers that the key may use, oldest first. A number key sees its own.
#[utoipa::path(
    get,
    path = "/v1/numbers",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    responses(
        (status = 200, body = [NumberBody]),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<Vec<NumberBody>>, Failure> {
    let caller = key_caller(&state, &headers).await?;
    let numbers = state.store.numbers(&caller.scope).await?;
    Ok(Json(numbers.into_iter().map(NumberBody::from).collect()))
}
