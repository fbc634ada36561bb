//! `POST /v1/messages/send`: a message from a customer's backend, on the same way as one from the inbox.

mod body;
mod content;
mod inline;
mod offer;
mod pace;
mod request;
mod template;

pub use body::{
    ButtonBody, CardBody, CardDetailBody, HeaderBody, ListBody, LocationBody, RowBody, SectionBody,
    SendBody,
};

pub use offer::{CarouselBody, CarouselButtonBody, CarouselCardBody, CarouselMediaBody, FlowBody};
pub use pace::SendPace;

pub(super) use content::some_conversation;

use super::groups::none_of;
use super::sent::correlation_of;
use super::target::number_caller;
use super::{ErrorBody, Failure};
use crate::access::{Action, NumberCaller};
use crate::clock::{iso, now_ms};
use crate::fresh;
use crate::messages::compose;
use crate::provider::cloud_api::send::flow_token;
use crate::state::AppState;
use crate::store::{IdempotencyKey, KeyHold, Outgoing, Recipient, Sending, SentTo, StoreError};
use app::error::{ApiError, Code};
use app::ids::{ClientId, LabelId, MediaId};
use app::labels::Colour;
use app::messages::{DraftContent, Message};
use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use request::Request;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

const KEY_HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest `Idempotency-Key`, in characters (Pilot Status).
const LONGEST_KEY: usize = 255;
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
    /// With a flow alone: what its answers bring back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "flow_01KA2Q7M4ZC9T5N1R8V3X6B0DE")]
    pub flow_token: Option<String>,
}

/// The token of a message that is a flow.
fn flow_token_of(message: &Message) -> Option<String> {
    let offered = message.content.as_ref()?.interactive.as_ref()?;
    (offered.kind == "flow").then(|| flow_token(&message.id))
}

impl From<SentTo> for AcceptedBody {
    fn from(sent: SentTo) -> Self {
        Self {
            flow_token: flow_token_of(&sent.message),
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
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `DESTINATION_INVALID`, `DRAFT_INVALID`, `MEDIA_TYPE_INVALID`, `TEXT_EMPTY`, `TEXT_TOO_LONG`, `LABEL_INVALID`, `MISSING_TEMPLATE_VARIABLES`, `NOT_SUPPORTED_FOR_META`, `META_GROUPS_NOT_ELIGIBLE`, `GROUPS_NOT_SUPPORTED`, `IDEMPOTENCY_KEY_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 403, body = ErrorBody, description = "`TENANT_SCOPE_NOT_ALLOWED`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`; `NOT_FOUND`: a template, a file, or a message to answer to"),
        (status = 409, body = ErrorBody, description = "`IDEMPOTENCY_KEY_REUSED`, `FLOW_WINDOW_CLOSED`, `IDEMPOTENCY_KEY_IN_USE`: the first request under the key is still under way; `NUMBER_NOT_READY`"),
        (status = 413, body = ErrorBody, description = "`BODY_TOO_LARGE`; `MEDIA_TOO_LARGE`: the file inside is larger than WhatsApp takes"),
        (status = 429, body = ErrorBody, description = "`RATE_LIMITED`: more than 1,000 a second at this number and server, or more than 60 files inside at once and one a second"),
        (status = 503, body = ErrorBody, description = "`UNAVAILABLE`: too many large requests at once"),
    )
)]
pub async fn send(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let caller = number_caller(&state, &headers, Action::Reply).await?;
    let mut request = request::read(&state, body).await?;
    let key = idempotency_key(&headers, &request.canonical)?;
    if let Some(wait) = state.sends.take(&caller.number, now_ms()) {
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
    // Until this request ends, whichever way.
    let _held = match &key {
        Some(key) => Some(hold(&state, &caller, key).await?),
        None => None,
    };
    if let Some((field, crowd)) = request.wanted.crowd() {
        let none = none_of(&state, &caller, crowd).await?;
        return Err(none.at(field).into());
    }
    let recipient = request.wanted.recipient()?;
    let outgoing = outgoing(&state, &caller, &mut request).await?;
    let wanted = request.wanted;
    let labels = label_ids(&state, &caller, &wanted.labels).await?;
    let waits = outgoing.draft.deliver_at.is_some_and(|at| at > now_ms());
    let sending = Sending {
        recipient,
        client_id: client_id()?,
        outgoing,
        key,
        labels,
        reads: if waits { Some(false) } else { wanted.mark_read },
    };
    let (scope, number) = (&caller.scope, &caller.number);
    let sent = state.store.send_to(scope, number, sending).await;
    let sent = sent.map_err(of_flows)?;
    state.outbox.wake();
    if sent.signals {
        state.signals.wake();
    }
    Ok(accepted(sent))
}

/// Only flows are held against the window here.
fn of_flows(error: StoreError) -> Failure {
    match error {
        StoreError::Refused(error) if error.code == Code::WindowShut => Failure::new(
            Code::FlowWindowClosed,
            "The 24-hour window is closed: WhatsApp would drop this flow without a word. Send a template with a FLOW button, or wait until the contact writes.",
        ),
        other => other.into(),
    }
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

/// The right to send under a key.
async fn hold(
    state: &AppState,
    caller: &NumberCaller,
    key: &IdempotencyKey,
) -> Result<KeyHold, Failure> {
    let store = &state.store;
    let held = store.hold_key(&caller.scope, &caller.number, key).await?;
    held.ok_or_else(|| {
        Failure::new(
            Code::IdempotencyKeyInUse,
            "The first request under this Idempotency-Key is still under way. Ask again in a moment: its answer is then yours as well.",
        )
    })
}

/// The message that is asked for, checked as one from the inbox is.
async fn outgoing(
    state: &AppState,
    caller: &NumberCaller,
    request: &mut Request,
) -> Result<Outgoing, Failure> {
    let file = request.file.take().map(|file| (file, fresh!(MediaId)));
    if let Some((_, id)) = &file {
        request.wanted.media = Some(id.to_string());
    }
    let wanted = &request.wanted;
    let template = match &wanted.template_id {
        None => None,
        Some(id) => Some(template::find(state, caller, id, wanted.language.as_deref()).await?),
    };
    let draft = content::draft(wanted, template.as_ref())?;
    draft.check(now_ms())?;
    if let Some((file, id)) = file {
        let kind = inline::kind_of(wanted, template.as_ref());
        file.store(state, caller, id, &kind, wanted).await?;
    }
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
    let mut outgoing = compose(draft, media, template.as_ref())?;
    // Whether the customer service window is open is WhatsApp's to say: a failure comes as the message's status (Pilot Status). Of a flow
    // it says nothing, and drops it.
    if matches!(outgoing.draft.content, DraftContent::Flow { .. }) {
        let now = now_ms();
        outgoing.window_at = Some(outgoing.draft.deliver_at.unwrap_or(now).max(now));
    }
    Ok(outgoing)
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
