//! `POST /v1/messages/send`: a message from a customer's backend, on the same way as one from the inbox.

mod body;
mod content;
mod template;

pub use body::{
    ButtonBody, CardBody, CardDetailBody, HeaderBody, ListBody, LocationBody, RowBody, SectionBody,
    SendBody,
};

pub(super) use content::some_conversation;

use super::sent::correlation_of;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::{Action, NumberCaller};
use crate::clock::{iso, now_ms};
use crate::messages::compose;
use crate::state::AppState;
use crate::store::{IdempotencyKey, Outgoing, Pace, Recipient, SentTo, SignalKind};
use app::error::{ApiError, Code};
use app::ids::{ClientId, ConversationId, LabelId};
use app::labels::Colour;
use app::workflow::Work;
use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

const KEY_HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest `Idempotency-Key`, in characters (Pilot Status).
const LONGEST_KEY: usize = 255;
/// What one number takes from a backend: a thousand a second, and a minute's worth of them at once after a rest. What WhatsApp takes is
/// less, and the outbox sees to that.
const SENDS: Pace = Pace {
    interval_ms: 1,
    burst: 60_000,
};

/// The answer to a send: it is stored, and goes out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedBody {
    /// Our id of the message.
    #[schema(example = "msg_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub id: String,
    /// Ties what is told of the message later to this answer.
    #[schema(example = "corr_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub correlation_id: String,
    /// Always `QUEUED`.
    #[schema(example = "QUEUED")]
    pub status: &'static str,
    /// ISO 8601.
    pub created_at: String,
    /// Always `API`.
    #[schema(example = "API")]
    pub origin: &'static str,
    /// The phone of the number that it is sent from, without a plus sign.
    #[schema(example = "5511999990000")]
    pub source_number: Option<String>,
    /// Its conversation.
    pub conversation_id: String,
}

impl From<SentTo> for AcceptedBody {
    fn from(sent: SentTo) -> Self {
        Self {
            correlation_id: correlation_of(&sent.message.id),
            id: sent.message.id.into(),
            status: "QUEUED",
            created_at: iso(sent.message.sent_at),
            origin: "API",
            source_number: Some(sent.from_phone),
            conversation_id: sent.message.conversation_id.into(),
        }
    }
}

