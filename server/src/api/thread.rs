//! Work on one conversation: what the inbox can do with it and the public API of Pilot Status cannot. Ours, in the same style.

use super::conversations::ConversationBody;
use super::history::{MediaBody, message_type, status_of};
use super::kept::Kept;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::{Action, NumberCaller};
use crate::clock::{iso, now_ms};
use crate::notes::NewNote;
use crate::state::AppState;
use crate::store::SignalKind;
use app::conversations::Conversation;
use app::error::{ApiError, Code};
use app::ids::{ClientId, ConversationId, LabelId, MessageId, OperatorId};
use app::messages::{Direction, Message};
use app::notes::check_note;
use app::paging::{MAX_LIMIT, PageRequest};
use app::workflow::Work;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

/// How far ahead a conversation can be put, in milliseconds: a year.
const SNOOZE_MAX_MS: i64 = 366 * 24 * 3_600_000;

/// Which part of a conversation.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// What lies before this cursor, as an answer gave it.
    older: Option<String>,
    /// What lies after this cursor, as an answer gave it.
    newer: Option<String>,
    /// Messages of a page, from 1 to 100; 40 if left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// A part of a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadBody {
    /// The newest first.
    pub messages: Vec<ThreadMessage>,
    /// Leads to what lies before; null at the beginning.
    pub older: Option<String>,
    /// Leads to what lies after; null at the end.
    pub newer: Option<String>,
}

/// A message of a conversation, or a note of colleagues.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadMessage {
    /// Opaque id.
    pub id: String,
    /// Its conversation.
    pub conversation_id: String,
    /// `INBOUND`, `OUTBOUND`, or `INTERNAL`: seen by colleagues alone.
    #[schema(example = "INBOUND")]
    pub direction: &'static str,
    /// `QUEUED`, `SENT`, `DELIVERED`, `READ`, `FAILED` or `CANCELED`.
    #[schema(example = "DELIVERED")]
    pub status: &'static str,
    /// As in the history.
    #[schema(example = "text")]
    pub message_type: &'static str,
    /// WhatsApp's own type, or `note` or `activity`.
    #[schema(example = "text")]
    pub kind: String,
    /// Its words.
    pub text: Option<String>,
    /// Its file.
    pub media: Option<MediaBody>,
    /// Our id of the message that it answers to.
    pub quoted_message_id: Option<String>,
    /// ISO 8601: when it was written.
    pub created_at: String,
    /// ISO 8601: when its words were changed.
    pub edited_at: Option<String>,
    /// ISO 8601: when it was taken back.
    pub revoked_at: Option<String>,
    /// True where what it said is not kept; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub redacted: Option<bool>,
}

impl From<Message> for ThreadMessage {
    fn from(message: Message) -> Self {
        let status = status_of(&message);
        let redacted = message.is_redacted().then_some(true);
        Self {
            id: message.id.into(),
            conversation_id: message.conversation_id.into(),
            direction: match message.direction {
                Direction::Inbound => "INBOUND",
                Direction::Outbound => "OUTBOUND",
                Direction::Internal => "INTERNAL",
            },
            status,
            message_type: message_type(&message.kind),
            kind: message.kind,
            text: message.text,
            media: message
                .content
                .and_then(|content| content.media)
                .map(Into::into),
            quoted_message_id: message
                .quote
                .and_then(|quote| quote.message_id)
                .map(MessageId::into),
            created_at: iso(message.sent_at),
            edited_at: message.edited_at.map(iso),
            revoked_at: message.revoked_at.map(iso),
            redacted,
        }
    }
}

/// Up to where a conversation was read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadBody {
    /// The last message that was read; all of them if left out.
    pub message_id: Option<String>,
}

/// What changes of a conversation. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"state": "resolved"}))]
pub struct ConversationChanges {
    /// `open`, `snoozed` (with `snoozedUntil`) or `resolved`.
    #[schema(example = "resolved", pattern = "^(open|snoozed|resolved)$")]
    pub state: Option<String>,
    /// ISO 8601: until when it is snoozed.
    pub snoozed_until: Option<String>,
    /// Id of the operator that it belongs to; null: nobody's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub assignee_id: Option<AssigneeBody>,
    /// Ids of labels to put on it.
    #[serde(default)]
    pub add_labels: Vec<String>,
    /// Ids of labels to take off it.
    #[serde(default)]
    pub remove_labels: Vec<String>,
    /// Whether it stands above the others.
    pub pinned: Option<bool>,
}

