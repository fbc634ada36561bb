//! What an operator does with a message that is there: answer to it, put a sign on it, take it back.

use super::api::{CancelMessage, React};
use super::{Bubble, DeliveryStatus, Direction, Failure, Message, Quote};
use crate::browser;
use crate::conversations::api::Typing;
use crate::i18n::sentence;
use crate::ids::{ConversationId, MessageId};
use crate::inbox::{Inbox, focus_thread, set_if_changed};
use leptos::prelude::*;

/// How long WhatsApp shows that somebody types, less a little, in milliseconds.
const TYPING: i64 = 20_000;

impl Inbox {
    /// The next message of the open conversation answers to this one.
    pub(crate) fn quote(&self, bubble: &Bubble) {
        let (Some(open), Some(id)) = (self.open.get_untracked(), bubble.body.id.clone()) else {
            return;
        };
        let writing = self.writing(&open);
        writing.is_note.set(false);
        writing.quote.set(Some(Quote {
            message_id: Some(id),
            direction: Some(bubble.direction),
            kind: Some(bubble.body.kind.clone()),
            text: bubble.body.text.clone(),
        }));
        focus_thread();
    }

    /// Puts a sign on a message, or takes it away where it is empty: at once on screen, and back again if it is not taken.
    pub(crate) fn react(&self, message_id: MessageId, emoji: String) {
        let Some(open) = self.open.get_untracked().filter(|_| self.has_session()) else {
            return;
        };
        let now = browser::now();
        let former = self.engine().sign_of_ours(&open, &message_id);
        self.act(|engine| engine.set_sign(&open, &message_id, &emoji, now));
        let inbox = self.clone();
        browser::spawn(async move {
            let request = React {
                message_id: message_id.clone(),
                emoji: emoji.clone(),
            };
            match inbox.call(request).await {
                Ok(message) => inbox.act(|engine| engine.put_message(message)),
                Err(error) => {
                    let failure = Failure {
                        code: String::new(),
                        sentence: sentence(inbox.i18n.locale_now(), &error),
                        retryable: true,
                    };
                    inbox.act(|engine| {
                        let open = engine.current_id(&open);
                        engine.take_sign_back(&open, &message_id, (&emoji, &former), failure)
                    });
                }
            }
        });
    }

    /// Takes back a message that has not gone out. A text goes back into the field, if nothing else is being written there.
    pub(crate) fn cancel_and_rewrite(&self, message_id: MessageId) {
        let inbox = self.clone();
        browser::spawn(async move {
            // On its way already, it stays as it is, and the log tells what becomes of it.
            let Ok(message) = inbox.call(CancelMessage { message_id }).await else {
                return;
            };
            let writing = inbox.writing(&message.conversation_id);
            if message.kind == "text" && writing.is_empty() {
                writing.text.set(message.text.clone().unwrap_or_default());
                focus_thread();
            }
            inbox.act(|engine| engine.put_message(message));
        });
    }

    /// Lets the contact see that somebody types. The server knows what has been seen and what the contact may see of it.
    pub(crate) fn note_typing(&self, id: &ConversationId) {
        let now = browser::now();
        let is_fresh = {
            let mut typed = crate::inbox::lock(&self.typed);
            let is_fresh = typed
                .as_ref()
                .is_none_or(|(last, at)| last != id || now - at >= TYPING);
            if is_fresh {
                *typed = Some((id.clone(), now));
            }
            is_fresh
        };
        let is_seen = self.row(id).is_some_and(|row| {
            row.with_untracked(|row| row.unread == 0 && row.last_inbound_at.is_some())
        });
        if !is_fresh || !is_seen || !browser::is_visible() || !self.has_session() {
            return;
        }
        let (inbox, conversation_id) = (self.clone(), id.clone());
        browser::spawn(async move {
            // Nobody waits for it.
            _ = inbox.call(Typing { conversation_id }).await;
        });
    }

    /// Learns from a message of ours whether WhatsApp takes its number.
    pub(crate) fn note_number(&self, message: &Message) {
        if message.direction != Direction::Outbound {
            return;
        }
        let paused = message
            .waiting
            .as_ref()
            .filter(|waiting| waiting.reason == "PAUSED");
        let refusal = match (paused, message.status) {
            (Some(waiting), _) => waiting.sentence.clone(),
            (None, DeliveryStatus::Sent) => None,
            _ => return,
        };
        let Some(row) = self.row(&message.conversation_id) else {
            return;
        };
        let id = row.with_untracked(|row| row.number_id.clone());
        let mut numbers = self.numbers.get_untracked();
        for number in numbers.iter_mut().filter(|number| number.id == id) {
            number.refusal.clone_from(&refusal);
        }
        set_if_changed(&self.numbers, numbers);
    }
}
