//! WhatsApp's limits of what is sent (Meta, "Messages" and "Interactive messages"), and the field that breaks one.

use super::offer::{check_form, check_slides};
use super::{Draft, DraftContent, Frame};
use crate::error::{ApiError, Code};
use crate::messages::{Card, Choice, MAX_TEXT_CHARS};
use std::collections::BTreeSet;

/// Longest words of interactive messages, in characters.
const BODY_OF_BUTTONS: usize = 1_024;
const BODY_OF_LIST: usize = 4_096;
const SHORT_LINE: usize = 60;
const BUTTON: usize = 20;
/// Longest words below a file, in characters.
pub const MAX_CAPTION_CHARS: usize = 1_024;
const ROW_TITLE: usize = 24;
const ROW_DESCRIPTION: usize = 72;
const BUTTON_ID: usize = 256;
const ROW_ID: usize = 200;
/// How many there may be.
const BUTTONS: usize = 3;
const ROWS: usize = 10;
const CARDS: usize = 257;
/// Above what WhatsApp says about these, which is nothing.
const LINE: usize = 1_000;
const DETAILS: usize = 50;
const ADDRESS: usize = 2_000;
/// How far ahead something may be put, in milliseconds: a year.
const AHEAD: i64 = 366 * 24 * 3_600_000;

impl Draft {
    /// Refuses what WhatsApp would refuse, and names the field.
    pub fn check(&self, now: i64) -> Result<(), ApiError> {
        self.check_times(now)?;
        match &self.content {
            DraftContent::Text { body } => check_text(body, "content.body"),
            DraftContent::Location {
                latitude,
                longitude,
                name,
                address,
            } => {
                degrees(latitude, 90.0, "content.latitude")?;
                degrees(longitude, 180.0, "content.longitude")?;
                at_most(name.as_deref(), LINE, "content.name")?;
                at_most(address.as_deref(), LINE, "content.address")
            }
            DraftContent::Contacts { cards } => {
                how_many(cards.len(), CARDS, "contact cards", "content.cards")?;
                cards.iter().enumerate().try_for_each(check_card)
            }
            DraftContent::Buttons { frame, buttons } => {
                frame.check(BODY_OF_BUTTONS)?;
                how_many(buttons.len(), BUTTONS, "buttons", "content.buttons")?;
                check_choices(buttons, "content.buttons", BUTTON_ID, BUTTON)
            }
            DraftContent::List {
                frame,
                action,
                rows,
            } => {
                frame.check(BODY_OF_LIST)?;
                line(action, BUTTON, "content.action")?;
                how_many(rows.len(), ROWS, "rows", "content.rows")?;
                check_choices(rows, "content.rows", ROW_ID, ROW_TITLE)?;
                check_sections(rows)
            }
            DraftContent::Link { frame, action, url } => {
                frame.check(BODY_OF_BUTTONS)?;
                line(action, BUTTON, "content.action")?;
                web_address(url, "content.url")
            }
            DraftContent::Carousel { body, cards } => check_slides(body, cards),
            DraftContent::Flow {
                frame,
                action,
                form,
            } => {
                frame.check(BODY_OF_BUTTONS)?;
                check_form(action, form)
            }
            // What fits depends on the template; see `templates::check`.
            DraftContent::Template { .. } => Ok(()),
            DraftContent::Media {
                caption, file_name, ..
            } => {
                at_most(caption.as_deref(), MAX_CAPTION_CHARS, "content.caption")?;
                at_most(file_name.as_deref(), 240, "content.fileName")
            }
            DraftContent::Remote {
                kind,
                url,
                caption,
                file_name,
                ..
            } => {
                check_remote(kind, caption.as_deref())?;
                web_address(url, "content.url")?;
                at_most(caption.as_deref(), MAX_CAPTION_CHARS, "content.caption")?;
                at_most(file_name.as_deref(), 240, "content.fileName")
            }
        }
    }

    fn check_times(&self, now: i64) -> Result<(), ApiError> {
        if self.deliver_at.is_some_and(|at| at > now + AHEAD) {
            return Err(invalid(
                "deliverAt",
                "A message can be put off by a year at most.",
            ));
        }
        match self.deliver_until {
            Some(until) if until <= now.max(self.deliver_at.unwrap_or(now)) => Err(invalid(
                "deliverUntil",
                "The time until which to send has passed, or lies before the time to send.",
            )),
            _ => Ok(()),
        }
    }
}

