//! The shapes: each inbound type as Meta documents it, with what the inbox shows of it.

use super::message;
use serde_json::{Value, json};

/// A documented message.
pub struct Shape {
    pub name: &'static str,
    pub message: Value,
    /// What the API shows, at least.
    pub shows: Value,
}

/// The digest of nothing, in both spellings.
pub const BASE64: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
pub const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn shape(name: &'static str, kind: &str, part: Value, shows: Value) -> Shape {
    Shape {
        name,
        message: message(&format!("wamid.{name}=="), 0, kind, part),
        shows,
    }
}

/// The same with more of the object around the part.
fn with(mut shape: Shape, field: &str, value: Value) -> Shape {
    shape.message[field] = value;
    shape
}

fn media(mime_type: &str, more: Value) -> Value {
    let mut media = json!({"mimeType": mime_type, "state": "PENDING", "voice": false, "animated": false, "thumbnail": false});
    for (name, value) in more.as_object().unwrap() {
        media[name] = value.clone();
    }
    json!({"media": media})
}

/// Every type of the contract's tables of inbound messages.
pub fn inbound() -> Vec<Shape> {
    let mut shapes = plain();
    shapes.extend(replies());
    shapes.extend(unusual());
    shapes.extend(contexts());
    for (index, shape) in shapes.iter_mut().enumerate() {
        shape.message["timestamp"] = (super::AT + i64::try_from(index).unwrap())
            .to_string()
            .into();
    }
    shapes
}

fn plain() -> Vec<Shape> {
    vec![
        shape(
            "text",
            "text",
            json!({"body": "olá 😀 <b>"}),
            json!({"kind": "text", "text": "olá 😀 <b>", "content": null}),
        ),
        shape(
            "image",
            "image",
            json!({"id": "1001", "mime_type": "image/jpeg", "sha256": BASE64, "caption": "Look", "url": "https://lookaside.fbsbx.com/x"}),
            json!({"kind": "image", "text": "Look", "content": media("image/jpeg", json!({}))}),
        ),
        shape(
            "video",
            "video",
            json!({"id": 1002, "mime_type": "video/mp4", "sha256": HEX}),
            json!({"kind": "video", "text": null, "content": media("video/mp4", json!({}))}),
        ),
        shape(
            "voice",
            "audio",
            json!({"id": "1003", "mime_type": "audio/ogg; codecs=opus", "sha256": BASE64, "voice": true}),
            json!({"kind": "audio", "content": media("audio/ogg", json!({"voice": true}))}),
        ),
        shape(
            "document",
            "document",
            json!({"id": "1004", "mime_type": "Application/PDF", "filename": "<i>.pdf", "caption": "The offer"}),
            json!({"kind": "document", "text": "The offer", "content": media("application/pdf", json!({"fileName": "<i>.pdf"}))}),
        ),
        shape(
            "sticker",
            "sticker",
            json!({"id": "1005", "mime_type": "image/webp", "animated": true}),
            json!({"kind": "sticker", "content": media("image/webp", json!({"animated": true}))}),
        ),
        shape(
            "location",
            "location",
            json!({"latitude": -23.5505, "longitude": "-46.6333", "name": "Praça", "address": "Rua 1", "url": "https://praca.test"}),
            json!({"kind": "location", "text": "Praça", "content": {"location":
                {"latitude": "-23.5505", "longitude": "-46.6333", "name": "Praça", "address": "Rua 1", "url": "https://praca.test"}}}),
        ),
        shape(
            "place_that_is_none",
            "location",
            json!({"latitude": 91, "longitude": "NaN", "name": "Nowhere", "url": "javascript:alert(1)"}),
            json!({"kind": "location", "text": "Nowhere", "content": null}),
        ),
        shape(
            "contacts",
            "contacts",
            json!([{"name": {"formatted_name": "Bo <Li>", "first_name": "Bo"},
                "phones": [{"phone": "+55 11 5", "wa_id": "55115", "type": "WORK"}, {"wa_id": "55116"}, {}],
                "emails": [{"email": "bo@test", "type": "HOME"}],
                "addresses": [{"street": "Rua 1", "city": "SP", "zip": "01", "country": "Brasil", "type": "HOME"}],
                "org": {"company": "Acme", "department": "Sales", "title": "Head"},
                "urls": [{"url": "https://bo.test"}], "birthday": "1990-01-02", "vcard": "BEGIN:VCARD", "origin": "contact_request"},
                {"name": {"first_name": "Only", "last_name": "Parts"}}]),
            json!({"kind": "contacts", "text": "Bo <Li>", "content": {"cards": [
                {"name": "Bo <Li>", "requested": true, "details": [
                    {"what": "phone", "value": "+55 11 5", "waId": "55115", "label": "WORK"},
                    {"what": "phone", "value": "+55116", "waId": "55116"},
                    {"what": "email", "value": "bo@test", "label": "HOME"},
                    {"what": "url", "value": "https://bo.test"},
                    {"what": "address", "value": "Rua 1, 01, SP, Brasil", "label": "HOME"},
                    {"what": "company", "value": "Acme"}, {"what": "department", "value": "Sales"},
                    {"what": "title", "value": "Head"}, {"what": "birthday", "value": "1990-01-02"}]},
                {"name": "Only Parts", "details": null}]}}),
        ),
        shape(
            "order",
            "order",
            json!({"catalog_id": 77, "text": "Please", "product_items": [
                {"product_retailer_id": "sku-1", "quantity": "2", "item_price": 9.5, "currency": "BRL"},
                {"product_retailer_id": "sku-2", "quantity": 1, "item_price": "3", "currency": "BRL"}]}),
            json!({"kind": "order", "text": "Please", "content": {"order": {"catalogId": "77", "items": [
                {"productId": "sku-1", "quantity": "2", "price": "9.5", "currency": "BRL"},
                {"productId": "sku-2", "quantity": "1", "price": "3", "currency": "BRL"}]}}}),
        ),
    ]
}

