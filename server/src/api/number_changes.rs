//! `PATCH /v1/numbers/{id}`: what is kept of what is said over a number, and how it behaves.

use super::number::{NumberDetailBody, number_id};
use super::webhook_fields::parse;
use super::{ErrorBody, Failure, key_caller};
use crate::access::{Action, unknown_number};
use crate::state::AppState;
use crate::store::{MOST_DAYS, NumberChange, PiiMode};
use app::error::{ApiError, Code};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Longest text that who called is told, in characters (Pilot Status).
const LONGEST_WORDS: usize = 1000;

/// What changes of a number. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"piiMode": "STORE_X_DAYS", "piiRetentionDays": 90, "settings": {"markReadOnSend": false}}))]
pub struct NumberChangesBody {
    /// `STORE_INDEFINITE`: everything is kept. `STORE_X_DAYS`: that of the last days. `RELAY_ONLY` is not offered yet.
    #[schema(
        example = "STORE_X_DAYS",
        pattern = "^(STORE_INDEFINITE|STORE_X_DAYS)$"
    )]
    pub pii_mode: Option<String>,
    /// For how many days, with `STORE_X_DAYS`; without it there are none, whatever is named.
    #[schema(minimum = 1, maximum = 3650)]
    pub pii_retention_days: Option<i64>,
    /// How it behaves.
    pub settings: Option<SettingsChangesBody>,
}

/// What changes of how a number behaves. What is left out stays; null, where it may be, is as it was before anybody chose.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsChangesBody {
    /// Whether what the phone remembers comes in when it is connected.
    pub history_import_enabled: Option<bool>,
    /// Whether webhooks tell of history.
    pub webhook_historical_messages: Option<bool>,
    /// Whether channels are dropped.
    pub ignore_newsletters: Option<bool>,
    /// Whether who sends by this API has read what the contact wrote, unless the send says otherwise.
    pub mark_read_on_send: Option<bool>,
    /// Of linked phones, as all below.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub always_online: Option<Said<bool>>,
    /// Whether calls are refused.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub reject_call: Option<Said<bool>>,
    /// What who called is told then.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub msg_reject_call: Option<Said<String>>,
    /// Whether everything is read at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub read_messages: Option<Said<bool>>,
    /// Whether groups are dropped.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub ignore_groups: Option<Said<bool>>,
    /// Whether status posts are dropped.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    pub ignore_status: Option<Said<bool>>,
}

/// What a member is that somebody names: something, or null.
#[derive(Debug)]
pub struct Said<T>(Option<T>);

/// Tells null from what is left out.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Said<T>>, D::Error> {
    Ok(Some(Said(Option::deserialize(deserializer)?)))
}

fn invalid(field: &str, sentence: impl Into<String>) -> ApiError {
    ApiError::new(Code::NumberSettingsInvalid, sentence).at(field)
}

impl SettingsChangesBody {
    /// By name, checked; null: as it is by default.
    fn checked(self) -> Result<Map<String, Value>, ApiError> {
        let mut set = Map::new();
        let flag = |flag: Option<bool>| flag.map(Value::from);
        let flag_or_null = |flag: Option<Said<bool>>| flag.map(|Said(flag)| Value::from(flag));
        let flags = [
            ("historyImportEnabled", flag(self.history_import_enabled)),
            (
                "webhookHistoricalMessages",
                flag(self.webhook_historical_messages),
            ),
            ("ignoreNewsletters", flag(self.ignore_newsletters)),
            ("markReadOnSend", flag(self.mark_read_on_send)),
            ("alwaysOnline", flag_or_null(self.always_online)),
            ("rejectCall", flag_or_null(self.reject_call)),
            ("readMessages", flag_or_null(self.read_messages)),
            ("ignoreGroups", flag_or_null(self.ignore_groups)),
            ("ignoreStatus", flag_or_null(self.ignore_status)),
        ];
        for (name, flag) in flags {
            if let Some(flag) = flag {
                set.insert(name.to_owned(), flag);
            }
        }
        if let Some(Said(words)) = self.msg_reject_call {
            if words
                .as_ref()
                .is_some_and(|words| words.chars().count() > LONGEST_WORDS || words.contains('\0'))
            {
                return Err(invalid(
                    "settings.msgRejectCall",
                    format!("`msgRejectCall` must have at most {LONGEST_WORDS} characters."),
                ));
            }
            set.insert("msgRejectCall".to_owned(), words.into());
        }
        Ok(set)
    }
}

impl NumberChangesBody {
    fn checked(self) -> Result<NumberChange, ApiError> {
        if let Some(mode) = self.pii_mode.as_deref() {
            let offered = [PiiMode::StoreIndefinitely, PiiMode::StoreDays(1)];
            if mode == PiiMode::RelayOnly.word() {
                return Err(invalid(
                    "piiMode",
                    "RELAY_ONLY is not offered yet: this server would keep what it must not. Choose STORE_X_DAYS with few days.",
                ));
            }
            if !offered.iter().any(|offered| offered.word() == mode) {
                return Err(invalid(
                    "piiMode",
                    "`piiMode` is STORE_INDEFINITE or STORE_X_DAYS.",
                ));
            }
        }
        let days = match self.pii_retention_days {
            None => None,
            Some(days) => {
                let days = u16::try_from(days).ok();
                let fits = days.filter(|days| (1..=MOST_DAYS).contains(days));
                Some(fits.ok_or_else(|| {
                    invalid(
                        "piiRetentionDays",
                        format!("`piiRetentionDays` is a whole number from 1 to {MOST_DAYS}."),
                    )
                })?)
            }
        };
        let change = NumberChange {
            pii_mode: self.pii_mode,
            pii_days: days,
            settings: self.settings.unwrap_or_default().checked()?,
        };
        if change == NumberChange::default() {
            return Err(ApiError::new(
                Code::EmptyPatch,
                "Name something to change: `piiMode`, `piiRetentionDays` or a member of `settings`.",
            ));
        }
        Ok(change)
    }
}

/// Changes what is kept of what is said over a number, and how it behaves. A number's key changes its own. What is not kept any more is let
/// go of from then on, within the hour; answers of this API leave it out at once.
#[utoipa::path(
    patch,
    path = "/v1/numbers/{id}",
    tag = "numbers",
    security(("apiKey" = []), ("apiKeyId" = [])),
    params(("id" = String, Path, description = "Id of the number")),
    request_body = NumberChangesBody,
    responses(
        (status = 200, body = NumberDetailBody),
        (status = 400, body = ErrorBody, description = "`BODY_INVALID`, `EMPTY_PATCH`, `NUMBER_SETTINGS_INVALID`"),
        (status = 401, body = ErrorBody, description = "`API_KEY_MISSING`, `API_KEY_INVALID`"),
        (status = 404, body = ErrorBody, description = "`NUMBER_NOT_FOUND`"),
    )
)]
pub async fn update(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<NumberDetailBody>, Failure> {
    let caller = key_caller(&state, &headers).await?;
    caller.scope.check(Action::ManageWorkspace)?;
    let number = number_id(&id)?;
    if !caller.scope.allows(&number) {
        return Err(unknown_number().into());
    }
    let wanted: NumberChangesBody = if body.is_empty() {
        NumberChangesBody::default()
    } else {
        parse(&body)?
    };
    let change = wanted.checked()?;
    let record = state
        .store
        .change_number(&caller.scope, &number, &change)
        .await?;
    state.keeping.wake();
    Ok(Json(record.into()))
}
