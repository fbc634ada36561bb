//! What the customer's phone shows.

use serde::Serialize;
use serde_json::Value;
use tokio::time::{Duration, Instant};

use super::face::{Face, face};
use super::files::Files;
use super::preview::preview;

/// How far a message has come, as its sender's ticks would show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tick {
    /// The customer wrote it; the product has not acknowledged the webhook.
    Pending,
    /// The business's phone has it: the product answered 200.
    Delivered,
    /// Seen by the other side.
    Read,
}

/// One bubble.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChatMessage {
    pub(super) id: String,
    /// Whose bubble it is: the customer's, or the business's.
    pub(super) from_customer: bool,
    /// Unix seconds.
    pub(super) at: i64,
    /// Meta's `type`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The text, or words for another type: what a list or a quote shows.
    pub(super) text: String,
    /// What the bubble shows.
    pub(super) face: Face,
    /// Its writer has changed it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) edited: bool,
    /// Its writer has taken it back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) deleted: bool,
    pub(super) status: Tick,
    /// Id of the quoted message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply_to: Option<String>,
    /// The newest emoji each side put on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reactions: Vec<Reaction>,
}

impl ChatMessage {
    /// A message of this type, as its object draws it. Who wrote it and when is still to be said.
    pub(super) fn drawn(files: &Files, kind: &str, message: &Value) -> Self {
        Self {
            id: String::new(),
            from_customer: false,
            at: 0,
            kind: kind.to_owned(),
            text: preview(kind, message),
            face: face(files, kind, message),
            edited: false,
            deleted: false,
            status: Tick::Pending,
            reply_to: None,
            reactions: Vec::new(),
        }
    }
}

/// An emoji on a bubble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reaction {
    pub(super) from_customer: bool,
    pub(super) emoji: String,
}

/// One customer's chat with one of the business's numbers.
#[derive(Default)]
pub(super) struct Chat {
    pub(super) messages: Vec<ChatMessage>,
    /// Start of the customer service window: the newest inbound timestamp, Unix seconds.
    pub(super) last_inbound: Option<i64>,
    typing_until: Option<Instant>,
}

/// Meta's customer service window, in seconds.
const WINDOW: i64 = 24 * 60 * 60;
/// A phone keeps more, but nobody scrolls further here.
const KEPT: usize = 500;
/// Meta ends a typing indicator after this long.
const TYPING: Duration = Duration::from_secs(25);

impl Chat {
    pub(super) fn window_open(&self, now: i64) -> bool {
        self.last_inbound.is_some_and(|at| now - at < WINDOW)
    }

    /// There was a window, and it is over.
    pub(super) fn window_shut(&self, now: i64) -> bool {
        self.last_inbound.is_some() && !self.window_open(now)
    }

    /// Shows a message in its place by time; one from the business ends its typing. A message
    /// that is there already stays as it is.
    pub(super) fn add(&mut self, message: ChatMessage) {
        if self.messages.iter().any(|known| known.id == message.id) {
            return;
        }
        if !message.from_customer {
            self.typing_until = None;
        }
        let position = self
            .messages
            .partition_point(|known| known.at <= message.at);
        self.messages.insert(position, message);
        if self.messages.len() > KEPT {
            self.messages.remove(0);
        }
    }

    /// Puts an emoji on a message, or takes it away if empty.
    pub(super) fn react(&mut self, target: &str, reaction: Reaction) {
        let Some(message) = self
            .messages
            .iter_mut()
            .find(|message| message.id == target)
        else {
            return;
        };
        message
            .reactions
            .retain(|known| known.from_customer != reaction.from_customer);
        if !reaction.emoji.is_empty() {
            message.reactions.push(reaction);
        }
    }

    /// The message of this side with this id.
    fn of_side(&mut self, target: &str, from_customer: bool) -> Option<&mut ChatMessage> {
        let mut all = self.messages.iter_mut();
        all.find(|m| m.id == target && m.from_customer == from_customer && !m.deleted)
    }

