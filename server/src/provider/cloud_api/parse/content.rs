//! The parts of a message: files, places, cards, orders.

use super::super::fields::{id_of, text_of};
use crate::fresh;
use crate::ingest::IncomingMedia;
use app::ids::MediaId;
use app::messages::{Card, CardDetail, Location, Media, MediaState, Order, OrderItem};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Most cards of a message, lines of a card and lines of an order that are kept. WhatsApp's own limit of cards is 257.
const MOST: usize = 300;

/// A text of one line, shortened: names, labels, titles.
pub(super) fn line_of(value: &Value, field: &str) -> Option<String> {
    const CHARS: usize = 1_000;
    text_of(value, field)
        .map(|text| text.trim().chars().take(CHARS).collect::<String>())
        .filter(|text| !text.is_empty())
}

/// A web address, and nothing that merely looks like one.
pub(super) fn address_of(value: &Value, field: &str) -> Option<String> {
    let text = text_of(value, field)?;
    let is_web = ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    (is_web && text.len() <= 2_000 && !text.contains(|c: char| c.is_whitespace() || c.is_control()))
        .then_some(text)
}

/// A file: what the inbox shows of it, and what fetches it. `None` if it names none.
pub(super) fn media(part: &Value) -> Result<Option<(Media, IncomingMedia)>, &'static str> {
    let Some(provider_media_id) = id_of(part, "id")? else {
        return Ok(None);
    };
    let mime_type = line_of(part, "mime_type").unwrap_or_default();
    let file_name = line_of(part, "filename");
    let flag = |name: &str| part.get(name).and_then(Value::as_bool).unwrap_or_default();
    let plain = mime_type.split(';').next().unwrap_or_default().trim();
    let plain = plain.to_ascii_lowercase();
    let shown = Media {
        file_name: file_name.clone(),
        voice: flag("voice"),
        animated: flag("animated"),
        ..Media::bare(fresh!(MediaId), plain, MediaState::Pending)
    };
    let incoming = IncomingMedia {
        provider_media_id,
        mime_type,
        sha256: text_of(part, "sha256").and_then(|text| digest(&text)),
        file_name,
        url: address_of(part, "url"),
    };
    Ok(Some((shown, incoming)))
}

/// SHA-256 as base64, which is how webhooks write it, or as hexadecimal, which is how the media call does.
fn digest(text: &str) -> Option<[u8; 32]> {
    let bytes = if text.len() == 64 {
        hex(text)?
    } else {
        STANDARD.decode(text).ok()?
    };
    bytes.try_into().ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
        .collect()
}

/// A place; `None` where its coordinates are none.
pub(super) fn location(part: &Value) -> Option<Location> {
    Some(Location {
        latitude: degrees(part.get("latitude")?, 90.0)?,
        longitude: degrees(part.get("longitude")?, 180.0)?,
        name: line_of(part, "name"),
        address: line_of(part, "address"),
        url: address_of(part, "url"),
    })
}

fn degrees(value: &Value, most: f64) -> Option<String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.len() <= 40 => text.trim().to_owned(),
        _ => return None,
    };
    let number: f64 = text.parse().ok()?;
    (number.abs() <= most).then_some(text)
}

/// Contact cards.
pub(super) fn cards(part: &Value) -> Vec<Card> {
    let cards = part.as_array().into_iter().flatten().take(MOST);
    cards.filter(|card| card.is_object()).map(card).collect()
}

fn card(card: &Value) -> Card {
    let name = card.get("name").unwrap_or(&Value::Null);
    let mut details = Vec::new();
    for (list, what, field) in [
        ("phones", "phone", "phone"),
        ("emails", "email", "email"),
        ("urls", "url", "url"),
    ] {
        for item in items(card, list) {
            // A phone that is on WhatsApp may be given as its id only.
            let wa_id = line_of(item, "wa_id").filter(|_| what == "phone");
            let digits = || wa_id.as_ref().map(|digits| format!("+{digits}"));
            if let Some(value) = line_of(item, field).or_else(digits) {
                details.push(CardDetail {
                    what: what.into(),
                    value,
                    label: line_of(item, "type"),
                    wa_id,
                });
            }
        }
    }
    for item in items(card, "addresses") {
        let parts = ["street", "zip", "city", "state", "country"].map(|part| line_of(item, part));
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            details.push(detail("address", parts.join(", "), line_of(item, "type")));
        }
    }
    let org = card.get("org").unwrap_or(&Value::Null);
    for what in ["company", "department", "title"] {
        details.extend(line_of(org, what).map(|value| detail(what, value, None)));
    }
    details.extend(line_of(card, "birthday").map(|value| detail("birthday", value, None)));
    details.truncate(MOST);
    Card {
        name: line_of(name, "formatted_name").unwrap_or_else(|| {
            let parts = ["prefix", "first_name", "middle_name", "last_name", "suffix"];
            let parts: Vec<String> = parts.iter().filter_map(|p| line_of(name, p)).collect();
            parts.join(" ")
        }),
        details,
        requested: line_of(card, "origin").as_deref() == Some("contact_request"),
    }
}

fn detail(what: &str, value: String, label: Option<String>) -> CardDetail {
    CardDetail {
        what: what.into(),
        value,
        label,
        wa_id: None,
    }
}

fn items<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    let items = value.get(list).and_then(Value::as_array);
    items.into_iter().flatten().take(MOST)
}

/// An order.
pub(super) fn order(part: &Value) -> Order {
    Order {
        catalog_id: line_of(part, "catalog_id"),
        items: items(part, "product_items")
            .filter_map(|item| {
                Some(OrderItem {
                    product_id: line_of(item, "product_retailer_id")?,
                    quantity: line_of(item, "quantity"),
                    price: line_of(item, "item_price"),
                    currency: line_of(item, "currency"),
                })
            })
            .collect(),
    }
}
