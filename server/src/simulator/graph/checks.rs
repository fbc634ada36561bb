//! What Graph refuses of each type of message (Meta, "Messages"), so that a wrong body fails here as it would there.

use super::{offers, templates};
use crate::simulator::error_codes::GraphError;
use serde_json::Value;
use std::collections::BTreeSet;

/// Checks the object of a message.
pub(super) fn check(kind: &str, body: &Value) -> Result<(), GraphError> {
    let object = &body[kind];
    match kind {
        "image" | "video" | "audio" | "document" | "sticker" => media(kind, object),
        "location" => location(object),
        "contacts" => contacts(object),
        "reaction" => reaction(object, body),
        "interactive" => interactive(object),
        "template" => template(object),
        _ => Ok(()),
    }
}

pub(super) fn wrong<T>(what: impl Into<String>) -> Result<T, GraphError> {
    Err(GraphError::of_code(131_009, what.into()))
}

pub(super) fn missing<T>(what: &str) -> Result<T, GraphError> {
    Err(GraphError::of_code(
        131_008,
        format!("The parameter {what} is required."),
    ))
}

/// A text of 1 to so many characters.
pub(super) fn text(value: &Value, what: &str, longest: usize) -> Result<(), GraphError> {
    match value.as_str() {
        None | Some("") => missing(what),
        Some(text) if text.chars().count() > longest => {
            wrong(format!("{what} is longer than {longest} characters."))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn optional(value: &Value, what: &str, longest: usize) -> Result<(), GraphError> {
    if value.is_null() {
        return Ok(());
    }
    text(value, what, longest)
}

fn media(kind: &str, object: &Value) -> Result<(), GraphError> {
    if object["id"].as_str().is_none() && object["link"].as_str().is_none() {
        return missing(&format!("{kind}['id']"));
    }
    if matches!(kind, "audio" | "sticker") && !object["caption"].is_null() {
        return wrong(format!("{kind} takes no caption."));
    }
    optional(&object["caption"], "caption", 1_024)
}

fn location(object: &Value) -> Result<(), GraphError> {
    for (name, most) in [("latitude", 90.0), ("longitude", 180.0)] {
        let value = &object[name];
        let degrees = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        if degrees.is_none_or(|degrees| !(-most..=most).contains(&degrees)) {
            return wrong(format!("location['{name}'] is not a number of degrees."));
        }
    }
    Ok(())
}

fn contacts(cards: &Value) -> Result<(), GraphError> {
    let Some(cards) = cards
        .as_array()
        .filter(|cards| (1..=257).contains(&cards.len()))
    else {
        return wrong("contacts must be a list of 1 to 257.");
    };
    for card in cards {
        let name = &card["name"];
        text(&name["formatted_name"], "name['formatted_name']", 1_000)?;
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        if parts.iter().all(|part| name[part].is_null()) {
            return wrong("name needs a part beside formatted_name.");
        }
    }
    Ok(())
}

fn reaction(object: &Value, body: &Value) -> Result<(), GraphError> {
    let target = object["message_id"].as_str().unwrap_or_default();
    if !target.starts_with("wamid.") || !object["emoji"].is_string() || !body["context"].is_null() {
        return wrong("A reaction has a message_id and an emoji, and no context.");
    }
    Ok(())
}

fn interactive(object: &Value) -> Result<(), GraphError> {
    let action = &object["action"];
    let kind = object["type"].as_str().unwrap_or_default();
    let longest = if kind == "list" { 4_096 } else { 1_024 };
    text(&object["body"]["text"], "body['text']", longest)?;
    optional(&object["footer"]["text"], "footer['text']", 60)?;
    if object["header"]["type"] == "text" {
        text(&object["header"]["text"], "header['text']", 60)?;
    }
    match kind {
        "button" => {
            let buttons = action["buttons"].as_array().map_or(&[][..], Vec::as_slice);
            if !(1..=3).contains(&buttons.len()) {
                return wrong("There must be 1 to 3 buttons.");
            }
            let mut titles = BTreeSet::new();
            for button in buttons {
                let reply = &button["reply"];
                text(&reply["id"], "reply['id']", 256)?;
                text(&reply["title"], "reply['title']", 20)?;
                if button["type"] != "reply" || !titles.insert(reply["title"].as_str()) {
                    return wrong("Buttons must be replies with titles of their own.");
                }
            }
            Ok(())
        }
        "list" => list(action),
        "cta_url" => {
            let parameters = &action["parameters"];
            text(&parameters["display_text"], "display_text", 20)?;
            let url = parameters["url"].as_str().unwrap_or_default();
            if action["name"] != "cta_url" || !url.starts_with("http") {
                return wrong("cta_url needs its name and a web address.");
            }
            Ok(())
        }
        "carousel" => offers::carousel(object),
        "flow" => offers::flow(action),
        "location_request_message" | "request_contact_info" => Ok(()),
        other => wrong(format!("interactive['type'] {other} is not known here.")),
    }
}

fn list(action: &Value) -> Result<(), GraphError> {
    text(&action["button"], "action['button']", 20)?;
    let sections = action["sections"].as_array().map_or(&[][..], Vec::as_slice);
    let rows: Vec<&Value> = sections
        .iter()
        .flat_map(|section| section["rows"].as_array().into_iter().flatten())
        .collect();
    if sections.is_empty() || sections.len() > 10 || rows.is_empty() || rows.len() > 10 {
        return wrong("A list has up to 10 sections and 1 to 10 rows in all.");
    }
    for section in sections {
        if sections.len() > 1 {
            text(&section["title"], "section['title']", 24)?;
        }
    }
    for row in rows {
        text(&row["id"], "row['id']", 200)?;
        text(&row["title"], "row['title']", 24)?;
        optional(&row["description"], "row['description']", 72)?;
    }
    Ok(())
}

/// Name and language exist, it is approved, and each component has as many parameters as it has variables.
fn template(object: &Value) -> Result<(), GraphError> {
    let name = object["name"].as_str().unwrap_or_default();
    let language = object["language"]["code"].as_str().unwrap_or_default();
    let Some(known) = templates::find(name, language) else {
        return Err(GraphError::of_code(
            132_001,
            format!("template name ({name}) does not exist in {language}"),
        ));
    };
    match known["status"].as_str() {
        Some("APPROVED") => {}
        Some("PAUSED") => {
            return Err(GraphError::of_code(
                132_015,
                "Template is paused.".to_owned(),
            ));
        }
        _ => {
            return Err(GraphError::of_code(
                132_001,
                "Template is not approved.".to_owned(),
            ));
        }
    }
    let given = object["components"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    for part in ["HEADER", "BODY"] {
        let text = known["components"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|component| component["type"] == part);
        let Some(component) = text else { continue };
        let file = component["format"]
            .as_str()
            .is_some_and(|format| format != "TEXT");
        let wanted = if file {
            1
        } else {
            let text = component["text"].as_str().unwrap_or_default();
            text.matches("{{").map(|_| ()).count()
        };
        let count = given
            .iter()
            .find(|component| component["type"] == part.to_lowercase())
            .and_then(|component| component["parameters"].as_array())
            .map_or(0, Vec::len);
        if count != wanted {
            return Err(GraphError::of_code(
                132_000,
                format!("{part}: number of localizable_params ({count}) does not match ({wanted})"),
            ));
        }
    }
    Ok(())
}
