//! Cards side by side, and forms: what of them is sent, and WhatsApp's limits (Meta, "Interactive media carousel messages" and "Flows").

use super::limits::{at_most, check_choices, how_many, invalid, line, optional_line, web_address};
use crate::error::ApiError;
use crate::messages::Choice;
use serde::{Deserialize, Serialize};

const BODY: usize = 1_024;
const CARDS: std::ops::RangeInclusive<usize> = 2..=10;
const CARD_BODY: usize = 160;
const CARD_LINES: usize = 3;
const BUTTONS: usize = 3;
const BUTTON: usize = 20;
const BUTTON_ID: usize = 256;
/// Meta advises no more on what opens a flow.
const FLOW_BUTTON: usize = 30;
/// Above what Meta says about these, which is nothing.
const NAME: usize = 200;
const DATA: usize = 20_000;

/// A card of a carousel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slide {
    /// `image` or `video`.
    pub kind: String,
    /// Where it lies on the web: WhatsApp fetches it from there.
    pub media: String,
    /// Below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What is written on its link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Where that goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Without a link: what to answer with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Choice>,
}

/// A form of the business, as Meta calls it: a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// Meta's id of it.
    pub id: String,
    /// The screen that it begins with, where it is not the form's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// What that screen is filled with: a JSON object as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Whether the business's own server says how it begins.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exchange: bool,
    /// Whether it has not been published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpublished: bool,
}

/// Refuses cards that WhatsApp would refuse.
pub(super) fn check_slides(body: &str, slides: &[Slide]) -> Result<(), ApiError> {
    line(body, BODY, "content.body")?;
    if !CARDS.contains(&slides.len()) {
        return Err(invalid(
            "content.cards",
            &format!(
                "WhatsApp takes from {} to {} cards; here are {}.",
                CARDS.start(),
                CARDS.end(),
                slides.len()
            ),
        ));
    }
    let mut ids = std::collections::BTreeSet::new();
    for (index, slide) in slides.iter().enumerate() {
        let field = format!("content.cards[{index}]");
        slide.check(&field)?;
        let first = &slides[0];
        if slide.url.is_some() != first.url.is_some() || slide.buttons.len() != first.buttons.len()
        {
            return Err(invalid(
                &format!("{field}.buttons"),
                "All cards have the same kind of buttons, and as many.",
            ));
        }
        for (at, button) in slide.buttons.iter().enumerate() {
            if !ids.insert(button.id.as_str()) {
                return Err(invalid(
                    &format!("{field}.buttons[{at}].id"),
                    "Each choice needs an id of its own.",
                ));
            }
        }
    }
    Ok(())
}

impl Slide {
    fn check(&self, field: &str) -> Result<(), ApiError> {
        if !matches!(self.kind.as_str(), "image" | "video") {
            return Err(invalid(
                &format!("{field}.kind"),
                "A card begins with an image or a video.",
            ));
        }
        web_address(&self.media, &format!("{field}.media"))?;
        let text = format!("{field}.text");
        optional_line(self.text.as_deref(), CARD_BODY, &text)?;
        let lines = self.text.as_deref().map_or(0, |text| text.lines().count());
        if lines > CARD_LINES {
            return Err(invalid(&text, "A card has at most two line breaks."));
        }
        match (&self.action, &self.url) {
            (Some(action), Some(url)) if self.buttons.is_empty() => {
                line(action, BUTTON, &format!("{field}.action"))?;
                web_address(url, &format!("{field}.url"))
            }
            (None, None) => {
                let field = format!("{field}.buttons");
                how_many(self.buttons.len(), BUTTONS, "buttons", &field)?;
                check_choices(&self.buttons, &field, BUTTON_ID, BUTTON)
            }
            _ => Err(invalid(
                &format!("{field}.buttons"),
                "A card has one button with an address, or some to answer with.",
            )),
        }
    }
}

