//! What a phone draws of a message: one form for both directions and all types, so that the page only has to draw.
//!
//! Texts are texts. An address is only there where it begins with `http://` or `https://`.

use serde::Serialize;
use serde_json::Value;

use super::files::Files;

mod template;

/// The parts of a bubble; those that the message has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Face {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media: Option<Picture>,
    /// Above the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    /// A text, a caption, the body of a template or of buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) words: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cards: Vec<Card>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    order: Vec<String>,
    /// What can be pressed, below everything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<Button>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<List>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Picture {
    /// `image`, `video`, `audio`, `voice`, `document` or `sticker`.
    kind: String,
    /// Relative to the simulator; missing where the file is not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    mime_type: String,
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    latitude: String,
    longitude: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Card {
    name: String,
    lines: Vec<String>,
}

/// Something to press.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Button {
    /// `reply`, `quickReply`, `link`, `phone`, `code`, `place`, `contact` or `form`; open.
    kind: &'static str,
    title: String,
    /// What a pressed button brings back: the id of a reply, the payload of a quick reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Where a link goes, the phone, the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct List {
    button: String,
    sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Section {
    title: String,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Row {
    id: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// The face of a message, whichever way it goes: both directions name their object by the type.
pub(super) fn face(files: &Files, kind: &str, message: &Value) -> Face {
    let object = &message[kind];
    let mut face = Face::default();
    match kind {
        "text" | "system" => face.words = line(&object["body"]),
        "image" | "video" | "audio" | "document" | "sticker" => {
            face.media = Some(media(files, kind, object));
            face.words = line(&object["caption"]);
        }
        "location" => face.place = place(object),
        "contacts" => face.cards = list_of(object).iter().map(card).collect(),
        "order" => {
            face.words = line(&object["text"]);
            face.order = list_of(&object["product_items"])
                .iter()
                .map(order_line)
                .collect();
        }
        "button" => face.words = line(&object["text"]),
        "interactive" => interactive(&mut face, files, object),
        "template" => template::draw(&mut face, files, object),
        _ => {}
    }
    face
}

/// A text that is not empty.
fn line(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A text or a number, as text; empty where it is neither.
fn figure(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn list_of(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A web address, and nothing else that a browser would follow.
fn web(value: &Value) -> Option<String> {
    line(value).filter(|text| text.starts_with("https://") || text.starts_with("http://"))
}

fn media(files: &Files, kind: &str, object: &Value) -> Picture {
    let file = object["id"].as_str().and_then(|id| files.get(id));
    let voice = kind == "audio" && object["voice"] == true;
    Picture {
        kind: if voice { "voice" } else { kind }.to_owned(),
        address: file.map(|file| format!("media/{}", file.id)),
        mime_type: file.map_or_else(String::new, |file| file.mime_type.clone()),
        size: file.map_or(0, |file| file.size),
        file_name: line(&object["filename"])
            .or_else(|| file.and_then(|file| file.file_name.clone())),
    }
}

fn place(object: &Value) -> Option<Place> {
    let degrees = |key: &str| {
        let text = figure(&object[key]);
        text.parse::<f64>().ok().map(|_| text)
    };
    Some(Place {
        latitude: degrees("latitude")?,
        longitude: degrees("longitude")?,
        name: line(&object["name"]),
        address: line(&object["address"]),
    })
}

fn card(card: &Value) -> Card {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(line(&card["org"]["title"]));
    lines.extend(line(&card["org"]["company"]));
    for (list, field) in [
        ("phones", "phone"),
        ("emails", "email"),
        ("urls", "url"),
        ("addresses", "street"),
    ] {
        lines.extend(
            list_of(&card[list])
                .iter()
                .filter_map(|item| line(&item[field])),
        );
    }
    Card {
        name: line(&card["name"]["formatted_name"]).unwrap_or_default(),
        lines,
    }
}

fn order_line(item: &Value) -> String {
    let product = figure(&item["product_retailer_id"]);
    let (price, currency) = (figure(&item["item_price"]), figure(&item["currency"]));
    format!(
        "{} × {product} · {price} {currency}",
        figure(&item["quantity"])
    )
}

/// What the business offers to choose from, or what the customer chose.
fn interactive(face: &mut Face, files: &Files, object: &Value) {
    let kind = object["type"].as_str().unwrap_or_default();
    let (answer, action) = (&object[kind], &object["action"]);
    let header = object["header"]["type"].as_str().unwrap_or_default();
    face.header = line(&object["header"]["text"]);
    if matches!(header, "image" | "video" | "document") {
        face.media = Some(media(files, header, &object["header"][header]));
    }
    face.words = [&object["body"]["text"], &answer["title"], &answer["body"]]
        .into_iter()
        .find_map(line);
    face.footer = line(&object["footer"]["text"]).or_else(|| line(&answer["description"]));
    match kind {
        "button" => {
            face.buttons = list_of(&action["buttons"])
                .iter()
                .map(|button| Button {
                    kind: "reply",
                    title: figure(&button["reply"]["title"]),
                    id: line(&button["reply"]["id"]),
                    ..Button::default()
                })
                .collect();
        }
        "list" => face.list = Some(list(action)),
        "cta_url" => {
            let parameters = &action["parameters"];
            face.buttons = vec![Button {
                kind: "link",
                title: figure(&parameters["display_text"]),
                value: web(&parameters["url"]),
                ..Button::default()
            }];
        }
        "flow" => {
            let opens = figure(&action["parameters"]["flow_cta"]);
            face.buttons = vec![asking("form", &opens)];
        }
        "carousel" => {
            face.cards = list_of(&action["cards"]).iter().map(slide).collect();
        }
        "location_request_message" => face.buttons = vec![asking("place", "Send location")],
        "request_contact_info" => face.buttons = vec![asking("contact", "Share phone number")],
        "call_permission_reply" => face.words = Some("Calls allowed".to_owned()),
        _ => {}
    }
}

/// A card of a carousel.
fn slide(card: &Value) -> Card {
    let action = &card["action"];
    let replies = list_of(&action["buttons"])
        .iter()
        .filter_map(|button| line(&button["quick_reply"]["title"]));
    Card {
        name: figure(&card["body"]["text"]),
        lines: line(&action["parameters"]["display_text"])
            .into_iter()
            .chain(replies)
            .collect(),
    }
}

fn asking(kind: &'static str, title: &str) -> Button {
    Button {
        kind,
        title: title.to_owned(),
        ..Button::default()
    }
}

fn list(action: &Value) -> List {
    let row = |row: &Value| Row {
        id: figure(&row["id"]),
        title: figure(&row["title"]),
        description: line(&row["description"]),
    };
    let section = |section: &Value| Section {
        title: figure(&section["title"]),
        rows: list_of(&section["rows"]).iter().map(row).collect(),
    };
    List {
        button: figure(&action["button"]),
        sections: list_of(&action["sections"]).iter().map(section).collect(),
    }
}
