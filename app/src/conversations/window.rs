//! The customer service window: for a day after each message of the contact, anything may be written to them; then only approved
//! templates (Meta, "Customer service windows").

use super::Conversation;

/// How long it is open, in milliseconds.
const OPEN_MS: i64 = 24 * 3_600_000;
/// What is begun in the last minute may arrive after its end.
const MARGIN_MS: i64 = 60_000;

impl Conversation {
    /// When the window shuts, in milliseconds since the epoch; `None` where it is not open at any time known here. Where WhatsApp
    /// says that it is shut, against our reckoning, `last_inbound_at` is taken away until the contact writes again.
    pub fn window_ends_at(&self) -> Option<i64> {
        self.last_inbound_at
            .filter(|_| !self.open_ended)
            .map(|at| at.saturating_add(OPEN_MS - MARGIN_MS))
    }

    /// For how many minutes more it is open; `None` where it is shut, [`usize::MAX`] where it never is.
    pub fn window_minutes(&self, now: i64) -> Option<usize> {
        if self.open_ended {
            return Some(usize::MAX);
        }
        let left = self.window_ends_at().filter(|end| now < *end)? - now;
        usize::try_from(left.max(0) / 60_000).ok()
    }

    /// Whether anything may be written at this moment, in milliseconds since the epoch.
    pub fn window_is_open(&self, now: i64) -> bool {
        self.open_ended || self.window_ends_at().is_some_and(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ContactId, ConversationId, NumberId};

    #[test]
    fn it_is_open_for_a_day_but_a_minute() {
        let mut conversation = Conversation::new(
            ConversationId::parse("conv_1").unwrap(),
            NumberId::parse("wn_1").unwrap(),
            crate::conversations::Contact {
                own_name: None,
                id: ContactId::parse("ct_1").unwrap(),
                name: None,
                phone: None,
                username: None,
                user_id: None,
            },
        );
        conversation.last_inbound_at = Some(1_000);
        let end = 1_000 + 86_400_000 - 60_000;
        assert_eq!(conversation.window_ends_at(), Some(end));
        assert!(conversation.window_is_open(end - 1));
        assert!(!conversation.window_is_open(end));
        assert_eq!(conversation.window_minutes(end), None);
        assert_eq!(conversation.window_minutes(end - 1), Some(0));
        assert_eq!(conversation.window_minutes(end - 60_000), Some(1));
        assert_eq!(conversation.window_minutes(1_000), Some(24 * 60 - 1));
        conversation.last_inbound_at = Some(i64::MAX);
        assert!(conversation.window_is_open(0), "no overflow");
        conversation.last_inbound_at = None;
        assert!(!conversation.window_is_open(0));
        conversation.open_ended = true;
        assert!(conversation.window_is_open(i64::MAX), "a linked phone");
        assert_eq!(conversation.window_minutes(0), Some(usize::MAX));
        assert_eq!(conversation.window_ends_at(), None);
    }
}
