//! What a request about a webhook says, checked.

use super::Failure;
use crate::access::{KeyCaller, Scope, unknown_number, webhook_secret};
use crate::outgoing::Unreachable;
use crate::state::AppState;
use crate::store::unknown_webhook;
use crate::webhooks::kept;
use app::error::{ApiError, Code};
use app::ids::{NumberId, WebhookId};
use serde::de::DeserializeOwned;
use url::Url;

/// Longest name, in characters.
const NAME_CHARS: usize = 100;
/// Longest address, in bytes.
const URL_BYTES: usize = 2048;
/// Most events that a request may name.
const EVENTS: usize = 100;
/// A webhook of an address. What cannot be an id is unknown.
pub(super) fn webhook_id(text: &str) -> Result<WebhookId, Failure> {
    Ok(WebhookId::parse(text).ok_or_else(unknown_webhook)?)
}

/// The number that a webhook is made for. The key of a number has its own; one of the workspace names it, in the body or the header.
pub(super) fn target(
    caller: KeyCaller,
    in_body: Option<&str>,
    in_header: Option<&str>,
) -> Result<(Scope, NumberId), ApiError> {
    let (number, named) = match (&caller.bound_to, in_body.or(in_header)) {
        (Some(own), _) => {
            if in_body.is_some_and(|named| named != own.as_str()) {
                return Err(ApiError::new(
                    Code::NumberMismatch,
                    "This key is bound to another number. Leave `whatsappNumberId` out, or use that number's key.",
                )
                .at("whatsappNumberId"));
            }
            (own.clone(), None)
        }
        (None, Some(named)) => (
            NumberId::parse(named).ok_or_else(unknown_number)?,
            Some(named),
        ),
        (None, None) => {
            return Err(ApiError::new(
                Code::NumberRequired,
                "A webhook belongs to one number. Name it in `whatsappNumberId` or in the x-whatsapp-number-id header.",
            )
            .at("whatsappNumberId"));
        }
    };
    let scope = caller.at_number(named)?.scope;
    Ok((scope, number))
}

pub(super) fn invalid(field: &str, sentence: impl Into<String>) -> ApiError {
    ApiError::new(Code::WebhookInvalid, sentence).at(field)
}

pub(super) fn checked_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let fits = !name.is_empty()
        && name.chars().count() <= NAME_CHARS
        && !name.chars().any(char::is_control);
    if !fits {
        let sentence = format!(
            "`name` must have from 1 to {NAME_CHARS} characters, none of them a control character."
        );
        return Err(invalid("name", sentence));
    }
    Ok(name.to_owned())
}

pub(super) fn checked_events(events: &[String]) -> Result<Vec<String>, ApiError> {
    if events.len() > EVENTS {
        return Err(invalid(
            "events",
            format!("`events` names at most {EVENTS} events."),
        ));
    }
    Ok(kept(events))
}

/// An address that may be called.
pub(super) fn address(state: &AppState, text: &str) -> Result<Url, ApiError> {
    let text = text.trim();
    if text.len() > URL_BYTES {
        return Err(invalid(
            "url",
            format!("`url` must have at most {URL_BYTES} bytes."),
        ));
    }
    let url = Url::parse(text).map_err(|_| {
        invalid(
            "url",
            "`url` is not an address, such as https://backend.example.com/whatsapp.",
        )
    })?;
    state.receivers.reach().check(&url).map_err(|why| {
        let sentence = match why {
            Unreachable::NotHttps => "`url` must begin with https://.",
            Unreachable::WithUser => {
                "`url` must not carry a user or a password. Verify the signature of the requests instead."
            }
            Unreachable::Private => {
                "`url` leads into a private network, which this server does not call. Whoever runs it may allow that."
            }
        };
        invalid("url", sentence)
    })?;
    Ok(url)
}

/// A secret, as it is shown and as it is stored.
pub(super) fn new_secret(state: &AppState, id: &WebhookId) -> Result<(String, Vec<u8>), ApiError> {
    let secret = webhook_secret().map_err(|_| ApiError::internal())?;
    let sealed = state
        .sealer
        .seal(id.as_str(), &secret)
        .ok_or_else(ApiError::internal)?;
    Ok((secret, sealed))
}

pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::body_invalid(&error.to_string()))
}