/// To whom a conversation goes.
#[derive(Debug)]
pub struct AssigneeBody(Option<String>);

/// Tells null from what is left out.
fn given<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<AssigneeBody>, D::Error> {
    Ok(Some(AssigneeBody(Option::deserialize(deserializer)?)))
}

/// A note for colleagues.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteBody {
    /// At most 4,096 characters, and not blanks alone.
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S")]
    pub text: String,
    /// Ids of operators whom it calls.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub mentions: Vec<String>,
}

/// One conversation.
#[utoipa::path(
    get,
    path = "/v1/conversations/{id}",
    tag = "conversations",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the conversation"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    responses(
        (status = 200, body = ConversationBody),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `NOT_FOUND`"),
    )
)]
pub async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<ConversationBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let id = conversation(&id)?;
    let row = state.store.conversation(&caller.scope, &id).await?;
    Ok(Json(shown(&state, &caller, row).await?))
}

/// The messages of one conversation, and what colleagues wrote to each other about it. By cursor: a page costs the same wherever it lies.
#[utoipa::path(
    get,
    path = "/v1/conversations/{id}/messages",
    tag = "conversations",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the conversation"),
        ThreadQuery,
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    responses(
        (status = 200, body = ThreadBody),
        (status = 400, body = ErrorBody, description = "`CURSOR_INVALID`, `PAGE_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `NOT_FOUND`"),
    )
)]
pub async fn messages(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ThreadQuery>,
) -> Result<Json<ThreadBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Read).await?;
    let id = conversation(&id)?;
    let limit = match query.limit.as_deref() {
        None => None,
        Some(text) => Some(
            text.parse()
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                .ok_or_else(|| {
                    ApiError::new(
                        Code::PageInvalid,
                        format!("`limit` is a whole number from 1 to {MAX_LIMIT}."),
                    )
                    .at("limit")
                })?,
        ),
    };
    let page = PageRequest {
        older: query.older,
        newer: query.newer,
        limit,
    };
    let page = state.store.list_messages(&caller.scope, &id, &page).await?;
    let kept = Kept::at(&state, &caller).await?;
    let items = page.items.into_iter().map(|message| kept.message(message));
    let mut messages: Vec<ThreadMessage> = items.map(Into::into).collect();
    messages.reverse();
    let addresses = state.media.addresses(caller.scope.tenant(), &caller.number);
    for message in &mut messages {
        MediaBody::locate(&mut message.media, &addresses);
    }
    Ok(Json(ThreadBody {
        messages,
        older: page.older,
        newer: page.newer,
    }))
}

