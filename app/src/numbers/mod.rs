//! The WhatsApp numbers of a tenant, as the inbox shows them.

use crate::ids::NumberId;
use serde::{Deserialize, Serialize};

/// A number that the session may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Number {
    /// Its id, as in the token.
    pub id: NumberId,
    /// What the tenant calls it.
    pub name: String,
    /// Digits without a plus sign.
    pub phone: String,
    /// Why WhatsApp refuses the number or its account, as a sentence: it pauses, and what is queued waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}
