//! What a customer can do, and what the inbox shows of it.

use super::WROTE;
use serde_json::{Value, json};

/// A row: what a customer does after a first text, and what comes of it.
pub struct Inbound {
    pub name: &'static str,
    /// As bodies of `POST /messages`, one after the other, each with what is shown after it.
    pub steps: Vec<(Value, Value)>,
    /// Which message shows it.
    pub on: On,
    /// WhatsApp's id of the file in it.
    pub file: Option<&'static str>,
    /// The customer's phone from then on, where it is another one.
    pub moves_to: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A message of its own.
    Itself,
    /// The first text, which it changes.
    TheFirst,
}

/// All rows. `first` is WhatsApp's id of the first text; `phone` is the customer's.
pub fn rows(first: &str, phone: &str) -> Vec<Inbound> {
    let mut rows = plain();
    rows.extend(files());
    rows.extend(replies());
    rows.extend(about_the_first(first));
    rows.extend(unusual(phone));
    rows
}

fn row(name: &'static str, writes: Value, shows: Value) -> Inbound {
    Inbound {
        name,
        steps: vec![(writes, shows)],
        on: On::Itself,
        file: None,
        moves_to: None,
    }
}

fn plain() -> Vec<Inbound> {
    vec![
        row(
            "text",
            json!({"text": "olá 😀 <b>see</b> https://a.test"}),
            json!({"kind": "text", "text": "olá 😀 <b>see</b> https://a.test", "content": null}),
        ),
        row(
            "forwarded",
            json!({"type": "text", "text": "Look at this", "variant": "forwarded"}),
            json!({"kind": "text", "text": "Look at this", "forwarded": "YES"}),
        ),
        row(
            "from an ad",
            json!({"type": "text", "text": "Is it still there?", "variant": "ad"}),
            json!({"kind": "text", "content": {"referral": {"kind": "ad", "headline": "Lamps for the hall", "clickId": "click-1"}}}),
        ),
        row(
            "about a product",
            json!({"type": "text", "text": "This one", "variant": "product"}),
            json!({"kind": "text", "content": {"product": {"catalogId": "2001", "productId": "LAMP-1"}}}),
        ),
        row(
            "location",
            json!({"type": "location", "location": {"latitude": 41.1496, "longitude": -8.6109, "name": "Livraria Lello", "address": "Porto"}}),
            json!({"kind": "location", "content": {"location":
                {"latitude": "41.1496", "longitude": "-8.6109", "name": "Livraria Lello", "address": "Porto"}}}),
        ),
        row(
            "contacts",
            json!({"type": "contacts", "contacts": [
                {"name": {"formatted_name": "Rui Matos", "first_name": "Rui"}, "phones": [{"phone": "+351 912", "wa_id": "351912", "type": "CELL"}]},
                {"name": {"formatted_name": "Eva"}, "emails": [{"email": "eva@a.test"}]}]}),
            json!({"kind": "contacts", "content": {"cards": [
                {"name": "Rui Matos", "details": [{"what": "phone", "value": "+351 912", "label": "CELL", "waId": "351912"}]},
                {"name": "Eva", "details": [{"what": "email", "value": "eva@a.test"}]}]}}),
        ),
        row(
            "order",
            json!({"type": "order", "order": {"catalog_id": "2001", "text": "For Friday",
                "product_items": [{"product_retailer_id": "LAMP-1", "quantity": 2, "item_price": "49.90", "currency": "EUR"}]}}),
            json!({"kind": "order", "text": "For Friday", "content": {"order": {"catalogId": "2001", "items": [
                {"productId": "LAMP-1", "quantity": "2", "price": "49.90", "currency": "EUR"}]}}}),
        ),
    ]
}

fn files() -> Vec<Inbound> {
    let file = |name, kind: &str, id: &'static str, more: Value, text: Value, shows: Value| {
        let mut object = more;
        object["id"] = id.into();
        Inbound {
            file: Some(id),
            ..row(
                name,
                json!({"type": kind, kind: object}),
                json!({"kind": kind, "text": text, "content": {"media": shows}}),
            )
        }
    };
    vec![
        file(
            "image",
            "image",
            "1001",
            json!({"caption": "The hall"}),
            json!("The hall"),
            json!({"mimeType": "image/jpeg"}),
        ),
        file(
            "video",
            "video",
            "1002",
            json!({"caption": "It <i>flickers</i>"}),
            json!("It <i>flickers</i>"),
            json!({"mimeType": "video/mp4"}),
        ),
        file(
            "audio",
            "audio",
            "1007",
            json!({"voice": false}),
            Value::Null,
            json!({"mimeType": "audio/mpeg", "voice": false}),
        ),
        file(
            "voice note",
            "audio",
            "1003",
            json!({"voice": true}),
            Value::Null,
            json!({"mimeType": "audio/ogg", "voice": true}),
        ),
        file(
            "document",
            "document",
            "1008",
            json!({"caption": "Our offer", "filename": "oferta “2”.docx"}),
            json!("Our offer"),
            json!({"fileName": "oferta “2”.docx"}),
        ),
        file(
            "still sticker",
            "sticker",
            "1005",
            json!({"animated": false}),
            Value::Null,
            json!({"mimeType": "image/webp", "animated": false}),
        ),
        file(
            "moving sticker",
            "sticker",
            "1009",
            json!({"animated": true}),
            Value::Null,
            json!({"mimeType": "image/webp", "animated": true}),
        ),
        file(
            "picture without words",
            "image",
            "1006",
            json!({}),
            Value::Null,
            json!({"mimeType": "image/png"}),
        ),
    ]
}

