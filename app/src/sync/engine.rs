//! All of it together.

use super::Changes;
use super::list::{List, Source};
use super::outbox::{Outbox, Pending, PendingState};
use super::thread::{Put, Thread, Threads};
use crate::conversations::{Conversation, ConversationPage};
use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId, MessageId};
use crate::inbox::Bootstrap;
use crate::live::LiveEvent;
use crate::messages::{Direction, Failure, Message, MessagePage, Reaction, Side};
use std::collections::HashMap;

/// What the browser holds of the inbox.
#[derive(Debug, Clone, Default)]
pub struct Engine {
    list: List,
    threads: Threads,
    outbox: Outbox,
    /// Conversations that became part of another. A late answer must not bring them back.
    merged: HashMap<ConversationId, ConversationId>,
    cursor: i64,
    epochs: u64,
    list_epoch: u64,
}

impl Engine {
    /// The list.
    pub const fn list(&self) -> &List {
        &self.list
    }

    /// A conversation that was opened.
    pub fn thread(&self, id: &ConversationId) -> Option<&Thread> {
        self.threads.get(id)
    }

    /// What is on its way.
    pub const fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The log position up to which events were applied: the live stream goes on from here.
    pub const fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Where a conversation is now: itself, or the one that it became part of.
    pub fn current_id(&self, id: &ConversationId) -> ConversationId {
        self.merged.get(id).unwrap_or(id).clone()
    }

    /// Starts over from a snapshot. What is on its way stays.
    pub fn restart(&mut self, bootstrap: Bootstrap) -> Changes {
        let cursor = bootstrap.cursor;
        self.cursor = cursor;
        self.epochs += 1;
        self.list_epoch = self.epochs;
        let mut conversations = bootstrap.conversations;
        conversations
            .items
            .retain(|row| !self.merged.contains_key(&row.id));
        self.list
            .restart(conversations, cursor, bootstrap.unread_total);
        let open = bootstrap.open.map(|open| {
            self.list
                .put(open.conversation.clone(), Source::Answer, cursor);
            (open.conversation.id, open.messages)
        });
        let mut threads = self.threads.ids();
        self.threads
            .retain(|id| open.as_ref().is_some_and(|(open, _)| open == id));
        if let Some((id, page)) = open {
            self.epochs += 1;
            let thread = self.threads.touch(&id, self.epochs);
            thread.keep_after(cursor, self.epochs);
            self.confirm(&page.items);
            if let Some(thread) = self.threads.get_mut(&id) {
                thread.put_page(page);
            }
            if !threads.contains(&id) {
                threads.push(id);
            }
        }
        Changes {
            order: true,
            rows: self.list.order().to_vec(),
            threads,
            ..Changes::default()
        }
    }

    /// A later total from the server. Returns `false` if what we hold has overtaken it: ask again.
    pub fn put_total(&mut self, cursor: i64, total: u32) -> bool {
        let usable = cursor >= self.cursor && cursor >= self.list.newest();
        if usable {
            self.list.anchor_total(cursor, total);
        }
        usable
    }

    /// The epoch and cursor with which to ask for the next page of the list; `None` when everything is there.
    pub fn older_rows(&self) -> Option<(u64, String)> {
        Some((self.list_epoch, self.list.older()?.to_owned()))
    }

    /// The answer to asking for the page after `requested`. Ignored if the list was loaded anew since.
    pub fn put_list_page(
        &mut self,
        epoch: u64,
        requested: &str,
        mut page: ConversationPage,
    ) -> Changes {
        if self.list_epoch != epoch || self.list.older() != Some(requested) {
            return Changes::default();
        }
        page.items.retain(|row| !self.merged.contains_key(&row.id));
        let rows = page.items.iter().map(|row| row.id.clone()).collect();
        self.list.append(page, self.cursor);
        Changes {
            order: true,
            rows,
            ..Changes::default()
        }
    }

    /// Begins to hold a conversation. Returns what to hand to [`Self::put_thread_page`] with its newest page, or `None` if it is
    /// there already.
    pub fn open_thread(&mut self, id: &ConversationId) -> Option<u64> {
        self.epochs += 1;
        let thread = self.threads.touch(id, self.epochs);
        (!thread.is_loaded()).then(|| thread.epoch())
    }

    /// The epoch and cursor with which to ask for the page before what we hold.
    pub fn older_of(&self, id: &ConversationId) -> Option<(u64, String)> {
        let thread = self.threads.get(id)?;
        Some((thread.epoch(), thread.older()?.to_owned()))
    }

    /// A page of a conversation: the newest (`requested` is `None`), or the one before a cursor. Ignored if the conversation was
    /// loaded anew since.
    pub fn put_thread_page(
        &mut self,
        id: &ConversationId,
        epoch: u64,
        requested: Option<&str>,
        page: MessagePage,
    ) -> Changes {
        let fits = self.threads.get(id).is_some_and(|thread| {
            thread.epoch() == epoch
                && thread.older() == requested
                && thread.is_loaded() == requested.is_some()
        });
        if !fits {
            return Changes::default();
        }
        self.confirm(&page.items);
        if let Some(thread) = self.threads.get_mut(id) {
            thread.put_page(page);
        }
        Changes::thread(id)
    }

