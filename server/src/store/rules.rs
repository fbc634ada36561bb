//! Decisions about a message that do not depend on where it is stored.

use super::words::part;
use super::{Outgoing, StoreError};
use crate::clock::now_ms;
use crate::messages::media_kind;
use app::conversations::Conversation;
use app::error::{ApiError, Code};
use app::messages::{Content, DeliveryStatus, Direction, Draft, Failure, Message, Quote, Waiting};

/// A client id that is known already: the same message again, or another one by mistake.
pub(super) fn same_again(
    known: Message,
    stored: Option<&Draft>,
    outgoing: &Outgoing,
) -> Result<Message, StoreError> {
    let same = stored == outgoing.stored() && (stored.is_some() || known.text == outgoing.text);
    if same {
        return Ok(known);
    }
    Err(ApiError::new(
        Code::ClientIdReused,
        "This client id already belongs to another message of this conversation. Use a new one for each message.",
    )
    .at("client_id")
    .into())
}

/// Whether a conversation's window lets a message go out at this moment.
pub(super) fn window_allows(
    conversation: &Conversation,
    at: Option<i64>,
) -> Result<(), StoreError> {
    if at.is_none_or(|at| conversation.window_is_open(at)) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::WindowShut,
        "The 24-hour window is closed: WhatsApp takes only approved templates until the contact writes again.",
    )
    .into())
}

/// Why a message of a paused number waits.
pub(super) fn paused(refusal: String) -> Waiting {
    Waiting {
        reason: "PAUSED".into(),
        until: None,
        sentence: Some(refusal),
    }
}

/// How long a number pauses before it is asked about, in milliseconds.
pub(super) const FIRST_PROBE_MS: i64 = 60_000;
/// WhatsApp does not want the same marketing message again before that.
const MARKETING_REST_MS: i64 = 24 * 3_600_000;

/// Whether a sign can be put on a message (Meta, "Reaction messages").
pub(super) fn may_react(
    message: &Message,
    provider_id: Option<&str>,
    now: i64,
) -> Result<(), StoreError> {
    const AGE_MS: i64 = 30 * 24 * 3_600_000;
    let there = provider_id.is_some() && message.revoked_at.is_none();
    if there && message.kind != "reaction" && now - message.sent_at < AGE_MS {
        return Ok(());
    }
    Err(ApiError::new(
        Code::DraftInvalid,
        "WhatsApp takes a reaction only to a message that has gone out, is there and is younger than thirty days.",
    )
    .at("message_id")
    .into())
}

/// WhatsApp's type of the file in a template's header, from the stored content.
pub(super) fn header_of(content: Option<&str>) -> Result<Option<String>, StoreError> {
    let content: Option<Content> = part(content)?;
    Ok(content
        .filter(|content| content.template.is_some())
        .and_then(|content| content.media)
        .map(|media| media_kind(&media.mime_type).to_owned()))
}

/// What is shown of the message that an outgoing one answers to.
pub(super) fn quote_of(quoted: &Message) -> Quote {
    const CHARS: usize = 120;
    Quote {
        message_id: Some(quoted.id.clone()),
        direction: Some(quoted.direction),
        kind: Some(quoted.kind.clone()),
        text: quoted
            .text
            .as_ref()
            .map(|text| text.chars().take(CHARS).collect()),
    }
}

/// Where a message is not there that one of the same conversation would answer to.
pub(super) fn nothing_to_quote() -> StoreError {
    ApiError::not_found("message").at("quoted").into()
}

/// A message whose time has not come waits beside the others of its conversation: when, in milliseconds since the epoch.
pub(super) fn scheduled(outgoing: &Outgoing, now: i64) -> Option<i64> {
    outgoing.draft.deliver_at.filter(|at| *at > now)
}

/// Whether there is anything left to take back; what an operator reads otherwise.
pub(super) fn may_cancel(message: &Message) -> Result<(), StoreError> {
    if message.direction == Direction::Outbound && message.status == DeliveryStatus::Queued {
        return Ok(());
    }
    Err(not_cancellable())
}

/// It is on its way, or has gone.
pub(super) fn not_cancellable() -> StoreError {
    ApiError::new(
        Code::NotCancellable,
        "This message is not waiting any more: it is on its way, or has gone.",
    )
    .into()
}

/// What the operator reads where somebody has taken the message back.
pub(super) fn cancelled() -> Failure {
    Failure {
        code: "CANCELLED".into(),
        sentence: "This message was taken back before it went out.".into(),
        retryable: true,
    }
}

/// What the operator reads where the time until which a message was to go out has passed.
pub(super) fn expired() -> Failure {
    Failure {
        code: "MESSAGE_EXPIRED".into(),
        sentence: "This message did not go out before the time that was set for it.".into(),
        retryable: true,
    }
}

/// Whether a person may have this message sent again; `false` if it is on its way (pressed twice, or by two operators).
pub(super) fn may_retry(message: &Message) -> Result<bool, StoreError> {
    let ours = message.kind == "text" || message.client_id.is_some();
    if message.direction == Direction::Outbound && ours {
        match message.status {
            DeliveryStatus::Queued => return Ok(false),
            DeliveryStatus::Failed => {
                let held_back = message
                    .failure
                    .as_ref()
                    .is_some_and(|failure| failure.code == "131049");
                if !held_back || now_ms() - message.sent_at >= MARKETING_REST_MS {
                    return Ok(true);
                }
                return Err(ApiError::new(
                    Code::NotRetryable,
                    "WhatsApp held this back to keep the contact from getting too many messages. Try again tomorrow.",
                )
                .into());
            }
            DeliveryStatus::Sent
            | DeliveryStatus::Delivered
            | DeliveryStatus::Read
            | DeliveryStatus::Played => {}
        }
    }
    Err(ApiError::new(
        Code::NotRetryable,
        "Only a message of yours that was not sent can be sent again.",
    )
    .into())
}

/// What the operator reads where nobody knows whether the message went out.
pub(super) fn unconfirmed() -> Failure {
    Failure {
        code: "UNCONFIRMED".into(),
        sentence: "WhatsApp did not confirm this message. It may have arrived: ask before you send it again.".into(),
        retryable: true,
    }
}
