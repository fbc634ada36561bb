//! What the search index holds, the same on every database.

use super::pages::not_a_page;
use super::{EventPage, StoreError};
use crate::access::Scope;
use crate::search::{are_enough, words_asked, words_of_names, words_of_text};
use app::conversations::Conversation;
use app::error::{ApiError, Code};
use app::messages::Message;
use app::paging::PageRequest;
use app::search::{FoundMessage, MAX_QUERY_CHARS, SearchPage};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Conversations of a first page.
pub(super) const CONVERSATIONS: i64 = 20;
/// Conversations among which these are chosen: somebody who asks for a single letter is given some, and not a sorted million.
pub(super) const CANDIDATES: i64 = 2_000;
/// Tenants whose logs are looked at in one go, those furthest behind first.
pub(super) const TENANTS: i64 = 16;
/// Characters of a number's id in the mark of its words. The end of an id is chance; ids are ASCII.
const MARK: usize = 8;
/// The walk before it begins, at the first conversation, and at the first message.
pub(super) const WALK: Walk = Walk {
    unbegun: "",
    conversations: "conv_",
    messages: "msg_",
};

/// Places of the walk over everything that is there.
pub(super) struct Walk {
    pub unbegun: &'static str,
    pub conversations: &'static str,
    pub messages: &'static str,
}

/// A query that asks for something.
#[derive(Debug, Clone)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    /// Reads what somebody typed; refuses what could find nothing, and single letters of alphabets, which would find everything.
    pub fn read(text: &str) -> Result<Self, ApiError> {
        let refused = |sentence: &str| Err(ApiError::new(Code::QueryInvalid, sentence).at("query"));
        if text.chars().count() > MAX_QUERY_CHARS {
            return refused("Search for at most 200 characters.");
        }
        let words = words_asked(text);
        if !are_enough(&words) {
            return refused("Write at least two letters or digits, or an emoji, to search for.");
        }
        Ok(Self { words })
    }

    /// For each number, each word with the number's mark before it: all of a number's must be there.
    pub(super) fn marked<'q>(
        &'q self,
        scope: &'q Scope,
        sort: Sort,
    ) -> impl Iterator<Item = Vec<String>> + 'q {
        scope.numbers().iter().map(move |number| {
            let mark = mark(number.as_str(), sort);
            self.words
                .iter()
                .map(|word| format!("{mark}{word}"))
                .collect()
        })
    }
}

/// What kind of document a word is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Message,
    Conversation,
}

/// Stands before each word in the index, so that a search reads the words of its own numbers and no others: neither does it take longer
/// because other tenants write a lot, nor could it tell anything about them. Two numbers may share a mark by chance; the number is looked
/// at as well.
fn mark(number: &str, sort: Sort) -> String {
    let sort = match sort {
        Sort::Message => 'm',
        Sort::Conversation => 'c',
    };
    let end = &number[number.len().saturating_sub(MARK)..];
    format!("{sort}{}", end.to_ascii_lowercase())
}

/// Things to look at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    pub messages: BTreeSet<String>,
    pub conversations: BTreeSet<String>,
}

impl Touched {
    /// Of a stretch of the log. What this build cannot read has nothing to find.
    pub fn of(page: &EventPage) -> Self {
        #[derive(Deserialize)]
        struct Thing {
            id: String,
        }
        #[derive(Deserialize)]
        struct Event {
            message: Option<Thing>,
            conversation: Option<Thing>,
            from: Option<String>,
            into: Option<Thing>,
        }
        let mut touched = Self::default();
        if let EventPage::Events { events, .. } = page {
            for event in events {
                let Ok(event) = serde_json::from_slice::<Event>(&event.payload) else {
                    continue;
                };
                touched.messages.extend(event.message.map(|m| m.id));
                for conversation in [
                    event.conversation.map(|c| c.id),
                    event.into.map(|c| c.id),
                    event.from,
                ] {
                    touched.conversations.extend(conversation);
                }
            }
        }
        touched
    }

    /// Of things that the walk has passed, and where it goes on; `None` at its end.
    pub fn on_walk(passed: Vec<String>, among_messages: bool) -> (Option<String>, Self) {
        let next = match passed.last() {
            Some(last) => Some(last.clone()),
            None if among_messages => None,
            None => Some(WALK.messages.to_owned()),
        };
        let mut touched = Self::default();
        if among_messages {
            touched.messages.extend(passed);
        } else {
            touched.conversations.extend(passed);
        }
        (next, touched)
    }

