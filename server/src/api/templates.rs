//! `GET /v1/templates` and `GET /v1/templates/{id}`.

use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::Action;
use crate::state::AppState;
use app::error::ApiError;
use app::templates::{MessageTemplate, variables};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A template of a number, as it is at WhatsApp's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateBody {
    /// Made of its name and its language.
    #[schema(example = "tpl_order_shipped-pt_BR")]
    pub id: String,
    /// Its name; several languages may share it.
    #[schema(example = "order_shipped")]
    pub name: String,
    /// `MARKETING`, `UTILITY` or `OTP`.
    #[schema(example = "UTILITY")]
    pub category: String,
    /// Its words, with variables as `{{name}}`.
    pub body: String,
    /// Names of all variables, in header and body.
    pub variables: Vec<String>,
    /// Always `META`.
    #[schema(example = "META")]
    pub source: &'static str,
    /// `APPROVED`, `PENDING`, `REJECTED`, `DISABLED`, or another word of WhatsApp's.
    #[schema(example = "APPROVED")]
    pub meta_status: Option<String>,
    /// Its language.
    #[schema(example = "pt_BR")]
    pub meta_language: String,
    /// Whether it may be sent: it is approved.
    pub sendable: bool,
    /// The words above the body.
    pub header: Option<String>,
    /// `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT` or `LOCATION`.
    pub header_format: Option<String>,
    /// The words below the body.
    pub footer: Option<String>,
    /// What can be pressed.
    pub buttons: Vec<TemplateButtonBody>,
    /// Always null: WhatsApp tells of no versions.
    #[schema(value_type = Option<Object>)]
    pub latest_version: Option<serde_json::Value>,
}

/// A button of a template.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateButtonBody {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// What is written on it.
    pub text: String,
    /// Where it goes, with variables as `{{name}}`.
    pub value: Option<String>,
}

/// A template's id: names have no hyphen (Meta, "Template name").
pub(super) fn id_of(template: &MessageTemplate) -> String {
    format!("tpl_{}-{}", template.name, template.language)
}

/// The template of this id or name. Where a name has several languages, the wanted one, or the first that is approved.
pub(super) fn named(
    all: Vec<MessageTemplate>,
    wanted: &str,
    language: Option<&str>,
) -> Option<MessageTemplate> {
    let mut found: Vec<MessageTemplate> = all
        .into_iter()
        .filter(|template| {
            id_of(template) == wanted
                || (template.name == wanted
                    && language.is_none_or(|language| template.language == language))
        })
        .collect();
    found.sort_by_key(|template| !template.is_approved());
    found.into_iter().next()
}

impl From<MessageTemplate> for TemplateBody {
    fn from(template: MessageTemplate) -> Self {
        let header = template.header.as_deref().unwrap_or_default();
        let mut named: Vec<String> = Vec::new();
        for name in variables(header)
            .into_iter()
            .chain(variables(&template.body))
        {
            if !named.iter().any(|known| known == name) {
                named.push(name.to_owned());
            }
        }
        Self {
            id: id_of(&template),
            sendable: template.is_approved(),
            category: match template.category.as_str() {
                "AUTHENTICATION" => "OTP".to_owned(),
                _ => template.category,
            },
            name: template.name,
            body: template.body,
            variables: named,
            source: "META",
            meta_status: Some(template.status),
            meta_language: template.language,
            header: template.header,
            header_format: template.header_format,
            footer: template.footer,
            buttons: template
                .buttons
                .into_iter()
                .map(|button| TemplateButtonBody {
                    kind: button.kind,
                    text: button.text,
                    value: button.value,
                })
                .collect(),
            latest_version: None,
        }
    }
}

/// The templates of a number, by name and language.
#[utoipa::path(
    get,
    path = "/v1/templates",
    tag = "templates",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = [TemplateBody]),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<Vec<TemplateBody>>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let all = state.store.templates(&caller.scope, &caller.number).await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

/// One template, by its id or its name.
#[utoipa::path(
    get,
    path = "/v1/templates/{id}",
    tag = "templates",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id or name"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    responses(
        (status = 200, body = TemplateBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `NOT_FOUND`"),
    )
)]
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<TemplateBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let all = state.store.templates(&caller.scope, &caller.number).await?;
    let found = named(all, &id, None).ok_or_else(|| ApiError::not_found("template"))?;
    Ok(Json(found.into()))
}
