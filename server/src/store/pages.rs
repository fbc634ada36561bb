//! Pages: what a cursor says, and what a page is made of. The same on every database.

use super::StoreError;
use app::conversations::{Conversation, ConversationPage};
use app::error::{ApiError, Code};
use app::messages::{Message, MessagePage};
use app::paging::{DEFAULT_LIMIT, PageRequest};

/// What to ask the database for: one row more than wanted tells whether there is more.
pub(super) struct Wanted<'p> {
    /// Ascending from the cursor; otherwise descending.
    pub towards_newer: bool,
    /// The cursor: a place (of a conversation) or a time (seconds of a message), and an id.
    pub at: i64,
    /// The cursor's id.
    pub id: &'p str,
    /// How many rows to ask for.
    pub limit: u32,
    from_somewhere: bool,
    from_newer: bool,
}

impl<'p> Wanted<'p> {
    /// Reads a request.
    pub fn of(page: &'p PageRequest) -> Result<Self, StoreError> {
        let (at, id) = match page.older.as_deref().or(page.newer.as_deref()) {
            Some(cursor) => read_cursor(cursor)?,
            None => (i64::MAX, ""),
        };
        Ok(Self {
            towards_newer: page.older.is_none() && page.newer.is_some(),
            at,
            id,
            limit: page.rows() + 1,
            from_somewhere: page.older.is_some() || page.newer.is_some(),
            from_newer: page.older.is_some(),
        })
    }

    /// Cuts the row too many; true if there was one.
    fn cut<T>(&self, rows: &mut Vec<T>) -> bool {
        let wanted = self.limit as usize - 1;
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        more
    }

    /// A page of the list from what the database found, in the order of asking.
    pub fn conversations(&self, mut items: Vec<Conversation>) -> ConversationPage {
        let more = self.cut(&mut items);
        if self.towards_newer {
            items.reverse();
        }
        let cursor = |conversation: Option<&Conversation>| {
            conversation.map(|c| format!("{}.{}", c.place(), c.id))
        };
        ConversationPage {
            older: cursor(items.last()).filter(|_| more || self.towards_newer),
            newer: cursor(items.first()).filter(|_| {
                if self.towards_newer {
                    more
                } else {
                    self.from_somewhere
                }
            }),
            items,
        }
    }

    /// A page of a conversation from what the database found, in the order of asking.
    pub fn messages(&self, mut items: Vec<Message>) -> MessagePage {
        let more = self.cut(&mut items);
        if !self.towards_newer {
            items.reverse();
        }
        let cursor =
            |message: Option<&Message>| message.map(|m| format!("{}.{}", m.position().0, m.id));
        MessagePage {
            older: cursor(items.first()).filter(|_| more || self.towards_newer),
            newer: cursor(items.last()).filter(|_| {
                if self.towards_newer {
                    more
                } else {
                    self.from_newer
                }
            }),
            items,
        }
    }
}

/// Messages on each side of the one that a page is around.
const AROUND: u32 = DEFAULT_LIMIT / 2;

/// What to ask for on either side of a message: the page before it, and the page after it.
pub(super) fn beside(message: &Message) -> (PageRequest, PageRequest) {
    let (second, id) = message.position();
    let cursor = format!("{second}.{id}");
    let sized = |page| PageRequest {
        limit: Some(AROUND),
        ..page
    };
    (
        sized(PageRequest::older(cursor.clone())),
        sized(PageRequest::newer(cursor)),
    )
}

/// A message with the pages on either side of it.
pub(super) fn around(before: MessagePage, message: Message, after: MessagePage) -> MessagePage {
    let mut items = before.items;
    items.push(message);
    items.extend(after.items);
    MessagePage {
        items,
        older: before.older,
        newer: after.newer,
    }
}

/// `<place or seconds>.<id>`, as pages carry them. Ids are plain ASCII: anything else never came from us.
fn read_cursor(cursor: &str) -> Result<(i64, &str), StoreError> {
    cursor
        .split_once('.')
        .and_then(|(at, id)| Some((at.parse().ok()?, id)))
        .filter(|(_, id)| id.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(not_a_page)
}

/// A cursor that no page carried.
pub(super) fn not_a_page() -> StoreError {
    StoreError::Refused(
        ApiError::new(
            Code::CursorInvalid,
            "This page does not exist. Load the list from its beginning.",
        )
        .at("page"),
    )
}
