//! Opening a conversation, and telling the server what was seen of it.

use super::api::MarkRead;
use crate::browser;
use crate::embed::HostEvent;
use crate::ids::{ConversationId, MessageId};
use crate::inbox::{Inbox, lock};
use leptos::prelude::{GetUntracked, Set};
use std::sync::atomic::Ordering;

/// How long to wait after a failed attempt, in milliseconds.
const LATER: u32 = 5000;

impl Inbox {
    /// The operator opens a conversation. Answers that were offered for another one are no answers here.
    pub fn open_conversation(&self, id: ConversationId) {
        if self.open.get_untracked().is_some_and(|open| open != id) {
            self.context.suggestions.set(Vec::new());
        }
        self.show_conversation(id);
    }

    /// Shows a conversation.
    pub(crate) fn show_conversation(&self, id: ConversationId) {
        if self.enter(&id) {
            self.load_thread(id);
        }
    }

    /// Opens a conversation at one of its messages.
    pub(crate) fn open_at(&self, id: ConversationId, message: MessageId) {
        if self.open.get_untracked().is_some_and(|open| open != id) {
            self.context.suggestions.set(Vec::new());
        }
        if self.enter(&id) {
            self.thread.clear();
        }
        self.jump_to(message, true);
    }

    /// Makes a conversation the open one. `false` if it is that already.
    fn enter(&self, id: &ConversationId) -> bool {
        self.at_row.set(Some(id.clone()));
        self.release_list();
        let mut offers = self.context.offers.get_untracked();
        offers.retain(|offer| offer != id);
        self.context.offers.set(offers);
        let is_other = self.open.get_untracked().as_ref() != Some(id);
        if is_other {
            *lock(&self.seen) = None;
            self.menu.set(None);
            self.thread.searches.set(false);
            self.details.set(false);
            self.open.set(Some(id.clone()));
            self.tell(&HostEvent::ConversationOpened(id.clone()));
        }
        is_other
    }

    /// Back to the list.
    pub fn close_conversation(&self) {
        self.details.set(false);
        self.open.set(None);
        self.menu.set(None);
        self.thread.searches.set(false);
        self.thread.clear();
    }

    /// Marks what is on screen as read, while somebody looks.
    pub(crate) fn note_read(&self) {
        if self.unread_on_screen().is_none() || self.marks_read.swap(true, Ordering::Relaxed) {
            return;
        }
        let inbox = self.clone();
        browser::spawn(async move {
            let generation = inbox.generation();
            let mut last = None;
            while let Some(next) = inbox.unread_on_screen() {
                // The same again would not change the answer.
                if inbox.is_past(generation) || last.as_ref() == Some(&next) {
                    break;
                }
                let (conversation_id, up_to) = next.clone();
                match inbox
                    .call(MarkRead {
                        conversation_id,
                        up_to,
                    })
                    .await
                {
                    Ok(marked) => {
                        *lock(&inbox.seen) = Some(next.clone());
                        last = Some(next);
                        inbox.act(|engine| engine.put_conversation(marked.conversation));
                    }
                    Err(error) if error.code.is_transient() => inbox.alarm.wait(LATER).await,
                    Err(_) => break,
                }
            }
            inbox.marks_read.store(false, Ordering::Relaxed);
        });
    }

    /// The open conversation and its last message, if something in it is unread and somebody looks.
    fn unread_on_screen(&self) -> Option<(ConversationId, MessageId)> {
        let id = self.open.get_untracked()?;
        if !self.has_session()
            || self.is_read_only.load(Ordering::Relaxed)
            || !browser::is_visible()
        {
            return None;
        }
        let engine = self.engine();
        let thread = engine.thread(&id).filter(|thread| thread.shows_newest())?;
        let last = thread.messages().last()?.id.clone();
        let unread = engine.list().row(&id)?.unread;
        drop(engine);
        let here = (id, last);
        let mut seen = lock(&self.seen);
        if unread == 0 {
            *seen = Some(here);
            return None;
        }
        // Seen before, and marked as unread by somebody since.
        (seen.as_ref() != Some(&here)).then_some(here)
    }
}
