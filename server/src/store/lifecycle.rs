//! Numbers that are changed, taken away, brought back and erased, and what is kept of what was said over them.

use super::{NewApiKey, NumberRecord, NumberSettings, PiiMode, StoreError};
use crate::access::{Scope, unknown_number};
use app::error::{ApiError, Code};
use app::ids::NumberId;
use async_trait::async_trait;
use serde_json::{Map, Value};

/// How long a number that was taken away can be brought back, in milliseconds (Pilot Status, 30 days).
pub const RESTORABLE_MS: i64 = 30 * DAY_MS;
/// A day, in milliseconds.
pub const DAY_MS: i64 = 24 * 3_600_000;
/// Most days of [`PiiMode::StoreDays`] (Pilot Status).
pub const MOST_DAYS: u16 = 3650;

/// What the inbox says of a number that is not connected.
pub const NOT_CONNECTED: &str =
    "It is not connected. Whoever manages the workspace has to connect it again.";

/// Stands in the log in place of an event of which nothing is kept. No build knows it, so each passes it over.
pub(super) const ERASED_EVENT: &str = r#"{"type":"erased"}"#;
/// Stands in the column of a message's content where it is not kept: [`app::messages::Content::redacted`].
pub(super) const REDACTED: &str = r#"{"redacted":true}"#;
/// Conversations that are looked at in one transaction.
pub(super) const CONVERSATIONS_AT_ONCE: i64 = 50;
/// Events and deliveries that are dropped in one transaction.
pub(super) const LOG_AT_ONCE: i64 = 5000;

/// What to change of a number; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberChange {
    /// [`PiiMode::word`] of what is kept from now on.
    pub pii_mode: Option<String>,
    /// Its days.
    pub pii_days: Option<u16>,
    /// Settings by their names in the public API, checked; null: as it is by default.
    pub settings: Map<String, Value>,
}

impl NumberChange {
    /// What is kept then. Without a mode of its own a change is of the days alone, which only one mode has.
    pub(super) fn pii(&self, now: PiiMode) -> Result<PiiMode, StoreError> {
        let word = self.pii_mode.as_deref().unwrap_or(now.word());
        let days = self.pii_days.or(now.days());
        if word == PiiMode::StoreDays(0).word() && days.is_none() {
            return Err(ApiError::new(
                Code::NumberSettingsInvalid,
                format!("`piiRetentionDays` says for how many days, from 1 to {MOST_DAYS}."),
            )
            .at("piiRetentionDays")
            .into());
        }
        PiiMode::parse(word, days.map(i64::from))
    }

    /// How it behaves then, as it is stored.
    pub(super) fn settings(&self, now: &NumberSettings) -> Result<String, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Data(error.to_string());
        let Value::Object(mut set) = serde_json::to_value(now).map_err(unreadable)? else {
            return Err(StoreError::Data("settings are not an object".into()));
        };
        for (name, value) in &self.settings {
            if value.is_null() {
                set.remove(name);
            } else {
                set.insert(name.clone(), value.clone());
            }
        }
        let settings: NumberSettings =
            serde_json::from_value(Value::Object(set)).map_err(unreadable)?;
        serde_json::to_string(&settings).map_err(unreadable)
    }
}

/// A number of which only what was said in the last days is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptForDays {
    /// The number.
    pub number: NumberId,
    /// How many.
    pub days: u16,
}

/// How far a walk over what is not kept any more has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// Messages, events and deliveries of which nothing is left.
    pub count: u64,
    /// Where it goes on; `None` at its end.
    pub next: Option<String>,
}