    /// Gives a message of this side other words: all that WhatsApp lets people change, so a file stays.
    pub(super) fn edit(&mut self, target: &str, from_customer: bool, edited: ChatMessage) {
        if let Some(message) = self.of_side(target, from_customer) {
            message.face.words = edited.face.words;
            message.text = edited.text;
            message.edited = true;
        }
    }

    /// Takes a message of this side back.
    pub(super) fn delete(&mut self, target: &str, from_customer: bool) {
        if let Some(message) = self.of_side(target, from_customer) {
            "This message was deleted".clone_into(&mut message.text);
            message.face = Face::default();
            message.reactions.clear();
            message.reply_to = None;
            message.deleted = true;
        }
    }

    /// The product acknowledged these messages of the customer.
    pub(super) fn acknowledged(&mut self, ids: &[String]) {
        for message in &mut self.messages {
            if message.status == Tick::Pending && ids.contains(&message.id) {
                message.status = Tick::Delivered;
            }
        }
    }

    /// The business read up to this message; `false` if it is not here.
    pub(super) fn read_by_business(&mut self, id: &str) -> bool {
        let Some(position) = self.messages.iter().position(|message| message.id == id) else {
            return false;
        };
        for message in &mut self.messages[..=position] {
            if message.from_customer {
                message.status = Tick::Read;
            }
        }
        true
    }

    /// The customer looked at everything that is here.
    pub(super) fn read_by_customer(&mut self) {
        for message in &mut self.messages {
            if !message.from_customer {
                message.status = Tick::Read;
            }
        }
    }

    pub(super) fn business_types(&mut self) {
        self.typing_until = Some(Instant::now() + TYPING);
    }

    /// Milliseconds for which "typing…" still shows.
    pub(super) fn typing_ms(&self) -> u64 {
        let left = self
            .typing_until
            .map(|until| until.saturating_duration_since(Instant::now()));
        left.map_or(0, |left| u64::try_from(left.as_millis()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, from_customer: bool, at: i64) -> ChatMessage {
        ChatMessage {
            id: id.into(),
            from_customer,
            at,
            text: id.into(),
            ..ChatMessage::drawn(&Files::default(), "text", &Value::Null)
        }
    }

    #[test]
    fn late_messages_take_their_place_by_time() {
        let mut chat = Chat::default();
        for (id, at) in [("b", 20), ("c", 20), ("a", 10)] {
            chat.add(message(id, true, at));
        }
        let order: Vec<_> = chat
            .messages
            .iter()
            .map(|message| message.id.as_str())
            .collect();
        assert_eq!(order, ["a", "b", "c"]);
    }

    #[test]
    fn the_window_is_a_day_from_the_timestamp() {
        let mut chat = Chat::default();
        assert!(!chat.window_open(0) && !chat.window_shut(0));
        chat.last_inbound = Some(1_000);
        assert!(chat.window_open(1_000 + WINDOW - 1));
        assert!(!chat.window_open(1_000 + WINDOW) && chat.window_shut(1_000 + WINDOW));
    }

    #[test]
    fn reading_covers_earlier_messages_of_the_other_side_only() {
        let mut chat = Chat::default();
        for (id, ours, at) in [
            ("a", true, 1),
            ("b", false, 2),
            ("c", true, 3),
            ("d", true, 4),
        ] {
            chat.add(message(id, ours, at));
        }
        assert!(chat.read_by_business("c"));
        assert!(!chat.read_by_business("unknown"));
        let read: Vec<_> = chat
            .messages
            .iter()
            .map(|message| message.status == Tick::Read)
            .collect();
        assert_eq!(read, [true, false, true, false]);
    }

    #[test]
    fn a_second_reaction_replaces_the_first_and_empty_removes() {
        let mut chat = Chat::default();
        chat.add(message("a", true, 1));
        for emoji in ["👍", "❤️"] {
            chat.react(
                "a",
                Reaction {
                    from_customer: false,
                    emoji: emoji.into(),
                },
            );
        }
        assert_eq!(
            chat.messages[0].reactions,
            [Reaction {
                from_customer: false,
                emoji: "❤️".into()
            }]
        );
        chat.react(
            "a",
            Reaction {
                from_customer: false,
                emoji: String::new(),
            },
        );
        assert!(chat.messages[0].reactions.is_empty());
    }
}
