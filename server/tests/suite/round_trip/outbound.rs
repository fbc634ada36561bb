//! What an operator can answer with, and what the customer gets.

use app::messages::DraftContent;
use pilot_inbox::media::Kind;
use serde_json::{Value, json};

/// A row.
pub struct Outbound {
    pub name: &'static str,
    /// Uploaded first.
    pub file: Option<Upload>,
    /// The content of the draft; it names the file as `FILE`.
    pub content: Value,
    /// Meta's type, and its object, which names the file as `FILE` too.
    pub sent: (&'static str, Value),
}

/// A file of the operator's.
#[derive(Clone, Copy)]
pub struct Upload {
    pub kind: Kind,
    pub mime: &'static str,
    pub name: &'static str,
    /// The example of the simulator with these bytes.
    pub bytes_of: &'static str,
}

/// Stands for the id of the file, which nobody knows before it is uploaded.
pub const FILE: &str = "FILE";

/// Stands for the token of a flow, which is made of its message's id.
pub const TOKEN: &str = "TOKEN";

/// The content with this file.
pub fn naming(mut content: Value, file: &Value) -> Value {
    match &mut content {
        Value::String(text) if text == FILE => return file.clone(),
        Value::Object(members) => {
            for (_, member) in members.iter_mut() {
                *member = naming(member.take(), file);
            }
        }
        Value::Array(items) => {
            for item in items.iter_mut() {
                *item = naming(item.take(), file);
            }
        }
        _ => {}
    }
    content
}

/// What is covered by a row of this content. Whoever adds something that can be sent has to name it here, and in [`ALL`], and then
/// there has to be a row of it.
pub fn covered(content: &DraftContent, file: Option<Kind>) -> &'static str {
    match content {
        DraftContent::Text { .. } => "text",
        DraftContent::Location { .. } => "location",
        DraftContent::Contacts { .. } => "contacts",
        DraftContent::Buttons { .. } => "buttons",
        DraftContent::List { .. } => "list",
        DraftContent::Link { .. } => "link",
        DraftContent::Carousel { .. } => "carousel",
        DraftContent::Flow { .. } => "flow",
        DraftContent::Template { .. } => "template",
        DraftContent::Remote { .. } => "file on the web",
        DraftContent::Media { voice: true, .. } => "voice note",
        DraftContent::Media { .. } => match file.expect("it has a file") {
            Kind::Image => "image",
            Kind::Video => "video",
            Kind::Audio => "audio",
            Kind::Document => "document",
            Kind::Sticker => "sticker",
        },
    }
}

/// Everything that [`covered`] can say.
pub const ALL: [&str; 16] = [
    "audio",
    "buttons",
    "carousel",
    "contacts",
    "document",
    "file on the web",
    "flow",
    "image",
    "link",
    "list",
    "location",
    "sticker",
    "template",
    "text",
    "video",
    "voice note",
];

pub fn rows() -> Vec<Outbound> {
    let mut rows = words();
    rows.extend(files());
    rows.extend(choices());
    rows.extend(templates());
    rows
}

fn row(name: &'static str, content: Value, kind: &'static str, object: Value) -> Outbound {
    Outbound {
        name,
        file: None,
        content,
        sent: (kind, object),
    }
}

fn words() -> Vec<Outbound> {
    vec![
        row(
            "text with a link",
            json!({"type": "text", "body": "Sim 🙂 <see> https://shop.test/a?b=1&c"}),
            "text",
            json!({"body": "Sim 🙂 <see> https://shop.test/a?b=1&c", "preview_url": true}),
        ),
        row(
            "location",
            json!({"type": "location", "latitude": "-23.55", "longitude": "-46.63", "name": "Praça", "address": "Sé"}),
            "location",
            json!({"latitude": "-23.55", "longitude": "-46.63", "name": "Praça", "address": "Sé"}),
        ),
        row(
            "document on the web",
            json!({"type": "remote", "kind": "document", "url": "https://shop.test/a.pdf", "caption": "c", "fileName": "a.pdf"}),
            "document",
            json!({"link": "https://shop.test/a.pdf", "caption": "c", "filename": "a.pdf"}),
        ),
        row(
            "contacts",
            json!({"type": "contacts", "cards": [{"name": "Ana Lima", "details": [
                {"what": "phone", "value": "+351 9", "waId": "3519"}, {"what": "company", "value": "Casa Luz"}]}]}),
            "contacts",
            json!([{"name": {"formatted_name": "Ana Lima", "first_name": "Ana", "last_name": "Lima"},
                "phones": [{"phone": "+351 9", "wa_id": "3519"}], "org": {"company": "Casa Luz"}}]),
        ),
    ]
}

fn files() -> Vec<Outbound> {
    let file = |name, upload: Upload, more: Value, object: Value| {
        let mut content = more;
        content["type"] = "media".into();
        content["media"] = FILE.into();
        let mut sent = object;
        sent["id"] = FILE.into();
        Outbound {
            file: Some(upload),
            ..row(name, content, upload.kind.name(), sent)
        }
    };
    let upload = |kind, mime, name, bytes_of| Upload {
        kind,
        mime,
        name,
        bytes_of,
    };
    vec![
        file(
            "image",
            upload(Kind::Image, "image/png", "chart.png", "1006"),
            json!({"caption": "This <year>"}),
            json!({"caption": "This <year>"}),
        ),
        file(
            "video",
            upload(Kind::Video, "video/mp4", "film.mp4", "1002"),
            json!({"caption": "How to"}),
            json!({"caption": "How to"}),
        ),
        file(
            "audio",
            upload(Kind::Audio, "audio/mpeg", "jingle.mp3", "1007"),
            json!({}),
            json!({}),
        ),
        file(
            "voice note",
            upload(Kind::Audio, "audio/ogg; codecs=opus", "voice.ogg", "1003"),
            json!({"voice": true}),
            json!({"voice": true}),
        ),
        file(
            "document",
            upload(Kind::Document, "application/pdf", "fatura nº 1.pdf", "1004"),
            json!({"caption": "Your invoice", "fileName": "fatura nº 1.pdf"}),
            json!({"caption": "Your invoice", "filename": "fatura nº 1.pdf"}),
        ),
        file(
            "still sticker",
            upload(Kind::Sticker, "image/webp", "sun.webp", "1005"),
            json!({}),
            json!({}),
        ),
        file(
            "moving sticker",
            upload(Kind::Sticker, "image/webp", "wave.webp", "1009"),
            json!({}),
            json!({}),
        ),
    ]
}

