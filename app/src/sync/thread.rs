//! The messages of one conversation that we hold.

use crate::ids::{ConversationId, MessageId};
use crate::messages::{Message, MessagePage};

/// The newest part of a conversation, contiguous down to its floor.
#[derive(Debug, Clone, Default)]
pub struct Thread {
    /// By position, oldest first. Those below the floor came with events and wait for their page.
    messages: Vec<Message>,
    floor: Option<(i64, MessageId)>,
    older: Option<String>,
    loaded: bool,
    epoch: u64,
}

impl Thread {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            ..Self::default()
        }
    }

    /// The messages to show, oldest first.
    pub fn messages(&self) -> &[Message] {
        let Some((second, id)) = &self.floor else {
            return &self.messages;
        };
        let from = self
            .messages
            .partition_point(|message| message.position() < (*second, id.as_str()));
        &self.messages[from..]
    }

    /// The cursor of the page before; `None` when the beginning is there.
    pub fn older(&self) -> Option<&str> {
        self.older.as_deref()
    }

    /// True once the newest page is there.
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    pub(super) const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Takes a page: the newest, or the one before the floor.
    pub(super) fn put_page(&mut self, page: MessagePage) {
        let floor = page
            .items
            .first()
            .map(|message| (message.position().0, message.id.clone()));
        for message in page.items {
            self.put(message);
        }
        self.older = page.older;
        self.floor = if self.older.is_some() {
            floor.or(self.floor.take())
        } else {
            None
        };
        self.loaded = true;
    }

    /// Takes a copy of a message. Returns what it was: nothing new, a change, or a message not seen before.
    pub(super) fn put(&mut self, message: Message) -> Put {
        let held = self.messages.iter().rposition(|held| held.id == message.id);
        if held.is_some_and(|at| self.messages[at].seq >= message.seq) {
            return Put::Old;
        }
        if let Some(at) = held {
            self.messages.remove(at);
        }
        let at = self
            .messages
            .partition_point(|other| other.position() < message.position());
        self.messages.insert(at, message);
        if held.is_some() {
            Put::Changed
        } else {
            Put::New
        }
    }

    /// The message with this id, to be changed ahead of the server.
    pub(super) fn message_mut(&mut self, id: &MessageId) -> Option<&mut Message> {
        self.messages.iter_mut().rfind(|held| held.id == *id)
    }

    /// Forgets all but what is later than log position `cursor`.
    pub(super) fn keep_after(&mut self, cursor: i64, epoch: u64) {
        self.messages.retain(|message| message.seq > cursor);
        self.floor = None;
        self.older = None;
        self.loaded = false;
        self.epoch = epoch;
    }
}

/// What [`Thread::put`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// Nothing: what we hold is as new.
    Old,
    /// Replaced what we held.
    Changed,
    /// Added.
    New,
}

/// How many conversations stay in memory after they were closed.
const KEPT: usize = 20;

/// The conversations that were opened, most recent last.
#[derive(Debug, Clone, Default)]
pub(super) struct Threads(Vec<(ConversationId, Thread)>);

impl Threads {
    pub(super) fn get(&self, id: &ConversationId) -> Option<&Thread> {
        self.0
            .iter()
            .find(|(held, _)| held == id)
            .map(|(_, thread)| thread)
    }

    pub(super) fn get_mut(&mut self, id: &ConversationId) -> Option<&mut Thread> {
        self.0
            .iter_mut()
            .find(|(held, _)| held == id)
            .map(|(_, thread)| thread)
    }

    /// The thread, made if need be, as the most recent one.
    pub(super) fn touch(&mut self, id: &ConversationId, epoch: u64) -> &mut Thread {
        let thread = self.remove(id).unwrap_or_else(|| Thread::new(epoch));
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push((id.clone(), thread));
        &mut self.0.last_mut().expect("just pushed").1
    }

    pub(super) fn remove(&mut self, id: &ConversationId) -> Option<Thread> {
        let at = self.0.iter().position(|(held, _)| held == id)?;
        Some(self.0.remove(at).1)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&ConversationId) -> bool) {
        self.0.retain(|(id, _)| keep(id));
    }

    pub(super) fn ids(&self) -> Vec<ConversationId> {
        self.0.iter().map(|(id, _)| id.clone()).collect()
    }
}
