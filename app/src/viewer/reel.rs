//! The pictures before and after the one that is looked at.

use crate::messages::{Message, MessagePage};

/// So many are left on a side when more are asked for.
const AHEAD: usize = 3;

/// A part of a conversation's pictures and films, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reel {
    items: Vec<Message>,
    at: usize,
    /// Where it goes on, on either side; `None` at its end.
    older: Option<String>,
    newer: Option<String>,
}

impl Reel {
    /// Around one message: what lies on either side is yet to be asked for.
    pub fn around(message: Message) -> Self {
        let (second, id) = message.position();
        let cursor = [&second.to_string(), ".", id].concat();
        Self {
            older: Some(cursor.clone()),
            newer: Some(cursor),
            items: vec![message],
            at: 0,
        }
    }

    /// The one that is looked at.
    pub fn shown(&self) -> &Message {
        &self.items[self.at]
    }

    /// Whether there is one on that side.
    pub fn has(&self, newer: bool) -> bool {
        if newer {
            self.at + 1 < self.items.len()
        } else {
            self.at > 0
        }
    }

    /// Goes on by one; `false` at the end of what is there.
    pub fn go(&mut self, newer: bool) -> bool {
        let goes = self.has(newer);
        if goes && newer {
            self.at += 1;
        } else if goes {
            self.at -= 1;
        }
        goes
    }

    /// The cursor to ask for on that side, if it is time.
    pub fn wanted(&self, newer: bool) -> Option<&String> {
        let (left, cursor) = if newer {
            (self.items.len() - 1 - self.at, &self.newer)
        } else {
            (self.at, &self.older)
        };
        cursor.as_ref().filter(|_| left < AHEAD)
    }

    /// Takes what was asked for with this cursor; nothing if it is there already.
    pub fn put(&mut self, newer: bool, cursor: &str, page: MessagePage) {
        let held = if newer {
            &mut self.newer
        } else {
            &mut self.older
        };
        if held.as_deref() != Some(cursor) {
            return;
        }
        if newer {
            *held = page.newer;
            self.items.extend(page.items);
        } else {
            *held = page.older;
            self.at += page.items.len();
            self.items.splice(0..0, page.items);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ConversationId, MessageId};
    use crate::messages::Direction;

    fn picture(n: i64) -> Message {
        let id = MessageId::parse(format!("msg_{n}")).unwrap();
        let conversation = ConversationId::parse("conv_1").unwrap();
        Message {
            sent_at: n * 1000,
            ..Message::bare(id, conversation, Direction::Inbound, "image")
        }
    }

    fn page(range: std::ops::Range<i64>, older: Option<&str>, newer: Option<&str>) -> MessagePage {
        MessagePage {
            items: range.map(picture).collect(),
            older: older.map(str::to_owned),
            newer: newer.map(str::to_owned),
        }
    }

    #[test]
    fn it_goes_on_as_far_as_there_is_something() {
        let mut reel = Reel::around(picture(10));
        assert_eq!(reel.wanted(false).map(String::as_str), Some("10.msg_10"));
        assert!(!reel.go(false) && !reel.go(true));
        reel.put(false, "10.msg_10", page(5..10, Some("5.msg_5"), None));
        assert_eq!(reel.shown(), &picture(10), "the same one is looked at");
        reel.put(false, "10.msg_10", page(5..10, Some("5.msg_5"), None));
        assert_eq!(
            reel.wanted(false),
            None,
            "five are left, and nothing is doubled"
        );
        for n in (5..10).rev() {
            assert!(reel.go(false));
            assert_eq!(reel.shown(), &picture(n));
        }
        assert_eq!(reel.wanted(false).map(String::as_str), Some("5.msg_5"));
        assert!(!reel.has(false) && reel.has(true));
        reel.put(false, "5.msg_5", page(4..5, None, None));
        assert!(reel.go(false) && !reel.go(false));
        assert_eq!(reel.wanted(false), None, "that was the first");
        reel.put(true, "10.msg_10", page(11..12, None, None));
        while reel.go(true) {}
        assert_eq!(reel.shown(), &picture(11));
        assert_eq!(reel.wanted(true), None);
    }
}
