//! What crosses the wire about the details of a conversation. JSON is camelCase.

use super::super::Conversation;
use crate::error::{ApiError, Code};
use serde::{Deserialize, Serialize};

/// Longest name that operators give to a contact, in characters.
pub const MAX_OWN_NAME: usize = 80;
/// Most fields of one contact.
pub const MAX_FIELDS: usize = 20;
/// Longest name of a field, in characters.
pub const MAX_FIELD_NAME: usize = 40;
/// Longest value of a field, in characters.
pub const MAX_FIELD_VALUE: usize = 300;

/// Something that operators know of a contact, under a name of their own. Text from outside: never markup.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactField {
    /// What it is.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// What is known of a contact beside the row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactDetails {
    /// The row as it is now.
    pub conversation: Conversation,
    /// What operators of the number know, in the order in which they wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ContactField>,
    /// Conversations of the same person with other numbers of the session, most recent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Conversation>,
}

/// What of a conversation is looked at apart from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shelf {
    /// Pictures and films.
    Media,
    /// Documents.
    Files,
    /// What was done with it.
    Activity,
}

/// A name as it is kept: without spaces around it, on one line; `None` where nothing is left of it.
pub fn check_own_name(name: Option<&str>) -> Result<Option<String>, ApiError> {
    let name = name.unwrap_or_default().trim();
    if name.is_empty() {
        return Ok(None);
    }
    if is_line(name, MAX_OWN_NAME) {
        return Ok(Some(name.to_owned()));
    }
    let sentence = format!("Give the contact a name of at most {MAX_OWN_NAME} characters.");
    Err(invalid(sentence, "name".to_owned()))
}

/// Fields as they are kept: without spaces around names and values, and no name twice.
pub fn check_fields(fields: Vec<ContactField>) -> Result<Vec<ContactField>, ApiError> {
    if fields.len() > MAX_FIELDS {
        let sentence = format!("A contact has at most {MAX_FIELDS} fields. Take one away first.");
        return Err(invalid(sentence, "fields".to_owned()));
    }
    let mut kept: Vec<ContactField> = Vec::with_capacity(fields.len());
    for (place, field) in fields.into_iter().enumerate() {
        let (name, value) = (field.name.trim(), field.value.trim());
        let is_known = |other: &ContactField| other.name.to_lowercase() == name.to_lowercase();
        if !is_line(name, MAX_FIELD_NAME)
            || !is_line(value, MAX_FIELD_VALUE)
            || kept.iter().any(is_known)
        {
            return Err(invalid(
                format!(
                    "Give each field a name of its own of 1 to {MAX_FIELD_NAME} characters and a value of 1 to {MAX_FIELD_VALUE}."
                ),
                format!("fields[{place}]"),
            ));
        }
        kept.push(ContactField {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }
    Ok(kept)
}

fn is_line(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn invalid(sentence: String, field: String) -> ApiError {
    ApiError::new(Code::ContactInvalid, sentence).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str) -> ContactField {
        ContactField {
            name: name.into(),
            value: value.into(),
        }
    }

    #[test]
    fn a_name_is_one_line_or_none() {
        assert_eq!(
            check_own_name(Some("  Ana ")).unwrap().as_deref(),
            Some("Ana")
        );
        for nothing in [None, Some(""), Some(" \n ")] {
            assert_eq!(check_own_name(nothing).unwrap(), None);
        }
        assert!(check_own_name(Some(&"é".repeat(MAX_OWN_NAME))).is_ok());
        for wrong in [
            "a\nb".to_owned(),
            "\u{0}a".to_owned(),
            "é".repeat(MAX_OWN_NAME + 1),
        ] {
            let error = check_own_name(Some(&wrong)).unwrap_err();
            assert_eq!(
                (error.code, error.field.as_deref()),
                (Code::ContactInvalid, Some("name"))
            );
        }
    }

    #[test]
    fn fields_have_names_of_their_own_and_say_something() {
        let kept = check_fields(vec![field(" City ", " Lisbon "), field("VAT", "1")]).unwrap();
        assert_eq!(kept, [field("City", "Lisbon"), field("VAT", "1")]);
        for (wrong, at) in [
            (vec![field("City", "a"), field("city ", "b")], "fields[1]"),
            (vec![field(" ", "a")], "fields[0]"),
            (vec![field("City", "")], "fields[0]"),
            (vec![field("City", "a\nb")], "fields[0]"),
            (
                vec![field(&"c".repeat(MAX_FIELD_NAME + 1), "a")],
                "fields[0]",
            ),
            (
                vec![field("c", &"a".repeat(MAX_FIELD_VALUE + 1))],
                "fields[0]",
            ),
        ] {
            let error = check_fields(wrong.clone()).unwrap_err();
            assert_eq!(
                (error.code, error.field.as_deref()),
                (Code::ContactInvalid, Some(at)),
                "{wrong:?}"
            );
        }
        let many = |count: usize| (0..count).map(|n| field(&n.to_string(), "a")).collect();
        assert!(check_fields(many(MAX_FIELDS)).is_ok());
        assert_eq!(
            check_fields(many(MAX_FIELDS + 1))
                .unwrap_err()
                .field
                .as_deref(),
            Some("fields")
        );
    }
}
