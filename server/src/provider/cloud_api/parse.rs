//! Webhook bodies into reports. Every object may gain fields, every list may gain values, almost every field may be missing; one
//! item that cannot be read never costs the others (Meta, "Webhooks: messages").

use super::errors;
use super::fields::{id_of, integer_of, read_json, text_of};
use crate::clock::now_ms;
use crate::ingest::{Callback, Change, IncomingMessage, NumberChanges, Person, StatusReport};
use app::messages::{DeliveryStatus, Direction, Forwarded};
use serde_json::Value;

/// How far in the future a time stamp may lie, in seconds, before our own clock is taken.
const MAX_AHEAD: i64 = 300;

/// What a body holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Reports, by number.
    pub changes: Vec<NumberChanges>,
    /// Items of kinds that an inbox may ignore.
    pub ignored: u64,
    /// Why something could not be read; then the body is kept for a person to look at.
    pub unreadable: Vec<String>,
}

/// Reads a body. `Err` if it is not JSON at all.
pub fn parse(body: &[u8]) -> Result<Parsed, serde_json::Error> {
    let body = read_json(body)?;
    let mut parsed = Parsed::default();
    match body.get("object").and_then(Value::as_str) {
        Some("whatsapp_business_account") => {}
        Some(_) => {
            parsed.ignored += 1;
            return Ok(parsed);
        }
        None => {
            parsed.unreadable.push("the body has no `object`".into());
            return Ok(parsed);
        }
    }
    let Some(entries) = body.get("entry").and_then(Value::as_array) else {
        parsed.unreadable.push("`entry` is not a list".into());
        return Ok(parsed);
    };
    for entry in entries {
        let waba_id = match id_of(entry, "id") {
            Ok(id) => id.unwrap_or_default(),
            Err(reason) => {
                parsed.unreadable.push(reason.into());
                continue;
            }
        };
        let Some(changes) = entry.get("changes").and_then(Value::as_array) else {
            parsed
                .unreadable
                .push("an entry has no list of `changes`".into());
            continue;
        };
        for change in changes {
            read_change(&mut parsed, &waba_id, change);
        }
    }
    Ok(parsed)
}

fn read_change(parsed: &mut Parsed, waba_id: &str, change: &Value) {
    // By field first: other fields use the same names inside for other things (`calls` has a `statuses` of its own).
    let lists: &[(&str, ItemReader)] = match change.get("field").and_then(Value::as_str) {
        Some("messages") => &[("messages", read_inbound), ("statuses", read_status)],
        Some("smb_message_echoes") => &[("message_echoes", read_echo)],
        Some(_) => {
            parsed.ignored += 1;
            return;
        }
        None => {
            parsed.unreadable.push("a change has no `field`".into());
            return;
        }
    };
    let value = change.get("value").unwrap_or(&Value::Null);
    let metadata = value.get("metadata").unwrap_or(&Value::Null);
    let phone_number_id = match id_of(metadata, "phone_number_id") {
        Ok(Some(id)) => id,
        Ok(None) => {
            parsed
                .unreadable
                .push("a change names no `phone_number_id`".into());
            return;
        }
        Err(reason) => {
            parsed.unreadable.push(reason.into());
            return;
        }
    };
    let mut changes = Vec::new();
    for (name, read) in lists {
        match value.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) => {
                for item in items {
                    match read(value, item) {
                        Ok(Some(change)) => changes.push(change),
                        Ok(None) => parsed.ignored += 1,
                        Err(reason) => parsed.unreadable.push(reason.into()),
                    }
                }
            }
            Some(_) => parsed.unreadable.push(format!("`{name}` is not a list")),
        }
    }
    if value.get("errors").is_some_and(Value::is_array) {
        tracing::warn!(
            phone_number_id,
            "WhatsApp reports a problem of the account or the number"
        );
        metrics::counter!("pilot_webhook_account_errors_total").increment(1);
    }
    parsed.changes.push(NumberChanges {
        waba_id: waba_id.to_owned(),
        phone_number_id,
        changes,
    });
}

type ItemReader = fn(&Value, &Value) -> Read;

/// What an item says; `None` if an inbox may ignore it, `Err` why it cannot be read.
type Read = Result<Option<Change>, &'static str>;

fn read_inbound(value: &Value, item: &Value) -> Read {
    let mut person = Person {
        bsuid: id_of(item, "from_user_id")?,
        phone: None,
        ..Person::default()
    };
    identify(&mut person, id_of(item, "from")?);
    complete_from_contacts(&mut person, value)?;
    read_message(item, person, Direction::Inbound)
}

fn read_echo(value: &Value, item: &Value) -> Read {
    let mut person = Person {
        bsuid: id_of(item, "to_user_id")?,
        phone: None,
        ..Person::default()
    };
    identify(&mut person, id_of(item, "to")?);
    complete_from_contacts(&mut person, value)?;
    read_message(item, person, Direction::Outbound)
}