/// Numbers, from their change to their end. What was taken away is in no scope's numbers, so where that is named the scope says whose
/// it has to be.
#[async_trait]
pub trait Lifecycle: Send + Sync {
    /// Changes a number of the scope.
    async fn change_number(
        &self,
        scope: &Scope,
        number: &NumberId,
        change: &NumberChange,
    ) -> Result<NumberRecord, StoreError>;
    /// Brings back a number of the scope's tenant that was taken away after `since`. It has to be connected again. Refused where it is there,
    /// or where its phone is connected by another.
    async fn restore_number(
        &self,
        scope: &Scope,
        number: &NumberId,
        since: i64,
    ) -> Result<(), StoreError>;
    /// Takes a number of the scope's tenant away for good, whether it is there or was taken away: its keys end at once, and the rest goes
    /// with [`Lifecycle::erase_more`].
    async fn purge_number(&self, scope: &Scope, number: &NumberId) -> Result<(), StoreError>;
    /// Gives a number of the scope a new key, in place of those that it has: they end, and what they minted. Returns when that was.
    async fn renew_number_key(&self, scope: &Scope, key: NewApiKey) -> Result<i64, StoreError>;
    /// Erases some of what there is of a number that was taken away at or before `before`, at most `limit` messages of it. Returns whether
    /// there is more. Its files go with those that nobody uses.
    async fn erase_more(&self, before: i64, limit: u32) -> Result<bool, StoreError>;
    /// Numbers of which only the last days are kept, also of those that can be brought back.
    async fn kept_for_days(&self) -> Result<Vec<KeptForDays>, StoreError>;
    /// Lets go of what was said over a number before `before`, in a walk that begins with `None`: words, files, names, and what else tells
    /// of them in the log, in deliveries of webhooks and in the search index. Rows stay, and say that they were redacted. What has yet to go
    /// out stays. At most `limit` messages.
    async fn redact_more(
        &self,
        number: &NumberId,
        before: i64,
        from: Option<&str>,
        limit: u32,
    ) -> Result<Redacted, StoreError>;
}

/// The answer to bringing back what is there.
pub(super) fn already_active() -> StoreError {
    ApiError::new(
        Code::NumberAlreadyActive,
        "This number is there already, or its phone is connected by another number.",
    )
    .into()
}

/// The answer to a number that is unknown, of somebody else, or gone for good.
pub(super) fn no_such_number() -> StoreError {
    unknown_number().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(value: Value) -> NumberChange {
        let Value::Object(settings) = value else {
            panic!("{value}")
        };
        NumberChange {
            settings,
            ..NumberChange::default()
        }
    }

    #[test]
    fn days_belong_to_one_mode() {
        let of = |mode: Option<&str>, days: Option<u16>, now| {
            let change = NumberChange {
                pii_mode: mode.map(str::to_owned),
                pii_days: days,
                ..NumberChange::default()
            };
            change.pii(now).ok()
        };
        let all = PiiMode::StoreIndefinitely;
        let thirty = PiiMode::StoreDays(30);
        assert_eq!(of(Some("STORE_X_DAYS"), Some(30), all), Some(thirty));
        assert_eq!(of(Some("STORE_X_DAYS"), None, all), None);
        assert_eq!(of(Some("STORE_X_DAYS"), None, thirty), Some(thirty));
        assert_eq!(of(None, Some(7), thirty), Some(PiiMode::StoreDays(7)));
        assert_eq!(of(None, Some(7), all), Some(all), "they are no part of it");
        assert_eq!(of(Some("STORE_INDEFINITE"), Some(7), thirty), Some(all));
        assert_eq!(of(None, None, thirty), Some(thirty));
    }

    #[test]
    fn settings_are_merged_and_null_takes_them_away() {
        let now = NumberSettings {
            mark_read_on_send: Some(false),
            always_online: Some(true),
            ..NumberSettings::default()
        };
        let changed = change(json!({"alwaysOnline": null, "msgRejectCall": "Write to us."}));
        assert_eq!(
            changed.settings(&now).unwrap(),
            r#"{"markReadOnSend":false,"msgRejectCall":"Write to us."}"#
        );
        let same = NumberChange::default().settings(&now).unwrap();
        assert_eq!(NumberSettings::parse(&same).unwrap(), now);
    }

    #[test]
    fn what_stands_in_the_database_is_what_programs_write() {
        let content = app::messages::Content::redacted();
        assert_eq!(serde_json::to_string(&content).unwrap(), REDACTED);
        assert_eq!(
            app::live::LiveEvent::read(ERASED_EVENT),
            app::live::LiveEvent::Unknown
        );
        assert_eq!(crate::ingest::read_news(ERASED_EVENT.as_bytes()), None);
    }
}
