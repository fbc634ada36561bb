//! Cards side by side and forms, as a backend asks for them.

use app::error::{ApiError, Code};
use app::messages::{Choice, DraftContent, Form, Frame, Slide};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Cards side by side, below the text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CarouselBody {
    /// From two to ten, all with the same kind of buttons and as many.
    pub cards: Vec<CarouselCardBody>,
    /// Accepted, and without effect.
    #[schema(value_type = Option<Object>)]
    pub card_template: Option<Map<String, Value>>,
}

/// A card.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CarouselCardBody {
    /// What it begins with.
    pub media: CarouselMediaBody,
    /// At most 160 characters, with two line breaks.
    pub body: Option<String>,
    /// One with an address, or up to three to answer with.
    pub buttons: Vec<CarouselButtonBody>,
}

/// The picture or the film of a card, which lies on the web.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CarouselMediaBody {
    /// `image` (if left out) or `video`.
    #[serde(rename = "type")]
    #[schema(example = "image", pattern = "^(image|video)$")]
    pub kind: Option<String>,
    /// Its address, from which WhatsApp fetches it.
    #[serde(alias = "link")]
    #[schema(example = "https://shop.example.com/lamp.png")]
    pub url: String,
}

/// A button of a card.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CarouselButtonBody {
    /// `QUICK_REPLY` or `URL`.
    #[serde(rename = "type")]
    #[schema(example = "URL", pattern = "^(QUICK_REPLY|URL)$")]
    pub kind: String,
    /// What is written on it.
    pub text: String,
    /// Where it goes.
    pub url: Option<String>,
    /// What comes back when it is pressed; `card_1_button_1` and so on if left out.
    pub payload: Option<String>,
}

/// A form, which WhatsApp calls a flow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowBody {
    /// Meta's id of it.
    #[schema(example = "1234567890")]
    pub flow_id: String,
    /// What is written on what opens it: at most 30 characters.
    #[schema(example = "Book")]
    pub cta: String,
    /// `navigate` (if left out) or `data_exchange`.
    #[schema(example = "navigate", pattern = "^(navigate|data_exchange)$")]
    pub action: Option<String>,
    /// With `navigate`: the screen that it begins with.
    pub screen: Option<String>,
    /// With `navigate`: what fills that screen.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Map<String, Value>>,
    /// `published` (if left out) or `draft`.
    #[schema(example = "published", pattern = "^(published|draft)$")]
    pub mode: Option<String>,
}

/// Cards, with these words above them.
pub(super) fn carousel(body: String, wanted: &CarouselBody) -> Result<DraftContent, ApiError> {
    let cards = wanted.cards.iter().enumerate();
    Ok(DraftContent::Carousel {
        body,
        cards: cards
            .map(|(index, card)| slide(index, card))
            .collect::<Result<_, _>>()?,
    })
}

fn slide(index: usize, card: &CarouselCardBody) -> Result<Slide, ApiError> {
    let mut slide = Slide {
        kind: card.media.kind.clone().unwrap_or_else(|| "image".into()),
        media: card.media.url.clone(),
        text: card.body.clone(),
        action: None,
        url: None,
        buttons: Vec::new(),
    };
    for (at, button) in card.buttons.iter().enumerate() {
        let field = format!("carousel.cards[{index}].buttons[{at}]");
        match button.kind.as_str() {
            "QUICK_REPLY" => slide.buttons.push(Choice {
                id: button
                    .payload
                    .clone()
                    .unwrap_or_else(|| format!("card_{}_button_{}", index + 1, at + 1)),
                title: button.text.clone(),
                description: None,
                section: None,
            }),
            "URL" if slide.url.is_none() => {
                slide.action = Some(button.text.clone());
                slide.url = Some(button.url.clone().unwrap_or_default());
            }
            "URL" => {
                return Err(invalid(field, "A card has one button with an address."));
            }
            _ => {
                return Err(invalid(
                    format!("{field}.type"),
                    "A button of a card is QUICK_REPLY or URL.",
                ));
            }
        }
    }
    Ok(slide)
}

/// A form, with these words around what opens it.
pub(super) fn flow(frame: Frame, wanted: &FlowBody) -> Result<DraftContent, ApiError> {
    let one_of = |given: &Option<String>, names: [&str; 2], field: &str| match given.as_deref() {
        None => Ok(false),
        Some(given) if given == names[0] => Ok(false),
        Some(given) if given == names[1] => Ok(true),
        Some(_) => Err(invalid(
            format!("flow.{field}"),
            &format!("`{field}` is {} or {}.", names[0], names[1]),
        )),
    };
    Ok(DraftContent::Flow {
        frame,
        action: wanted.cta.clone(),
        form: Form {
            id: wanted.flow_id.clone(),
            screen: wanted.screen.clone(),
            data: wanted
                .data
                .as_ref()
                .map(|data| Value::Object(data.clone()).to_string()),
            exchange: one_of(&wanted.action, ["navigate", "data_exchange"], "action")?,
            unpublished: one_of(&wanted.mode, ["published", "draft"], "mode")?,
        },
    })
}

fn invalid(field: impl Into<String>, sentence: &str) -> ApiError {
    ApiError::new(Code::DraftInvalid, sentence).at(field)
}
