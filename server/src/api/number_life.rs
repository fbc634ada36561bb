//! Numbers that are taken away, brought back, or erased. All of it is the workspace's: a number's key reads its number and changes how it
//! behaves.

use super::number::number_id;
use super::{ErrorBody, Failure, key_caller};
use crate::access::{Action, KeyCaller, unknown_number};
use crate::clock::{iso, now_ms};
use crate::state::AppState;
use crate::store::{RESTORABLE_MS, StoreError};
use app::error::{ApiError, Code};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A number was taken away.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovedNumberBody {
    /// Always true.
    pub ok: bool,
    /// ISO 8601: until when it can be brought back, 30 days from now. Everything of it is erased then.
    pub restorable_until: String,
}

/// A number is there again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoredNumberBody {
    /// Always true.
    pub ok: bool,
    /// Always true: until it is connected, what it sends waits.
    pub requires_reconnect: bool,
}

/// A number is gone for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurgedNumberBody {
    /// Always true.
    pub ok: bool,
}

/// A key of the whole workspace.
pub(super) async fn workspace_caller(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<KeyCaller, Failure> {
    let caller = key_caller(state, headers).await?;
    if caller.bound_to.is_some() {
        return Err(ApiError::new(
            Code::NumberScopeNotAllowed,
            "This key is bound to one number. Numbers and their keys come and go by the key of the workspace.",
        )
        .into());
    }
    caller.scope.check(Action::ManageWorkspace)?;
    Ok(caller)
}

/// Takes a number away. Its streams end within a second, nothing is sent or taken in any more, and nobody sees it. It can be brought back
/// for 30 days.
#[utoipa::path(
    delete,
    path = "/v1/numbers/{id}",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number")),
    responses(
        (status = 200, body = RemovedNumberBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number key"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<RemovedNumberBody>, Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let number = number_id(&id)?;
    if !caller.scope.allows(&number) {
        return Err(unknown_number().into());
    }
    let known = state.store.numbers(&caller.scope).await?;
    let removed = state.store.remove_number(&number).await;
    let removed_at = removed.map_err(|error| match error {
        // Somebody was quicker.
        StoreError::NotFound => unknown_number(),
        other => other.into(),
    })?;
    if let Some(gone) = known.iter().find(|known| known.id == number) {
        state.pairing.unlink(gone);
    }
    Ok(Json(RemovedNumberBody {
        ok: true,
        restorable_until: iso(removed_at + RESTORABLE_MS),
    }))
}

/// Brings a number back that was taken away in the last 30 days, with its conversations, keys and webhooks. It has to be connected again.
#[utoipa::path(
    post,
    path = "/v1/numbers/{id}/restore",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number")),
    responses(
        (status = 200, body = RestoredNumberBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number key"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`: also where it is too late"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_ACTIVE`"),
    )
)]
pub async fn restore(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<RestoredNumberBody>, Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let number = number_id(&id)?;
    state
        .store
        .restore_number(&caller.scope, &number, now_ms() - RESTORABLE_MS)
        .await?;
    Ok(Json(RestoredNumberBody {
        ok: true,
        requires_reconnect: true,
    }))
}

/// Erases a number and everything of it, whether it is there or was taken away: conversations, files, keys, webhooks. Nobody sees it from now
/// on; a large one takes a while to be gone from the disk.
#[utoipa::path(
    delete,
    path = "/v1/numbers/{id}/purge",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number")),
    responses(
        (status = 200, body = PurgedNumberBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number key"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn purge(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<PurgedNumberBody>, Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let number = number_id(&id)?;
    let known = state.store.numbers(&caller.scope).await?;
    state.store.purge_number(&caller.scope, &number).await?;
    if let Some(gone) = known.iter().find(|known| known.id == number) {
        state.pairing.unlink(gone);
    }
    state.keeping.wake();
    Ok(Json(PurgedNumberBody { ok: true }))
}
