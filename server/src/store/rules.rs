//! Decisions about a message that do not depend on where it is stored.

use super::StoreError;
use app::error::{ApiError, Code};
use app::messages::{DeliveryStatus, Direction, Failure, Message};

/// A client id that is known already: the same message again, or another one by mistake.
pub(super) fn same_again(known: Message, text: &str) -> Result<Message, StoreError> {
    if known.text.as_deref() == Some(text) {
        return Ok(known);
    }
    Err(ApiError::new(
        Code::ClientIdReused,
        "This client id already belongs to another message of this conversation. Use a new one for each message.",
    )
    .at("client_id")
    .into())
}

/// Whether a person may have this message sent again; `false` if it is on its way (pressed twice, or by two operators).
pub(super) fn may_retry(message: &Message) -> Result<bool, StoreError> {
    if message.direction == Direction::Outbound && message.kind == "text" {
        match message.status {
            DeliveryStatus::Queued => return Ok(false),
            DeliveryStatus::Failed => return Ok(true),
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