impl Frame {
    fn check(&self, longest_body: usize) -> Result<(), ApiError> {
        line(&self.body, longest_body, "content.body")?;
        optional_line(self.header.as_deref(), SHORT_LINE, "content.header")?;
        optional_line(self.footer.as_deref(), SHORT_LINE, "content.footer")
    }
}

/// Refuses a text that is empty or longer than WhatsApp carries.
pub fn check_text(text: &str, field: &str) -> Result<(), ApiError> {
    if text.trim().is_empty() {
        return Err(
            ApiError::new(Code::TextEmpty, "Write something before you send it.").at(field),
        );
    }
    let length = text.chars().count();
    if length > MAX_TEXT_CHARS {
        return Err(ApiError::new(
            Code::TextTooLong,
            format!("This message has {length} characters; WhatsApp takes at most {MAX_TEXT_CHARS}. Shorten it or send it in parts."),
        )
        .at(field));
    }
    Ok(())
}

/// Refuses what is not one sign, or none to take it away. WhatsApp knows which signs there are; this keeps words out.
pub fn check_sign(emoji: &str) -> Result<(), ApiError> {
    // Letters in circles and squares are signs.
    let is_letter = |c: char| {
        c.is_alphabetic() && !matches!(c, '\u{2139}' | '\u{24c2}' | '\u{1f170}'..='\u{1f189}')
    };
    let wordy = emoji
        .chars()
        .any(|c| is_letter(c) || c.is_whitespace() || c.is_control());
    if emoji.len() > 64 || wordy {
        return Err(invalid("emoji", "A reaction is one emoji."));
    }
    Ok(())
}

/// What WhatsApp takes with a file of this kind (Meta, "Media").
fn check_remote(kind: &str, caption: Option<&str>) -> Result<(), ApiError> {
    match kind {
        "image" | "video" | "document" => Ok(()),
        "audio" | "sticker" if caption.is_none() => Ok(()),
        "audio" | "sticker" => Err(invalid(
            "content.caption",
            "WhatsApp takes no caption with a sound or a sticker.",
        )),
        _ => Err(invalid(
            "content.kind",
            "A file is an image, a video, an audio, a document or a sticker.",
        )),
    }
}

