//! Words for a message, whichever way it goes: both directions name their payload by type.

use serde_json::Value;

/// The text of a message object, or a label for what a phone would draw.
pub(super) fn preview(kind: &str, message: &Value) -> String {
    let object = &message[kind];
    let text = |key: &str| object[key].as_str().unwrap_or_default().trim();
    match kind {
        "text" => object["body"].as_str().unwrap_or_default().to_owned(),
        "image" => labelled("Photo", text("caption")),
        "video" => labelled("Video", text("caption")),
        "audio" if object["voice"] == true => "Voice note".to_owned(),
        "audio" => "Audio".to_owned(),
        "sticker" => "Sticker".to_owned(),
        "document" => labelled(&labelled("Document", text("filename")), text("caption")),
        "location" => labelled("Location", first(&[text("name"), text("address")])),
        "contacts" => labelled(
            "Contact",
            object[0]["name"]["formatted_name"]
                .as_str()
                .unwrap_or_default(),
        ),
        "reaction" => labelled("Reaction", text("emoji")),
        "button" => text("text").to_owned(),
        "template" => labelled("Template", text("name")),
        "interactive" => interactive(object),
        "order" => labelled("Order", text("text")),
        "system" => labelled("System", text("body")),
        "unsupported" => labelled("Only on phones", &text("type").replace('_', " ")),
        "request_welcome" => "Opened the chat".to_owned(),
        other => format!("[{other}]"),
    }
}

fn interactive(object: &Value) -> String {
    let kind = object["type"].as_str().unwrap_or_default();
    let words = [
        &object[kind]["title"],
        &object["body"]["text"],
        &object[kind]["body"],
    ];
    let words = words
        .iter()
        .find_map(|value| value.as_str())
        .unwrap_or_default();
    labelled("Interactive", words)
}

fn labelled(label: &str, text: &str) -> String {
    if text.is_empty() {
        label.to_owned()
    } else {
        format!("{label}: {text}")
    }
}

fn first<'a>(texts: &[&'a str]) -> &'a str {
    texts
        .iter()
        .find(|text| !text.is_empty())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_type_has_words() {
        let cases = [
            ("text", json!({"text": {"body": "hi"}}), "hi"),
            (
                "image",
                json!({"image": {"id": "1", "caption": "Porch"}}),
                "Photo: Porch",
            ),
            (
                "audio",
                json!({"audio": {"id": "1", "voice": true}}),
                "Voice note",
            ),
            (
                "document",
                json!({"document": {"filename": "a.pdf"}}),
                "Document: a.pdf",
            ),
            (
                "location",
                json!({"location": {"latitude": 1.0, "longitude": 2.0}}),
                "Location",
            ),
            (
                "interactive",
                json!({"interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}}),
                "Interactive: Yes",
            ),
            (
                "unsupported",
                json!({"unsupported": {"type": "poll_creation"}}),
                "Only on phones: poll creation",
            ),
            ("hologram", json!({}), "[hologram]"),
        ];
        for (kind, message, words) in cases {
            assert_eq!(preview(kind, &message), words);
        }
    }
}
