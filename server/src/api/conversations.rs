//! `GET /v1/conversations`.

use super::kept::Kept;
use super::pages::{SpanQuery, pages_of};
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::Action;
use crate::clock::iso;
use crate::state::AppState;
use app::conversations::Conversation;
use app::ids::LabelId;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationsBody {
    /// Those with the newest message first.
    pub conversations: Vec<ConversationBody>,
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

/// A conversation as the public API shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationBody {
    /// Opaque id.
    #[schema(example = "conv_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// Always `DIRECT`: with one person.
    #[serde(rename = "type")]
    #[schema(example = "DIRECT")]
    pub kind: &'static str,
    /// The contact's phone in E.164 with a plus sign; null where the person hides it.
    #[schema(example = "+5511999990001")]
    pub from: Option<String>,
    /// What operators call the contact, or what it calls itself.
    pub from_name: Option<String>,
    /// The contact's business-scoped id at WhatsApp's.
    pub user_id: Option<String>,
    /// The contact's public name.
    pub username: Option<String>,
    /// Messages of the contact that nobody has read.
    pub unread_count: u32,
    /// ISO 8601.
    pub last_message_at: String,
    /// The beginning of the last message, if it has words.
    pub last_message_preview: Option<String>,
    /// ISO 8601; null where the answer is about a change.
    pub created_at: Option<String>,
    /// `open`, `snoozed` or `resolved`.
    #[schema(example = "open")]
    pub state: &'static str,
    /// ISO 8601: until when it is snoozed.
    pub snoozed_until: Option<String>,
    /// Id of the operator that it belongs to.
    pub assignee_id: Option<String>,
    /// Ids of its labels.
    pub labels: Vec<String>,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// ISO 8601: when the contact wrote last. For 24 hours after that WhatsApp takes more than templates.
    pub last_inbound_at: Option<String>,
    /// True where it ended so long ago that it is not kept with whom it was; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub redacted: Option<bool>,
}

impl ConversationBody {
    pub(super) fn of(mut row: Conversation, created_at: Option<i64>, kept: Kept) -> Self {
        let redacted = kept.conversation(&mut row).then_some(true);
        let name = row.contact.own_name.or(row.contact.name);
        Self {
            id: row.id.into(),
            kind: "DIRECT",
            from: row.contact.phone,
            from_name: name,
            user_id: row.contact.user_id,
            username: row.contact.username,
            unread_count: row.unread,
            last_message_at: iso(row.last_message_at),
            last_message_preview: row.preview.and_then(|preview| preview.text),
            created_at: created_at.map(iso),
            state: row.state.as_str(),
            snoozed_until: row.snoozed_until.map(iso),
            assignee_id: row.assignee.map(|operator| operator.id.into()),
            labels: row.labels.into_iter().map(LabelId::into).collect(),
            pinned: row.pinned,
            last_inbound_at: row.last_inbound_at.map(iso),
            redacted,
        }
    }
}

/// The conversations of a number, by their last message, the newest first.
#[utoipa::path(
    get,
    path = "/v1/conversations",
    tag = "conversations",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(SpanQuery, ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on")),
    responses(
        (status = 200, body = ConversationsBody),
        (status = 400, body = ErrorBody, description = "`INVALID_DATE_RANGE`, `PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<SpanQuery>,
) -> Result<Json<ConversationsBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let (page, span) = (query.page()?, query.span()?);
    let kept = Kept::at(&state, &caller).await?;
    let found = state
        .store
        .conversations_by_time(&caller.scope, &caller.number, span, page)
        .await?;
    Ok(Json(ConversationsBody {
        conversations: found
            .items
            .into_iter()
            .map(|it| ConversationBody::of(it.conversation, Some(it.created_at), kept))
            .collect(),
        total: found.total,
        page: page.page,
        page_size: page.size,
        total_pages: pages_of(found.total, page.size),
    }))
}
