//! `POST /v1/numbers`, `POST /v1/numbers/remote-pairing`, `GET /v1/numbers/{id}/connect`.

use super::bodies::{CodeBody, CreatedNumberBody, InstanceBody, RemotePairingBody};
use super::fields::{
    CodeQuery, NewNumberBody, RemotePairingInput, checked_name, checked_phone, invalid, parse,
};
use crate::access::{Action, KeyCaller, PairingId, unknown_number};
use crate::api::{ErrorBody, Failure, key_caller};
use crate::branding::Branding;
use crate::clock::{iso, now_ms};
use crate::console::Visit;
use crate::fresh;
use crate::pairing::{LINK_MS, masked, not_scannable};
use crate::state::AppState;
use crate::store::{
    LinkState, MetaFlow, NewPairing, NumberRecord, NumberSettings, NumberToPair, PairingRecord,
    Provider, already_connected,
};
use app::error::{ApiError, Code};
use app::ids::NumberId;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What `sendViaWhatsApp` comes to.
const NOT_SENT: &str = "This server sends no links by WhatsApp. Give remotePairingUrl to whoever connects the number yourself.";

/// Numbers are made and connected by a key of the workspace: a number's key has its number and nothing else.
async fn workspace_caller(state: &AppState, headers: &HeaderMap) -> Result<KeyCaller, Failure> {
    let caller = key_caller(state, headers).await?;
    caller.scope.check(Action::ManageWorkspace)?;
    if caller.bound_to.is_some() {
        return Err(Failure::new(
            Code::NumberScopeNotAllowed,
            "This key is bound to one number, and connecting numbers is for the whole workspace. Use the workspace's key.",
        ));
    }
    Ok(caller)
}

/// The number as it is now. Whoever asked before it was made has a scope without it.
async fn shown(
    state: &AppState,
    headers: &HeaderMap,
    number: &NumberId,
) -> Result<InstanceBody, Failure> {
    let caller = key_caller(state, headers).await?;
    let numbers = state.store.numbers(&caller.scope).await?;
    let found: Option<NumberRecord> = numbers.into_iter().find(|known| known.id == *number);
    Ok(InstanceBody::of(
        &caller.scope,
        found.ok_or_else(unknown_number)?,
    ))
}

fn number_to_pair(
    state: &AppState,
    name: String,
    phone: String,
    provider: Provider,
    settings: NumberSettings,
) -> Result<NumberToPair, ApiError> {
    let id = fresh!(NumberId);
    let access_token = state
        .sealer
        .seal(id.as_str(), "")
        .ok_or_else(ApiError::internal)?;
    Ok(NumberToPair {
        id,
        name,
        phone,
        provider,
        access_token,
        settings,
    })
}

/// A link, and its secret.
fn new_pairing(
    provider: Provider,
    meta_flow: Option<MetaFlow>,
) -> Result<(String, NewPairing), ApiError> {
    let (secret, id) = PairingId::generate().map_err(|_| ApiError::internal())?;
    let now = now_ms();
    let pairing = NewPairing {
        id,
        provider,
        meta_flow,
        redirect_url: None,
        external_ref: None,
        branding: None,
        created_at: now,
        expires_at: now + LINK_MS,
    };
    Ok((secret, pairing))
}

