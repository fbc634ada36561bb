//! An example payload for each inbound type, for tests that only care that one arrives.

use serde_json::{Value, json};

/// The object under the type's own key; `None` for a type without an example.
///
/// `target` is the message that a reaction, edit or deletion is about.
pub(super) fn sample(kind: &str, target: Option<&str>) -> Option<Value> {
    let media = |id: &str, mime: &str| {
        json!({
            "id": id,
            "mime_type": mime,
            "sha256": "3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        })
    };
    let with = |mut object: Value, more: Value| {
        if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
            object.extend(more);
        }
        object
    };
    Some(match kind {
        "image" => with(
            media("1001", "image/jpeg"),
            json!({"caption": "The lamp in the hall"}),
        ),
        "video" => media("1002", "video/mp4"),
        "audio" => with(
            media("1003", "audio/ogg; codecs=opus"),
            json!({"voice": true}),
        ),
        "document" => with(
            media("1004", "application/pdf"),
            json!({"filename": "invoice-2041.pdf"}),
        ),
        "sticker" => with(media("1005", "image/webp"), json!({"animated": false})),
        "location" => json!({
            "latitude": 41.1496, "longitude": -8.6109,
            "name": "Livraria Lello", "address": "Rua das Carmelitas 144, Porto",
        }),
        "contacts" => json!([{
            "name": {"formatted_name": "Rui Matos", "first_name": "Rui", "last_name": "Matos"},
            "phones": [{"phone": "+351 912 000 111", "wa_id": "351912000111", "type": "CELL"}],
        }]),
        "interactive" => json!({
            "type": "button_reply", "button_reply": {"id": "yes", "title": "Yes, please"},
        }),
        "button" => json!({"text": "Confirm", "payload": "confirm"}),
        "reaction" => json!({"message_id": target?, "emoji": "👍"}),
        "order" => json!({
            "catalog_id": "2001", "text": "For Friday",
            "product_items": [{"product_retailer_id": "LAMP-1", "quantity": 2, "item_price": "49.90", "currency": "EUR"}],
        }),
        "system" => {
            json!({"type": "user_changed_number", "body": "The customer changed their number", "wa_id": "351912000999"})
        }
        "unsupported" => json!({"type": "poll_creation"}),
        "edit" => {
            json!({"original_message_id": target?, "message": {"type": "text", "text": {"body": "Edited"}}})
        }
        "revoke" => json!({"original_message_id": target?}),
        "request_welcome" => json!({}),
        _ => return None,
    })
}
