//! What the public API leaves out because it is not kept: at once, and not only when upkeep has come by.

use super::Failure;
use crate::access::NumberCaller;
use crate::clock::now_ms;
use crate::state::AppState;
use crate::store::{DAY_MS, ListedMessage, PiiMode};
use app::conversations::Conversation;
use app::messages::Message;

/// From when on what is said over a number is kept, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    from: i64,
}

impl Kept {
    /// Everything: for what lets go by itself, as the log does.
    pub(super) const ALL: Self = Self { from: i64::MIN };

    /// Of the caller's number.
    pub(super) async fn at(state: &AppState, caller: &NumberCaller) -> Result<Self, Failure> {
        let numbers = state.store.numbers(&caller.scope).await?;
        let mode = numbers
            .iter()
            .find(|number| number.id == caller.number)
            .map(|number| number.pii);
        Ok(Self::by(mode, now_ms()))
    }

    fn by(mode: Option<PiiMode>, now: i64) -> Self {
        let from = match mode {
            None | Some(PiiMode::StoreIndefinitely) => i64::MIN,
            Some(PiiMode::StoreDays(days)) => now - i64::from(days) * DAY_MS,
            Some(PiiMode::RelayOnly) => i64::MAX,
        };
        Self { from }
    }

    /// Lets go of what a message said, where it is too old. What was done with a conversation stays.
    pub(super) fn message(self, mut message: Message) -> Message {
        if message.sent_at < self.from && message.kind != app::workflow::Activity::KIND {
            message.redact();
        }
        message
    }

    /// The same, with whom it was.
    pub(super) fn listed(self, listed: ListedMessage) -> ListedMessage {
        let mut listed = ListedMessage {
            message: self.message(listed.message),
            ..listed
        };
        if listed.message.is_redacted() {
            let contact = &mut listed.contact;
            (contact.name, contact.own_name, contact.username) = (None, None, None);
            (contact.phone, contact.user_id) = (None, None);
        }
        listed
    }

    /// Whether a conversation ended before that; it says neither with whom it was nor what was said then.
    pub(super) fn conversation(self, row: &mut Conversation) -> bool {
        let is_over = row.last_message_at < self.from;
        if is_over {
            let contact = &mut row.contact;
            (contact.name, contact.own_name, contact.username) = (None, None, None);
            (contact.phone, contact.user_id) = (None, None);
            if let Some(preview) = &mut row.preview {
                preview.text = None;
            }
        }
        is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::ids::{ConversationId, MessageId};
    use app::messages::Direction;

    #[test]
    fn what_is_too_old_says_nothing() {
        let said_at = |at: i64| {
            let mut message = Message::bare(
                MessageId::parse("msg_1").unwrap(),
                ConversationId::parse("conv_1").unwrap(),
                Direction::Inbound,
                "text",
            );
            (message.text, message.sent_at) = (Some("Hi".into()), at);
            message
        };
        let now = 100 * DAY_MS;
        for (mode, at, redacted) in [
            (None, 0, false),
            (Some(PiiMode::StoreIndefinitely), 0, false),
            (Some(PiiMode::StoreDays(10)), 90 * DAY_MS, false),
            (Some(PiiMode::StoreDays(10)), 90 * DAY_MS - 1, true),
            (Some(PiiMode::RelayOnly), now, true),
        ] {
            let shown = Kept::by(mode, now).message(said_at(at));
            assert_eq!(shown.is_redacted(), redacted, "{mode:?} {at}");
            assert_eq!(shown.text.is_none(), redacted);
        }
    }
}
