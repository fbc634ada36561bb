//! What a message is made of beside its text: typed, and the same for a program that calls the API and for the inbox. Everything in
//! it came from outside: text and never markup, and an address only where it begins with `http://` or `https://`.

use super::Direction;
use crate::ids::{MediaId, MessageId};
use crate::notes::Note;
use crate::workflow::Activity;
use serde::{Deserialize, Serialize};

/// The parts of a message. A message has those that its kind has, and `referral` and `product` beside any of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// The file of an `image`, `video`, `audio`, `document` or `sticker`, or in the header of a template or of buttons. The caption
    /// is the message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// A place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Contact cards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// An order from the catalogue. What the customer wrote with it is the message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// An answer by a button, a list, a form. What was chosen is the message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Buttons, a list or a link that the business sent. The body is the message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Interactive>,
    /// A template as it was sent. The body is the message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// What WhatsApp itself says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<System>,
    /// Why there is nothing to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsupported: Option<Unsupported>,
    /// The advertisement that the customer came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The product that the customer asks about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// What was done with the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// Who wrote a note, and whom it calls. Its words are the message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// It is not kept any more: nothing else is left of what the message said.
    #[serde(default, skip_serializing_if = "is_false")]
    pub redacted: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Content {
    /// `None` if no part is there: so it is stored and sent.
    pub fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }

    /// What stands in place of what is not kept.
    pub fn redacted() -> Self {
        Self {
            redacted: true,
            ..Self::default()
        }
    }
}

/// How far the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MediaState {
    /// Being fetched.
    Pending,
    /// There.
    Ready,
    /// Not to be had; `failure` says why.
    Failed,
}

impl MediaState {
    /// Reads the text that stands on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "PENDING" => Self::Pending,
            "READY" => Self::Ready,
            "FAILED" => Self::Failed,
            _ => return None,
        })
    }
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Our id of it.
    pub id: MediaId,
    /// As declared by whoever sent it, in lower case and without parameters.
    pub mime_type: String,
    /// As the sender named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// How far it is.
    pub state: MediaState,
    /// With `FAILED`: what happened, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// In milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Recorded in WhatsApp, and not a file of sound.
    pub voice: bool,
    /// A sticker that moves.
    pub animated: bool,
    /// Whether there is a small picture of it.
    pub thumbnail: bool,
}

impl Media {
    /// A file of this type, of which nothing else is known.
    pub fn bare(id: MediaId, mime_type: impl Into<String>, state: MediaState) -> Self {
        Self {
            id,
            mime_type: mime_type.into(),
            file_name: None,
            size: None,
            state,
            failure: None,
            width: None,
            height: None,
            duration_ms: None,
            voice: false,
            animated: false,
            thumbnail: false,
        }
    }
}

/// A place on earth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// In decimal degrees, as text: what was sent, neither rounded nor rewritten. It is a number between -90 and 90.
    pub latitude: String,
    /// The same, between -180 and 180.
    pub longitude: String,
    /// The name of a chosen place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its page on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A contact card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The whole name; may be empty.
    pub name: String,
    /// What the card says, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<CardDetail>,
    /// The customer was asked for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requested: bool,
}

/// A line of a contact card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardDetail {
    /// `phone`, `email`, `address`, `url`, `company`, `department`, `title` or `birthday`.
    pub what: String,
    /// The phone, the address, …
    pub value: String,
    /// What the card calls it (`WORK`, `HOME`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// With a phone that is on WhatsApp: its digits there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Of which catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<String>,
    /// What is ordered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<OrderItem>,
}

/// A line of an order. Figures are texts: what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderItem {
    /// The seller's id of the product.
    pub product_id: String,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// For one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// An answer to something that the business offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// `button`, `list`, `template_button`, `flow`, `address`, `call_permission`; open.
    pub kind: String,
    /// What the business called the choice, or its payload. Never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The second line of a chosen row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What was filled in, readable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Filled>,
}

/// A field that was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filled {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What the business offered to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interactive {
    /// `button`, `list`, `cta_url`, `carousel`, `flow`, `location_request_message`, `request_contact_info`; open.
    pub kind: String,
    /// Above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Below the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What opens the list, or is written on the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Where the link goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The buttons or rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// A button, or a row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// What comes back when it is chosen.
    pub id: String,
    /// What is written on it.
    pub title: String,
    /// Below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// On the first row of each section: the section's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
}

/// A template as it was sent, its variables filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// A header of words; one with a file is the message's `media`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Below the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Its buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButton>,
}

/// A button of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateButton {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE`; open.
    pub kind: String,
    /// What is written on it.
    pub text: String,
    /// The address, the phone or the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What WhatsApp says of the customer. WhatsApp's own English words are the message's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct System {
    /// `user_changed_number`, `user_changed_user_id`, `customer_identity_changed`; open.
    pub kind: String,
    /// The phone or the id before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// The phone or the id from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
}

/// A message that WhatsApp does not hand over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unsupported {
    /// What it was (`poll_creation`, `gif`, `edit`, …), where WhatsApp says so; open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// WhatsApp's code (131051: this kind is not handed over; 131060: not available).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// WhatsApp's reason, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An advertisement or a post that led to the business.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referral {
    /// `ad` or `post`; open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Meta's id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Meta's id of the click, for reporting conversions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_id: Option<String>,
}

/// A product of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Of which catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<String>,
    /// The seller's id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
}

/// Which side of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Side {
    /// The customer.
    Contact,
    /// The business.
    Business,
}

/// A sign that somebody put on a message. Each side has one at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// The sign; never empty.
    pub emoji: String,
    /// Whose.
    pub by: Side,
    /// When, in milliseconds since the epoch.
    pub at: i64,
}

impl Reaction {
    /// The sign that this side has put there.
    pub fn of(side: Side, all: &[Self]) -> Option<&str> {
        let sign = all.iter().find(|sign| sign.by == side);
        sign.map(|sign| sign.emoji.as_str())
    }
}

/// The message that a message answers to. All is absent where it is not known here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// Our id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its text, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Whether a message was forwarded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Forwarded {
    /// Written for this conversation.
    #[default]
    No,
    /// Forwarded.
    Yes,
    /// Forwarded more than five times.
    Often,
}

impl Forwarded {
    /// The text that stands in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "NO",
            Self::Yes => "YES",
            Self::Often => "OFTEN",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "NO" => Self::No,
            "YES" => Self::Yes,
            "OFTEN" => Self::Often,
            _ => return None,
        })
    }

    /// Whether it was not.
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}
