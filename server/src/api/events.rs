//! `GET /v1/events`: what happens, as it happens. The same log and the same cursor as the inbox's stream, in the words of the public API. Ours.

use super::conversations::ConversationBody;
use super::history::MediaBody;
use super::kept::Kept;
use super::target::NUMBER_HEADER;
use super::thread::ThreadMessage;
use super::{ErrorBody, Failure, key_caller, text};
use crate::access::{Action, Scope};
use crate::ingest::{read_news, read_number_news};
use crate::live::{self, Backend, Start};
use crate::media::MediaDesk;
use crate::state::AppState;
use crate::webhooks::{name_of, name_of_step};
use app::conversations::Conversation;
use app::error::{ApiError, Code};
use app::ids::{ConversationId, NumberId};
use app::live::{Frame, LiveEvent};
use app::messages::Message;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// From where on, and whether it goes on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// After this event: the `id` of the last one that was taken. `Last-Event-ID` goes before it. Left out: from now on.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 9_223_372_036_854_775_807_i64)]
    after: Option<String>,
    /// `false`: the answer ends once it has told what there is.
    #[param(value_type = Option<bool>)]
    follow: Option<String>,
}

/// Something that happened: the state after it, so that taking it twice does no harm.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventBody {
    /// `message` (a message is new or changed), `conversation` (a conversation changed), `conversation.merged` (two turned out to be with one
    /// person), `labels` or `number` (they have changed: ask for them again). The set grows.
    #[serde(rename = "type")]
    #[schema(example = "message")]
    pub kind: &'static str,
    /// What a webhook calls it; left out where no webhook tells of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "message.received")]
    pub event: Option<&'static str>,
    /// At which number.
    #[schema(example = "wn_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub number_id: String,
    /// In which conversation; left out where it is about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// The conversation after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationBody>,
    /// With `message`: the message after it, as `GET /v1/conversations/{id}/messages` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<ThreadMessage>,
    /// With `conversation.merged`: the conversation that is gone. Its messages are in `conversation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_from: Option<String>,
}

/// What a frame with a name says of the stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamBody {
    /// With `ready` where it goes on from, with `reset` and `ended` how far it came.
    #[schema(example = "4711")]
    pub position: String,
}

/// The `data` of a frame.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FrameBody {
    /// Without a name.
    Event(Box<EventBody>),
    /// With a name.
    Stream(StreamBody),
}

impl EventBody {
    fn bare(kind: &'static str, number: NumberId) -> Self {
        Self {
            kind,
            event: None,
            number_id: number.into(),
            conversation_id: None,
            conversation: None,
            message: None,
            merged_from: None,
        }
    }

    fn of_conversation(kind: &'static str, row: Conversation) -> Self {
        Self {
            conversation_id: Some(row.id.clone().into()),
            ..Self::bare(kind, row.number_id.clone())
        }
        .with(row)
    }

    fn with(mut self, row: Conversation) -> Self {
        self.conversation = Some(ConversationBody::of(row, None, Kept::ALL));
        self
    }

    fn merged(mut self, from: ConversationId) -> Self {
        self.merged_from = Some(from.into());
        self
    }

    fn of_message(
        event: Option<&'static str>,
        row: Conversation,
        message: Message,
        told: &Told<'_>,
    ) -> Self {
        let addresses = told.desk.addresses(told.scope.tenant(), &row.number_id);
        let mut message = ThreadMessage::from(message);
        MediaBody::locate(&mut message.media, &addresses);
        Self {
            event,
            message: Some(message),
            ..Self::of_conversation("message", row)
        }
    }

    /// An event as it stands in the log; `None` for what this build does not know.
    fn read(payload: &[u8], told: &Told<'_>) -> Option<Self> {
        if let Some((news, row, message)) = read_news(payload) {
            let event = name_of(news, &message);
            return Some(Self::of_message(event, *row, *message, told));
        }
        Some(match serde_json::from_slice(payload).ok()? {
            LiveEvent::Message {
                conversation,
                message,
            } => Self::of_message(None, *conversation, *message, told),
            LiveEvent::Conversation { conversation } => {
                Self::of_conversation("conversation", *conversation)
            }
            LiveEvent::ConversationMerged { from, into } => {
                Self::of_conversation("conversation.merged", *into).merged(from)
            }
            LiveEvent::Labels { number_id } => Self::bare("labels", number_id),
            LiveEvent::Number { number } => Self {
                event: read_number_news(payload).map(|(news, _)| name_of_step(news.step)),
                ..Self::bare("number", number.id)
            },
            LiveEvent::Unknown => return None,
        })
    }
}

/// To whom, and with what.
struct Told<'t> {
    scope: &'t Scope,
    desk: &'t MediaDesk,
}

/// The frame of an event.
fn frame(scope: &Scope, seq: i64, payload: &[u8], desk: &MediaDesk) -> Option<Bytes> {
    let body = EventBody::read(payload, &Told { scope, desk })?;
    let frame = Frame {
        id: Some(seq.to_string()),
        event: None,
        // Plain structs.
        data: serde_json::to_string(&body).ok()?,
    };
    Some(frame.encode().into())
}

/// A position in the log.
fn position(text: &str, field: &str) -> Result<i64, ApiError> {
    text.parse()
        .ok()
        .filter(|position| *position >= 0)
        .ok_or_else(|| {
            ApiError::new(
                Code::CursorInvalid,
                format!("`{field}` is the id of an event, as the stream gave it."),
            )
            .at(field)
        })
}

/// What happens at a number, or at all numbers of the workspace, as server-sent events. A frame without a name is an event: its `id` is its position,
/// its `data` the body below. Frames with a name are about the stream: `ready` (it begins), `reset` (what lies after the cursor is no longer
/// known: read again what is there, and begin without a cursor), `ended` (the key or the number is gone). Every 15 seconds without an event there is a comment.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "events",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        EventsQuery,
        ("Last-Event-ID" = Option<i64>, Header, minimum = 0, maximum = 9_223_372_036_854_775_807_i64, description = "The `id` of the last event that was taken"),
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key listens to; all of the workspace if left out"),
    ),
    responses(
        (status = 200, body = FrameBody, content_type = "text/event-stream", description = "Frames, each with this as its `data`"),
        (status = 400, body = ErrorBody, description = "`CURSOR_INVALID`, `BODY_INVALID`: a query that cannot be read"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn events(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<EventsQuery>,
) -> Result<Response, Failure> {
    let caller = key_caller(&state, &headers).await?;
    caller.scope.check(Action::Read)?;
    let desk = state.media.clone();
    let audience = Backend::new(
        state.access.clone(),
        caller,
        text(&headers, NUMBER_HEADER),
        Arc::new(move |scope, seq, payload| frame(scope, seq, payload, &desk)),
    )?;
    let after = query.after.as_deref();
    let after = after.map(|given| position(given, "after")).transpose()?;
    let cursor = match headers.get("last-event-id") {
        Some(value) => {
            let given = value.to_str().map_or("?", str::trim);
            Some(position(given, "Last-Event-ID")?)
        }
        None => after,
    };
    let follow = match query.follow.as_deref() {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => {
            return Err(ApiError::body_invalid("`follow` is true or false")
                .at("follow")
                .into());
        }
    };
    live::open_for(&state, audience, Start { cursor, follow }).await
}
