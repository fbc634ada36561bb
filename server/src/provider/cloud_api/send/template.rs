//! Templates and what fills them.

use super::UploadedMedia;
use app::templates::{TemplateValues, VariableValue};
use serde_json::{Value, json};

pub(super) fn template(
    name: &str,
    language: &str,
    named: bool,
    values: &TemplateValues,
    file: Option<UploadedMedia<'_>>,
) -> Value {
    let mut components = Vec::new();
    if let Some(file) = file {
        let parameter = json!({"type": file.kind, (file.kind): {"id": file.provider_id}});
        components.push(json!({"type": "header", "parameters": [parameter]}));
    } else if !values.header.is_empty() {
        components.push(json!({"type": "header", "parameters": texts(&values.header, named)}));
    }
    if !values.body.is_empty() {
        components.push(json!({"type": "body", "parameters": texts(&values.body, named)}));
    }
    for button in &values.buttons {
        let parameter = match button.kind.as_str() {
            "QUICK_REPLY" => json!({"type": "payload", "payload": button.text}),
            "COPY_CODE" => json!({"type": "coupon_code", "coupon_code": button.text}),
            _ => json!({"type": "text", "text": button.text}),
        };
        components.push(json!({"type": "button", "sub_type": button.kind.to_lowercase(), "index": button.index.to_string(),
            "parameters": [parameter]}));
    }
    let mut object = json!({"name": name, "language": {"code": language}});
    if !components.is_empty() {
        object["components"] = components.into();
    }
    object
}

/// Numbered ones go by their place, whatever order they were given in.
fn texts(values: &[VariableValue], named: bool) -> Value {
    let mut values: Vec<&VariableValue> = values.iter().collect();
    if !named {
        values.sort_by_key(|value| value.name.parse().unwrap_or(u32::MAX));
    }
    let parameter = |value: &&VariableValue| {
        let mut parameter = json!({"type": "text", "text": value.text});
        if named {
            parameter["parameter_name"] = value.name.as_str().into();
        }
        parameter
    };
    values.iter().map(parameter).collect()
}
