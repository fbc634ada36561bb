//! `/v1/embed/sessions`: mints embed tokens, and ends their sessions.

use super::{ErrorBody, Failure, key_caller};
use crate::access::{
    KeyCaller, MINT_NUMBERS_MAX, MintRequest, Minted, Role, Surface, TTL_MAX_SECONDS, is_subject,
    shown_name,
};
use crate::branding;
use crate::clock::{iso, now_ms};
use crate::fresh;
use crate::state::AppState;
use crate::store::{NewOperator, Pace};
use app::error::{ApiError, Code};
use app::ids::{NumberId, OperatorId};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Most origins of one session.
pub const ORIGINS_MAX: usize = 20;
/// What one key may mint: a page mints once when it opens, so this is a hundred operators opening at once, and ten a second after that.
const MINTS: Pace = Pace {
    interval_ms: 100,
    burst: 100,
};
/// Longest name or address of an operator, in characters.
const NAME_MAX: usize = 200;
/// Longest origin in bytes: more than the longest host name (RFC 1035, section 2.3.4: 255) makes of it.
const ORIGIN_MAX: usize = 300;

/// A request for an embed session, for the API document. The handler reads the JSON field by field, so that each error can name
/// its field.
#[derive(ToSchema)]
#[schema(
    rename_all = "camelCase",
    example = json!({"surface": "chat", "whatsappNumberIds": ["wn_01KA2Q7M4ZC9T5N1R8V3X6B0DE"], "allowedOrigins": ["https://app.yoursaas.com"]})
)]
#[allow(dead_code)]
pub struct MintBody {
    /// `chat` or `connect`.
    #[schema(example = "chat", pattern = "^(chat|connect)$")]
    surface: String,
    /// 1–20 exact origins (`scheme://host[:port]`).
    #[schema(example = json!(["https://app.yoursaas.com"]), min_items = 1, max_items = 20)]
    allowed_origins: Vec<String>,
    /// Numbers that the token may act on, at most 100. Required for `chat` with a tenant key; a number key always gets its own, whatever
    /// is named here.
    #[schema(example = json!(["wn_01KA2Q7M4ZC9T5N1R8V3X6B0DE"]))]
    whatsapp_number_ids: Option<Vec<String>>,
    /// Lifetime of each token in seconds, 1–3600. Default 900 (chat) or 1800 (connect).
    #[schema(minimum = 1, maximum = 3600)]
    ttl_seconds: Option<i64>,
    /// Branding of this session: the fields of `PUT /v1/branding`.
    branding_override: Option<Value>,
    /// The person of yours who works in this session. With it conversations can be theirs, and others see who did what; without it
    /// nobody is named.
    operator: Option<MintOperator>,
}

/// A person of yours.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code)]
pub struct MintOperator {
    /// Your own id of the person, the same each time.
    #[schema(example = "user-42", min_length = 1, max_length = 255)]
    id: String,
    /// As colleagues know them. What is left out stays as it was said before.
    #[schema(example = "Ana Souza", max_length = 200)]
    name: Option<String>,
    /// The same.
    #[schema(max_length = 200)]
    email: Option<String>,
    /// `admin`, `operator` (the default) or `read-only`, which changes nothing.
    role: Option<String>,
}

/// An embed token just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmbedSession {
    /// Names the session, for `DELETE /v1/embed/sessions/{id}`. Not a secret, and it opens nothing.
    pub id: String,
    /// The JWT. Hand it to your page and keep it in memory only.
    pub token: String,
    /// `chat` or `connect`.
    pub surface: &'static str,
    /// Its numbers.
    pub whatsapp_number_ids: Vec<String>,
    /// Its origins.
    pub allowed_origins: Vec<String>,
    /// ISO 8601.
    pub expires_at: String,
}

impl From<Minted> for EmbedSession {
    fn from(minted: Minted) -> Self {
        Self {
            id: minted.session.into(),
            token: minted.token,
            surface: minted.surface.as_str(),
            whatsapp_number_ids: minted.numbers.into_iter().map(String::from).collect(),
            allowed_origins: minted.origins,
            expires_at: iso(minted.expires_at),
        }
    }
}

