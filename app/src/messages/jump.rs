//! Going to a message, wherever in its conversation it stands, and back to the newest one.

use super::api::{ListMessages, ListMessagesAround};
use super::{album, scroll};
use crate::browser;
use crate::ids::MessageId;
use crate::inbox::{Inbox, Paging};
use crate::paging::PageRequest;
use crate::sync::Side;
use leptos::prelude::{GetUntracked, Set};

/// A bubble to bring into view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Its key.
    pub key: String,
    /// Whether the keyboard goes along.
    pub focus: bool,
}

impl Inbox {
    /// Shows a message of the open conversation: at once if it is there, else with what stands around it. With `focus` the keyboard goes
    /// along.
    pub(crate) fn jump_to(&self, message: MessageId, focus: bool) {
        let Some(id) = self.open.get_untracked() else {
            return;
        };
        let jump = self.engine().open_thread_at(&id, &message);
        let Some(jump) = jump else {
            self.thread.jump.set(Paging::Idle);
            self.thread_is_there(&id);
            self.aim(&message, focus);
            return;
        };
        self.thread.jump.set(Paging::Loading);
        if self
            .engine()
            .thread(&id)
            .is_none_or(|it| !it.has_something())
        {
            self.thread.state.set(Paging::Loading);
        }
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            let result = inbox
                .call(ListMessagesAround {
                    conversation_id: id.clone(),
                    message_id: message.clone(),
                })
                .await;
            if inbox.is_past(generation) {
                return;
            }
            match result {
                Ok(page) => {
                    let is_wanted = inbox.engine().put_thread_around(&id, jump, page);
                    if is_wanted && inbox.is_open(&id) {
                        inbox.thread.jump.set(Paging::Idle);
                        inbox.thread.at_end.set(false);
                        inbox.thread_is_there(&id);
                        inbox.aim(&message, focus);
                    }
                }
                Err(error) if inbox.is_open(&id) => {
                    if inbox
                        .engine()
                        .thread(&id)
                        .is_none_or(|it| !it.has_something())
                    {
                        inbox.load_thread(id);
                    }
                    inbox.thread.jump.set(Paging::Failed(error));
                }
                Err(_) => {}
            }
        });
    }

    /// Brings a message into view that is among those on screen.
    fn aim(&self, message: &MessageId, focus: bool) {
        if let Some(key) = self.key_on_screen(message) {
            album::reveal(self, &key);
            self.thread.at_end.set(false);
            self.thread.goal.set(Some(Goal { key, focus }));
        }
    }

    /// True if the thread on screen goes on to the newest message.
    pub(crate) fn shows_newest(&self) -> bool {
        let Some(open) = self.open.get_untracked() else {
            return true;
        };
        let engine = self.engine();
        engine
            .thread(&open)
            .is_none_or(|it| it.newer().is_none() && !it.has_more_below())
    }

    fn newer_cursor(&self) -> Option<(u64, String)> {
        let open = self.open.get_untracked()?;
        self.engine().newer_of(&open)
    }

    /// Back to the newest message, from a part of the conversation that does not reach it.
    pub(crate) fn show_newest(&self) {
        if !self.shows_newest() {
            self.load_open_thread();
            // Another part stands there, and the browser has kept a place in it that means nothing.
            browser::spawn(async {
                leptos::task::tick().await;
                scroll::end_in_view();
            });
        }
    }

    /// To the end of the open conversation, wherever the reader is in it.
    pub(crate) fn go_to_newest(&self) {
        self.show_newest();
        self.thread.at_end.set(true);
        self.thread.arrived.set(0);
        scroll::end_in_view();
    }

    /// Loads the page after the last message on screen.
    pub(crate) fn load_newer(&self) {
        let Some(id) = self.open.get_untracked() else {
            return;
        };
        if self.reveal(&id, Side::Newer) {
            if self.shows_newest() {
                self.note_read();
            }
            return;
        }
        let next = self.newer_cursor();
        let Some((epoch, cursor)) =
            next.filter(|_| self.thread.newer.get_untracked() != Paging::Loading)
        else {
            return;
        };
        self.thread.newer.set(Paging::Loading);
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            let result = inbox
                .call(ListMessages {
                    conversation_id: id.clone(),
                    page: PageRequest::newer(cursor.clone()),
                })
                .await;
            if inbox.is_past(generation) {
                return;
            }
            let state = match result {
                Ok(page) => {
                    inbox.act(|engine| engine.put_newer_page(&id, epoch, &cursor, page));
                    Paging::Idle
                }
                Err(error) => Paging::Failed(error),
            };
            if inbox.is_open(&id) {
                inbox.thread.newer.set(state);
                if inbox.shows_newest() {
                    inbox.note_read();
                }
            }
        });
    }
}
