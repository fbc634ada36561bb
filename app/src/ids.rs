//! Typed identifiers. All are opaque, URL-safe and prefixed, so that a stray id in a log or a support mail says what it names.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest id accepted from outside, in bytes.
const MAX_LEN: usize = 64;

/// True for what may stand in a path or a header without escaping.
fn is_url_safe(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LEN
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind that we make begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a text that came from outside; `None` if it cannot be an id (empty, too long, not URL-safe).
            pub fn parse(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                is_url_safe(&text).then_some(Self(text))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text).ok_or(concat!("not a valid ", stringify!($name)))
            }
        }
    };
}

id!(
    /// A tenant: the customer of the platform.
    TenantId, "tenant_"
);
id!(
    /// A WhatsApp number connected to the platform; the unit of scoping.
    NumberId, "wn_"
);
id!(
    /// A person who writes to a number.
    ContactId, "ct_"
);
id!(
    /// The thread between one number and one contact.
    ConversationId, "conv_"
);
id!(
    /// A message of ours in either direction; also sent to Meta as `biz_opaque_callback_data`.
    MessageId, "msg_"
);
id!(
    /// A file of a message.
    MediaId, "med_"
);
id!(
    /// An API key. Usable in `x-api-key-id`, therefore unguessable and as secret as the key.
    ApiKeyId, "key_"
);
id!(
    /// An embed session: one mint and all its refreshes.
    SessionId, "es_"
);
id!(
    /// An inbox of a tenant: a named set of numbers (`copilot_id` in identity tokens).
    InboxId, "inbox_"
);
id!(
    /// A label of a tenant.
    LabelId, "lb_"
);
id!(
    /// An operator, known by what the customer's system says.
    OperatorId, "op_"
);
id!(
    /// A text that operators write often.
    QuickReplyId, "qr_"
);
id!(
    /// An account of the console: somebody who signs in here.
    AccountId, "acct_"
);
id!(
    /// A webhook of a number: where a customer's backend is told of what happens.
    WebhookId, "wh_"
);
id!(
    /// The id that the composer gives a message before the server knows it (a UUID in practice). It is the idempotency key of
    /// the send and the key of the bubble on screen, from optimistic to read.
    ClientId, ""
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_from_outside_are_checked() {
        assert!(ConversationId::parse("conv_01HZX").is_some());
        for bad in ["", "a/b", "a b", "é", "../x", &"x".repeat(65)] {
            assert!(ConversationId::parse(bad).is_none(), "{bad}");
        }
        assert!(serde_json::from_str::<NumberId>("\"wn_1\"").is_ok());
        assert!(serde_json::from_str::<NumberId>("\"wn 1\"").is_err());
    }
}