/// Mints a short-lived token for the embedded inbox. Call it from your backend, on each page load.
#[utoipa::path(
    post,
    path = "/v1/embed/sessions",
    tag = "embed",
    security(("apiKey" = []), ("apiKeyId" = [])),
    request_body = MintBody,
    responses(
        (status = 201, body = EmbedSession),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `SURFACE_INVALID`, `ALLOWED_ORIGINS_INVALID`, `WHATSAPP_NUMBER_IDS_INVALID`, `NUMBER_REQUIRED`, `TTL_SECONDS_INVALID`, `BRANDING_OVERRIDE_INVALID`, `OPERATOR_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: more than 100 at once and 10 a second with one key, over all servers"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<EmbedSession>), Failure> {
    let caller = key_caller(&state, &headers).await?;
    let request = read(&caller, &body)?;
    let bucket = format!("mint:{}", caller.key_id);
    if let Some(wait) = state.store.take(&bucket, MINTS, now_ms()).await? {
        return Err(Failure::rate_limited(wait));
    }
    let minted = state.access.mint(&caller, request).await?;
    Ok((StatusCode::CREATED, Json(minted.into())))
}

/// Ends an embed session: what is open of it closes within a second, and none of its tokens is good for anything any more.
#[utoipa::path(
    delete,
    path = "/v1/embed/sessions/{id}",
    tag = "embed",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "`id` of the answer with which the session was minted")),
    responses(
        (status = 204, description = "It has ended, now or before"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NOT_FOUND`: unknown, another workspace's, or not of the number that this key is bound to"),
    )
)]
pub async fn end(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let caller = key_caller(&state, &headers).await?;
    // Needs no limit of its own: only what was minted can end, and once.
    state.access.end_session(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(caller: &KeyCaller, body: &[u8]) -> Result<MintRequest, ApiError> {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        return Err(ApiError::new(
            Code::BodyInvalid,
            "Send a JSON object as the body.",
        ));
    };
    let surface = surface(&body)?;
    let numbers = numbers(caller, surface, &body)?;
    Ok(MintRequest {
        surface,
        origins: origins(&body)?,
        ttl_ms: ttl_seconds(surface, &body)? * 1000,
        branding: branding::read_override(body.get("brandingOverride"))?,
        operator: operator(body.get("operator"))?,
        numbers,
    })
}

fn surface(body: &Map<String, Value>) -> Result<Surface, ApiError> {
    body.get("surface")
        .and_then(Value::as_str)
        .and_then(Surface::parse)
        .ok_or_else(|| {
            ApiError::new(
                Code::SurfaceInvalid,
                "`surface` must be \"chat\" or \"connect\".",
            )
            .at("surface")
        })
}

fn origins(body: &Map<String, Value>) -> Result<Vec<String>, ApiError> {
    const FIELD: &str = "allowedOrigins";
    let invalid = |field: String, sentence: String| {
        ApiError::new(Code::AllowedOriginsInvalid, sentence).at(field)
    };
    let entries = body
        .get(FIELD)
        .and_then(Value::as_array)
        .filter(|entries| (1..=ORIGINS_MAX).contains(&entries.len()))
        .ok_or_else(|| {
            invalid(
                FIELD.into(),
                format!("`allowedOrigins` must list 1 to {ORIGINS_MAX} origins, such as \"https://app.yoursaas.com\"."),
            )
        })?;
    let mut origins: Vec<String> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let origin = entry.as_str().filter(|text| is_exact_origin(text)).ok_or_else(|| {
            invalid(
                format!("{FIELD}[{index}]"),
                "Each origin must be exactly what the browser sends: scheme://host[:port] in lower case, with no path, no trailing slash, no wildcard and no default port.".into(),
            )
        })?;
        if !origins.iter().any(|known| known == origin) {
            origins.push(origin.to_owned());
        }
    }
    Ok(origins)
}

/// True for what a browser could send as the origin of an http(s) page (RFC 6454, section 6.2).
pub fn is_exact_origin(text: &str) -> bool {
    text.len() <= ORIGIN_MAX
        && url::Url::parse(text).is_ok_and(|url| {
            // The URL standard lets `*`, `;` and others pass in a host, which mean something in a policy; no browser ever sends them.
            matches!(url.scheme(), "http" | "https")
                && app::embed::exact_origin(text).is_some()
                && url.origin().ascii_serialization() == text
        })
}

fn ttl_seconds(surface: Surface, body: &Map<String, Value>) -> Result<i64, ApiError> {
    match body.get("ttlSeconds") {
        None | Some(Value::Null) => Ok(surface.default_ttl_seconds()),
        Some(value) => value
            .as_i64()
            .filter(|seconds| (1..=TTL_MAX_SECONDS).contains(seconds))
            .ok_or_else(|| {
                ApiError::new(
                    Code::TtlSecondsInvalid,
                    format!("`ttlSeconds` must be a whole number from 1 to {TTL_MAX_SECONDS}."),
                )
                .at("ttlSeconds")
            }),
    }
}