    /// An event of the log. The log is told in order, so one at or before the cursor was applied before.
    pub fn apply(&mut self, seq: i64, event: LiveEvent) -> Changes {
        if seq <= self.cursor {
            return Changes::default();
        }
        let changes = match event {
            LiveEvent::Message {
                conversation,
                message,
            } => {
                // Only what has just come makes the row wait for one more, and of that not what WhatsApp itself says.
                let source = if message.has_changed() || message.kind == "system" {
                    Source::Change
                } else {
                    let inbound = message.direction == Direction::Inbound;
                    Source::Message { inbound }
                };
                let mut changes = self.put_row(*conversation, source);
                let messages = self.put_message(*message);
                changes.threads = messages.threads;
                changes.arrived = messages.arrived;
                changes
            }
            LiveEvent::Conversation { conversation } => self.put_row(*conversation, Source::Change),
            LiveEvent::ConversationMerged { from, into } => self.merge(seq, from, *into),
            LiveEvent::Unknown => Changes::default(),
        };
        self.cursor = seq;
        changes
    }

    /// A row that came with an answer about one that we hold. One that we do not hold any more was merged away meanwhile.
    pub fn put_conversation(&mut self, row: Conversation) -> Changes {
        if self.list.row(&row.id).is_none() {
            return Changes::default();
        }
        self.put_row(row, Source::Answer)
    }

    /// A row that was looked for and found, whether we held it or not.
    pub fn put_found(&mut self, row: Conversation) -> Changes {
        self.put_row(row, Source::Answer)
    }

    /// A message that came with an answer or an event.
    pub fn put_message(&mut self, mut message: Message) -> Changes {
        let id = self.current_id(&message.conversation_id);
        message.conversation_id = id.clone();
        let confirmed = self.confirm(std::slice::from_ref(&message));
        let inbound = message.direction == Direction::Inbound;
        let put = self
            .threads
            .get_mut(&id)
            .map_or(Put::Old, |thread| thread.put(message));
        let mut changes = Changes::default();
        if put == Put::New && inbound {
            changes.arrived.push(id.clone());
        }
        if put != Put::Old || confirmed {
            changes.threads.push(id);
        }
        changes
    }

    /// The sign that the business has put on a message; empty if there is none.
    pub fn sign_of_ours(&self, conversation: &ConversationId, id: &MessageId) -> String {
        let thread = self.threads.get(conversation);
        let message = thread.and_then(|thread| thread.messages().iter().find(|it| it.id == *id));
        message.map_or_else(String::new, |message| own_sign(message).to_owned())
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

    /// The operator sent something.
    pub fn queue(&mut self, pending: Pending) -> Changes {
        let changes = Changes::thread(&pending.conversation_id);
        self.outbox.push(pending);
        changes
    }

    /// Its request is under way.
    pub fn mark_sending(&mut self, client_id: &ClientId) -> Changes {
        self.set_pending(client_id, PendingState::Sending)
    }

    /// Its request got no answer, or the operator wants it tried again.
    pub fn mark_queued(&mut self, client_id: &ClientId) -> Changes {
        self.set_pending(client_id, PendingState::Queued)
    }

    /// The server does not take it.
    pub fn mark_rejected(&mut self, client_id: &ClientId, error: ApiError) -> Changes {
        self.set_pending(client_id, PendingState::Rejected(error))
    }

    fn set_pending(&mut self, client_id: &ClientId, state: PendingState) -> Changes {
        // Confirmed in the meantime, by an event that overtook the answer: then there is nothing to set.
        self.outbox
            .set(client_id, state)
            .map_or_else(Changes::default, |id| Changes::thread(&id))
    }

    fn confirm(&mut self, messages: &[Message]) -> bool {
        let mut confirmed = false;
        for client_id in messages
            .iter()
            .filter_map(|message| message.client_id.as_ref())
        {
            confirmed |= self.outbox.confirm(client_id);
        }
        confirmed
    }

    fn put_row(&mut self, row: Conversation, source: Source) -> Changes {
        if self.merged.contains_key(&row.id) {
            return Changes::default();
        }
        let id = row.id.clone();
        let (news, order) = self.list.put(row, source, self.cursor);
        Changes {
            order,
            rows: if news { vec![id] } else { Vec::new() },
            ..Changes::default()
        }
    }

    fn merge(&mut self, seq: i64, from: ConversationId, into: Conversation) -> Changes {
        let target = into.id.clone();
        for other in self.merged.values_mut().filter(|other| **other == from) {
            *other = target.clone();
        }
        self.merged.insert(from.clone(), target.clone());
        let held = self.list.remove(&from, seq);
        let mut changes = self.put_row(into, Source::Change);
        changes.order |= held;
        self.outbox.move_all(&from, &target);
        // The history of both changed; whoever looks at one of them loads it anew.
        self.threads.remove(&from);
        self.threads.remove(&target);
        changes.threads.push(target.clone());
        changes.merged.push((from, target));
        changes
    }
}

fn own_sign(message: &Message) -> &str {
    let ours = message
        .reactions
        .iter()
        .find(|sign| sign.by == Side::Business);
    ours.map_or("", |sign| &sign.emoji)
}
