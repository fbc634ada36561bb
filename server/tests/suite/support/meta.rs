//! Webhooks as Meta writes and signs them.

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use std::fmt::Write;

pub const APP_SECRET: &str = "app-secret-for-tests";
pub const VERIFY_TOKEN: &str = "verify-me";
/// The account of every number.
pub const WABA: &str = "777";

/// `X-Hub-Signature-256` of a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    tag.as_ref()
        .iter()
        .fold("sha256=".to_owned(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}

/// A delivery of one change of the field `messages`.
pub fn delivery(phone_number_id: &str, value: Value) -> Value {
    envelope(vec![change(phone_number_id, value)])
}

/// A change of the field `messages`.
pub fn change(phone_number_id: &str, mut value: Value) -> Value {
    value["messaging_product"] = "whatsapp".into();
    value["metadata"] =
        json!({"display_phone_number": "551130000100", "phone_number_id": phone_number_id});
    json!({"field": "messages", "value": value})
}

/// A body of one entry.
pub fn envelope(changes: Vec<Value>) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": changes}]})
}

/// A text from a phone.
pub fn text(id: &str, from: &str, at: i64, body: &str) -> Value {
    json!({"id": id, "from": from, "timestamp": at.to_string(), "type": "text", "text": {"body": body}})
}

/// A text from somebody who hides the phone.
pub fn text_by_user(id: &str, user: &str, at: i64, body: &str) -> Value {
    json!({"id": id, "from_user_id": user, "timestamp": at.to_string(), "type": "text", "text": {"body": body}})
}

/// A text with both ids.
pub fn text_by_both(id: &str, user: &str, phone: &str, at: i64, body: &str) -> Value {
    json!({"id": id, "from": phone, "from_user_id": user, "timestamp": at.to_string(), "type": "text", "text": {"body": body}})
}

/// A delivery of messages alone.
pub fn messages(phone_number_id: &str, messages: &[Value]) -> Value {
    delivery(phone_number_id, json!({"messages": messages}))
}

/// A delivery of one text.
pub fn one_text(phone_number_id: &str, id: &str, from: &str, at: i64, body: &str) -> Value {
    messages(phone_number_id, &[text(id, from, at, body)])
}

/// A status.
pub fn status(id: &str, status: &str, at: i64) -> Value {
    json!({"id": id, "status": status, "timestamp": at.to_string(), "recipient_id": "5511999"})
}

/// A status that brings back what was sent along.
pub fn status_of(id: &str, callback: &str, name: &str, at: i64) -> Value {
    let mut status = status(id, name, at);
    status["biz_opaque_callback_data"] = callback.into();
    status
}

/// A failed status.
pub fn failed(id: &str, at: i64, code: i64) -> Value {
    let mut status = status(id, "failed", at);
    status["errors"] =
        json!([{"code": code, "title": "Failed", "error_data": {"details": "It did not work."}}]);
    status
}

/// A delivery of statuses alone.
pub fn statuses(phone_number_id: &str, statuses: &[Value]) -> Value {
    delivery(phone_number_id, json!({"statuses": statuses}))
}
