//! An example payload for each inbound type, for tests that only care that one arrives.

use serde_json::{Value, json};

/// The object under the type's own key; `None` for a type without an example.
///
/// `target` is the message that a reaction, edit or deletion is about; `variant` one of the forms that the type has.
pub(super) fn sample(kind: &str, variant: Option<&str>, target: Option<&str>) -> Option<Value> {
    Some(match (kind, variant.unwrap_or_default()) {
        ("audio", "file") => with(media("1007"), json!({"voice": false})),
        ("sticker", "animated") => with(media("1009"), json!({"animated": true})),
        ("interactive", "list_reply") => json!({
            "type": "list_reply",
            "list_reply": {"id": "tomorrow", "title": "Tomorrow", "description": "Between 9 and 12"},
        }),
        ("interactive", "flow") => json!({
            "type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent",
                "response_json": "{\"flow_token\":\"t-1\",\"name\":\"Ana Lima\",\"guests\":2,\"wishes\":[\"window\",\"quiet\"]}"},
        }),
        ("interactive", "address") => json!({
            "type": "nfm_reply",
            "nfm_reply": {"name": "address_message", "body": "Rua das Carmelitas 144, Porto",
                "response_json": "{\"values\":{\"address\":\"Rua das Carmelitas 144\",\"city\":\"Porto\"}}"},
        }),
        ("interactive", "call_permission") => json!({
            "type": "call_permission_reply",
            "call_permission_reply": {"response": "accept", "is_permanent": false, "response_source": "user_action"},
        }),
        ("system", "user_id") => {
            json!({"type": "user_changed_user_id", "body": "The customer has a new user id", "user_id": "PT.NEW1"})
        }
        ("system", "identity") => {
            json!({"type": "customer_identity_changed", "body": "The customer's security code changed"})
        }
        _ => plain(kind, variant, target)?,
    })
}

/// What goes around the object of a type for a variant that every type has: forwarded, from an ad, about a product.
pub(super) fn surroundings(variant: &str) -> Option<(&'static str, Value)> {
    Some(match variant {
        "forwarded" => ("context", json!({"forwarded": true})),
        "forwarded_often" => ("context", json!({"frequently_forwarded": true})),
        "product" => (
            "context",
            json!({"referred_product": {"catalog_id": "2001", "product_retailer_id": "LAMP-1"}}),
        ),
        "ad" => (
            "referral",
            json!({
                "source_url": "https://fb.me/example", "source_id": "120208", "source_type": "ad",
                "headline": "Lamps for the hall", "body": "Free delivery until Friday", "media_type": "image",
                "ctwa_clid": "click-1",
            }),
        ),
        _ => return None,
    })
}

/// Type and digest are filled in from the file.
fn media(id: &str) -> Value {
    json!({"id": id})
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

fn plain(kind: &str, variant: Option<&str>, target: Option<&str>) -> Option<Value> {
    Some(match kind {
        "image" => with(media("1001"), json!({"caption": "The lamp in the hall"})),
        "video" => media("1002"),
        "audio" => with(media("1003"), json!({"voice": true})),
        "document" => with(media("1004"), json!({"filename": "invoice-2041.pdf"})),
        "sticker" => with(media("1005"), json!({"animated": false})),
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
        "unsupported" => json!({"type": variant.unwrap_or("poll_creation")}),
        "edit" => {
            json!({"original_message_id": target?, "message": {"type": "text", "text": {"body": "Edited"}}})
        }
        "revoke" => json!({"original_message_id": target?}),
        "request_welcome" => json!({}),
        _ => return None,
    })
}