fn replies() -> Vec<Shape> {
    let interactive = |name: &'static str, kind: &str, answer: Value, shows: Value| {
        let mut part = json!({"type": kind});
        part[kind] = answer;
        shape(name, "interactive", part, shows)
    };
    let reply = |text: Value, reply: Value| json!({"kind": "interactive", "text": text, "content": {"reply": reply}});
    vec![
        interactive(
            "button_reply",
            "button_reply",
            json!({"id": "yes", "title": "Yes"}),
            reply(json!("Yes"), json!({"kind": "button", "id": "yes"})),
        ),
        interactive(
            "list_reply",
            "list_reply",
            json!({"id": "r1", "title": "Row", "description": "Below"}),
            reply(
                json!("Row"),
                json!({"kind": "list", "id": "r1", "description": "Below"}),
            ),
        ),
        interactive(
            "flow",
            "nfm_reply",
            json!({"name": "flow", "body": "Sent",
                "response_json": "{\"flow_token\":\"t\",\"name\":\"Ana\",\"when\":{\"day\":2,\"parts\":[\"am\",\"pm\"]},\"none\":null}"}),
            reply(
                json!("Sent"),
                json!({"kind": "flow", "values": [{"name": "name", "value": "Ana"}, {"name": "when.day", "value": "2"},
                    {"name": "when.parts", "value": "am, pm"}]}),
            ),
        ),
        interactive(
            "flow_of_no_object",
            "nfm_reply",
            json!({"name": "flow", "body": "Sent", "response_json": "\"only this\""}),
            reply(
                json!("Sent"),
                json!({"kind": "flow", "values": [{"name": "", "value": "only this"}]}),
            ),
        ),
        interactive(
            "flow_of_no_json",
            "nfm_reply",
            json!({"name": "flow", "body": "Sent", "response_json": "{not json"}),
            reply(
                json!("Sent"),
                json!({"kind": "flow", "values": [{"name": "", "value": "{not json"}]}),
            ),
        ),
        interactive(
            "address",
            "nfm_reply",
            json!({"name": "address_message", "body": "Rua 1", "response_json": "{\"values\":{\"city\":\"SP\"}}"}),
            reply(
                json!("Rua 1"),
                json!({"kind": "address", "values": [{"name": "city", "value": "SP"}]}),
            ),
        ),
        interactive(
            "call_permission",
            "call_permission_reply",
            json!({"response": "accept", "is_permanent": false, "expiration_timestamp": 1_700_100_000, "response_source": "user_action"}),
            reply(
                json!("accept"),
                json!({"kind": "call_permission", "values": [{"name": "response", "value": "accept"},
                    {"name": "is_permanent", "value": "false"}, {"name": "expiration_timestamp", "value": "1700100000"}]}),
            ),
        ),
        with(
            shape(
                "interactive_with_an_error",
                "interactive",
                json!({"type": "nfm_reply"}),
                json!({"kind": "interactive", "text": null, "content":
                    {"reply": null, "unsupported": {"kind": "interactive", "code": "131009", "reason": "Bad flow"}}}),
            ),
            "errors",
            json!([{"code": 131_009, "title": "Invalid", "details": "Bad flow"}]),
        ),
        shape(
            "template_button",
            "button",
            json!({"text": "Stop", "payload": "stop-1"}),
            json!({"kind": "button", "text": "Stop", "content": {"reply": {"kind": "template_button", "id": "stop-1"}}}),
        ),
    ]
}

