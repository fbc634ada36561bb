//! What an operator wants to send: typed, checked against WhatsApp's limits before it is stored, and stored as it is, so that another
//! attempt sends the same.

use super::{Card, Choice, Piece, pieces};
use crate::ids::{MediaId, MessageId};
use crate::templates::TemplateValues;
use serde::{Deserialize, Serialize};

mod limits;
mod offer;

pub use limits::{MAX_CAPTION_CHARS, check_sign, check_text};
pub use offer::{Form, Slide};

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// What it says.
    pub content: DraftContent,
    /// The message of the same conversation that it answers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<MessageId>,
    /// Not before, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_at: Option<i64>,
    /// Not after, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_until: Option<i64>,
}

/// What a draft says, by WhatsApp's types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum DraftContent {
    /// A text.
    Text {
        /// Its words.
        body: String,
    },
    /// A place.
    Location {
        /// In decimal degrees, between -90 and 90.
        latitude: String,
        /// The same, between -180 and 180.
        longitude: String,
        /// The name of the place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Its address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    /// Contact cards.
    Contacts {
        /// The cards.
        cards: Vec<Card>,
    },
    /// Up to three buttons to answer with.
    Buttons {
        /// What stands around the choice.
        #[serde(flatten)]
        frame: Frame,
        /// The buttons.
        buttons: Vec<Choice>,
    },
    /// A list to choose from.
    List {
        /// What stands around the choice.
        #[serde(flatten)]
        frame: Frame,
        /// What opens the list.
        action: String,
        /// The rows; the first of each section carries the section's title.
        rows: Vec<Choice>,
    },
    /// A link as a button.
    Link {
        /// What stands around the link.
        #[serde(flatten)]
        frame: Frame,
        /// What is written on it.
        action: String,
        /// Where it goes.
        url: String,
    },
    /// Cards side by side.
    Carousel {
        /// The words above them.
        body: String,
        /// The cards.
        cards: Vec<Slide>,
    },
    /// A form to fill in.
    Flow {
        /// What stands around what opens it.
        #[serde(flatten)]
        frame: Frame,
        /// What opens it.
        action: String,
        /// The form.
        form: Form,
    },
    /// A template, the only thing that WhatsApp takes while the customer service window is shut.
    Template {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// What fills it.
        #[serde(default)]
        values: TemplateValues,
        /// Its variables have names. The server knows, whatever is said here.
        #[serde(default)]
        named: bool,
    },
    /// A file that has been uploaded: a picture, a film, a sound, a document or a sticker, as its type says.
    Media {
        /// Our id of it.
        media: MediaId,
        /// What stands below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// A recorded voice note and not a file of sound.
        #[serde(default)]
        voice: bool,
        /// What the receiver sees of a document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_name: Option<String>,
    },
    /// A file that lies on the web. WhatsApp fetches it from there when it goes out; nobody here does.
    Remote {
        /// `image`, `video`, `audio`, `document` or `sticker`.
        kind: String,
        /// Where it lies.
        url: String,
        /// What stands below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// A recorded voice note and not a file of sound.
        #[serde(default)]
        voice: bool,
        /// What the receiver sees of a document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_name: Option<String>,
    },
}

/// What stands around something to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    /// Above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The words.
    pub body: String,
    /// Below the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
}

impl Draft {
    /// A text and nothing else.
    pub fn text(body: impl Into<String>) -> Self {
        Self::of(DraftContent::Text { body: body.into() })
    }

    /// This content, to go out at once.
    pub fn of(content: DraftContent) -> Self {
        Self {
            content,
            quoted: None,
            deliver_at: None,
            deliver_until: None,
        }
    }

    /// The words, if there is nothing but words.
    pub fn plain_text(&self) -> Option<&str> {
        match self {
            Self {
                content: DraftContent::Text { body },
                quoted: None,
                deliver_at: None,
                deliver_until: None,
            } => Some(body),
            _ => None,
        }
    }

    /// The file that it names.
    pub fn media(&self) -> Option<&MediaId> {
        match &self.content {
            DraftContent::Media { media, .. } => Some(media),
            DraftContent::Template { values, .. } => values.media.as_ref(),
            _ => None,
        }
    }

    /// Whether WhatsApp takes it only while the customer service window is open.
    pub fn needs_window(&self) -> bool {
        !matches!(self.content, DraftContent::Template { .. })
    }
}

/// Whether a text holds a web address: then WhatsApp is asked to show what lies there.
pub fn holds_link(text: &str) -> bool {
    pieces(text)
        .iter()
        .any(|piece| matches!(piece, Piece::Link(_)))
}
