//! `GET` and `PUT /v1/branding`: how a tenant's inbox looks.

use super::{ErrorBody, Failure, key_caller};
use crate::access::KeyCaller;
use crate::branding::{Branding, read_update};
use crate::state::AppState;
use app::error::{ApiError, Code};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The branding of a tenant, all fields named.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrandingBody {
    branding: Branding,
}

impl From<Branding> for BrandingBody {
    fn from(branding: Branding) -> Self {
        Self {
            branding: Branding {
                hide_pilot_status_branding: Some(
                    branding.hide_pilot_status_branding.unwrap_or(false),
                ),
                ..branding
            },
        }
    }
}

/// How the tenant's inbox looks. What was never set is null.
#[utoipa::path(
    get,
    path = "/v1/branding",
    tag = "branding",
    security(("apiKey" = []), ("apiKeyId" = [])),
    responses(
        (status = 200, body = BrandingBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number key"),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<BrandingBody>, Failure> {
    let caller = tenant_caller(&state, &headers).await?;
    let stored = state.store.branding(&caller.scope).await?;
    Ok(Json(Branding::stored(stored.as_deref())?.into()))
}

/// Changes how the tenant's inbox looks: null clears a field, a field that is left out stays. An inbox that is open keeps its look until
/// it is loaded anew.
#[utoipa::path(
    put,
    path = "/v1/branding",
    tag = "branding",
    security(("apiKey" = []), ("apiKeyId" = [])),
    request_body = Branding,
    responses(
        (status = 200, body = BrandingBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `BRANDING_INVALID` with the field at fault"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number key"),
    )
)]
pub async fn put(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<BrandingBody>, Failure> {
    let caller = tenant_caller(&state, &headers).await?;
    let Ok(Value::Object(fields)) = serde_json::from_slice(&body) else {
        return Err(Failure::new(
            Code::BodyInvalid,
            "Send a JSON object as the body.",
        ));
    };
    let update = read_update(&fields)?;
    let stored = state.store.update_branding(&caller.scope, &update).await?;
    Ok(Json(Branding::stored(Some(&stored))?.into()))
}

/// Branding is the tenant's; a number has none of its own.
async fn tenant_caller(state: &AppState, headers: &HeaderMap) -> Result<KeyCaller, Failure> {
    let caller = key_caller(state, headers).await?;
    if caller.bound_to.is_some() {
        return Err(ApiError::new(
            Code::NumberScopeNotAllowed,
            "This key is bound to one number, and branding is of the whole workspace. Use the tenant key.",
        )
        .into());
    }
    Ok(caller)
}
