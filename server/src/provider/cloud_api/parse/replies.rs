//! Answers to what the business offered: buttons, lists, forms.

use super::super::fields::{read_json, text_of};
use super::content::line_of;
use app::messages::{Filled, Reply};
use serde_json::Value;

/// Most fields of a form that are kept, and how deep they are looked for.
const FIELDS: usize = 100;
const DEPTH: usize = 4;

/// An answer, and its words. `None` without one: an interactive message can come with an error in its place.
pub(super) fn interactive(part: &Value) -> Option<(Reply, Option<String>)> {
    let kind = line_of(part, "type")?;
    let answer = part.get(&kind).filter(|answer| answer.is_object())?;
    let mut reply = Reply {
        kind: kind.trim_end_matches("_reply").chars().take(40).collect(),
        id: line_of(answer, "id"),
        description: line_of(answer, "description"),
        values: Vec::new(),
    };
    let mut words = text_of(answer, "title").or_else(|| text_of(answer, "body"));
    match kind.as_str() {
        "nfm_reply" => {
            let name = line_of(answer, "name");
            reply.kind = match name.as_deref() {
                Some("address_message") => "address".into(),
                _ => "flow".into(),
            };
            let response = answer.get("response_json").unwrap_or(&Value::Null);
            reply.values = filled(response, (reply.kind == "address").then_some("values"));
        }
        "call_permission_reply" => {
            for name in ["response", "is_permanent", "expiration_timestamp"] {
                let value = answer.get(name).unwrap_or(&Value::Null);
                collect(&mut reply.values, name, value, 0);
            }
            words = words.or_else(|| text_of(answer, "response"));
        }
        _ => {}
    }
    Some((reply, words))
}

/// A tap on a button of a template.
pub(super) fn template_button(part: &Value) -> Reply {
    Reply {
        kind: "template_button".into(),
        id: line_of(part, "payload"),
        description: None,
        values: Vec::new(),
    }
}

/// What was filled in: JSON within a text, of any shape, or not JSON at all. Of an address all is in one member, `within`.
fn filled(response: &Value, within: Option<&str>) -> Vec<Filled> {
    let mut found = Vec::new();
    match response {
        Value::String(text) => match read_json(text.as_bytes()) {
            Ok(inner) => {
                let part = within
                    .and_then(|name| inner.get(name))
                    .filter(|part| part.is_object());
                collect(&mut found, "", part.unwrap_or(&inner), 0);
            }
            Err(_) => collect(&mut found, "", response, 0),
        },
        other => collect(&mut found, "", other, 0),
    }
    found
}

/// Names of nested fields are joined by points; what belongs to Meta's machinery is left out.
fn collect(found: &mut Vec<Filled>, name: &str, value: &Value, depth: usize) {
    if found.len() >= FIELDS || depth > DEPTH || matches!(name, "flow_token" | "flow_id") {
        return;
    }
    let below = |part: &str| {
        if name.is_empty() {
            part.to_owned()
        } else {
            format!("{name}.{part}")
        }
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                collect(found, &below(field), value, depth + 1);
            }
        }
        Value::Array(items)
            if items
                .iter()
                .all(|item| !item.is_object() && !item.is_array()) =>
        {
            let words: Vec<String> = items.iter().take(FIELDS).map(words_of).collect();
            push(found, name, &words.join(", "));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(FIELDS) {
                collect(found, &below(&(index + 1).to_string()), item, depth + 1);
            }
        }
        plain => push(found, name, &words_of(plain)),
    }
}

fn words_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn push(found: &mut Vec<Filled>, name: &str, value: &str) {
    const CHARS: usize = 2_000;
    let clean = |text: &str, chars: usize| -> String {
        text.chars()
            .take(chars)
            .map(|c| if c == '\0' { '\u{fffd}' } else { c })
            .collect()
    };
    if !value.trim().is_empty() {
        found.push(Filled {
            name: clean(name, 200),
            value: clean(value, CHARS),
        });
    }
}
