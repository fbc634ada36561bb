//! `/v1/api-keys`: what may be shown of keys, and a new one in place of a number's. A key is shown once, when it is made, and its id opens as much as the key itself; so
//! neither is here.

use super::number::number_id;
use super::number_life::workspace_caller;
use super::webhook_fields::parse;
use super::{ErrorBody, Failure, key_caller};
use crate::access::RawKey;
use crate::clock::iso;
use crate::state::AppState;
use crate::store::{ApiKeyRecord, KeyLabel, NewApiKey};
use app::error::ApiError;
use app::ids::ApiKeyId;
use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Keys, as a workspace's key or as a number's key sees them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ApiKeysBody {
    /// To a key of the workspace: the keys of its numbers, oldest first.
    OfNumbers(Vec<NumberKeyBody>),
    /// To a key of a number: itself.
    Own(Vec<OwnKeyBody>),
}

/// A key of a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberKeyBody {
    /// The number.
    pub number_id: Option<String>,
    /// Its phone, digits.
    pub number: Option<String>,
    /// What the tenant calls it.
    pub display_name: Option<String>,
    /// Tells one key from another, and opens nothing.
    pub key_id: String,
    /// The key's end.
    pub key_last4: Option<String>,
    /// Always null: a key is shown once, when it is made.
    pub key: Option<String>,
    /// Always false.
    pub revealable: bool,
}

/// The key that asks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnKeyBody {
    /// Tells one key from another, and opens nothing.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its beginning.
    pub key_prefix: String,
    /// Its end.
    pub key_last4: Option<String>,
    /// Always null: nobody writes it down.
    pub last_used_at: Option<String>,
    /// ISO 8601.
    pub created_at: String,
    /// Always null: a webhook belongs to a number.
    pub webhook_id: Option<String>,
    /// Always null.
    pub project_id: Option<String>,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    pub webhook: Option<serde_json::Value>,
    /// The number that it is bound to.
    pub whatsapp_instance_id: Option<String>,
    /// The same, with its names.
    pub whatsapp_instance: Option<KeyNumberBody>,
    /// Always 0: a key keeps nothing of its own.
    pub retention_days: u32,
}

/// The number of a key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyNumberBody {
    /// Its id.
    pub id: String,
    /// Internal name of the connection.
    pub instance_name: String,
    /// What the tenant calls it.
    pub display_name: String,
    /// Digits without a plus sign.
    pub number: String,
    /// `OPEN` while connected.
    #[schema(example = "OPEN")]
    pub state: &'static str,
}

/// Whose key to renew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenewKeyBody {
    /// The number.
    #[schema(example = "wn_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub whatsapp_number_id: String,
}

/// A number's new key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenewedKeyBody {
    /// The number.
    pub number_id: String,
    /// Tells one key from another, and opens nothing.
    pub key_id: String,
    /// The key's beginning.
    #[schema(example = "ps_abcd")]
    pub key_prefix: String,
    /// The key's end.
    pub key_last4: String,
    /// The key itself. It is shown this once.
    pub key: String,
    /// ISO 8601.
    pub created_at: String,
}

/// By which a key may be spoken of. Its id cannot be found from it.
fn handle(key: &ApiKeyId) -> String {
    let hash = digest(&SHA256, key.as_str().as_bytes());
    format!("kh_{}", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..12]))
}

/// What may be shown of keys: of the numbers' keys to a key of the workspace, of itself to a number's key.
#[utoipa::path(
    get,
    path = "/v1/api-keys",
    tag = "keys",
    security(("apiKey" = []), ("apiKeyId" = [])),
    responses(
        (status = 200, body = ApiKeysBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<ApiKeysBody>, Failure> {
    let caller = key_caller(&state, &headers).await?;
    let numbers = state.store.numbers(&caller.scope).await?;
    let keys = state.store.api_keys(caller.scope.tenant()).await?;
    let number_of = |key: &ApiKeyRecord| {
        let number = key.number.as_ref()?;
        numbers.iter().find(|known| known.id == *number)
    };
    Ok(Json(if caller.bound_to.is_some() {
        let own = keys.into_iter().filter(|key| key.id == caller.key_id);
        ApiKeysBody::Own(
            own.map(|key| {
                let number = number_of(&key).cloned().map(super::NumberBody::from);
                OwnKeyBody {
                    id: handle(&key.id),
                    name: key.label.name,
                    key_prefix: key.label.prefix,
                    key_last4: Some(key.label.last4),
                    last_used_at: None,
                    created_at: iso(key.created_at),
                    webhook_id: None,
                    project_id: None,
                    webhook: None,
                    whatsapp_instance_id: number.as_ref().map(|number| number.id.clone()),
                    whatsapp_instance: number.map(|number| KeyNumberBody {
                        id: number.id,
                        instance_name: number.instance_name,
                        display_name: number.name,
                        number: number.number,
                        state: number.state,
                    }),
                    retention_days: 0,
                }
            })
            .collect(),
        )
    } else {
        let of_numbers = keys.iter().filter_map(|key| {
            let number = number_of(key)?;
            Some(NumberKeyBody {
                number_id: Some(number.id.to_string()),
                number: Some(number.phone.clone()),
                display_name: Some(number.name.clone()),
                key_id: handle(&key.id),
                key_last4: Some(key.label.last4.clone()),
                key: None,
                revealable: false,
            })
        });
        ApiKeysBody::OfNumbers(of_numbers.collect())
    }))
}

/// Gives a number a new key, in place of all that it has: they are refused from now on, and the sessions that they minted end.
#[utoipa::path(
    post,
    path = "/v1/api-keys",
    tag = "keys",
    security(("apiKey" = []), ("apiKeyId" = [])),
    request_body = RenewKeyBody,
    responses(
        (status = 201, body = RenewedKeyBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number key"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn renew(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<RenewedKeyBody>), Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let wanted: RenewKeyBody = parse(&body)?;
    let number = number_id(&wanted.whatsapp_number_id)?;
    let raw = RawKey::generate().map_err(|_| ApiError::internal())?;
    let label = KeyLabel {
        name: "Default".into(),
        prefix: raw.prefix().into(),
        last4: raw.last4().into(),
    };
    let key = NewApiKey {
        id: raw.id.clone(),
        tenant: caller.scope.tenant().clone(),
        number: Some(number.clone()),
        hash: raw.hash(),
        label: label.clone(),
    };
    let created_at = state.store.renew_number_key(&caller.scope, key).await?;
    Ok((
        StatusCode::CREATED,
        Json(RenewedKeyBody {
            number_id: number.into(),
            key_id: handle(&raw.id),
            key_prefix: label.prefix,
            key_last4: label.last4,
            key: raw.text,
            created_at: iso(created_at),
        }),
    ))
}