/// Stores a message and has it sent. What WhatsApp says of it comes later: as its status, and by webhook.
#[utoipa::path(
    post,
    path = "/v1/messages/send",
    tag = "messages",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(
        ("x-whatsapp-number-id" = Option<String>, Header, description = "The number that a tenant key acts on"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key within 24 hours is the same message: nothing is sent again, and the answer says `Idempotent-Replayed: true`. At most 255 characters"),
    ),
    request_body = SendBody,
    responses(
        (status = 202, body = AcceptedBody, headers(("Idempotent-Replayed" = String, description = "`true` where the message had been taken before"))),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `DESTINATION_INVALID`, `DRAFT_INVALID`, `TEXT_EMPTY`, `TEXT_TOO_LONG`, `LABEL_INVALID`, `MISSING_TEMPLATE_VARIABLES`, `NOT_SUPPORTED_FOR_META`, `IDEMPOTENCY_KEY_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: a template, a file, or a message to answer to"),
        (status = 409, body = ErrorBody, description = "`IDEMPOTENCY_KEY_REUSED`, `NUMBER_NOT_READY`"),
        (status = 413, body = ErrorBody, description = "`BODY_TOO_LARGE`"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: more than 1,000 a second at this number"),
    )
)]
pub async fn send(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let caller = number_caller(&state, &headers, Action::Reply).await?;
    let (wanted, canonical) = body::read(&body)?;
    let key = idempotency_key(&headers, &canonical)?;
    let bucket = format!("v1-send:{}", caller.number);
    if let Some(wait) = state.store.take(&bucket, SENDS, now_ms()).await? {
        return Err(Failure::rate_limited(wait));
    }
    // Looked at first: what has been taken is answered as it was, also when its time has passed meanwhile.
    if let Some(key) = &key {
        let before = state
            .store
            .sent_before(&caller.scope, &caller.number, key)
            .await?;
        if let Some(sent) = before {
            return Ok(accepted(sent));
        }
    }
    let recipient = wanted.recipient()?;
    let outgoing = outgoing(&state, &caller, &wanted).await?;
    let labels = label_ids(&state, &caller, &wanted.labels).await?;
    let waits = outgoing.draft.deliver_at.is_some_and(|at| at > now_ms());
    let sent = state
        .store
        .send_to(
            &caller.scope,
            &caller.number,
            &recipient,
            &client_id()?,
            outgoing,
            key.as_ref(),
        )
        .await?;
    state.outbox.wake();
    let conversation = sent.message.conversation_id.clone();
    for label in labels {
        let work = Work::Label { label, on: true };
        state
            .store
            .change_conversations(&caller.scope, std::slice::from_ref(&conversation), &work)
            .await?;
    }
    if wanted.mark_read.unwrap_or(sent.marks_read) && !waits && !sent.replayed {
        mark_read(&state, &caller, &conversation).await;
    }
    Ok(accepted(sent))
}

fn accepted(sent: SentTo) -> Response {
    let replayed = sent.replayed;
    let mut response = (StatusCode::ACCEPTED, Json(AcceptedBody::from(sent))).into_response();
    if replayed {
        let said = HeaderValue::from_static("true");
        response.headers_mut().insert(REPLAYED, said);
    }
    response
}

/// The message that is asked for, checked as one from the inbox is.
async fn outgoing(
    state: &AppState,
    caller: &NumberCaller,
    wanted: &SendBody,
) -> Result<Outgoing, Failure> {
    let template = match &wanted.template_id {
        None => None,
        Some(id) => Some(template::find(state, caller, id, wanted.language.as_deref()).await?),
    };
    let draft = content::draft(wanted, template.as_ref())?;
    draft.check(now_ms())?;
    let media = match draft.media() {
        None => None,
        Some(media) => {
            // A file belongs to its number; any conversation of it will do.
            let conversation = some_conversation(state, caller).await?;
            state
                .files
                .uploaded(&caller.scope, &conversation, media)
                .await?
        }
    };
    // Whether the customer service window is open is WhatsApp's to say: a failure comes as the message's status (Pilot Status).
    Ok(compose(draft, media, template.as_ref())?)
}

/// What tells one send from another. Composed here: what makes two requests the same is the `Idempotency-Key`.
fn client_id() -> Result<ClientId, ApiError> {
    ClientId::parse(format!("api-{}", crate::ids::fresh_ulid())).ok_or_else(ApiError::internal)
}

fn idempotency_key(
    headers: &HeaderMap,
    canonical: &Value,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = headers.get(KEY_HEADER) else {
        return Ok(None);
    };
    let fits = |key: &&str| {
        !key.is_empty() && key.chars().count() <= LONGEST_KEY && !key.chars().any(char::is_control)
    };
    let key = std::str::from_utf8(value.as_bytes())
        .ok()
        .filter(fits)
        .ok_or_else(|| {
            ApiError::new(
                Code::IdempotencyKeyInvalid,
                "The Idempotency-Key must have from 1 to 255 characters, none of them a control character.",
            )
        })?;
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        // Of the values and not of the bytes: the order of members and the blanks between them say nothing.
        body: digest(&SHA256, canonical.to_string().as_bytes())
            .as_ref()
            .to_vec(),
    }))
}

/// Ids of labels that are named by id or by name. A name that the number does not have yet is added.
async fn label_ids(
    state: &AppState,
    caller: &NumberCaller,
    named: &[String],
) -> Result<Vec<LabelId>, Failure> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = state.store.labels(&caller.scope).await?;
    let mut ids = Vec::with_capacity(named.len());
    for name in named {
        let is_it = |label: &&app::labels::Label| {
            label.id.as_str() == name || label.name.to_lowercase() == name.trim().to_lowercase()
        };
        if let Some(label) = known.iter().find(is_it) {
            ids.push(label.id.clone());
            continue;
        }
        let name = app::labels::check_name(name).map_err(|error| error.at("labels"))?;
        known = state
            .store
            .create_label(&caller.scope, &name, Colour::default())
            .await?;
        let added = known.iter().find(|label| label.name == name);
        ids.extend(added.map(|label| label.id.clone()));
    }
    Ok(ids)
}

/// Whoever answers has read. The message has been taken: what fails here is told in the log and not to the caller.
pub(super) async fn mark_read(
    state: &AppState,
    caller: &NumberCaller,
    conversation: &ConversationId,
) {
    let store = &state.store;
    let read = async {
        let row = store.conversation(&caller.scope, conversation).await?;
        if row.unread > 0 {
            let ids = std::slice::from_ref(conversation);
            store
                .change_conversations(&caller.scope, ids, &Work::Read)
                .await?;
        }
        store
            .signal(&caller.scope, conversation, SignalKind::Read)
            .await
    };
    match read.await {
        Ok(true) => state.signals.wake(),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "a conversation could not be marked as read"),
    }
}

/// Reads to whom a message goes: a phone in E.164, with or without its plus sign, or a business-scoped id.
pub(super) fn recipient_of(destination: &str) -> Option<Recipient> {
    let destination = destination.trim();
    if let Some((country, id)) = destination.split_once('.') {
        let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        let is_id = (1..=100).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        return (is_country && is_id).then(|| Recipient::User(destination.to_owned()));
    }
    let digits: String = destination
        .strip_prefix('+')
        .unwrap_or(destination)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')'))
        .collect();
    // E.164: at most fifteen digits, and no country code begins with zero.
    let is_phone = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    is_phone.then_some(Recipient::Phone(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_a_phone_or_a_user() {
        for (text, expected) in [
            (
                "+5511999990001",
                Some(Recipient::Phone("5511999990001".into())),
            ),
            (
                " 55 (11) 99999-0001 ",
                Some(Recipient::Phone("5511999990001".into())),
            ),
            (
                "BR.13491208655302741918",
                Some(Recipient::User("BR.13491208655302741918".into())),
            ),
            ("br.1", None),
            ("BR.", None),
            ("BR.1/2", None),
            ("0123456789", None),
            ("123", None),
            ("1234567890123456", None),
            ("+55119999x0001", None),
            ("", None),
        ] {
            assert_eq!(recipient_of(text), expected, "{text}");
        }
    }
}
