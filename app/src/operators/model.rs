//! Who an operator is, on either side of the wire.

use crate::ids::OperatorId;
use serde::{Deserialize, Serialize};

/// A colleague, as the customer's own system knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// Our id; also picks the hue of the initials.
    pub id: OperatorId,
    /// What colleagues call them: there is always something. Text from outside: never markup.
    pub name: String,
    /// Their address, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Operator {
    /// Somebody of whom not everything may have been told: then the address names them, or the end of the id.
    pub fn of(id: OperatorId, name: Option<String>, email: Option<String>) -> Self {
        let name = name.or_else(|| email.clone()).unwrap_or_else(|| {
            let text = id.as_str();
            let start = text.char_indices().rev().nth(5).map_or(0, |(at, _)| at);
            ["…", &text[start..]].concat()
        });
        Self { id, name, email }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_name() {
        let id = || OperatorId::parse("op_0123456789").unwrap();
        let name = |name: Option<&str>, email: Option<&str>| {
            Operator::of(id(), name.map(Into::into), email.map(Into::into)).name
        };
        assert_eq!(name(Some("Ana"), Some("a@b.test")), "Ana");
        assert_eq!(name(None, Some("a@b.test")), "a@b.test");
        assert_eq!(name(None, None), "…456789");
    }
}
