//! What a number is besides its credentials: how it is connected, what is kept of what is said, and how it behaves.

use super::{NOT_CONNECTED, StoreError};
use app::ids::NumberId;
use app::numbers::Number;
use serde::{Deserialize, Serialize};

/// By which way a number is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Meta's WhatsApp Cloud API.
    CloudApi,
    /// A phone that was linked by a QR or pairing code, behind a gateway.
    Linked,
}

impl Provider {
    /// Its word in the database and in the public API.
    pub fn word(self) -> &'static str {
        match self {
            Self::CloudApi => "META",
            Self::Linked => "PILOT_STATUS",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Result<Self, StoreError> {
        [Self::CloudApi, Self::Linked]
            .into_iter()
            .find(|provider| provider.word() == word)
            .ok_or_else(|| StoreError::Data(format!("no provider is called {word:?}")))
    }
}

/// Whether a number is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It is.
    Open,
    /// A code waits to be scanned.
    Connecting,
    /// It is not.
    Close,
}

impl LinkState {
    /// Its word in the database and in the public API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Connecting => "CONNECTING",
            Self::Close => "CLOSE",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Result<Self, StoreError> {
        [Self::Open, Self::Connecting, Self::Close]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::Data(format!("no connection state is called {word:?}")))
    }
}

impl super::NumberRecord {
    /// Why nothing goes out from it, as a sentence; none where it does.
    pub fn trouble(&self) -> Option<&str> {
        trouble(self.refusal.as_deref(), self.link_state)
    }
}

fn trouble(refusal: Option<&str>, link_state: LinkState) -> Option<&str> {
    let is_open = link_state == LinkState::Open;
    refusal.or((!is_open).then_some(NOT_CONNECTED))
}

/// A number as the inbox shows it. One that is not connected says so as one does that WhatsApp refuses: what is written waits either way.
pub fn shown_number(
    id: NumberId,
    name: String,
    phone: String,
    refusal: Option<&str>,
    link_state: LinkState,
) -> Number {
    Number {
        id,
        name,
        phone,
        refusal: trouble(refusal, link_state).map(str::to_owned),
    }
}

/// What is kept of what is said over a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PiiMode {
    /// Everything.
    StoreIndefinitely,
    /// That of the last days, 1 to 3,650.
    StoreDays(u16),
    /// Nothing: it is told to webhooks and forgotten.
    RelayOnly,
}

impl PiiMode {
    /// Its word in the database and in the public API.
    pub fn word(self) -> &'static str {
        match self {
            Self::StoreIndefinitely => "STORE_INDEFINITE",
            Self::StoreDays(_) => "STORE_X_DAYS",
            Self::RelayOnly => "RELAY_ONLY",
        }
    }

    /// Its days, where it has some.
    pub fn days(self) -> Option<u16> {
        match self {
            Self::StoreDays(days) => Some(days),
            _ => None,
        }
    }

    /// By its word and days.
    pub fn parse(word: &str, days: Option<i64>) -> Result<Self, StoreError> {
        let days = days.and_then(|days| u16::try_from(days).ok());
        match (word, days) {
            ("STORE_INDEFINITE", _) => Ok(Self::StoreIndefinitely),
            ("STORE_X_DAYS", Some(days)) => Ok(Self::StoreDays(days)),
            ("RELAY_ONLY", _) => Ok(Self::RelayOnly),
            _ => Err(StoreError::Data(format!("no retention is called {word:?}"))),
        }
    }
}

/// What somebody has set of a number; `None`: as it is by default. The names are those of the public API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NumberSettings {
    /// Whether what the phone remembers comes in when it is connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_import_enabled: Option<bool>,
    /// Whether webhooks tell of history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_historical_messages: Option<bool>,
    /// Whether channels are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_newsletters: Option<bool>,
    /// Whether who answers has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_read_on_send: Option<bool>,
    /// Of linked phones, as all below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_online: Option<bool>,
    /// Whether calls are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_call: Option<bool>,
    /// What who called is told then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msg_reject_call: Option<String>,
    /// Whether everything is read at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_messages: Option<bool>,
    /// Whether groups are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_groups: Option<bool>,
    /// Whether status posts are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_status: Option<bool>,
}

impl NumberSettings {
    /// Out of the database.
    pub fn parse(json: &str) -> Result<Self, StoreError> {
        serde_json::from_str(json).map_err(|error| StoreError::Data(error.to_string()))
    }
}
