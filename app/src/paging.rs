//! Keyset pagination: a page costs the same wherever it lies.

use serde::{Deserialize, Serialize};

/// Rows of a page when the request does not say.
pub const DEFAULT_LIMIT: u32 = 40;
/// Most rows of a page.
pub const MAX_LIMIT: u32 = 100;

/// Which page. Cursors are opaque texts that an earlier page carried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageRequest {
    /// What lies before (older than) this cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
    /// What lies after (newer than) this cursor. With both set, `older` counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
    /// Rows; [`DEFAULT_LIMIT`] if absent, clamped to 1–[`MAX_LIMIT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl PageRequest {
    /// The first page: the newest rows.
    pub fn first() -> Self {
        Self::default()
    }

    /// The page before `cursor`.
    pub fn older(cursor: impl Into<String>) -> Self {
        Self {
            older: Some(cursor.into()),
            ..Self::default()
        }
    }

    /// The page after `cursor`.
    pub fn newer(cursor: impl Into<String>) -> Self {
        Self {
            newer: Some(cursor.into()),
            ..Self::default()
        }
    }

    /// Rows to read.
    pub fn rows(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }
}
