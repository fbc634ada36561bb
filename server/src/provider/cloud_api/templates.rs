//! Templates as Graph tells of them (Meta, "Message templates"), and webhooks that say that some have changed.

use super::fields::{id_of, text_of};
use app::templates::{ButtonOfTemplate, MessageTemplate};
use serde_json::Value;

/// The fields of which any change makes a list of templates old.
const FIELDS: [&str; 4] = [
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
];

/// The accounts of which a webhook says that templates have changed.
pub fn changed_accounts(body: &[u8]) -> Vec<String> {
    // Nearly every body is about messages: it is not read a second time.
    let names_templates = body
        .windows(b"template_".len())
        .any(|window| window == b"template_");
    if !names_templates {
        return Vec::new();
    }
    let Ok(body) = super::fields::read_json(body) else {
        return Vec::new();
    };
    let entries = body["entry"].as_array().into_iter().flatten();
    entries
        .filter(|entry| {
            let changes = entry["changes"].as_array().into_iter().flatten();
            changes
                .filter_map(|change| change["field"].as_str())
                .any(|field| FIELDS.contains(&field))
        })
        .filter_map(|entry| id_of(entry, "id").ok().flatten())
        .collect()
}

/// One template; `None` where it has no name, no language or no words (an authentication template has them at WhatsApp's).
pub fn template(value: &Value) -> Option<MessageTemplate> {
    let mut template = MessageTemplate {
        name: id_of(value, "name").ok()??,
        language: id_of(value, "language").ok()??,
        category: text_of(value, "category").unwrap_or_default(),
        status: text_of(value, "status").unwrap_or_default(),
        named: value["parameter_format"] == "NAMED",
        header_format: None,
        header: None,
        body: String::new(),
        footer: None,
        buttons: Vec::new(),
    };
    for component in value["components"].as_array().into_iter().flatten() {
        let text = text_of(component, "text");
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => {
                template.header_format = text_of(component, "format");
                template.header = text;
            }
            "BODY" => template.body = text.unwrap_or_default(),
            "FOOTER" => template.footer = text,
            "BUTTONS" => {
                let buttons = component["buttons"].as_array().into_iter().flatten();
                template.buttons = buttons.map(button).collect();
            }
            _ => {}
        }
    }
    (!template.body.is_empty()).then_some(template)
}

fn button(value: &Value) -> ButtonOfTemplate {
    ButtonOfTemplate {
        kind: text_of(value, "type").unwrap_or_default(),
        text: text_of(value, "text").unwrap_or_default(),
        value: text_of(value, "url").or_else(|| text_of(value, "phone_number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_is_read_from_its_components() {
        let value = json!({"id": "1", "name": "order", "language": "pt_BR", "category": "UTILITY", "status": "APPROVED",
            "parameter_format": "NAMED", "components": [
                {"type": "HEADER", "format": "TEXT", "text": "Order {{id}}"}, {"type": "BODY", "text": "Hi {{name}}"},
                {"type": "FOOTER", "text": "Acme"}, {"type": "NEW", "text": 1}, {"type": "BUTTONS", "buttons": [
                    {"type": "URL", "text": "Go", "url": "https://a.test/{{1}}"},
                    {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+1"}, {"type": "QUICK_REPLY", "text": "Stop"}, {}]}]});
        let read = template(&value).unwrap();
        assert_eq!((read.named, &*read.body), (true, "Hi {{name}}"));
        assert_eq!(read.header.as_deref(), Some("Order {{id}}"));
        assert_eq!(read.buttons.len(), 4, "each keeps its place");
        assert_eq!(
            read.buttons[0].value.as_deref(),
            Some("https://a.test/{{1}}")
        );
        for broken in [
            json!({}),
            json!([]),
            json!({"name": "x", "language": "en", "components": 5}),
        ] {
            assert_eq!(template(&broken), None, "{broken}");
        }
    }

    #[test]
    fn only_webhooks_about_templates_name_accounts() {
        let body = |field: &str| {
            json!({"entry": [{"id": 7, "changes": [{"field": "messages"}, {"field": field, "value": {"message_template_id": 5}}]},
                {"id": "8", "changes": [{"field": "messages", "value": {"text": "template_"}}]}]})
            .to_string()
        };
        for field in FIELDS {
            assert_eq!(changed_accounts(body(field).as_bytes()), ["7"], "{field}");
        }
        assert!(changed_accounts(body("other").as_bytes()).is_empty());
        assert!(changed_accounts(b"template_").is_empty());
    }
}
