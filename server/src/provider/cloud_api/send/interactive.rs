//! Buttons, lists and links.

use app::messages::{Choice, Frame};
use serde_json::{Value, json};

pub(super) fn buttons(frame: &Frame, buttons: &[Choice]) -> Value {
    let buttons: Value = buttons
        .iter()
        .map(|b| json!({"type": "reply", "reply": {"id": b.id, "title": b.title}}))
        .collect();
    framed("button", frame, &json!({ "buttons": buttons }))
}

pub(super) fn list(frame: &Frame, action: &str, rows: &[Choice]) -> Value {
    let mut sections: Vec<Value> = Vec::new();
    for row in rows {
        let mut object = json!({"id": row.id, "title": row.title});
        super::put(&mut object, "description", row.description.as_deref());
        let begins = row.section.is_some() || sections.is_empty();
        match sections.last_mut().and_then(|s| s["rows"].as_array_mut()) {
            Some(rows) if !begins => rows.push(object),
            _ => {
                let mut section = json!({ "rows": [object] });
                super::put(&mut section, "title", row.section.as_deref());
                sections.push(section);
            }
        }
    }
    framed(
        "list",
        frame,
        &json!({"button": action, "sections": sections}),
    )
}

pub(super) fn link(frame: &Frame, action: &str, url: &str) -> Value {
    let parameters = json!({"display_text": action, "url": url});
    framed(
        "cta_url",
        frame,
        &json!({"name": "cta_url", "parameters": parameters}),
    )
}

fn framed(kind: &str, frame: &Frame, action: &Value) -> Value {
    let mut object = json!({"type": kind, "body": {"text": frame.body}, "action": action});
    if let Some(header) = &frame.header {
        object["header"] = json!({"type": "text", "text": header});
    }
    if let Some(footer) = &frame.footer {
        object["footer"] = json!({"text": footer});
    }
    object
}
