//! The messages on screen, one signal each.

use super::store::{Inbox, Paging, lock, set_if_changed};
use crate::browser;
use crate::embed::HostEvent;
use crate::error::ApiError;
use crate::i18n::dates;
use crate::ids::{ConversationId, MessageId};
use crate::messages::api::ListMessages;
use crate::messages::{Bubble, Goal, Message, first_unread, timeline};
use crate::paging::PageRequest;
use crate::sync::{Side, Thread};
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// The keys of the bubbles of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayKeys {
    /// See [`crate::messages::Day::number`].
    pub number: i64,
    /// Some time of that day, in milliseconds since the epoch.
    pub at: i64,
    /// Oldest first.
    pub keys: Vec<String>,
}

/// Draws the bubbles of a conversation.
type Draw = fn(&Inbox, &ConversationId);

/// The open conversation.
#[derive(Clone)]
pub struct ThreadStore {
    bubbles: Arc<Mutex<HashMap<String, ArcRwSignal<Bubble>>>>,
    first_new: Arc<Mutex<Option<MessageId>>>,
    /// What draws the bubbles. Nobody who has opened no conversation waits for it.
    drawer: Arc<OnceLock<Draw>>,
    /// Which bubbles there are, in order.
    pub days: ArcRwSignal<Arc<Vec<DayKeys>>>,
    /// The newest page.
    pub state: ArcRwSignal<Paging>,
    /// The page before the first bubble.
    pub older: ArcRwSignal<Paging>,
    /// The page after the last bubble, where that is not the newest message.
    pub newer: ArcRwSignal<Paging>,
    /// The part of the conversation that was jumped to.
    pub jump: ArcRwSignal<Paging>,
    /// The bubble to bring into view once it is there.
    pub goal: ArcRwSignal<Option<Goal>>,
    /// True while the reader is at the end, and new messages should be followed.
    pub at_end: ArcRwSignal<bool>,
    /// Counts how often what is shown began with another bubble: the height may stay the same then, and the reader's place not.
    pub cuts: ArcRwSignal<u32>,
    /// Inbound messages since the reader left the end.
    pub arrived: ArcRwSignal<usize>,
    /// Albums that somebody has unfolded, each by the key of one of its bubbles.
    pub albums: ArcRwSignal<Vec<String>>,
    /// The bubble whose signs are being chosen from.
    pub menu: ArcRwSignal<Option<String>>,
    /// True while something is looked for in the open conversation.
    pub searches: ArcRwSignal<bool>,
    /// True while a template is being chosen.
    pub picks_template: ArcRwSignal<bool>,
    /// True while a way to send is being chosen.
    pub picks_time: ArcRwSignal<bool>,
    /// True while quick replies are being written and deleted.
    pub manages_replies: ArcRwSignal<bool>,
    /// Grows whenever something in it has changed.
    pub(crate) changed: ArcRwSignal<u64>,
    /// The message whose picture or film is looked at.
    pub(crate) viewed: ArcRwSignal<Option<Box<Message>>>,
}

impl Default for ThreadStore {
    fn default() -> Self {
        Self {
            bubbles: Arc::default(),
            first_new: Arc::default(),
            drawer: Arc::default(),
            days: ArcRwSignal::default(),
            state: ArcRwSignal::new(Paging::Idle),
            older: ArcRwSignal::new(Paging::Idle),
            newer: ArcRwSignal::new(Paging::Idle),
            jump: ArcRwSignal::new(Paging::Idle),
            goal: ArcRwSignal::new(None),
            at_end: ArcRwSignal::new(true),
            cuts: ArcRwSignal::new(0),
            arrived: ArcRwSignal::new(0),
            albums: ArcRwSignal::default(),
            menu: ArcRwSignal::new(None),
            searches: ArcRwSignal::new(false),
            picks_template: ArcRwSignal::new(false),
            picks_time: ArcRwSignal::new(false),
            manages_replies: ArcRwSignal::new(false),
            changed: ArcRwSignal::default(),
            viewed: ArcRwSignal::new(None),
        }
    }
}

impl ThreadStore {
    /// The signal of a bubble.
    pub fn bubble(&self, key: &str) -> Option<ArcRwSignal<Bubble>> {
        lock(&self.bubbles).get(key).cloned()
    }