/// Makes a number whose phone is linked by a code, and answers the code. A number of this phone that is there and not connected is used again.
/// The code is good for about a minute: `GET /v1/numbers/{id}/connect` has the next one.
#[utoipa::path(
    post,
    path = "/v1/numbers",
    operation_id = "create_number",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    request_body = NewNumberBody,
    responses(
        (status = 201, body = CreatedNumberBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `PAIRING_INVALID` with the field at fault, `CONNECTION_REFUSED`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number's key"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_CONNECTED`, `NUMBER_SOFT_DELETED`"),
        (status = 503, body = ErrorBody, description = "`PROVIDER_NOT_CONFIGURED`, `UPSTREAM_TIMEOUT`, `UPSTREAM_ERROR`: after the last two the number is there, and the same request tries again"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let wanted: NewNumberBody = parse(&body)?;
    let (name, phone) = (checked_name(&wanted.name)?, checked_phone(&wanted.number)?);
    let settings = wanted.settings.unwrap_or_default().check()?;
    state.pairing.check(Provider::Linked, None)?;
    let number = number_to_pair(&state, name, phone, Provider::Linked, settings)?;
    // Nobody gets this link: the key itself shows the code.
    let (_, pairing) = new_pairing(Provider::Linked, None)?;
    let record = state
        .store
        .put_pairing(&caller.scope, number, pairing)
        .await?;
    let record = state.pairing.begin(record).await?;
    let code = CodeBody::of(&record);
    Ok(created(CreatedNumberBody {
        instance: shown(&state, &headers, &record.number).await?,
        primary_link: code.clone(),
        code,
        linked_api_key_id: None,
        secondary_link: None,
    }))
}

/// Makes a link by which somebody else connects a number, which is made as well if it is not there. The link is in this answer and nowhere else.
#[utoipa::path(
    post,
    path = "/v1/numbers/remote-pairing",
    operation_id = "create_remote_pairing",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    request_body = RemotePairingInput,
    responses(
        (status = 201, body = RemotePairingBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `PAIRING_INVALID` or `BRANDING_OVERRIDE_INVALID` with the field at fault"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number's key"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_CONNECTED`, `NUMBER_SOFT_DELETED`"),
        (status = 503, body = ErrorBody, description = "`PROVIDER_NOT_CONFIGURED`"),
    )
)]
pub async fn invite(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let input: RemotePairingInput = parse(&body)?;
    let wanted = input.check(&state.pairing)?;
    state.pairing.check(wanted.provider, wanted.meta_flow)?;
    let own = state.store.branding(&caller.scope).await?;
    let branding = wanted.branding.over(Branding::stored(own.as_deref())?);
    let snapshot = serde_json::to_string(&branding).map_err(|_| ApiError::internal())?;
    let number = number_to_pair(
        &state,
        wanted.name,
        wanted.phone,
        wanted.provider,
        NumberSettings::default(),
    )?;
    let (secret, pairing) = new_pairing(wanted.provider, wanted.meta_flow)?;
    let pairing = NewPairing {
        redirect_url: wanted
            .redirect_url
            .or_else(|| branding.default_redirect_url.clone()),
        external_ref: wanted.external_ref,
        branding: Some(snapshot),
        ..pairing
    };
    let record = state
        .store
        .put_pairing(&caller.scope, number, pairing)
        .await?;
    let instance = shown(&state, &headers, &record.number).await?;
    Ok(created(RemotePairingBody {
        instance,
        remote_pairing_url: format!("{}/connect/{secret}", visit.origin()),
        remote_pairing_token: secret,
        provider: record.provider.word(),
        meta_flow: record.meta_flow.map(MetaFlow::word),
        masked_number: masked(&record.phone),
        message_sent: false,
        message_error: (input.send_via_whats_app == Some(true)).then_some(NOT_SENT),
        linked_api_key_id: None,
        number_id: record.number.into(),
        redirect_url: record.redirect_url,
        external_ref: record.external_ref,
        expires_at: iso(record.expires_at),
        branding_override: branding.clone(),
        branding,
    }))
}

/// A code for a number whose phone is linked by one: the one that waits, or a new one.
#[utoipa::path(
    get,
    path = "/v1/numbers/{id}/connect",
    operation_id = "connect_number",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number"), CodeQuery),
    responses(
        (status = 200, body = CodeBody),
        (status = 400, body = ErrorBody, description = "`NOT_SUPPORTED_FOR_META`, `PAIRING_INVALID`: another link than `primary`, `CONNECTION_REFUSED`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`NUMBER_SCOPE_NOT_ALLOWED`: a number's key"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
        (status = 409, body = ErrorBody, description = "`NUMBER_ALREADY_CONNECTED`"),
        (status = 503, body = ErrorBody, description = "`PROVIDER_NOT_CONFIGURED`, `UPSTREAM_TIMEOUT`, `UPSTREAM_ERROR`"),
    )
)]
pub async fn code(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    query: Result<Query<CodeQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let caller = workspace_caller(&state, &headers).await?;
    let Query(query) = query.map_err(|error| ApiError::body_invalid(&error.body_text()))?;
    if query.link.as_deref().is_some_and(|link| link != "primary") {
        return Err(invalid("link", "A number has one link here, `primary`.").into());
    }
    let numbers = state.store.numbers(&caller.scope).await?;
    let number = numbers.into_iter().find(|number| number.id.as_str() == id);
    let number = number.ok_or_else(unknown_number)?;
    let waiting = state
        .store
        .waiting_pairing_of(&caller.scope, &number.id, now_ms())
        .await?;
    let record: PairingRecord = if let Some(record) = waiting {
        record
    } else {
        if number.link_state == LinkState::Open && number.refusal.is_none() {
            return Err(already_connected().into());
        }
        if number.provider != Provider::Linked {
            return Err(not_scannable().into());
        }
        state.pairing.check(Provider::Linked, None)?;
        let (_, pairing) = new_pairing(Provider::Linked, None)?;
        state
            .store
            .put_pairing_of(&caller.scope, &number.id, pairing)
            .await?
    };
    let record = state.pairing.begin(record).await?;
    let mut response = Json(CodeBody::of(&record)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// An answer with a secret in it.
fn created(body: impl serde::Serialize) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
