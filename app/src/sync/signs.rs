//! Signs of the business on messages, shown ahead of the server.

use super::{Changes, Engine};
use crate::ids::{ConversationId, MessageId};
use crate::messages::{Failure, Reaction, Side};

impl Engine {
    /// The sign that the business has put on a message; empty if there is none.
    pub fn sign_of_ours(&self, conversation: &ConversationId, id: &MessageId) -> String {
        let thread = self.threads.get(conversation);
        let message = thread.and_then(|thread| thread.messages().iter().find(|it| it.id == *id));
        let sign = message.and_then(|message| Reaction::of(Side::Business, &message.reactions));
        sign.unwrap_or_default().to_owned()
    }

    /// The operator put a sign on a message, or took it away where it is empty: shown ahead of the server's answer.
    pub fn set_sign(
        &mut self,
        conversation: &ConversationId,
        id: &MessageId,
        emoji: &str,
        at: i64,
    ) -> Changes {
        let thread = self.threads.get_mut(conversation);
        let Some(message) = thread.and_then(|thread| thread.message_mut(id)) else {
            return Changes::default();
        };
        message.reaction_failure = None;
        message.reactions.retain(|sign| sign.by != Side::Business);
        if !emoji.is_empty() {
            message.reactions.push(Reaction {
                emoji: emoji.to_owned(),
                by: Side::Business,
                at,
            });
        }
        Changes::thread(conversation)
    }

    /// The server did not take it: what was there `former`ly is there again, unless something else has come since.
    pub fn take_sign_back(
        &mut self,
        conversation: &ConversationId,
        id: &MessageId,
        (emoji, former): (&str, &str),
        failure: Failure,
    ) -> Changes {
        if self.sign_of_ours(conversation, id) != emoji {
            return Changes::default();
        }
        let changes = self.set_sign(conversation, id, former, 0);
        let thread = self.threads.get_mut(conversation);
        if let Some(message) = thread.and_then(|thread| thread.message_mut(id)) {
            message.reaction_failure = Some(failure);
        }
        changes
    }
}