fn unusual() -> Vec<Shape> {
    vec![
        with(
            shape(
                "unsupported",
                "unsupported",
                json!({"type": "poll_creation"}),
                json!({"kind": "unsupported", "text": null, "content":
                    {"unsupported": {"kind": "poll_creation", "code": "131051", "reason": "Message type is not supported."}}}),
            ),
            "errors",
            json!([{"code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
                "error_data": {"details": "Message type is not supported."}}]),
        ),
        with(
            shape(
                "unsupported_of_old",
                "unsupported",
                Value::Null,
                json!({"kind": "unsupported", "content": {"unsupported": {"code": "131060", "reason": "Unavailable"}}}),
            ),
            "errors",
            json!([{"code": "131060", "title": "Unavailable"}]),
        ),
        with(
            shape(
                "media_too_large",
                "video",
                Value::Null,
                json!({"kind": "video", "content": {"media": null, "unsupported": {"kind": "video", "code": "131052"}}}),
            ),
            "errors",
            json!([{"code": 131_052, "title": "Media download error"}]),
        ),
        shape(
            "request_welcome",
            "request_welcome",
            Value::Null,
            json!({"kind": "request_welcome", "text": null, "content": null}),
        ),
        shape(
            "of_a_later_year",
            "hologram",
            json!({"id": "1", "caption": "In the air"}),
            json!({"kind": "hologram", "text": "In the air", "content": null}),
        ),
        shape(
            "identity_changed",
            "system",
            json!({"type": "customer_identity_changed", "body": "Your security code changed", "identity": 1}),
            json!({"kind": "system", "text": "Your security code changed", "content": {"system": {"kind": "customer_identity_changed", "current": null}}}),
        ),
    ]
}

fn contexts() -> Vec<Shape> {
    let text = |name: &'static str, shows: Value| {
        let mut all = json!({"kind": "text", "text": "about it"});
        for (field, value) in shows.as_object().unwrap() {
            all[field] = value.clone();
        }
        shape(name, "text", json!({"body": "about it"}), all)
    };
    let context = |name, context: Value, shows| with(text(name, shows), "context", context);
    vec![
        context(
            "quote_of_theirs",
            json!({"from": super::PHONE, "id": "wamid.text=="}),
            json!({"quote": {"direction": "INBOUND", "kind": "text", "text": "olá 😀 <b>"}}),
        ),
        context(
            "quote_of_ours_that_is_unknown",
            json!({"from": "551130000100", "id": "wamid.never=="}),
            json!({"quote": {"direction": "OUTBOUND", "messageId": null}}),
        ),
        context(
            "quote_of_nobody",
            json!({"id": "wamid.never=="}),
            json!({"quote": {}, "forwarded": null}),
        ),
        context(
            "quote_of_nothing",
            json!({"from": "551130000100"}),
            json!({"quote": null}),
        ),
        context(
            "forwarded",
            json!({"forwarded": true}),
            json!({"forwarded": "YES", "quote": null}),
        ),
        context(
            "forwarded_often",
            json!({"frequently_forwarded": true, "forwarded": true}),
            json!({"forwarded": "OFTEN"}),
        ),
        context(
            "product",
            json!({"from": "551130000100", "id": "wamid.p", "referred_product": {"catalog_id": "7", "product_retailer_id": "sku"}}),
            json!({"content": {"product": {"catalogId": "7", "productId": "sku"}}}),
        ),
        with(
            text(
                "referral",
                json!({"content": {"referral": {"kind": "ad", "sourceId": "55", "url": "https://fb.me/x", "headline": "Sale",
                    "body": "Today", "clickId": "click"}}}),
            ),
            "referral",
            json!({"source_url": "https://fb.me/x", "source_id": "55", "source_type": "ad", "headline": "Sale", "body": "Today",
                "media_type": "image", "image_url": "https://scontent.test/x", "ctwa_clid": "click", "welcome_message": {"text": "Hi"}}),
        ),
    ]
}