fn replies() -> Vec<Inbound> {
    let interactive = |name, kind: &str, answer: Value, text: &str, reply: Value| {
        row(
            name,
            json!({"type": "interactive", "interactive": {"type": kind, kind: answer}}),
            json!({"kind": "interactive", "text": text, "content": {"reply": reply}}),
        )
    };
    vec![
        interactive(
            "button reply",
            "button_reply",
            json!({"id": "yes", "title": "Yes, please"}),
            "Yes, please",
            json!({"kind": "button", "id": "yes"}),
        ),
        interactive(
            "list reply",
            "list_reply",
            json!({"id": "am", "title": "Tomorrow", "description": "9 to 12"}),
            "Tomorrow",
            json!({"kind": "list", "id": "am", "description": "9 to 12"}),
        ),
        interactive(
            "form",
            "nfm_reply",
            json!({"name": "flow", "body": "Sent", "response_json": "{\"flow_token\":\"t\",\"guests\":2}"}),
            "Sent",
            json!({"kind": "flow", "values": [{"name": "guests", "value": "2"}]}),
        ),
        interactive(
            "address",
            "nfm_reply",
            json!({"name": "address_message", "body": "Rua 1, Porto", "response_json": "{\"values\":{\"city\":\"Porto\"}}"}),
            "Rua 1, Porto",
            json!({"kind": "address", "values": [{"name": "city", "value": "Porto"}]}),
        ),
        interactive(
            "call permission",
            "call_permission_reply",
            json!({"response": "accept", "response_source": "user_action"}),
            "accept",
            json!({"kind": "call_permission", "values": [{"name": "response", "value": "accept"}]}),
        ),
        row(
            "template button",
            json!({"type": "button", "button": {"text": "Confirm", "payload": "confirm-1"}}),
            json!({"kind": "button", "text": "Confirm", "content": {"reply": {"kind": "template_button", "id": "confirm-1"}}}),
        ),
    ]
}

fn about_the_first(first: &str) -> Vec<Inbound> {
    let signs = |emoji: &str, at: i64| json!([{"emoji": emoji, "by": "CONTACT", "at": at * 1000}]);
    let react = |emoji: Option<&str>, second: i64| {
        let mut reaction = json!({"message_id": first});
        if let Some(emoji) = emoji {
            reaction["emoji"] = emoji.into();
        }
        json!({"type": "reaction", "reaction": reaction, "timestamp": *WROTE + second})
    };
    let about = |name, steps| Inbound {
        on: On::TheFirst,
        steps,
        ..row(name, Value::Null, Value::Null)
    };
    vec![
        about(
            "reaction",
            vec![
                (
                    react(Some("👍"), 1),
                    json!({"text": "Hello", "reactions": signs("👍", *WROTE + 1)}),
                ),
                (
                    react(Some("❤️"), 2),
                    json!({"text": "Hello", "reactions": signs("❤️", *WROTE + 2)}),
                ),
                (react(None, 3), json!({"text": "Hello", "reactions": null})),
            ],
        ),
        about(
            "edit",
            vec![(
                json!({"type": "edit", "timestamp": *WROTE + 4, "edit": {"original_message_id": first,
                    "message": {"type": "text", "text": {"body": "Good evening"}}}}),
                json!({"text": "Good evening", "editedAt": (*WROTE + 4) * 1000, "sentAt": *WROTE * 1000}),
            )],
        ),
        about(
            "revoke",
            vec![(
                json!({"type": "revoke", "timestamp": *WROTE + 5, "revoke": {"original_message_id": first}}),
                json!({"text": null, "revokedAt": (*WROTE + 5) * 1000, "sentAt": *WROTE * 1000}),
            )],
        ),
    ]
}

fn unusual(phone: &str) -> Vec<Inbound> {
    const NEW: &str = "351912000999";
    vec![
        Inbound {
            moves_to: Some(NEW),
            ..row(
                "another phone",
                json!({"type": "system", "system": {"type": "user_changed_number", "body": "They have a new number", "wa_id": NEW}}),
                json!({"kind": "system", "text": "They have a new number", "content":
                    {"system": {"kind": "user_changed_number", "previous": phone, "current": NEW}}}),
            )
        },
        row(
            "another security code",
            json!({"type": "system", "variant": "identity"}),
            json!({"kind": "system", "text": "The customer's security code changed", "content":
                {"system": {"kind": "customer_identity_changed"}}}),
        ),
        row(
            "welcome",
            json!({"type": "request_welcome"}),
            json!({"kind": "request_welcome", "text": null, "content": null}),
        ),
        row(
            "unsupported",
            json!({"type": "unsupported", "variant": "poll_creation"}),
            json!({"kind": "unsupported", "text": null, "content": {"unsupported":
                {"kind": "poll_creation", "code": "131051", "reason": "Message type is currently not supported."}}}),
        ),
        Inbound {
            file: Some("1004"),
            ..row(
                "echo",
                json!({"type": "document", "byBusiness": true, "document": {"id": "1004", "filename": "invoice.pdf"}}),
                json!({"kind": "document", "direction": "OUTBOUND", "status": "SENT", "content": {"media":
                    {"mimeType": "application/pdf", "fileName": "invoice.pdf"}}}),
            )
        },
    ]
}
