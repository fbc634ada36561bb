//! Notes, from what was asked for to what is stored. The same on every database.

use crate::fresh;
use app::conversations::Conversation;
use app::ids::{ClientId, MessageId, OperatorId};
use app::messages::{Content, DeliveryStatus, Direction, Message};
use app::notes::Note;
use app::operators::Operator;

/// A note to write, checked.
#[derive(Debug, Clone)]
pub struct NewNote {
    text: String,
    mentions: Vec<OperatorId>,
}

impl NewNote {
    /// These words, for everybody and above all for these. NUL, which databases do not carry, is shown to be missing.
    pub fn new(text: &str, mut mentions: Vec<OperatorId>) -> Self {
        mentions.sort_unstable();
        mentions.dedup();
        Self {
            text: text.replace('\0', "\u{fffd}"),
            mentions,
        }
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whom it calls, each once and in the order of their ids.
    pub fn mentions(&self) -> &[OperatorId] {
        &self.mentions
    }

    /// As a message that goes to nobody. Addresses are for the list of colleagues.
    pub fn message(
        &self,
        row: &Conversation,
        client_id: &ClientId,
        author: Option<Operator>,
        mentions: Vec<Operator>,
        now: i64,
    ) -> Message {
        let named = |it: Operator| Operator { email: None, ..it };
        Message {
            client_id: Some(client_id.clone()),
            text: Some(self.text.clone()),
            content: Some(Box::new(Content {
                note: Some(Note {
                    author: author.map(named),
                    mentions: mentions.into_iter().map(named).collect(),
                }),
                ..Content::default()
            })),
            status: DeliveryStatus::Sent,
            sent_at: now,
            seq: row.seq,
            ..Message::bare(
                fresh!(MessageId),
                row.id.clone(),
                Direction::Internal,
                Note::KIND,
            )
        }
    }
}