/// Refuses what is not a web address.
pub(super) fn web_address(url: &str, field: &str) -> Result<(), ApiError> {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .filter(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['));
    if host.is_none() || url.len() > ADDRESS || url.contains(|c: char| c.is_whitespace()) {
        return Err(invalid(
            field,
            "Give a web address that begins with https:// or http://.",
        ));
    }
    Ok(())
}

/// Refuses a line that is empty or too long.
pub(super) fn line(text: &str, longest: usize, field: &str) -> Result<(), ApiError> {
    if text.trim().is_empty() {
        return Err(invalid(field, "This must not be empty."));
    }
    at_most(Some(text), longest, field)
}

pub(super) fn optional_line(
    text: Option<&str>,
    longest: usize,
    field: &str,
) -> Result<(), ApiError> {
    text.map_or(Ok(()), |text| line(text, longest, field))
}

pub(super) fn at_most(text: Option<&str>, longest: usize, field: &str) -> Result<(), ApiError> {
    let length = text.map_or(0, |text| text.chars().count());
    if length > longest {
        return Err(invalid(
            field,
            &format!("This has {length} characters; WhatsApp takes at most {longest}."),
        ));
    }
    Ok(())
}

pub(super) fn how_many(count: usize, most: usize, what: &str, field: &str) -> Result<(), ApiError> {
    if count == 0 || count > most {
        return Err(invalid(
            field,
            &format!("WhatsApp takes from 1 to {most} {what}; here are {count}."),
        ));
    }
    Ok(())
}

fn degrees(text: &str, most: f64, field: &str) -> Result<(), ApiError> {
    match text.parse::<f64>() {
        Ok(value) if value.abs() <= most && text.len() <= 40 => Ok(()),
        _ => Err(invalid(
            field,
            &format!("Give decimal degrees between -{most} and {most}."),
        )),
    }
}

fn check_card((index, card): (usize, &Card)) -> Result<(), ApiError> {
    let field = format!("content.cards[{index}]");
    line(&card.name, LINE, &format!("{field}.name"))?;
    if card.details.len() > DETAILS {
        return Err(invalid(
            &format!("{field}.details"),
            &format!("A card carries at most {DETAILS} lines."),
        ));
    }
    for (index, detail) in card.details.iter().enumerate() {
        let field = format!("{field}.details[{index}]");
        line(&detail.value, LINE, &format!("{field}.value"))?;
        optional_line(detail.label.as_deref(), LINE, &format!("{field}.label"))?;
        if !matches!(
            detail.what.as_str(),
            "phone" | "email" | "address" | "url" | "company" | "department" | "title" | "birthday"
        ) {
            return Err(invalid(
                &format!("{field}.what"),
                "A card has phones, emails, addresses, urls, company, department, title and birthday.",
            ));
        }
    }
    Ok(())
}

/// Buttons or rows: each with an id of its own; titles of buttons differ as well.
pub(super) fn check_choices(
    choices: &[Choice],
    field: &str,
    longest_id: usize,
    longest_title: usize,
) -> Result<(), ApiError> {
    let (mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for (index, choice) in choices.iter().enumerate() {
        let field = format!("{field}[{index}]");
        line(&choice.id, longest_id, &format!("{field}.id"))?;
        line(&choice.title, longest_title, &format!("{field}.title"))?;
        optional_line(
            choice.description.as_deref(),
            ROW_DESCRIPTION,
            &format!("{field}.description"),
        )?;
        if !ids.insert(choice.id.as_str()) {
            return Err(invalid(
                &format!("{field}.id"),
                "Each choice needs an id of its own.",
            ));
        }
        if longest_title == BUTTON && !titles.insert(choice.title.as_str()) {
            return Err(invalid(
                &format!("{field}.title"),
                "Each button needs a title of its own.",
            ));
        }
    }
    Ok(())
}

/// With more than one section, each has a title. A row with a title begins a section, so only the first row can lack one.
fn check_sections(rows: &[Choice]) -> Result<(), ApiError> {
    let titled = |row: &&Choice| row.section.is_some();
    for (index, row) in rows.iter().enumerate() {
        optional_line(
            row.section.as_deref(),
            ROW_TITLE,
            &format!("content.rows[{index}].section"),
        )?;
    }
    if rows.iter().skip(1).any(|row| titled(&row)) && rows.first().is_some_and(|row| !titled(&row))
    {
        return Err(invalid(
            "content.rows[0].section",
            "Where there are several sections, each needs a title.",
        ));
    }
    Ok(())
}

/// The draft is not one that WhatsApp takes.
pub(super) fn invalid(field: &str, sentence: &str) -> ApiError {
    ApiError::new(Code::DraftInvalid, sentence).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The field that a draft breaks; empty if it is sound.
    fn broken(content: &Value) -> String {
        let draft: Draft = serde_json::from_value(json!({"content": content})).unwrap();
        match draft.check(0) {
            Ok(()) => String::new(),
            Err(error) => error.field.unwrap(),
        }
    }

    fn with(mut value: Value, field: &str, changed: Value) -> Value {
        *value.pointer_mut(field).unwrap() = changed;
        value
    }

    #[test]
    fn every_limit_is_kept_and_its_field_named() {
        let long = |count: usize| json!("é".repeat(count));
        let buttons = json!({"type": "buttons", "header": "h", "body": "b", "footer": "f",
            "buttons": [{"id": "1", "title": "Yes"}, {"id": "2", "title": "No"}]});
        let list = json!({"type": "list", "header": "h", "body": "b", "footer": "f", "action": "Open",
            "rows": [{"id": "1", "title": "One", "description": "d", "section": "A"}, {"id": "2", "title": "One", "section": "B"}]});
        let link = json!({"type": "link", "body": "b", "action": "Go", "url": "https://a.test"});
        let place = json!({"type": "location", "latitude": "-90", "longitude": "180.0", "name": "n", "address": "a"});
        let cards = json!({"type": "contacts", "cards": [{"name": "Ana", "details": [{"what": "phone", "value": "+1"}]}]});
        let media = json!({"type": "media", "media": "med_1", "caption": "c", "fileName": "a.pdf"});
        let text = json!({"type": "text", "body": "hello"});
        for (sound, field, longest) in [
            (&text, "body", 4_096),
            (&buttons, "header", 60),
            (&buttons, "body", 1_024),
            (&buttons, "footer", 60),
            (&buttons, "buttons/0/id", 256),
            (&buttons, "buttons/1/title", 20),
            (&list, "header", 60),
            (&list, "body", 4_096),
            (&list, "footer", 60),
            (&list, "action", 20),
            (&list, "rows/0/id", 200),
            (&list, "rows/1/title", 24),
            (&list, "rows/0/description", 72),
            (&list, "rows/1/section", 24),
            (&link, "body", 1_024),
            (&link, "action", 20),
            (&media, "caption", 1_024),
        ] {
            assert_eq!(broken(sound), "", "{sound}");
            let at = format!("/{field}");
            assert_eq!(broken(&with(sound.clone(), &at, long(longest))), "");
            let over = broken(&with(sound.clone(), &at, long(longest + 1)));
            let named = over.replace(['[', ']', '.'], "/").replace("//", "/");
            assert_eq!(named, format!("content/{field}"), "{over}");
            if !matches!(field, "caption") {
                assert_ne!(broken(&with(sound.clone(), &at, json!(" "))), "", "{field}");
            }
        }
        for (sound, field, changed, named) in [
            (&place, "/latitude", json!("90.1"), "content.latitude"),
            (&place, "/latitude", json!("north"), "content.latitude"),
            (&place, "/longitude", json!("NaN"), "content.longitude"),
            (&place, "/longitude", json!("-181"), "content.longitude"),
            (&link, "/url", json!("javascript:alert(1)"), "content.url"),
            (&link, "/url", json!("https://"), "content.url"),
            (&buttons, "/buttons", json!([]), "content.buttons"),
            (
                &buttons,
                "/buttons/1/title",
                json!("Yes"),
                "content.buttons[1].title",
            ),
            (
                &buttons,
                "/buttons/1/id",
                json!("1"),
                "content.buttons[1].id",
            ),
            (&list, "/rows/1/id", json!("1"), "content.rows[1].id"),
            (
                &list,
                "/rows/0/section",
                Value::Null,
                "content.rows[0].section",
            ),
            (&list, "/rows", json!([]), "content.rows"),
            (&cards, "/cards", json!([]), "content.cards"),
            (&cards, "/cards/0/name", json!(""), "content.cards[0].name"),
            (
                &cards,
                "/cards/0/details/0/what",
                json!("shoe"),
                "content.cards[0].details[0].what",
            ),
        ] {
            assert_eq!(broken(sound), "", "{sound}");
            assert_eq!(broken(&with(sound.clone(), field, changed)), named);
        }
        let many = |count: usize| -> Value {
            (0..count)
                .map(|i| json!({"id": format!("{i}"), "title": format!("{i}")}))
                .collect()
        };
        assert_eq!(broken(&with(buttons.clone(), "/buttons", many(3))), "");
        assert_eq!(
            broken(&with(buttons, "/buttons", many(4))),
            "content.buttons"
        );
        assert_eq!(broken(&with(list.clone(), "/rows", many(10))), "");
        assert_eq!(broken(&with(list, "/rows", many(11))), "content.rows");
        let card = |count: usize| -> Value { (0..count).map(|_| json!({"name": "A"})).collect() };
        assert_eq!(broken(&with(cards.clone(), "/cards", card(257))), "");
        assert_eq!(broken(&with(cards, "/cards", card(258))), "content.cards");
    }

    #[test]
    fn a_time_to_send_lies_ahead_and_before_its_end() {
        let draft = |at, until| Draft {
            deliver_at: at,
            deliver_until: until,
            ..Draft::text("x")
        };
        let field = |draft: Draft| draft.check(1_000).err().and_then(|error| error.field);
        assert_eq!(field(draft(Some(5_000), Some(6_000))), None);
        assert_eq!(field(draft(Some(500), None)), None, "late is at once");
        for (at, until) in [(None, 1_000), (Some(5_000), 5_000), (None, i64::MIN)] {
            assert_eq!(
                field(draft(at, Some(until))).as_deref(),
                Some("deliverUntil")
            );
        }
        assert_eq!(
            field(draft(Some(i64::MAX), None)).as_deref(),
            Some("deliverAt")
        );
    }
}