    /// An empty thread.
    pub(crate) fn clear(&self) {
        self.days.set(Arc::default());
        lock(&self.bubbles).clear();
        *lock(&self.first_new) = None;
        self.state.set(Paging::Idle);
        self.older.set(Paging::Idle);
        self.newer.set(Paging::Idle);
        self.jump.set(Paging::Idle);
        self.goal.set(None);
        self.at_end.set(true);
        self.arrived.set(0);
        self.albums.set(Vec::new());
        self.menu.set(None);
        self.picks_template.set(false);
        self.picks_time.set(false);
        self.manages_replies.set(false);
        self.viewed.set(None);
    }
}

impl Inbox {
    /// The bubble of a message of the open conversation, if it has been loaded.
    pub(crate) fn key_on_screen(&self, id: &MessageId) -> Option<String> {
        let open = self.open.get_untracked()?;
        let engine = self.engine();
        let messages = engine.thread(&open)?.messages();
        let message = messages.iter().find(|message| message.id == *id)?;
        Some(message.key().to_owned())
    }

    /// Puts the messages of `id`, as the engine has them, on screen: once the part of the program is there that shows them.
    pub(crate) fn draw_thread(&self, id: &ConversationId) {
        if let Some(draw) = self.thread.drawer.get() {
            draw(self, id);
        }
    }

    /// From now on there is something that shows messages.
    pub(crate) fn begin_to_draw(&self) {
        let is_first = self.thread.drawer.set(Self::draw_bubbles).is_ok();
        if let Some(id) = self.open.get_untracked().filter(|_| is_first) {
            self.draw_thread(&id);
        }
    }

    fn draw_bubbles(&self, id: &ConversationId) {
        let thread = &self.thread;
        let side = if thread.at_end.get_untracked() {
            Side::Newer
        } else {
            Side::Older
        };
        let days = {
            let mut engine = self.engine();
            engine.fit(id, side);
            let Some(held) = engine.thread(id) else {
                return;
            };
            let first_new = lock(&thread.first_new).clone();
            let messages = self.undo.without_undone(held.messages());
            // What is on its way stands after the newest message.
            let at_newest = held.newer().is_none() && !held.has_more_below();
            let waiting = engine.outbox().of(id).filter(|_| at_newest);
            timeline(&messages, waiting, first_new.as_ref(), dates::day_of)
        };
        let mut keys = Vec::with_capacity(days.len());
        let mut bubbles = std::mem::take(&mut *lock(&thread.bubbles));
        let mut kept = HashMap::with_capacity(bubbles.len());
        for day in days {
            keys.push(DayKeys {
                number: day.number,
                at: day.bubbles.first().map_or(0, |bubble| bubble.at),
                keys: day
                    .bubbles
                    .iter()
                    .map(|bubble| bubble.key.clone())
                    .collect(),
            });
            for bubble in day.bubbles {
                let key = bubble.key.clone();
                let signal = match bubbles.remove(&key) {
                    Some(signal) => {
                        set_if_changed(&signal, bubble);
                        signal
                    }
                    None => ArcRwSignal::new(bubble),
                };
                kept.insert(key, signal);
            }
        }
        *lock(&thread.bubbles) = kept;
        let first = |days: &[DayKeys]| days.first().and_then(|day| day.keys.first().cloned());
        let begins_elsewhere = first(&keys) != thread.days.with_untracked(|days| first(days));
        set_if_changed(&thread.days, Arc::new(keys));
        if begins_elsewhere {
            thread.cuts.update(|cuts| *cuts += 1);
        }
        self.report_shown(id);
    }

    /// Tells the page around us of what came live, now that it is on screen.
    fn report_shown(&self, id: &ConversationId) {
        let due: Vec<_> = {
            let mut reports = lock(&self.reports);
            if reports.is_empty() {
                return;
            }
            let engine = self.engine();
            let shown = engine.thread(id).map_or(&[][..], Thread::messages);
            let due = shown.iter().filter(|message| reports.is_due(&message.id));
            due.cloned().collect()
        };
        for message in due {
            self.tell(&HostEvent::MessageShown {
                id: message.id,
                conversation_id: message.conversation_id,
                kind: message.kind,
                text: message.text,
            });
        }
    }

