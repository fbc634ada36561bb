//! Filling a template: what it will say, and whether everything is there. Pure, for the preview and for the server alike.

use super::{ButtonOfTemplate, MessageTemplate, TemplateValues, VariableValue};
use crate::error::{ApiError, Code};

/// Longest texts of a filled template, in characters (Meta, "Templates").
const BODY: usize = 1_024;
const HEADER: usize = 60;
const CODE: usize = 15;
const BUTTON: usize = 2_000;

/// What a template says once it is filled. A variable without a value stays as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// A header of words.
    pub header: Option<String>,
    /// The words.
    pub body: String,
    /// The buttons, their addresses filled.
    pub buttons: Vec<ButtonOfTemplate>,
}

/// The variables of a text, in order, each once.
pub fn variables(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, beyond)) = after.split_once("}}") else {
            break;
        };
        let name = name.trim();
        if is_name(name) {
            if !found.contains(&name) {
                found.push(name);
            }
            rest = beyond;
        } else {
            rest = after;
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Puts values in the places of variables, in one pass: a value with braces in it is text.
fn filled(text: &str, values: &[VariableValue]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let value = after.split_once("}}").and_then(|(name, beyond)| {
            let value = values.iter().find(|value| value.name == name.trim())?;
            Some((value.text.as_str(), beyond))
        });
        if let Some((value, beyond)) = value {
            out.push_str(value);
            rest = beyond;
        } else {
            out.push_str("{{");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What the template will say.
pub fn preview(template: &MessageTemplate, values: &TemplateValues) -> Preview {
    let buttons = template.buttons.iter().zip(0u32..).map(|(button, index)| {
        let given = values.buttons.iter().find(|value| value.index == index);
        let value = match (given, &button.value) {
            (Some(given), Some(address)) if button.kind == "URL" => {
                let variable = variables(address).first().map(|name| VariableValue {
                    name: (*name).to_owned(),
                    text: given.text.clone(),
                });
                Some(filled(address, variable.as_slice()))
            }
            (Some(given), _) if button.kind == "COPY_CODE" => Some(given.text.clone()),
            (_, value) => value.clone(),
        };
        ButtonOfTemplate {
            value,
            ..button.clone()
        }
    });
    Preview {
        header: template
            .header
            .as_deref()
            .map(|text| filled(text, &values.header)),
        body: filled(&template.body, &values.body),
        buttons: buttons.collect(),
    }
}

/// Whether WhatsApp would take the template with these values; the error names the field.
pub fn check(template: &MessageTemplate, values: &TemplateValues) -> Result<(), ApiError> {
    if !template.is_approved() {
        return Err(invalid(
            "content.name",
            "WhatsApp has not approved this template, or not any more. Choose another one.",
        ));
    }
    check_values(
        template.header.as_deref().unwrap_or_default(),
        &values.header,
        "content.values.header",
    )?;
    check_values(&template.body, &values.body, "content.values.body")?;
    match (template.header_format.as_deref(), &values.media) {
        (Some("IMAGE" | "VIDEO" | "DOCUMENT"), None) => {
            return Err(invalid(
                "content.values.media",
                "This template begins with a file: choose one.",
            ));
        }
        (None | Some("TEXT" | "IMAGE" | "VIDEO" | "DOCUMENT"), _) => {}
        (Some(_), _) => {
            return Err(invalid(
                "content.name",
                "This template begins with something that cannot be filled here.",
            ));
        }
    }
    check_buttons(template, values)?;
    let preview = preview(template, values);
    longest(&preview.body, BODY, "content.values.body")?;
    longest(
        preview.header.as_deref().unwrap_or_default(),
        HEADER,
        "content.values.header",
    )
}

fn check_values(text: &str, values: &[VariableValue], field: &str) -> Result<(), ApiError> {
    let wanted = variables(text);
    for name in &wanted {
        let given = values.iter().filter(|value| value.name == *name).count();
        if given != 1 {
            return Err(invalid(
                field,
                &format!("Give the variable {{{{{name}}}}} one value."),
            ));
        }
    }
    for (index, value) in values.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if !wanted.contains(&value.name.as_str()) {
            return Err(invalid(
                &format!("{field}.name"),
                "The template has no such variable.",
            ));
        }
        if value.text.trim().is_empty() || !is_one_line(&value.text) {
            return Err(invalid(
                &format!("{field}.text"),
                "A value is one line, not empty, with at most four blanks in a row.",
            ));
        }
    }
    Ok(())
}

/// Meta refuses everything else in any parameter (132012).
pub(super) fn is_one_line(text: &str) -> bool {
    !text.contains(['\n', '\r', '\t']) && !text.contains("     ")
}

fn check_buttons(template: &MessageTemplate, values: &TemplateValues) -> Result<(), ApiError> {
    for (place, value) in values.buttons.iter().enumerate() {
        let field = format!("content.values.buttons[{place}]");
        let button = usize::try_from(value.index)
            .ok()
            .and_then(|index| template.buttons.get(index));
        let repeated = values.buttons[..place]
            .iter()
            .any(|earlier| earlier.index == value.index);
        if button.is_none_or(|button| button.kind != value.kind || !takes_value(button)) || repeated
        {
            return Err(invalid(
                &format!("{field}.index"),
                "The template has no such button, or it takes no value.",
            ));
        }
        let most = if value.kind == "COPY_CODE" {
            CODE
        } else {
            BUTTON
        };
        let text = format!("{field}.text");
        if value.text.trim().is_empty() {
            return Err(invalid(&text, "This must not be empty."));
        }
        longest(&value.text, most, &text)?;
    }
    for (button, index) in template.buttons.iter().zip(0u32..) {
        let given = values.buttons.iter().any(|value| value.index == index);
        if needs_value(button) && !given {
            return Err(invalid(
                "content.values.buttons",
                &format!("The button \"{}\" needs a value.", button.text),
            ));
        }
    }
    Ok(())
}

pub(super) fn needs_value(button: &ButtonOfTemplate) -> bool {
    match button.kind.as_str() {
        "URL" => button
            .value
            .as_deref()
            .is_some_and(|address| !variables(address).is_empty()),
        "COPY_CODE" => true,
        _ => false,
    }
}

fn takes_value(button: &ButtonOfTemplate) -> bool {
    needs_value(button) || button.kind == "QUICK_REPLY"
}

fn longest(text: &str, most: usize, field: &str) -> Result<(), ApiError> {
    let length = text.chars().count();
    if length > most {
        return Err(invalid(
            field,
            &format!("Filled, this has {length} characters; WhatsApp takes at most {most}."),
        ));
    }
    Ok(())
}

fn invalid(field: &str, sentence: &str) -> ApiError {
    ApiError::new(Code::DraftInvalid, sentence).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn template(changes: Value) -> MessageTemplate {
        let mut template = json!({"name": "t", "language": "en", "category": "UTILITY", "status": "APPROVED", "named": false,
            "headerFormat": "TEXT", "header": "For {{1}}", "body": "Hi {{1}}, {{2}} of {{1}}.", "buttons": [
                {"kind": "URL", "text": "Track", "value": "https://a.test/{{1}}"}, {"kind": "QUICK_REPLY", "text": "Stop"},
                {"kind": "COPY_CODE", "text": "Copy"}, {"kind": "PHONE_NUMBER", "text": "Call", "value": "+1"}]});
        for (name, value) in changes.as_object().unwrap() {
            template[name] = value.clone();
        }
        serde_json::from_value(template).unwrap()
    }

    fn sound() -> Value {
        json!({"header": [{"name": "1", "text": "you"}], "body": [{"name": "1", "text": "{{2}}"}, {"name": "2", "text": "b"}],
            "buttons": [{"index": 0, "kind": "URL", "text": "x"}, {"index": 2, "kind": "COPY_CODE", "text": "SAVE"}]})
    }

    fn broken(template: &MessageTemplate, values: Value) -> String {
        let values: TemplateValues = serde_json::from_value(values).unwrap();
        match check(template, &values) {
            Ok(()) => String::new(),
            Err(error) => error.field.unwrap(),
        }
    }

    #[test]
    fn a_preview_says_what_will_be_said() {
        let values: TemplateValues = serde_json::from_value(sound()).unwrap();
        let shown = preview(&template(json!({})), &values);
        assert_eq!(shown.header.as_deref(), Some("For you"));
        assert_eq!(shown.body, "Hi {{2}}, b of {{2}}.", "a value is text");
        let addresses: Vec<Option<&str>> =
            shown.buttons.iter().map(|b| b.value.as_deref()).collect();
        assert_eq!(
            addresses,
            [Some("https://a.test/x"), None, Some("SAVE"), Some("+1")]
        );
        let named =
            template(json!({"named": true, "body": "Hi {{ first_name }}, {{}} {{ {{x}} {{y"}));
        assert_eq!(variables(&named.body), ["first_name", "x"]);
        let empty = preview(&named, &TemplateValues::default());
        assert_eq!(empty.body, named.body, "what has no value stays");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let whole = template(json!({}));
        assert_eq!(broken(&whole, sound()), "");
        let with = |at: &str, value: Value| {
            let mut values = sound();
            *values.pointer_mut(at).unwrap() = value;
            values
        };
        let text = |text: &str| json!(text);
        for (values, field) in [
            (with("/header", json!([])), "content.values.header"),
            (
                with("/body", json!([{"name": "1", "text": "a"}])),
                "content.values.body",
            ),
            (with("/body/1/name", text("1")), "content.values.body"),
            (
                with(
                    "/body",
                    json!([{"name": "1", "text": "a"}, {"name": "2", "text": "a"}, {"name": "3", "text": "a"}]),
                ),
                "content.values.body[2].name",
            ),
            (
                with("/body/0/text", text("a\nb")),
                "content.values.body[0].text",
            ),
            (
                with("/body/0/text", text(" ")),
                "content.values.body[0].text",
            ),
            (
                with("/body/0/text", text("a     b")),
                "content.values.body[0].text",
            ),
            (
                with("/body/0/text", text(&"x".repeat(600))),
                "content.values.body",
            ),
            (
                with("/header/0/text", text(&"x".repeat(57))),
                "content.values.header",
            ),
            (with("/buttons", json!([])), "content.values.buttons"),
            (
                with("/buttons/0/index", json!(3)),
                "content.values.buttons[0].index",
            ),
            (
                with("/buttons/0/index", json!(9)),
                "content.values.buttons[0].index",
            ),
            (
                with("/buttons/0/kind", text("COPY_CODE")),
                "content.values.buttons[0].index",
            ),
            (
                with("/buttons/1/text", text(&"x".repeat(16))),
                "content.values.buttons[1].text",
            ),
        ] {
            assert_eq!(broken(&whole, values), field);
        }
        let none = json!({});
        for (changes, field) in [
            (json!({"status": "PAUSED"}), "content.name"),
            (
                json!({"headerFormat": "LOCATION", "header": null}),
                "content.name",
            ),
            (
                json!({"headerFormat": "IMAGE", "header": null}),
                "content.values.media",
            ),
            (json!({"headerFormat": null, "header": null}), ""),
        ] {
            let mut changes = changes;
            changes["body"] = text("plain");
            changes["buttons"] = json!([]);
            assert_eq!(broken(&template(changes), none.clone()), field);
        }
    }
}
