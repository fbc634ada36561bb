//! What stands in a bubble: a message taken apart, in the order in which it is read, and how each part is drawn.

mod card;
mod draw;
mod file;
mod note;
mod own;
mod quote;
mod reactions;
mod sound;
mod waveform;
mod words;

pub use card::{BodyCard, Line, Said};
pub use draw::draw;
pub(crate) use file::size_words;
pub use reactions::Reactions;

use super::{Choice, Content, Forwarded, Media, Message, Quote, is_words};
use crate::i18n::Key;
use crate::ids::MessageId;
use crate::notes::Note;
use crate::workflow::Activity;

/// What a bubble is drawn from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Our id, once our server has the message.
    pub id: Option<MessageId>,
    /// WhatsApp's type.
    pub kind: String,
    /// The text, or the caption.
    pub text: Option<String>,
    /// What there is beside the text.
    pub content: Option<Box<Content>>,
    /// What it answers to.
    pub quote: Option<Box<Quote>>,
    /// Whether it was forwarded.
    pub forwarded: Forwarded,
    /// Whether its writer has changed it.
    pub edited: bool,
    /// Whether its writer has taken it back.
    pub revoked: bool,
}

impl From<&Message> for Body {
    fn from(message: &Message) -> Self {
        Self {
            id: Some(message.id.clone()),
            kind: message.kind.clone(),
            text: message.text.clone(),
            content: message.content.clone(),
            quote: message.quote.clone(),
            forwarded: message.forwarded,
            edited: message.edited_at.is_some(),
            revoked: message.revoked_at.is_some(),
        }
    }
}

/// One part of a bubble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A word on where it comes from.
    Tag(Key),
    /// What it answers to.
    Quote(Quote),
    /// A file.
    File(Media),
    /// A heading.
    Heading(String),
    /// Text.
    Words(String),
    /// Small print.
    Small(String),
    /// A card.
    Card(BodyCard),
    /// Buttons that the customer can press.
    Buttons(Vec<String>),
    /// A list that the customer can open, by the words that open it.
    List(String, Vec<Choice>),
    /// What WhatsApp itself says, in our words.
    Notice(Key),
    /// What somebody did with the conversation.
    Activity(Activity),
    /// What a colleague wrote for the others, and its words.
    Note(Note, String),
    /// It was taken back.
    Gone,
    /// It is not kept any more.
    NotKept,
    /// What cannot be shown here, and why.
    Placeholder(Option<String>),
}

impl Body {
    /// True for what WhatsApp itself says: a line between bubbles.
    pub fn is_notice(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "system" | "request_welcome" | Activity::KIND
        )
    }

    /// The parts, in the order in which they are read.
    pub fn parts(&self) -> Vec<Part> {
        if self.revoked {
            return vec![Part::Gone];
        }
        let none = Content::default();
        let content = self.content.as_deref().unwrap_or(&none);
        if content.redacted {
            return vec![Part::NotKept];
        }
        if let Some(activity) = &content.activity {
            return vec![Part::Activity(activity.clone())];
        }
        if let Some(note) = &content.note {
            return vec![Part::Note(
                note.clone(),
                self.text.clone().unwrap_or_default(),
            )];
        }
        let mut parts = Vec::new();
        match self.forwarded {
            Forwarded::No => {}
            Forwarded::Yes => parts.push(Part::Tag(Key::Forwarded)),
            Forwarded::Often => parts.push(Part::Tag(Key::ForwardedOften)),
        }
        parts.extend(content.referral.as_ref().map(card::of_referral));
        parts.extend(content.product.as_ref().map(card::of_product));
        parts.extend(self.quote.as_deref().cloned().map(Part::Quote));
        let before = parts.len();
        parts.extend(content.media.clone().map(Part::File));
        let template = content.template.as_ref();
        let offered = content.interactive.as_ref();
        let heading = template
            .and_then(|template| template.header.clone())
            .or_else(|| offered.and_then(|offered| offered.header.clone()));
        parts.extend(heading.map(Part::Heading));
        let is_whole = is_words(&self.kind) || content.has_own_face();
        let text = self.text.clone().filter(|text| !text.is_empty());
        if self.kind == "request_welcome" {
            parts.push(Part::Notice(Key::ChatOpened));
        } else if !is_whole {
            let why = content
                .unsupported
                .as_ref()
                .and_then(|unsupported| unsupported.reason.clone());
            parts.push(Part::Placeholder(why));
        }
        // A place, a card and a file without a caption have said it already.
        let is_named = |media: &Media| media.file_name.is_some() && media.file_name == text;
        let is_said = content.location.is_some()
            || !content.cards.is_empty()
            || content.media.as_ref().is_some_and(is_named);
        parts.extend(text.filter(|_| !is_said).map(Part::Words));
        let small = template
            .and_then(|template| template.footer.clone())
            .or_else(|| offered.and_then(|offered| offered.footer.clone()));
        parts.extend(small.map(Part::Small));
        parts.extend(content.location.as_ref().map(card::of_location));
        parts.extend(content.cards.iter().map(card::of_contact));
        parts.extend(content.order.as_ref().map(card::of_order));
        parts.extend(content.reply.as_ref().and_then(card::of_reply));
        match (template, offered) {
            (Some(template), _) => {
                let buttons = template.buttons.iter().map(|button| button.text.clone());
                parts.extend(some_buttons(buttons.collect()));
            }
            // Cards as rows: there are no pictures of them here.
            (None, Some(offered)) if matches!(&*offered.kind, "list" | "carousel") => {
                let action = offered.action.clone().unwrap_or_default();
                parts.push(Part::List(action, offered.choices.clone()));
            }
            (None, Some(offered)) => {
                let titles = offered.choices.iter().map(|choice| &choice.title);
                let buttons = offered.action.iter().chain(titles).cloned();
                parts.extend(some_buttons(buttons.collect()));
            }
            (None, None) => {}
        }
        if parts.len() == before {
            parts.push(Part::Placeholder(None));
        }
        parts
    }
}

fn some_buttons(buttons: Vec<String>) -> Option<Part> {
    (!buttons.is_empty()).then_some(Part::Buttons(buttons))
}

impl Content {
    /// Whether what is in it is shown, so that no placeholder is needed.
    fn has_own_face(&self) -> bool {
        self.media.is_some()
            || self.location.is_some()
            || !self.cards.is_empty()
            || self.order.is_some()
            || self.reply.is_some()
            || self.interactive.is_some()
            || self.template.is_some()
    }
}

#[cfg(test)]
mod tests;
