//! Who a message is from or to.

use super::super::fields::{id_of, text_of};
use crate::ingest::Person;
use serde_json::Value;

/// Whoever an item names by these fields, completed from the list of contacts beside it.
pub(super) fn person(
    value: &Value,
    item: &Value,
    user: &str,
    phone: &str,
) -> Result<Person, &'static str> {
    let mut person = Person {
        bsuid: id_of(item, user)?,
        ..Person::default()
    };
    identify(&mut person, id_of(item, phone)?);
    complete_from_contacts(&mut person, value)?;
    Ok(person)
}

/// A `from` is a phone, or, in some deliveries, a business-scoped id: two letters, a dot, and more.
pub(super) fn identify(person: &mut Person, from: Option<String>) {
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