/// Refuses a form that WhatsApp would refuse.
pub(super) fn check_form(action: &str, form: &Form) -> Result<(), ApiError> {
    line(action, FLOW_BUTTON, "content.action")?;
    line(&form.id, NAME, "content.form.id")?;
    optional_line(form.screen.as_deref(), NAME, "content.form.screen")?;
    at_most(form.data.as_deref(), DATA, "content.form.data")?;
    if form.exchange && (form.screen.is_some() || form.data.is_some()) {
        return Err(invalid(
            "content.form.exchange",
            "A flow that begins with `data_exchange` takes neither a screen nor data.",
        ));
    }
    let is_filled = |text: &str| {
        let read: Option<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(text).ok();
        read.is_some_and(|members| !members.is_empty())
    };
    if form.data.as_deref().is_some_and(|text| !is_filled(text)) {
        return Err(invalid(
            "content.form.data",
            "What fills a screen is an object with at least one member.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::messages::Draft;
    use serde_json::{Value, json};

    /// The field that a draft breaks; empty if it is sound.
    fn broken(content: &Value) -> String {
        let draft: Draft = serde_json::from_value(json!({"content": content})).unwrap();
        let checked = draft.check(0);
        checked
            .err()
            .map_or_else(String::new, |error| error.field.unwrap())
    }

    fn with(value: &Value, field: &str, changed: Value) -> Value {
        let mut value = value.clone();
        *value.pointer_mut(field).unwrap() = changed;
        value
    }

    #[test]
    fn cards_keep_whatsapps_limits() {
        let link = |name: &str| json!({"kind": "image", "media": "https://a.test/1.png", "text": "t", "action": name, "url": "https://a.test"});
        let reply = |id: &str| json!({"kind": "video", "media": "https://a.test/1.mp4", "buttons": [{"id": id, "title": "Yes"}]});
        let links = json!({"type": "carousel", "body": "b", "cards": [link("One"), link("Two")]});
        let replies = json!({"type": "carousel", "body": "b", "cards": [reply("1"), reply("2")]});
        let long = |count: usize| json!("é".repeat(count));
        for (sound, field, changed, named) in [
            (&links, "/body", long(1_025), "content.body"),
            (&links, "/cards", json!([link("One")]), "content.cards"),
            (
                &links,
                "/cards",
                vec![link("One"); 11].into(),
                "content.cards",
            ),
            (
                &links,
                "/cards/1/kind",
                json!("document"),
                "content.cards[1].kind",
            ),
            (
                &links,
                "/cards/1/media",
                json!("med_1"),
                "content.cards[1].media",
            ),
            (&links, "/cards/0/text", long(161), "content.cards[0].text"),
            (
                &links,
                "/cards/0/text",
                json!("a\nb\nc\nd"),
                "content.cards[0].text",
            ),
            (
                &links,
                "/cards/0/action",
                long(21),
                "content.cards[0].action",
            ),
            (
                &links,
                "/cards/0/url",
                json!("javascript:x"),
                "content.cards[0].url",
            ),
            (
                &links,
                "/cards/0/url",
                Value::Null,
                "content.cards[0].buttons",
            ),
            (&links, "/cards/1", reply("1"), "content.cards[1].buttons"),
            (
                &replies,
                "/cards/1/buttons",
                json!([]),
                "content.cards[1].buttons",
            ),
            (
                &replies,
                "/cards/1/buttons/0/id",
                json!("1"),
                "content.cards[1].buttons[0].id",
            ),
            (
                &replies,
                "/cards/0/buttons/0/title",
                long(21),
                "content.cards[0].buttons[0].title",
            ),
        ] {
            assert_eq!(broken(sound), "", "{sound}");
            assert_eq!(broken(&with(sound, field, changed)), named);
        }
        assert_eq!(
            broken(&with(&links, "/cards", vec![link("One"); 10].into())),
            ""
        );
    }

    #[test]
    fn forms_keep_whatsapps_limits() {
        let form = json!({"type": "flow", "body": "b", "footer": "f", "action": "Book", "form":
            {"id": "1", "screen": "FIRST", "data": "{\"name\":\"Ana\"}", "exchange": false}});
        let long = |count: usize| json!("a".repeat(count));
        for (field, changed, named) in [
            ("/body", json!(" "), "content.body"),
            ("/action", long(31), "content.action"),
            ("/form/id", json!(""), "content.form.id"),
            ("/form/screen", json!(""), "content.form.screen"),
            ("/form/data", json!("{}"), "content.form.data"),
            ("/form/data", json!("[1]"), "content.form.data"),
            ("/form/exchange", json!(true), "content.form.exchange"),
        ] {
            assert_eq!(broken(&form), "", "{form}");
            assert_eq!(broken(&with(&form, field, changed)), named);
        }
    }
}