    pub fn messages_json(&self) -> String {
        json!(self.messages).to_string()
    }

    pub fn conversations_json(&self) -> String {
        json!(self.conversations).to_string()
    }
}

/// A message that is not in the index, or is perhaps there with other words: id, number, second, text.
pub(super) type MessageRow = (String, String, i64, Option<String>);
/// A conversation that was touched: its id; number, second, name, user name, phone, name of our own unless it is gone; and the words that
/// the index has of it.
pub(super) type ConversationRow = (
    String,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// What the index lacks.
#[derive(Debug, Default)]
pub(super) struct Update {
    documents: Vec<Value>,
    /// What is replaced, and what is gone.
    dropped: Vec<String>,
}

impl Update {
    pub fn of(messages: Vec<MessageRow>, conversations: Vec<ConversationRow>) -> Self {
        let mut update = Self::default();
        for (id, number, second, text) in messages {
            let words = words_of_text(&text.unwrap_or_default());
            if words.is_empty() {
                // Taken back, or edited away. Where nothing of it is there, nothing is dropped.
                update.dropped.push(id);
            } else {
                update.add(&id, &number, second, Sort::Message, words, None);
            }
        }
        for (id, number, second, name, username, phone, own_name, known) in conversations {
            let (Some(number), Some(second)) = (number, second) else {
                if known.is_some() {
                    update.dropped.push(id);
                }
                continue;
            };
            let names = [&name, &username, &phone, &own_name];
            let words = words_of_names(names.into_iter().filter_map(Option::as_deref));
            let joined = words.join(" ");
            if known.as_deref() != Some(joined.as_str()) {
                update.add(
                    &id,
                    &number,
                    second,
                    Sort::Conversation,
                    words,
                    Some(&joined),
                );
            }
        }
        update
    }

    fn add(
        &mut self,
        subject: &str,
        number: &str,
        second: i64,
        sort: Sort,
        words: Vec<String>,
        names: Option<&str>,
    ) {
        let mark = mark(number, sort);
        let words: Vec<String> = words
            .into_iter()
            .map(|word| format!("{mark}{word}"))
            .collect();
        // 32 bits of seconds before 31 of a running number.
        let first = second.clamp(0, i64::from(u32::MAX)) << 31;
        self.documents.push(
            json!({"subject": subject, "number": number, "first": first, "names": names, "words": words.join(" ")}),
        );
        self.dropped.push(subject.to_owned());
    }

    pub fn is_empty(&self) -> bool {
        self.dropped.is_empty()
    }

    /// `{subject, number, first, names, words}`, a JSON array; `first` is the smallest id of the document's second, `words` are parted by
    /// spaces.
    pub fn documents_json(&self) -> String {
        json!(self.documents).to_string()
    }

    /// Ids of which the index must have nothing before the documents are added, a JSON array.
    pub fn dropped_json(&self) -> String {
        json!(self.dropped).to_string()
    }
}

/// The cursor of a page: the id of the last document before it. Only the way to older messages is there.
pub(super) fn before(page: &PageRequest) -> Result<i64, StoreError> {
    match &page.older {
        None => Ok(i64::MAX),
        Some(cursor) => cursor.parse().map_err(|_| not_a_page()),
    }
}

/// A page of what was found: `places` are its documents' ids, `messages` are in their order; one more than `rows` tells that there are
/// more.
pub(super) fn found_messages(
    places: Vec<i64>,
    messages: Vec<Message>,
    conversations: &[Conversation],
    rows: u32,
) -> SearchPage {
    let rows = rows as usize;
    let older = (places.len() > rows).then(|| places[rows - 1].to_string());
    let of = |message: &Message| {
        conversations
            .iter()
            .find(|conversation| conversation.id == message.conversation_id)
            .cloned()
    };
    let messages = messages
        .into_iter()
        .take(rows)
        .filter_map(|message| {
            let conversation = of(&message)?;
            Some(FoundMessage {
                message,
                conversation,
            })
        })
        .collect();
    SearchPage {
        conversations: Vec::new(),
        messages,
        older,
    }
}
