//! Buttons, lists and links.

use app::ids::MessageId;
use app::messages::{Choice, Form, Frame, Slide};
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

pub(super) fn carousel(body: &str, cards: &[Slide]) -> Value {
    let cards: Value = cards
        .iter()
        .enumerate()
        .map(|(index, slide)| card(index, slide))
        .collect();
    json!({"type": "carousel", "body": {"text": body}, "action": {"cards": cards}})
}

/// A card says what it is only where it has a link.
fn card(index: usize, slide: &Slide) -> Value {
    let kind = slide.kind.as_str();
    let mut object =
        json!({"card_index": index, "header": {"type": kind, kind: {"link": slide.media}}});
    if let Some(text) = &slide.text {
        object["body"] = json!({"text": text});
    }
    if let (Some(action), Some(url)) = (&slide.action, &slide.url) {
        object["type"] = "cta_url".into();
        let parameters = json!({"display_text": action, "url": url});
        object["action"] = json!({"name": "cta_url", "parameters": parameters});
    } else {
        let buttons: Value = slide
            .buttons
            .iter()
            .map(|b| json!({"type": "quick_reply", "quick_reply": {"id": b.id, "title": b.title}}))
            .collect();
        object["action"] = json!({"buttons": buttons});
    }
    object
}

/// What ties the answers of a form to the message that had it: made of the message's id, so nobody else's message has it.
pub fn flow_token(message: &MessageId) -> String {
    let rest = message.as_str().strip_prefix(MessageId::PREFIX);
    format!("flow_{}", rest.unwrap_or(message.as_str()))
}

/// `None` where what fills the form cannot be read, which was checked when it was stored.
pub(super) fn flow(frame: &Frame, action: &str, form: &Form, message: &MessageId) -> Option<Value> {
    let mode = if form.unpublished {
        "draft"
    } else {
        "published"
    };
    let begins = if form.exchange {
        "data_exchange"
    } else {
        "navigate"
    };
    let mut parameters = json!({"flow_message_version": "3", "flow_token": flow_token(message), "flow_id": form.id,
        "flow_cta": action, "mode": mode, "flow_action": begins});
    let mut payload = json!({});
    super::put(&mut payload, "screen", form.screen.as_deref());
    if let Some(data) = &form.data {
        payload["data"] = serde_json::from_str(data).ok()?;
    }
    if payload
        .as_object()
        .is_some_and(|members| !members.is_empty())
    {
        parameters["flow_action_payload"] = payload;
    }
    Some(framed(
        "flow",
        frame,
        &json!({"name": "flow", "parameters": parameters}),
    ))
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
