//! Webhook bodies into reports. Every object may gain fields, every list may gain values, almost every field may be missing; one
//! item that cannot be read never costs the others (Meta, "Webhooks: messages").

mod content;
mod context;
mod health;
mod message;
mod number;
mod people;
mod replies;
mod status;

use super::fields::{id_of, integer_of, read_json};
use crate::clock::now_ms;
use crate::ingest::{Change, HealthReport, NumberChanges};
pub use message::INBOUND_KINDS;
use message::{read_echo, read_inbound};
use number::read_alert;
use serde_json::Value;
use status::read_status;

/// How far in the future a time stamp may lie, in seconds, before our own clock is taken.
const MAX_AHEAD: i64 = 300;

/// What a body holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Reports, by number.
    pub changes: Vec<NumberChanges>,
    /// What is said of numbers and accounts.
    pub health: Vec<HealthReport>,
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
            read_change(&mut parsed, entry, &waba_id, change);
        }
    }
    Ok(parsed)
}

fn read_change(parsed: &mut Parsed, entry: &Value, waba_id: &str, change: &Value) {
    // By field first: other fields use the same names inside for other things (`calls` has a `statuses` of its own).
    let lists: &[(&str, ItemReader)] = match change.get("field").and_then(Value::as_str) {
        Some("messages") => &[
            ("messages", read_inbound),
            ("statuses", read_status),
            ("errors", read_alert),
        ],
        Some("smb_message_echoes") => &[("message_echoes", read_echo), ("errors", read_alert)],
        Some(field) if number::is_about_numbers(field) => {
            number::read(parsed, waba_id, field, change);
            return;
        }
        Some(field) => {
            match health::report(entry, waba_id, field, change) {
                Some(report) => parsed.health.push(report),
                None => parsed.ignored += 1,
            }
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
                        Ok(read) if read.is_empty() => parsed.ignored += 1,
                        Ok(read) => changes.extend(read),
                        Err(reason) => parsed.unreadable.push(reason.into()),
                    }
                }
            }
            Some(_) => parsed.unreadable.push(format!("`{name}` is not a list")),
        }
    }
    parsed.changes.push(NumberChanges {
        waba_id: waba_id.to_owned(),
        phone_number_id,
        changes,
    });
}

type ItemReader = fn(&Value, &Value) -> Read;

/// What an item says; nothing if an inbox may ignore it, `Err` why it cannot be read.
type Read = Result<Vec<Change>, &'static str>;

/// WhatsApp's time stamp in seconds; our clock where there is none, or one that cannot be.
fn timestamp_of(item: &Value) -> i64 {
    let now = now_ms() / 1000;
    integer_of(item, "timestamp")
        .filter(|at| (1..=now + MAX_AHEAD).contains(at))
        .unwrap_or(now)
}

#[cfg(test)]
mod tests;