fn choices() -> Vec<Outbound> {
    let head = json!({"type": "text", "text": "Delivery"});
    vec![
        row(
            "buttons",
            json!({"type": "buttons", "header": "Delivery", "body": "When?", "footer": "Casa Luz",
                "buttons": [{"id": "today", "title": "Today"}, {"id": "later", "title": "Later"}]}),
            "interactive",
            json!({"type": "button", "header": head, "body": {"text": "When?"}, "footer": {"text": "Casa Luz"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "today", "title": "Today"}},
                    {"type": "reply", "reply": {"id": "later", "title": "Later"}}]}}),
        ),
        row(
            "list",
            json!({"type": "list", "body": "When?", "action": "Choose", "rows": [
                {"id": "am", "title": "9 to 12", "section": "Tomorrow", "description": "By van"},
                {"id": "pm", "title": "14 to 18"}, {"id": "fri", "title": "Friday", "section": "Later"}]}),
            "interactive",
            json!({"type": "list", "body": {"text": "When?"}, "action": {"button": "Choose", "sections": [
                {"title": "Tomorrow", "rows": [{"id": "am", "title": "9 to 12", "description": "By van"}, {"id": "pm", "title": "14 to 18"}]},
                {"title": "Later", "rows": [{"id": "fri", "title": "Friday"}]}]}}),
        ),
        row(
            "link button",
            json!({"type": "link", "body": "All our lamps", "action": "Open", "url": "https://shop.test/lamps"}),
            "interactive",
            json!({"type": "cta_url", "body": {"text": "All our lamps"}, "action":
                {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://shop.test/lamps"}}}),
        ),
        row(
            "carousel",
            json!({"type": "carousel", "body": "All our lamps", "cards": [
                {"kind": "image", "media": "https://shop.test/1.png", "text": "One", "buttons": [{"id": "1", "title": "This"}]},
                {"kind": "video", "media": "https://shop.test/2.mp4", "buttons": [{"id": "2", "title": "That"}]}]}),
            "interactive",
            json!({"type": "carousel", "body": {"text": "All our lamps"}, "action": {"cards": [
                {"card_index": 0, "header": {"type": "image", "image": {"link": "https://shop.test/1.png"}}, "body": {"text": "One"},
                    "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": "1", "title": "This"}}]}},
                {"card_index": 1, "header": {"type": "video", "video": {"link": "https://shop.test/2.mp4"}},
                    "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": "2", "title": "That"}}]}}]}}),
        ),
        row(
            "flow",
            json!({"type": "flow", "body": "A table?", "action": "Book", "form": {"id": "77", "exchange": true}}),
            "interactive",
            json!({"type": "flow", "body": {"text": "A table?"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3",
                "flow_token": TOKEN, "flow_id": "77", "flow_cta": "Book", "mode": "published", "flow_action": "data_exchange"}}}),
        ),
    ]
}

fn templates() -> Vec<Outbound> {
    let text = |text: &str| json!({"type": "text", "text": text});
    let named =
        |name: &str, text: &str| json!({"type": "text", "text": text, "parameter_name": name});
    vec![
        row(
            "template of words",
            json!({"type": "template", "name": "order_shipped", "language": "pt_BR", "values": {
                "header": [{"name": "1", "text": "A-17"}],
                "body": [{"name": "2", "text": "A-17"}, {"name": "1", "text": "Ana"}],
                "buttons": [{"index": 0, "kind": "URL", "text": "a17"}]}}),
            "template",
            json!({"name": "order_shipped", "language": {"code": "pt_BR"}, "components": [
                {"type": "header", "parameters": [text("A-17")]},
                {"type": "body", "parameters": [text("Ana"), text("A-17")]},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": [text("a17")]}]}),
        ),
        Outbound {
            file: Some(Upload {
                kind: Kind::Image,
                mime: "image/jpeg",
                name: "parcel.jpg",
                bytes_of: "1001",
            }),
            ..row(
                "template with a picture",
                json!({"type": "template", "name": "order_ready", "language": "en", "values": {"media": FILE,
                    "body": [{"name": "first_name", "text": "Ana"}, {"name": "order", "text": "A-17"}],
                    "buttons": [{"index": 0, "kind": "QUICK_REPLY", "text": "coming-17"}, {"index": 1, "kind": "URL", "text": "a17"}]}}),
                "template",
                json!({"name": "order_ready", "language": {"code": "en"}, "components": [
                    {"type": "header", "parameters": [{"type": "image", "image": {"id": FILE}}]},
                    {"type": "body", "parameters": [named("first_name", "Ana"), named("order", "A-17")]},
                    {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "coming-17"}]},
                    {"type": "button", "sub_type": "url", "index": "1", "parameters": [text("a17")]}]}),
            )
        },
    ]
}