    /// Loads the newest page of `id` if need be, and shows it.
    pub(crate) fn load_thread(&self, id: ConversationId) {
        self.thread.clear();
        let epoch = self.engine().open_thread(&id);
        let Some(epoch) = epoch else {
            self.thread_is_there(&id);
            return;
        };
        self.thread.state.set(Paging::Loading);
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            let result = inbox
                .call(ListMessages {
                    conversation_id: id.clone(),
                    page: PageRequest::first(),
                })
                .await;
            if inbox.is_past(generation) {
                return;
            }
            match result {
                Ok(page) => {
                    inbox.act(|engine| engine.put_thread_page(&id, epoch, None, page));
                    if inbox.is_open(&id) {
                        inbox.thread_is_there(&id);
                    }
                }
                Err(error) if inbox.is_open(&id) => inbox.thread.state.set(Paging::Failed(error)),
                Err(_) => {}
            }
        });
    }

    /// Loads the open conversation again, after that failed.
    pub fn load_open_thread(&self) {
        if let Some(id) = self.open.get_untracked() {
            self.load_thread(id);
        }
    }

    /// Shows more of what is held on that side of the thread on screen. `false` if no more is held there.
    pub(crate) fn reveal(&self, id: &ConversationId, side: Side) -> bool {
        let more = self.engine().reveal(id, side);
        if more {
            self.draw_thread(id);
        }
        more
    }

    /// Shows or loads what is before the first message on screen.
    pub fn load_older(&self) {
        let Some(id) = self.open.get_untracked() else {
            return;
        };
        if self.reveal(&id, Side::Older) {
            return;
        }
        let next = self.engine().older_of(&id);
        let Some((epoch, cursor)) =
            next.filter(|_| self.thread.older.get_untracked() != Paging::Loading)
        else {
            return;
        };
        self.thread.older.set(Paging::Loading);
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            let result = inbox
                .call(ListMessages {
                    conversation_id: id.clone(),
                    page: PageRequest::older(cursor.clone()),
                })
                .await;
            if inbox.is_past(generation) {
                return;
            }
            let state = match result {
                Ok(page) => {
                    inbox.act(|engine| engine.put_thread_page(&id, epoch, Some(&cursor), page));
                    Paging::Idle
                }
                Err(error) => Paging::Failed(error),
            };
            if inbox.is_open(&id) {
                inbox.thread.older.set(state);
            }
        });
    }

    /// True if there is something before the first message on screen.
    pub fn has_older(&self) -> bool {
        self.open.get_untracked().is_some_and(|id| {
            let engine = self.engine();
            engine.older_of(&id).is_some() || engine.thread(&id).is_some_and(Thread::has_more_above)
        })
    }

    /// Remembers where the unread messages begin: the line stays there while the conversation is open.
    pub(crate) fn mark_first_new(&self, id: &ConversationId) {
        let first = {
            let engine = self.engine();
            let unread = engine.list().row(id).map_or(0, |row| row.unread);
            engine
                .thread(id)
                .filter(|thread| thread.newer().is_none() && !thread.has_more_below())
                .and_then(|thread| first_unread(thread.messages(), unread).cloned())
        };
        if first.is_some() {
            *lock(&self.thread.first_new) = first;
        }
    }

    pub(crate) fn is_open(&self, id: &ConversationId) -> bool {
        self.open.get_untracked().as_ref() == Some(id)
    }

    /// What the engine shows of `id` goes on screen.
    pub(crate) fn thread_is_there(&self, id: &ConversationId) {
        self.mark_first_new(id);
        self.draw_thread(id);
        self.thread.state.set(Paging::Idle);
        self.note_read();
    }

    /// Shows a thread that a snapshot brought along, or loads it.
    pub(crate) fn refresh_thread(&self) {
        let Some(id) = self.open.get_untracked() else {
            return;
        };
        let there = self.engine().thread(&id).is_some_and(Thread::has_something);
        if there {
            self.thread_is_there(&id);
        } else {
            self.load_thread(id);
        }
    }

    /// Somebody looks again: what came meanwhile is new to them, and read from now on.
    pub(crate) fn looked_again(&self) {
        let Some(id) = self.open.get_untracked() else {
            return;
        };
        if browser::is_visible() && self.thread.state.get_untracked() == Paging::Idle {
            self.mark_first_new(&id);
            self.draw_thread(&id);
            self.note_read();
        }
    }
}

/// The error of a paging state.
pub fn failure_of(paging: &Paging) -> Option<ApiError> {
    match paging {
        Paging::Failed(error) => Some(error.clone()),
        Paging::Idle | Paging::Loading => None,
    }
}
