//! Enums and ids as the databases hold them.

use super::{AlertRecord, StoreError};
use crate::access::Role;
use app::messages::{DeliveryStatus, Direction, Forwarded, Reaction};
use app::workflow::State;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A stored id. It was checked when it was written, so anything else is damage.
pub(super) fn id<T: TryFrom<String>>(text: String) -> Result<T, StoreError> {
    let shown = text.clone();
    T::try_from(text).map_err(|_| StoreError::Data(format!("`{shown}` is not an id")))
}

/// Stored ids.
pub(super) fn ids<T: TryFrom<String>>(texts: Vec<String>) -> Result<Vec<T>, StoreError> {
    texts.into_iter().map(id).collect()
}

/// A count that cannot be negative.
pub(super) fn count(value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| StoreError::Data(format!("{value} is not a count")))
}

pub(super) fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "INBOUND",
        Direction::Outbound => "OUTBOUND",
        Direction::Internal => "INTERNAL",
    }
}

pub(super) fn direction(text: &str) -> Result<Direction, StoreError> {
    match text {
        "INBOUND" => Ok(Direction::Inbound),
        "OUTBOUND" => Ok(Direction::Outbound),
        "INTERNAL" => Ok(Direction::Internal),
        other => Err(StoreError::Data(format!("`{other}` is not a direction"))),
    }
}

pub(super) fn state(text: &str) -> Result<State, StoreError> {
    State::parse(text).ok_or_else(|| StoreError::Data(format!("`{text}` is not a state")))
}

pub(super) fn status(text: &str) -> Result<DeliveryStatus, StoreError> {
    DeliveryStatus::parse(text).ok_or_else(|| StoreError::Data(format!("`{text}` is not a status")))
}

pub(super) fn forwarded(text: Option<&str>) -> Result<Forwarded, StoreError> {
    text.map_or(Some(Forwarded::No), Forwarded::parse)
        .ok_or_else(|| StoreError::Data(format!("`{text:?}` is not a way of forwarding")))
}

/// A stored JSON text.
pub(super) fn part<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, StoreError> {
    text.map(serde_json::from_str)
        .transpose()
        .map_err(|error| StoreError::Data(error.to_string()))
}

/// A part as it stands in its column.
pub(super) fn json_of<T: Serialize>(part: Option<&T>) -> Result<Option<String>, StoreError> {
    part.map(serde_json::to_string)
        .transpose()
        .map_err(|error| StoreError::Data(error.to_string()))
}

/// Alerts as the queries of numbers bring them.
pub(super) fn alerts(text: &str) -> Result<Vec<AlertRecord>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = part(Some(text))?.unwrap_or_default();
    let record = |(code, sentence, last_at, reports)| AlertRecord {
        code,
        sentence,
        last_at,
        reports,
    };
    Ok(rows.into_iter().map(record).collect())
}

/// Without those that were taken away.
pub(super) fn shown_reactions(text: &str) -> Result<Vec<Reaction>, StoreError> {
    let mut stored: Vec<Reaction> = part(Some(text))?.unwrap_or_default();
    stored.retain(|reaction| !reaction.emoji.is_empty());
    Ok(stored)
}

pub(super) fn role(text: &str) -> Result<Role, StoreError> {
    Role::parse(text).ok_or_else(|| StoreError::Data(format!("`{text}` is not a role")))
}
