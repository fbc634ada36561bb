//! What the operator sent and the server has not confirmed.

use crate::error::ApiError;
use crate::ids::{ClientId, ConversationId};
use crate::messages::{Body, Draft};
use std::sync::Arc;

/// How far a message got that the server does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingState {
    /// Waits for the ones before it, or for the connection.
    Queued,
    /// Under way. If the answer is lost it may be stored all the same; sending it again under its id does no harm.
    Sending,
    /// The server does not take it.
    Rejected(ApiError),
}

/// A message on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its id for good: the key of its bubble.
    pub client_id: ClientId,
    /// Where it goes.
    pub conversation_id: ConversationId,
    /// What goes out.
    pub draft: Draft,
    /// What its bubble says until the server's answer is there. A draft names its file, its template and what it answers to by their
    /// ids; whoever makes it knows more.
    pub body: Arc<Body>,
    /// When the operator sent it, in milliseconds since the epoch.
    pub sent_at: i64,
    /// How far it got.
    pub state: PendingState,
}

/// All of them, in the order of sending.
#[derive(Debug, Clone, Default)]
pub struct Outbox(Vec<Pending>);

impl Outbox {
    /// Those of one conversation.
    pub fn of<'a>(&'a self, conversation: &'a ConversationId) -> impl Iterator<Item = &'a Pending> {
        self.0
            .iter()
            .filter(move |pending| pending.conversation_id == *conversation)
    }

    /// The one with this id.
    pub fn get(&self, client_id: &ClientId) -> Option<&Pending> {
        self.0
            .iter()
            .find(|pending| pending.client_id == *client_id)
    }

    /// How many will still go out by themselves.
    pub fn waiting(&self) -> usize {
        self.0
            .iter()
            .filter(|pending| !matches!(pending.state, PendingState::Rejected(_)))
            .count()
    }

    /// The first that may go out now, of each conversation: one at a time keeps the order.
    pub fn due(&self) -> Vec<Pending> {
        let mut seen: Vec<&ConversationId> = Vec::new();
        let mut due = Vec::new();
        for pending in &self.0 {
            if matches!(pending.state, PendingState::Rejected(_))
                || seen.contains(&&pending.conversation_id)
            {
                continue;
            }
            seen.push(&pending.conversation_id);
            if pending.state == PendingState::Queued {
                due.push(pending.clone());
            }
        }
        due
    }

    pub(super) fn push(&mut self, pending: Pending) {
        if self.get(&pending.client_id).is_none() {
            self.0.push(pending);
        }
    }

    /// Sets the state and returns the conversation; `None` if the message is confirmed or unknown.
    pub(super) fn set(
        &mut self,
        client_id: &ClientId,
        state: PendingState,
    ) -> Option<ConversationId> {
        let pending = self
            .0
            .iter_mut()
            .find(|pending| pending.client_id == *client_id)?;
        pending.state = state;
        Some(pending.conversation_id.clone())
    }

    pub(super) fn confirm(&mut self, client_id: &ClientId) -> bool {
        let before = self.0.len();
        self.0.retain(|pending| pending.client_id != *client_id);
        self.0.len() != before
    }

    /// Takes back what is not under way and returns its conversation.
    pub(super) fn withdraw(&mut self, client_id: &ClientId) -> Option<ConversationId> {
        let waits = |it: &Pending| it.client_id == *client_id && it.state != PendingState::Sending;
        let at = self.0.iter().position(waits)?;
        Some(self.0.remove(at).conversation_id)
    }

    pub(super) fn move_all(&mut self, from: &ConversationId, into: &ConversationId) {
        for pending in &mut self.0 {
            if pending.conversation_id == *from {
                pending.conversation_id = into.clone();
            }
        }
    }
}