/// Counts what the contact wrote as read, and lets the contact know once all of it is.
#[utoipa::path(
    post,
    path = "/v1/conversations/{id}/read",
    tag = "conversations",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the conversation"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    request_body = Option<ReadBody>,
    responses(
        (status = 200, body = ConversationBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`, `NOT_FOUND`"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<ConversationBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Workflow).await?;
    let id = conversation(&id)?;
    let wanted: ReadBody = if body.is_empty() {
        ReadBody::default()
    } else {
        parse::<Option<ReadBody>>(&body)?.unwrap_or_default()
    };
    let row = match wanted.message_id {
        None => change(&state, &caller, &id, Work::Read).await?,
        Some(message) => {
            let message = MessageId::parse(super::sent::named(&message))
                .ok_or_else(|| ApiError::not_found("message").at("messageId"))?;
            let marked = state.store.mark_read(&caller.scope, &id, &message).await?;
            shown(&state, &caller, marked.conversation).await?
        }
    };
    // The receipt is for the contact: without it the conversation is read all the same.
    match state
        .store
        .signal(&caller.scope, &id, SignalKind::Read)
        .await
    {
        Ok(true) => state.signals.wake(),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "a read receipt could not be queued"),
    }
    Ok(Json(row))
}

/// Assigns, labels, pins, snoozes, resolves or opens a conversation. Each of these is a change of its own, in this order.
#[utoipa::path(
    patch,
    path = "/v1/conversations/{id}",
    tag = "conversations",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the conversation"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    request_body = ConversationChanges,
    responses(
        (status = 200, body = ConversationBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `WORK_INVALID`, `LABEL_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: the conversation, an operator or a label"),
    )
)]
pub async fn update(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<ConversationBody>, Failure> {
    let caller = number_caller(&state, &headers, Action::Workflow).await?;
    let id = conversation(&id)?;
    let steps = steps(parse(&body)?)?;
    let row = state.store.conversation(&caller.scope, &id).await?;
    let mut row = shown(&state, &caller, row).await?;
    for work in steps {
        row = change(&state, &caller, &id, work).await?;
    }
    Ok(Json(row))
}

/// Writes a note that only colleagues see.
#[utoipa::path(
    post,
    path = "/v1/conversations/{id}/notes",
    tag = "conversations",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("id" = String, Path, description = "Id of the conversation"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
    ),
    request_body = NoteBody,
    responses(
        (status = 201, body = ThreadMessage),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `TEXT_EMPTY`, `TEXT_TOO_LONG`, `TOO_MANY_IDS`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: the conversation, or an operator"),
    )
)]
pub async fn write_note(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<ThreadMessage>), Failure> {
    let caller = number_caller(&state, &headers, Action::Note).await?;
    let id = conversation(&id)?;
    let NoteBody { text, mentions } = parse(&body)?;
    let mentions = mentions
        .into_iter()
        .map(|id| {
            OperatorId::parse(id).ok_or_else(|| ApiError::not_found("operator").at("mentions"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    check_note(&text, &mentions)?;
    let client_id = ClientId::parse(format!("api-{}", crate::ids::fresh_ulid()))
        .ok_or_else(ApiError::internal)?;
    let note = NewNote::new(&text, mentions);
    let note = state
        .store
        .write_note(&caller.scope, &id, &client_id, &note)
        .await?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

/// What is asked for, step by step.
fn steps(wanted: ConversationChanges) -> Result<Vec<Work>, ApiError> {
    let mut steps = Vec::new();
    if let Some(AssigneeBody(operator)) = wanted.assignee_id {
        let operator = operator
            .map(|id| {
                OperatorId::parse(id)
                    .ok_or_else(|| ApiError::not_found("operator").at("assigneeId"))
            })
            .transpose()?;
        steps.push(Work::Assign { operator });
    }
    for (field, ids, on) in [
        ("addLabels", wanted.add_labels, true),
        ("removeLabels", wanted.remove_labels, false),
    ] {
        for id in ids {
            let label = LabelId::parse(id).ok_or_else(|| ApiError::not_found("label").at(field))?;
            steps.push(Work::Label { label, on });
        }
    }
    if let Some(on) = wanted.pinned {
        steps.push(Work::Pin { on });
    }
    match wanted.state.as_deref() {
        None => {}
        Some("open") => steps.push(Work::Reopen),
        Some("resolved") => steps.push(Work::Resolve),
        Some("snoozed") => {
            let now = now_ms();
            let until = wanted
                .snoozed_until
                .as_deref()
                .and_then(|text| super::pages::moment(text, 0))
                .filter(|until| (now..now + SNOOZE_MAX_MS).contains(until))
                .ok_or_else(|| {
                    ApiError::new(
                        Code::WorkInvalid,
                        "`snoozedUntil` is a time in ISO 8601 that is to come, within a year.",
                    )
                    .at("snoozedUntil")
                })?;
            steps.push(Work::Snooze { until });
        }
        Some(_) => {
            return Err(
                ApiError::new(Code::WorkInvalid, "`state` is open, snoozed or resolved.")
                    .at("state"),
            );
        }
    }
    Ok(steps)
}

async fn change(
    state: &AppState,
    caller: &NumberCaller,
    id: &ConversationId,
    work: Work,
) -> Result<ConversationBody, Failure> {
    let rows = state
        .store
        .change_conversations(&caller.scope, std::slice::from_ref(id), &work)
        .await?;
    let row = rows.into_iter().next().ok_or_else(ApiError::internal)?;
    shown(state, caller, row).await
}

/// A conversation as it is kept.
async fn shown(
    state: &AppState,
    caller: &NumberCaller,
    row: Conversation,
) -> Result<ConversationBody, Failure> {
    let kept = Kept::at(state, caller).await?;
    Ok(ConversationBody::of(row, None, kept))
}

fn conversation(id: &str) -> Result<ConversationId, ApiError> {
    ConversationId::parse(id).ok_or_else(|| ApiError::not_found("item"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::body_invalid(&error.to_string()))
}