fn read_message(item: &Value, person: Person, direction: Direction) -> Read {
    let provider_id = id_of(item, "id")?.ok_or("a message has no `id`")?;
    if item.get("group_id").is_some_and(|id| !id.is_null()) {
        return Err("a message of a group; groups are not shown yet");
    }
    if person.bsuid.is_none() && person.phone.is_none() {
        return Err("a message does not say who it is from");
    }
    let kind = kind_of(item);
    Ok(Some(Change::Message(Box::new(IncomingMessage {
        provider_id,
        direction,
        person,
        timestamp: timestamp_of(item),
        text: readable_text(&kind, item),
        content: None,
        media: None,
        forwarded: Forwarded::No,
        answers: None,
        opens_window: !matches!(kind.as_str(), "system" | "revoke" | "edit"),
        counts_as_unread: !matches!(kind.as_str(), "system" | "revoke" | "edit"),
        kind,
        raw: item.to_string(),
    }))))
}

fn read_status(_: &Value, item: &Value) -> Read {
    let provider_id = id_of(item, "id")?.ok_or("a status has no `id`")?;
    let status = match item.get("status").and_then(Value::as_str) {
        Some("sent") => DeliveryStatus::Sent,
        Some("delivered") => DeliveryStatus::Delivered,
        // `played` says of a voice note what `read` says of a text, and more.
        Some("read" | "played") => DeliveryStatus::Read,
        Some("failed") => DeliveryStatus::Failed,
        Some(_) => return Ok(None),
        None => return Err("a status has no `status`"),
    };
    let failure = (status == DeliveryStatus::Failed).then(|| {
        let error = item
            .get("errors")
            .and_then(|errors| errors.get(0))
            .unwrap_or(&Value::Null);
        let details = error
            .get("error_data")
            .and_then(|data| text_of(data, "details"))
            .or_else(|| text_of(error, "details"))
            .or_else(|| text_of(error, "message"));
        errors::failure(
            integer_of(error, "code").unwrap_or(131_000),
            &text_of(error, "title").unwrap_or_default(),
            details.as_deref(),
        )
    });
    Ok(Some(Change::Status(Box::new(StatusReport {
        provider_id,
        callback: text_of(item, "biz_opaque_callback_data").and_then(|text| Callback::parse(&text)),
        status,
        timestamp: timestamp_of(item),
        failure,
        pricing: None,
    }))))
}

/// A `from` is a phone, or, in some deliveries, a business-scoped id: two letters, a dot, and more.
fn identify(person: &mut Person, from: Option<String>) {
    let Some(from) = from else { return };
    let is_bsuid = from.len() > 3
        && from.as_bytes()[2] == b'.'
        && from.bytes().take(2).all(|b| b.is_ascii_alphabetic());
    if is_bsuid {
        person.bsuid.get_or_insert(from);
    } else {
        let digits: String = from.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() {
            person.phone = Some(digits);
        }
    }
}

/// `contacts` is matched by id, never by index.
fn complete_from_contacts(person: &mut Person, value: &Value) -> Result<(), &'static str> {
    let contacts = value.get("contacts").and_then(Value::as_array);
    let entry = contacts.into_iter().flatten().find(|contact| {
        let same = |field: &str, id: &Option<String>| {
            id.is_some() && id_of(contact, field).as_ref() == Ok(id)
        };
        same("user_id", &person.bsuid) || same("wa_id", &person.phone)
    });
    let Some(entry) = entry else { return Ok(()) };
    if person.bsuid.is_none() {
        person.bsuid = id_of(entry, "user_id")?;
    }
    if person.phone.is_none() {
        identify(person, id_of(entry, "wa_id")?);
    }
    let profile = entry.get("profile").unwrap_or(&Value::Null);
    person.name = text_of(profile, "name").filter(|name| !name.trim().is_empty());
    person.username =
        text_of(profile, "username").map(|name| name.trim_start_matches('@').to_owned());
    Ok(())
}

fn kind_of(item: &Value) -> String {
    const KNOWN: [&str; 15] = [
        "text",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "contacts",
        "interactive",
        "button",
        "reaction",
        "order",
        "system",
        "edit",
        "revoke",
    ];
    text_of(item, "type").map_or_else(
        || {
            let sibling = KNOWN.iter().find(|kind| item.get(**kind).is_some());
            (*sibling.unwrap_or(&"unsupported")).to_owned()
        },
        |kind| kind.chars().take(40).collect(),
    )
}

/// What can be read of a message without its media.
fn readable_text(kind: &str, item: &Value) -> Option<String> {
    let part = item.get(kind)?;
    let text = match kind {
        "text" | "system" => text_of(part, "body"),
        "button" | "order" => text_of(part, "text"),
        "reaction" => text_of(part, "emoji"),
        "document" => text_of(part, "caption").or_else(|| text_of(part, "filename")),
        "location" => text_of(part, "name").or_else(|| text_of(part, "address")),
        "contacts" => part
            .get(0)
            .and_then(|card| card.get("name"))
            .and_then(|name| text_of(name, "formatted_name")),
        "interactive" => text_of(part, "type")
            .and_then(|kind| part.get(&kind))
            .and_then(|reply| text_of(reply, "title").or_else(|| text_of(reply, "body"))),
        _ => text_of(part, "caption"),
    };
    text.filter(|text| !text.is_empty())
}

/// WhatsApp's time stamp in seconds; our clock where there is none, or one that cannot be.
fn timestamp_of(item: &Value) -> i64 {
    let now = now_ms() / 1000;
    integer_of(item, "timestamp")
        .filter(|at| (1..=now + MAX_AHEAD).contains(at))
        .unwrap_or(now)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
