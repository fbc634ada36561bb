//! A template with its variables filled: the message carries the values only, the words are with the template.

use serde_json::Value;

use super::{Button, Face, figure, line, list_of, media, place, web};
use crate::simulator::files::Files;
use crate::simulator::graph::templates::find;

/// Draws a template; one that is not known here by its name.
pub(super) fn draw(face: &mut Face, files: &Files, object: &Value) {
    let name = object["name"].as_str().unwrap_or_default();
    let language = object["language"]["code"].as_str().unwrap_or_default();
    let Some(known) = find(name, language) else {
        face.words = Some(name.to_owned());
        return;
    };
    let given = |kind: &str| {
        let found = list_of(&object["components"])
            .iter()
            .find(|component| component["type"] == kind);
        found.map_or(&[][..], |component| list_of(&component["parameters"]))
    };
    for component in list_of(&known["components"]) {
        let text = line(&component["text"]).unwrap_or_default();
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" if component["format"] == "TEXT" => {
                face.header = Some(filled(&text, given("header")));
            }
            "HEADER" => header(face, files, given("header").first()),
            "BODY" => face.words = Some(filled(&text, given("body"))),
            "FOOTER" => face.footer = Some(text),
            "BUTTONS" => {
                face.buttons = list_of(&component["buttons"])
                    .iter()
                    .enumerate()
                    .map(|(index, known)| button(known, value_of(object, index)))
                    .collect();
            }
            _ => {}
        }
    }
}

/// A file or a place above the words.
fn header(face: &mut Face, files: &Files, parameter: Option<&Value>) {
    let Some(parameter) = parameter else { return };
    match parameter["type"].as_str().unwrap_or_default() {
        "location" => face.place = place(&parameter["location"]),
        kind @ ("image" | "video" | "document") => {
            face.media = Some(media(files, kind, &parameter[kind]));
        }
        _ => {}
    }
}

/// The value that a message gives to the button in this place.
fn value_of(object: &Value, index: usize) -> Option<String> {
    let component = list_of(&object["components"]).iter().find(|component| {
        component["type"] == "button" && figure(&component["index"]) == index.to_string()
    })?;
    let parameter = &component["parameters"][0];
    ["text", "payload", "coupon_code"]
        .into_iter()
        .find_map(|key| line(&parameter[key]))
}

fn button(known: &Value, value: Option<String>) -> Button {
    let title = figure(&known["text"]);
    let plain = |kind, value| Button {
        kind,
        title: title.clone(),
        id: None,
        value,
    };
    match known["type"].as_str().unwrap_or_default() {
        "URL" => {
            let address = line(&known["url"]).unwrap_or_default();
            let address = address.replace("{{1}}", value.as_deref().unwrap_or_default());
            plain("link", web(&address.into()))
        }
        "PHONE_NUMBER" => plain("phone", line(&known["phone_number"])),
        "COPY_CODE" => plain("code", value),
        // Without a payload of its own it brings its words back.
        _ => Button {
            id: Some(value.unwrap_or_else(|| title.clone())),
            ..plain("quickReply", None)
        },
    }
}

/// `{{1}}` by place, `{{first_name}}` by name.
fn filled(text: &str, parameters: &[Value]) -> String {
    let mut rest = text;
    let mut words = String::new();
    while let Some((before, after)) = rest.split_once("{{") {
        words.push_str(before);
        let Some((name, end)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        let place = name.parse::<usize>().ok().and_then(|at| at.checked_sub(1));
        let parameter = match place {
            Some(place) => parameters.get(place),
            None => parameters
                .iter()
                .find(|parameter| parameter["parameter_name"] == name),
        };
        words.push_str(parameter.and_then(|p| p["text"].as_str()).unwrap_or("…"));
        rest = end;
    }
    words.push_str(rest);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_are_filled_by_place_and_by_name() {
        let by_place = [json!({"text": "Ana"}), json!({"text": "{{1}}"})];
        assert_eq!(
            filled("Hi {{1}}, {{2}} or {{3}}.", &by_place),
            "Hi Ana, {{1}} or …."
        );
        let by_name = [json!({"parameter_name": "day", "text": "Friday"})];
        assert_eq!(
            filled("On {{day}} at {{time", &by_name),
            "On Friday at time"
        );
    }
}
