//! What a backend may ask to be sent.

use super::inline::{Inline, is_file};
use super::offer::{CarouselBody, FlowBody};
use super::recipient_of;
use crate::api::groups::Crowd;
use crate::store::Recipient;
use app::error::{ApiError, Code};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A message to send: one of `templateId`, `text` (with `buttons`, a `list`, a `carousel` or a `flow`), `media`, `location` and `contacts`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"destinationNumber": "+5511999990001", "text": "Your order is on its way."}))]
pub struct SendBody {
    /// A phone in E.164, with or without its plus sign, or a business-scoped user id.
    #[schema(
        example = "+5511999990001",
        pattern = r"^\s*(\+?[ ()-]*[1-9]([ ()-]*[0-9]){6,14}[ ()-]*|[A-Z]{2}\.[A-Za-z0-9.]{1,100})\s*$"
    )]
    pub destination_number: Option<String>,
    /// Refused: no number reaches groups here.
    pub group_id: Option<String>,
    /// Refused: no number reaches channels here.
    pub newsletter_id: Option<String>,
    /// Id or name of an approved template.
    pub template_id: Option<String>,
    /// Language of the template, where its name has several.
    #[schema(example = "pt_BR")]
    pub language: Option<String>,
    /// Values of the template's variables, by their names; `button_0` is what the first button takes.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub variables: Option<BTreeMap<String, Value>>,
    /// A text of at most 4,096 characters; with `media` it stands below the file.
    pub text: Option<String>,
    /// An address that begins with https:// or http://, from which WhatsApp fetches the file; the file itself, at most 16 MB, as a data URI in base64;
    /// or the id of an uploaded one. With a template the file in its header: a data URI or an id.
    pub media: Option<String>,
    /// `image` (if left out), `video`, `document`, `audio`, `voice` or `sticker`.
    #[schema(
        example = "image",
        pattern = "^(image|video|document|audio|voice|sticker)$"
    )]
    pub media_type: Option<String>,
    /// What stands below an image, a video or a document.
    pub caption: Option<String>,
    /// What the receiver sees of a document.
    pub file_name: Option<String>,
    /// With a text: up to three to answer with, or one with an address.
    pub buttons: Option<Vec<ButtonBody>>,
    /// With buttons or a list: above the text.
    pub header: Option<HeaderBody>,
    /// With buttons or a list: below the text.
    pub footer: Option<String>,
    /// With a text: a list to choose from.
    pub list: Option<ListBody>,
    /// With a text: cards side by side.
    pub carousel: Option<CarouselBody>,
    /// With a text: a form. WhatsApp takes it only within 24 hours after the contact's last message.
    pub flow: Option<FlowBody>,
    /// A place.
    pub location: Option<LocationBody>,
    /// Contact cards.
    pub contacts: Option<Vec<CardBody>>,
    /// Our id of the message of the same conversation that it answers to.
    pub quoted_message_id: Option<String>,
    /// ISO 8601: not before.
    pub deliver_at: Option<String>,
    /// ISO 8601: not after.
    pub deliver_until: Option<String>,
    /// Labels of the conversation from now on, by id or name; a name that is new is added.
    #[serde(default, deserialize_with = "or_nothing")]
    pub labels: Vec<String>,
    /// Accepted, and without effect.
    #[schema(value_type = Option<Object>)]
    pub marketing_options: Option<Value>,
    /// Whether what the contact wrote counts as read from now on, and the contact sees it; true if left out.
    pub mark_read: Option<bool>,
}

/// A button.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ButtonBody {
    /// `reply` or `url`; `call` and `copy` are for templates alone.
    #[serde(rename = "type")]
    #[schema(example = "reply")]
    pub kind: String,
    /// What is written on it.
    pub label: String,
    /// What comes back when it is pressed; `button_1` and so on if left out.
    pub id: Option<String>,
    /// Where it goes.
    pub url: Option<String>,
}

/// What stands above a text.
#[derive(Debug, Deserialize, ToSchema)]
pub struct HeaderBody {
    /// `text`.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub kind: String,
    /// The words.
    pub content: String,
}

/// A list to choose from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListBody {
    /// What opens it.
    pub button_text: String,
    /// Its sections.
    pub sections: Vec<SectionBody>,
}

/// A section of a list.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SectionBody {
    /// Its title, which each needs where there are several.
    pub title: Option<String>,
    /// Its rows.
    pub rows: Vec<RowBody>,
}

/// A row of a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowBody {
    /// What comes back when it is chosen; `row_1` and so on if left out.
    pub row_id: Option<String>,
    /// What is written on it.
    pub title: String,
    /// And below that.
    pub description: Option<String>,
}

/// A place.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LocationBody {
    /// In decimal degrees, between -90 and 90.
    pub latitude: f64,
    /// In decimal degrees, between -180 and 180.
    pub longitude: f64,
    /// The name of the place.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
}

/// A contact card.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CardBody {
    /// Whose it is.
    pub name: String,
    /// What is on it.
    #[serde(default)]
    pub details: Vec<CardDetailBody>,
}

/// A line of a contact card.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CardDetailBody {
    /// `phone`, `email`, `address`, `url`, `company`, `department`, `title` or `birthday`.
    #[schema(example = "phone")]
    pub what: String,
    /// As it is shown.
    pub value: String,
    /// Of which kind.
    pub label: Option<String>,
}

fn or_nothing<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The request, its values as they are compared, and the file inside it.
pub(super) fn inside(body: &[u8]) -> Result<(SendBody, Value, Option<Inline>), ApiError> {
    let unreadable = |error: serde_json::Error| ApiError::body_invalid(&error.to_string());
    let mut canonical: Value = serde_json::from_slice(body).map_err(unreadable)?;
    let members = canonical
        .as_object_mut()
        .ok_or_else(|| ApiError::body_invalid("it is a JSON object"))?;
    let file = match members.get_mut("media") {
        Some(Value::String(media)) if is_file(media) => {
            let file = Inline::read(std::mem::take(media))?;
            *media = file.mark();
            Some(file)
        }
        _ => None,
    };
    let wanted = serde_json::from_value(canonical.clone()).map_err(unreadable)?;
    Ok((wanted, canonical, file))
}

impl SendBody {
    /// The field of a group or a channel that it is to go to.
    pub(super) fn crowd(&self) -> Option<(&'static str, Crowd)> {
        match (&self.group_id, &self.newsletter_id) {
            (Some(_), _) => Some(("groupId", Crowd::Group)),
            (None, Some(_)) => Some(("newsletterId", Crowd::Channel)),
            (None, None) => None,
        }
    }

    /// To whom it goes.
    pub(super) fn recipient(&self) -> Result<Recipient, ApiError> {
        self.destination_number
            .as_deref()
            .and_then(recipient_of)
            .ok_or_else(|| {
                ApiError::new(
                    Code::DestinationInvalid,
                    "`destinationNumber` is a phone with country code, such as +5511999990001, or a user id, such as BR.13491208655302741918.",
                )
                .at("destinationNumber")
            })
    }
}
