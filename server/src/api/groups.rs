//! `GET /v1/groups`, `GET /v1/newsletters` and `GET /v1/messages/group`: what a number of the Cloud API says to who asks for them.

use super::history::MediaBody;
use super::pages::SpanQuery;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::{Action, NumberCaller, unknown_number};
use crate::state::AppState;
use crate::store::Provider;
use app::error::{ApiError, Code};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBody {
    /// WhatsApp's id of it.
    #[schema(example = "120363020000000000@g.us")]
    pub id: String,
    /// Its name.
    pub subject: String,
    /// The same.
    pub name: String,
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewsletterBody {
    /// WhatsApp's id of it.
    #[schema(example = "120363020000000000@newsletter")]
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A page of what was said in groups.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupMessagesBody {
    /// The newest first.
    pub messages: Vec<GroupMessage>,
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

/// A message of a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupMessage {
    /// Opaque id.
    pub id: String,
    /// Its conversation.
    pub conversation_id: String,
    /// `INBOUND` or `OUTBOUND`.
    pub direction: &'static str,
    /// As `messageType` in the history.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its words.
    pub content: Option<String>,
    /// Who wrote it, in E.164 with a plus sign.
    pub from: Option<String>,
    /// What they call themselves.
    pub from_name: Option<String>,
    /// WhatsApp's id of the group.
    pub group_id: String,
    /// Its name.
    pub group_name: Option<String>,
    /// Its file.
    pub media: Option<MediaBody>,
    /// ISO 8601: when it was written.
    pub created_at: String,
}

/// What may be asked for beyond people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crowd {
    /// A group.
    Group,
    /// A channel.
    Channel,
}

/// Why a number has none of them.
pub(super) async fn none_of(
    state: &AppState,
    caller: &NumberCaller,
    crowd: Crowd,
) -> Result<ApiError, Failure> {
    let numbers = state.store.numbers(&caller.scope).await?;
    let number = numbers
        .into_iter()
        .find(|number| number.id == caller.number);
    let number = number.ok_or_else(unknown_number)?;
    Ok(match (number.provider, crowd) {
        (Provider::CloudApi, Crowd::Group) => ApiError::new(
            Code::MetaGroupsNotEligible,
            "WhatsApp's Cloud API writes to people here, and not to groups: the account of this number is not known to have any.",
        ),
        (Provider::CloudApi, Crowd::Channel) => ApiError::new(
            Code::NotSupportedForMeta,
            "WhatsApp's Cloud API has no channels.",
        ),
        (Provider::Linked, _) => ApiError::new(
            Code::GroupsNotSupported,
            "This server does not reach the groups and channels of a linked phone.",
        ),
    })
}

/// The groups of a number.
#[utoipa::path(
    get,
    path = "/v1/groups",
    tag = "groups",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = [GroupBody]),
        (status = 400, body = ErrorBody, description = "`META_GROUPS_NOT_ELIGIBLE`: a number of WhatsApp's Cloud API; `GROUPS_NOT_SUPPORTED`: a linked phone"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn groups(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<Vec<GroupBody>>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    Err(none_of(&state, &caller, Crowd::Group).await?.into())
}

/// The channels of a number.
#[utoipa::path(
    get,
    path = "/v1/newsletters",
    tag = "groups",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = [NewsletterBody]),
        (status = 400, body = ErrorBody, description = "`NOT_SUPPORTED_FOR_META`: a number of WhatsApp's Cloud API; `GROUPS_NOT_SUPPORTED`: a linked phone"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn newsletters(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<Vec<NewsletterBody>>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    Err(none_of(&state, &caller, Crowd::Channel).await?.into())
}

/// What was said in groups. No number has any here, so every page is empty.
#[utoipa::path(
    get,
    path = "/v1/messages/group",
    tag = "groups",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(SpanQuery, ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = GroupMessagesBody),
        (status = 400, body = ErrorBody, description = "`INVALID_DATE_RANGE`, `PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn messages(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<SpanQuery>,
) -> Result<Json<GroupMessagesBody>, Failure> {
    number_caller(&state, &headers, Action::Read).await?;
    let page = query.page()?;
    query.span()?;
    // Messages of groups that come in are kept for inspection and never become rows.
    Ok(Json(GroupMessagesBody {
        messages: Vec::new(),
        total: 0,
        page: page.page,
        page_size: page.size,
        total_pages: 0,
    }))
}
