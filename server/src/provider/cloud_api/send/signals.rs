//! What is no message: signs on a message, read receipts, typing. Any of them may be sent twice without harm.

use super::{Recipient, envelope};
use serde_json::{Value, json};

/// A sign on a message; an empty one takes it away. `None` if there is no way to say whom it is for.
pub fn reaction(to: Recipient<'_>, target: &str, emoji: &str, callback: &str) -> Option<Value> {
    let mut body = envelope(to)?;
    body["type"] = "reaction".into();
    body["reaction"] = json!({"message_id": target, "emoji": emoji});
    body["biz_opaque_callback_data"] = callback.into();
    Some(body)
}

/// Tells that a message, and all before it, was read; and that an answer is being typed, if so.
pub fn read_receipt(message: &str, typing: bool) -> Value {
    let mut body =
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": message});
    if typing {
        body["typing_indicator"] = json!({"type": "text"});
    }
    body
}
