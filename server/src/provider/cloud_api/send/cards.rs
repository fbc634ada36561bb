//! Places and contact cards.

use super::put;
use app::messages::Card;
use serde_json::{Value, json};

pub(super) fn location(
    latitude: &str,
    longitude: &str,
    name: Option<&str>,
    address: Option<&str>,
) -> Value {
    let mut object = json!({"latitude": latitude, "longitude": longitude});
    put(&mut object, "name", name);
    put(&mut object, "address", address);
    object
}

pub(super) fn contacts(cards: &[Card]) -> Value {
    cards.iter().map(contact).collect()
}

/// WhatsApp wants a part of the name beside the whole: the first word is the first name.
fn contact(card: &Card) -> Value {
    let name = card.name.trim();
    let (first, last) = name
        .split_once(char::is_whitespace)
        .map_or((name, None), |(first, last)| (first, Some(last.trim())));
    let mut names = json!({"formatted_name": name, "first_name": first});
    put(&mut names, "last_name", last);
    let mut object = json!({"name": names});
    for detail in &card.details {
        let value = detail.value.as_str();
        let entry = |field: &str| {
            let mut entry = json!({ field: value });
            put(&mut entry, "type", detail.label.as_deref());
            entry
        };
        match detail.what.as_str() {
            "phone" => {
                let mut phone = entry("phone");
                put(&mut phone, "wa_id", detail.wa_id.as_deref());
                append(&mut object, "phones", phone);
            }
            "email" => append(&mut object, "emails", entry("email")),
            // WhatsApp has parts of an address; a line that nobody has cut is its street.
            "address" => append(&mut object, "addresses", entry("street")),
            "url" => append(&mut object, "urls", entry("url")),
            what @ ("company" | "department" | "title") => object["org"][what] = value.into(),
            "birthday" => object["birthday"] = value.into(),
            _ => {}
        }
    }
    object
}

fn append(object: &mut Value, list: &str, entry: Value) {
    match object[list].as_array_mut() {
        Some(entries) => entries.push(entry),
        None => object[list] = json!([entry]),
    }
}
