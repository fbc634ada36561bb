//! What WhatsApp says of numbers, accounts and people outside any conversation.

use super::super::fields::{id_of, integer_of};
use super::content::line_of;
use super::people::{identify, person};
use super::status::details_of;
use super::{Parsed, Read, timestamp_of};
use crate::ingest::{Alert, Change, NumberChanges, Person, Preference, SamePerson};
use serde_json::Value;

/// A problem of the number or its account.
pub(super) fn read_alert(_: &Value, error: &Value) -> Read {
    if !error.is_object() {
        return Err("an error is no object");
    }
    let title = line_of(error, "title");
    let details = details_of(error);
    let sentence = match (title, details) {
        (Some(title), Some(details)) if title != details => format!("{title}: {details}"),
        (Some(said), _) | (None, Some(said)) => said,
        (None, None) => "WhatsApp reports a problem and does not say which.".to_owned(),
    };
    Ok(vec![Change::Alert(Alert {
        code: integer_of(error, "code").map_or_else(|| "unknown".into(), |code| code.to_string()),
        sentence: sentence.chars().take(400).collect(),
    })])
}

/// Whether a field tells something of numbers or people that is kept.
pub(super) fn is_about_numbers(field: &str) -> bool {
    matches!(field, "user_preferences" | "user_id_update")
}

/// Reads a change of such a field.
pub(super) fn read(parsed: &mut Parsed, waba_id: &str, field: &str, change: &Value) {
    let value = change.get("value").unwrap_or(&Value::Null);
    let metadata = value.get("metadata").unwrap_or(&Value::Null);
    let phone_number_id = match id_of(metadata, "phone_number_id") {
        Ok(Some(id)) => id,
        Ok(None) => {
            parsed.ignored += 1;
            return;
        }
        Err(reason) => {
            parsed.unreadable.push(reason.into());
            return;
        }
    };
    let mut changes = Vec::new();
    // A list in some samples, the thing itself in others.
    let items = match value.get(field) {
        Some(Value::Array(items)) => items.as_slice(),
        Some(item @ Value::Object(_)) => std::slice::from_ref(item),
        _ => std::slice::from_ref(value),
    };
    for item in items {
        let read = match field {
            "user_preferences" => preference(value, item),
            _ => new_user_id(item),
        };
        match read {
            Ok(read) if read.is_empty() => parsed.ignored += 1,
            Ok(read) => changes.extend(read),
            Err(reason) => parsed.unreadable.push(reason.into()),
        }
    }
    parsed.changes.push(NumberChanges {
        waba_id: waba_id.to_owned(),
        phone_number_id,
        changes,
    });
}

/// Whether a person wants marketing messages.
fn preference(value: &Value, item: &Value) -> Read {
    if line_of(item, "category").as_deref() != Some("marketing_messages") {
        return Ok(Vec::new());
    }
    let stopped = match line_of(item, "value").as_deref() {
        Some("stop") => true,
        Some("resume") => false,
        _ => return Ok(Vec::new()),
    };
    let person = person(value, item, "user_id", "wa_id")?;
    if person.bsuid.is_none() && person.phone.is_none() {
        return Err("a preference does not say whose it is");
    }
    Ok(vec![Change::Preference(Box::new(Preference {
        person,
        stopped,
        timestamp: timestamp_of(item),
    }))])
}

/// A person has another business-scoped id from now on.
fn new_user_id(item: &Value) -> Read {
    let ids = item.get("user_id").unwrap_or(&Value::Null);
    let (Some(previous), Some(current)) = (id_of(ids, "previous")?, id_of(ids, "current")?) else {
        return Ok(Vec::new());
    };
    if previous == current {
        return Ok(Vec::new());
    }
    let of = |bsuid: String| Person {
        bsuid: Some(bsuid),
        ..Person::default()
    };
    let mut current = of(current);
    identify(&mut current, id_of(item, "wa_id")?);
    Ok(vec![Change::SamePerson(Box::new(SamePerson {
        previous: of(previous),
        current,
    }))])
}