fn numbers(
    caller: &KeyCaller,
    surface: Surface,
    body: &Map<String, Value>,
) -> Result<Vec<NumberId>, ApiError> {
    const FIELD: &str = "whatsappNumberIds";
    // A number key is bound to its own number, whatever the body says.
    if let Some(own) = &caller.bound_to {
        return if caller.scope.allows(own) {
            Ok(vec![own.clone()])
        } else {
            Err(number_not_found(FIELD.into()))
        };
    }
    let entries = match body.get(FIELD) {
        None | Some(Value::Null) => &[] as &[Value],
        Some(Value::Array(entries)) if entries.len() <= MINT_NUMBERS_MAX => entries,
        Some(_) => {
            return Err(ApiError::new(
                Code::WhatsappNumberIdsInvalid,
                format!(
                    "`whatsappNumberIds` must be a list of at most {MINT_NUMBERS_MAX} number ids."
                ),
            )
            .at(FIELD));
        }
    };
    if entries.is_empty() && surface == Surface::Chat {
        return Err(ApiError::new(
            Code::NumberRequired,
            "Name the numbers that this inbox shows in `whatsappNumberIds`; GET /v1/numbers lists yours.",
        )
        .at(FIELD));
    }
    let mut numbers: Vec<NumberId> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let field = || format!("{FIELD}[{index}]");
        let id = entry.as_str().and_then(NumberId::parse).ok_or_else(|| {
            ApiError::new(
                Code::WhatsappNumberIdsInvalid,
                "Each entry must be a number id, such as \"wn_…\".",
            )
            .at(field())
        })?;
        if !caller.scope.allows(&id) {
            return Err(number_not_found(field()));
        }
        if !numbers.contains(&id) {
            numbers.push(id);
        }
    }
    Ok(numbers)
}

/// Who works in the session; nobody is named where nothing is said.
fn operator(told: Option<&Value>) -> Result<Option<NewOperator>, ApiError> {
    let invalid =
        |field: &str, sentence: &str| Err(ApiError::new(Code::OperatorInvalid, sentence).at(field));
    let told = match told {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(told)) => told,
        Some(_) => return invalid("operator", "`operator` must be an object with an `id`."),
    };
    let text = |name: &str| match told.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= NAME_MAX => Ok(shown_name(text)),
        Some(_) => Err(ApiError::new(
            Code::OperatorInvalid,
            format!("`{name}` of the operator must be text of at most {NAME_MAX} characters."),
        )
        .at(format!("operator.{name}"))),
    };
    let id = told.get("id").and_then(Value::as_str);
    let Some(sub) = id.filter(|id| is_subject(id)) else {
        return invalid(
            "operator.id",
            "`operator.id` must be your own id of the person, 1 to 255 characters without control characters.",
        );
    };
    let role = match told.get("role") {
        None | Some(Value::Null) => Some(Role::Operator),
        Some(role) => role.as_str().and_then(Role::parse),
    };
    let Some(role) = role else {
        return invalid(
            "operator.role",
            "`operator.role` must be \"admin\", \"operator\" or \"read-only\".",
        );
    };
    Ok(Some(NewOperator {
        id: fresh!(OperatorId),
        sub: sub.to_owned(),
        name: text("name")?,
        email: text("email")?,
        role,
    }))
}

fn number_not_found(field: String) -> ApiError {
    ApiError::new(
        Code::NumberNotFound,
        "There is no such number in this workspace. GET /v1/numbers lists yours.",
    )
    .at(field)
}

#[cfg(test)]
mod tests {
    use super::is_exact_origin;

    #[test]
    fn only_exact_origins_pass() {
        for good in [
            "https://app.example.com",
            "http://localhost:3000",
            "http://127.0.0.1:4000",
            "http://[::1]:8080",
        ] {
            assert!(is_exact_origin(good), "{good}");
        }
        assert!(is_exact_origin(&format!("https://{}.com", "a".repeat(250))));
        assert!(!is_exact_origin(&format!(
            "https://{}.com",
            "a".repeat(300)
        )));
        for bad in [
            "",
            "\0",
            "https://a\0.com",
            "null",
            "*",
            "https://",
            "https://*.example.com",
            "https://a.com/",
            "https://a.com/x",
            "https://a.com?x",
            "https://a.com#x",
            "https://a.com:443",
            "http://a.com:80",
            "HTTPS://a.com",
            "https://A.com",
            "https://u@a.com",
            "ftp://a.com",
            "file:///x",
            "data:text/html,x",
            "javascript:1",
            "//a.com",
            "a.com",
            " https://a.com",
            "https://a.com ",
            "https://ü.com",
        ] {
            assert!(!is_exact_origin(bad), "{bad}");
        }
    }
}
