//! All of it together.

use super::Changes;
use super::list::{List, Source};
use super::outbox::{Outbox, Pending, PendingState};
use super::thread::{Put, Side, Thread, Threads};
use crate::conversations::{Conversation, ConversationPage};
use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId, MessageId};
use crate::inbox::Bootstrap;
use crate::live::LiveEvent;
use crate::messages::{Direction, Message, MessagePage};
use crate::workflow::{ListFilter, Totals};
use std::collections::HashMap;

/// What the browser holds of the inbox.
#[derive(Debug, Clone, Default)]
pub struct Engine {
    list: List,
    pub(super) threads: Threads,
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
        self.list.set_me(bootstrap.me.map(|me| me.id));
        let totals = (bootstrap.unread_total, bootstrap.counts);
        self.list.restart(conversations, cursor, totals);
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
            labels: Some(bootstrap.labels),
            ..Changes::default()
        }
    }

    /// Later totals from the server. Returns `false` if what we hold has overtaken them: ask again.
    pub fn put_totals(&mut self, totals: &Totals) -> bool {
        let usable = totals.cursor >= self.cursor && totals.cursor >= self.list.newest();
        if usable {
            self.list
                .anchor_totals(totals.cursor, totals.unread_total, totals.counts);
        }
        usable
    }

    /// Looks at another part of the list. Nothing of it is shown before its first page is there: returns what to hand to
    /// [`Self::put_part`] with that.
    pub fn choose(&mut self, filter: ListFilter) -> (u64, Changes) {
        self.epochs += 1;
        self.list_epoch = self.epochs;
        self.list.choose(filter);
        let changes = Changes {
            order: true,
            ..Changes::default()
        };
        (self.list_epoch, changes)
    }

    /// The list keeps its order until [`Self::release_list`].
    pub fn hold_list(&mut self) {
        self.list.hold();
    }

    /// The list has the order of what it shows again.
    pub fn release_list(&mut self) -> Changes {
        Changes {
            order: self.list.release(),
            ..Changes::default()
        }
    }

    /// True if the first page of a part that was chosen is still wanted.
    pub const fn waits_for_part(&self, epoch: u64) -> bool {
        self.list_epoch == epoch && !self.list.is_there()
    }

    /// The first page of a part that was chosen. Ignored if another one was chosen since, or the list was loaded anew.
    pub fn put_part(&mut self, epoch: u64, mut page: ConversationPage) -> Changes {
        if !self.waits_for_part(epoch) {
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
        thread.leave_window(self.epochs);
        (!thread.is_loaded()).then(|| thread.epoch())
    }

    /// Begins to hold a conversation, and shows the part of it that has this message. Returns what to hand to
    /// [`Self::put_thread_around`] with that part, or `None` if it is there already.
    pub fn open_thread_at(&mut self, id: &ConversationId, message: &MessageId) -> Option<u64> {
        self.epochs += 1;
        let jump = self.epochs;
        let thread = self.threads.touch(id, jump);
        (!thread.jump_to(message, jump)).then_some(jump)
    }

    /// The part of a conversation around a message that was jumped to. `false` if nobody waits for it any more: the reader went
    /// elsewhere, or the conversation was loaded anew since.
    pub fn put_thread_around(&mut self, id: &ConversationId, jump: u64, page: MessagePage) -> bool {
        if !self.threads.get(id).is_some_and(|it| it.awaits(jump)) {
            return false;
        }
        self.confirm(&page.items);
        if let Some(thread) = self.threads.get_mut(id) {
            thread.put_around(page);
        }
        true
    }

    /// The epoch and cursor with which to ask for the page after what is shown; `None` where that goes on to the newest message.
    pub fn newer_of(&self, id: &ConversationId) -> Option<(u64, String)> {
        let thread = self.threads.get(id)?;
        Some((thread.epoch(), thread.newer()?.to_owned()))
    }

    /// The page after a cursor. Ignored if something else is shown since.
    pub fn put_newer_page(
        &mut self,
        id: &ConversationId,
        epoch: u64,
        requested: &str,
        page: MessagePage,
    ) -> Changes {
        let thread = self.threads.get(id);
        if !thread.is_some_and(|it| it.epoch() == epoch && it.newer() == Some(requested)) {
            return Changes::default();
        }
        self.confirm(&page.items);
        if let Some(thread) = self.threads.get_mut(id) {
            thread.put_newer(page);
        }
        Changes::thread(id)
    }

    /// Shows some more of what is held of a conversation on that side, and less on the other. `false` if no more is held there.
    pub fn reveal(&mut self, id: &ConversationId, side: Side) -> bool {
        self.threads.get_mut(id).is_some_and(|it| it.reveal(side))
    }

    /// Shows no more of a conversation than can be shown at once, on that side.
    pub fn fit(&mut self, id: &ConversationId, side: Side) {
        if let Some(thread) = self.threads.get_mut(id) {
            thread.fit(side);
        }
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
                && match requested {
                    None => !thread.is_loaded() && thread.newer().is_none(),
                    Some(_) => thread.older() == requested,
                }
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
                let is_internal = message.direction == Direction::Internal;
                let source = if message.has_changed() || message.kind == "system" || is_internal {
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
            LiveEvent::Labels { .. } => Changes {
                labels_are_old: true,
                ..Changes::default()
            },
            LiveEvent::Number { number } => Changes {
                numbers: vec![*number],
                ..Changes::default()
            },
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

    /// The operator sent something.
    pub fn queue(&mut self, pending: Pending) -> Changes {
        let changes = Changes::thread(&pending.conversation_id);
        self.outbox.push(pending);
        changes
    }

    /// The operator takes it back before anybody else has it. `None` if it is under way, or there.
    pub fn withdraw(&mut self, client_id: &ClientId) -> Option<Changes> {
        let conversation = self.outbox.withdraw(client_id)?;
        Some(Changes::thread(&conversation))
    }

    /// The message that the server made of what was sent under this id.
    pub fn sent_as(&self, conversation: &ConversationId, client_id: &ClientId) -> Option<&Message> {
        let thread = self.threads.get(&self.current_id(conversation))?;
        let is_it = |message: &&Message| message.client_id.as_ref() == Some(client_id);
        thread.messages().iter().rev().find(is_it)
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
