//! The quick replies, as the page knows them.

use super::api::ListQuickReplies;
use super::{Names, QuickReplies, QuickReply};
use crate::browser;
use crate::error::ApiError;
use crate::ids::{ConversationId, NumberId};
use crate::inbox::Inbox;
use leptos::prelude::*;

/// What the server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet.
    #[default]
    Nothing,
    /// These.
    There(QuickReplies),
    /// It did not.
    Failed(ApiError),
}

impl Known {
    /// The texts.
    pub fn items(&self) -> &[QuickReply] {
        match self {
            Self::There(replies) => &replies.items,
            _ => &[],
        }
    }
}

/// Those of the number that fit what is typed: first by the beginning of the shortcut, then by any part of it, then by the text.
pub fn fitting(items: &[QuickReply], number: &NumberId, query: &str) -> Vec<QuickReply> {
    let rank = |reply: &QuickReply| {
        if reply.shortcut.starts_with(query) {
            0
        } else if reply.shortcut.contains(query) {
            1
        } else if reply.text.to_lowercase().contains(query) {
            2
        } else {
            3
        }
    };
    let mut found: Vec<_> = items
        .iter()
        .filter(|reply| reply.fits(number) && rank(reply) < 3)
        .cloned()
        .collect();
    found.sort_by_key(rank);
    found
}

impl Inbox {
    /// Asks for the quick replies; those that are known stay until the answer is there.
    pub(crate) fn load_quick_replies(&self) {
        let inbox = self.clone();
        let generation = self.generation();
        if !matches!(self.quick_replies.get_untracked(), Known::There(_)) {
            self.quick_replies.set(Known::Nothing);
        }
        browser::spawn(async move {
            let answer = inbox.call(ListQuickReplies {}).await;
            if inbox.is_past(generation) {
                return;
            }
            match answer {
                Ok(replies) => {
                    crate::inbox::set_if_changed(&inbox.quick_replies, Known::There(replies));
                }
                Err(error)
                    if inbox
                        .quick_replies
                        .with_untracked(|known| *known == Known::Nothing) =>
                {
                    inbox.quick_replies.set(Known::Failed(error));
                }
                // What is known is as good as it was.
                Err(_) => {}
            }
        });
    }

    /// Who writes to whom in a conversation.
    pub(crate) fn names_in(&self, id: &ConversationId) -> Names {
        let operator = match self.quick_replies.get_untracked() {
            Known::There(replies) => replies.operator,
            _ => None,
        };
        let contact = self
            .row(id)
            .map(|row| row.with_untracked(|row| row.contact.clone()));
        Names {
            contact: contact.as_ref().and_then(|contact| contact.name.clone()),
            phone: contact.and_then(|contact| contact.phone),
            operator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::QuickReplyId;

    #[test]
    fn shortcuts_come_before_words() {
        let reply = |shortcut: &str, text: &str| {
            QuickReply::new(QuickReplyId::parse("qr_1").unwrap(), shortcut, text)
        };
        let number = NumberId::parse("wn_1").unwrap();
        let elsewhere = QuickReply {
            numbers: vec![NumberId::parse("wn_2").unwrap()],
            ..reply("hello", "Elsewhere")
        };
        let items = [
            elsewhere,
            reply("bye", "So long"),
            reply("hello", "Hi"),
            reply("no", "Say HELlo"),
            reply("oh-hell", "x"),
        ];
        let found = |query: &str| -> Vec<String> {
            fitting(&items, &number, query)
                .into_iter()
                .map(|it| it.shortcut)
                .collect()
        };
        assert_eq!(found("hel"), ["hello", "oh-hell", "no"]);
        assert_eq!(found(""), ["bye", "hello", "no", "oh-hell"]);
        assert_eq!(found("zzz"), Vec::<String>::new());
    }
}
