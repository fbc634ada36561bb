//! The inbox on screen: the engine, and one signal for each thing that can change by itself.
//!
//! Signals in here are `Arc` signals: they outlive the components that read them, and tasks may set them after an await.

use super::{Phase, ThreadStore};
use crate::attachments::Queue;
use crate::boot::{Boot, Theme};
use crate::branding::Brand;
use crate::browser::{self, Alarm};
use crate::context::Surroundings;
use crate::conversations::Conversation;
use crate::embed::{Bridge, Reports};
use crate::error::ApiError;
use crate::i18n::I18n;
use crate::ids::ConversationId;
use crate::live::Connection;
use crate::media::Links;
use crate::messages::Writing;
use crate::numbers::Number;
use crate::session::{Exchange, Keeper};
use crate::sync::{Changes, Engine};
use leptos::prelude::*;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Fetching more of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// Nothing under way.
    Idle,
    /// Under way.
    Loading,
    /// It did not come.
    Failed(ApiError),
}

/// A handle to the inbox of this page. Cheap to clone.
#[derive(Clone)]
pub struct Inbox(Arc<Store>);

/// What the handle points to.
pub struct Store {
    engine: Mutex<Engine>,
    rows: Mutex<HashMap<ConversationId, ArcRwSignal<Conversation>>>,
    /// The conversation that was written in last, and when its contact was told.
    pub(crate) typed: Mutex<Option<(ConversationId, i64)>>,
    writings: Mutex<HashMap<ConversationId, Writing>>,
    pub(crate) bridge: OnceLock<Bridge>,
    pub(crate) alarm: Alarm,
    pub(crate) keeper: Keeper,
    pub(crate) exchange: Exchange,
    pub(crate) reports: Mutex<Reports>,
    pub(crate) links: Links,
    pub(crate) uploads: Queue,
    /// What the page around us tells of itself.
    pub context: Surroundings,
    /// Counts sessions; a task of an earlier one stops when it sees that.
    generation: AtomicU32,
    pub(crate) asks_total: AtomicBool,
    pub(crate) retries_outbox: AtomicBool,
    pub(crate) marks_read: AtomicBool,
    /// How far this browser's clock is ahead of the server's, in milliseconds.
    pub(crate) ahead: AtomicI64,
    /// Language.
    pub i18n: I18n,
    /// Colours.
    pub theme: ArcRwSignal<Theme>,
    /// Whose it is to look at.
    pub brand: ArcRwSignal<Brand>,
    /// Where the inbox is in its life.
    pub phase: ArcRwSignal<Phase>,
    /// True once there is something to show.
    pub loaded: ArcRwSignal<bool>,
    /// Why the first answer did not come.
    pub failure: ArcRwSignal<Option<ApiError>>,
    /// True if the page around us has been silent for long.
    pub overdue: ArcRwSignal<bool>,
    /// The numbers of the session.
    pub numbers: ArcRwSignal<Vec<Number>>,
    /// Grows whenever rows come, go or move.
    pub order: ArcRwSignal<u64>,
    /// The next page of the list.
    pub paging: ArcRwSignal<Paging>,
    /// Unread messages over all conversations.
    pub unread_total: ArcRwSignal<u32>,
    /// The conversation on screen.
    pub open: ArcRwSignal<Option<ConversationId>>,
    /// The row that the keyboard is at.
    pub at_row: ArcRwSignal<Option<ConversationId>>,
    /// The messages on screen.
    pub thread: ThreadStore,
    /// Messages that wait to go out.
    pub waiting: ArcRwSignal<usize>,
    /// The live stream and the network.
    pub connection: Connection,
    /// The clock of all relative times, in milliseconds since the epoch; 0 on the server.
    pub now: ArcRwSignal<i64>,
}

impl Deref for Inbox {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.0
    }
}

impl Inbox {
    /// The inbox of one page, as the server renders it; provides itself to the components below.
    pub fn provide(boot: Boot, brand: Brand) -> Self {
        let inbox = Self(Arc::new(Store {
            engine: Mutex::default(),
            rows: Mutex::default(),
            typed: Mutex::default(),
            writings: Mutex::default(),
            bridge: OnceLock::new(),
            alarm: Alarm::default(),
            keeper: Keeper::default(),
            exchange: Exchange::default(),
            reports: Mutex::default(),
            links: Links::default(),
            uploads: Queue::default(),
            context: Surroundings::default(),
            generation: AtomicU32::new(0),
            asks_total: AtomicBool::new(false),
            retries_outbox: AtomicBool::new(false),
            marks_read: AtomicBool::new(false),
            ahead: AtomicI64::new(0),
            i18n: I18n::provide(boot.locale),
            theme: ArcRwSignal::new(boot.theme),
            brand: ArcRwSignal::new(brand),
            phase: ArcRwSignal::new(Phase::at_first(boot)),
            loaded: ArcRwSignal::new(false),
            failure: ArcRwSignal::new(None),
            overdue: ArcRwSignal::new(false),
            numbers: ArcRwSignal::new(Vec::new()),
            order: ArcRwSignal::new(0),
            paging: ArcRwSignal::new(Paging::Idle),
            unread_total: ArcRwSignal::new(0),
            open: ArcRwSignal::new(None),
            at_row: ArcRwSignal::new(None),
            thread: ThreadStore::default(),
            waiting: ArcRwSignal::new(0),
            connection: Connection::default(),
            now: ArcRwSignal::new(0),
        }));
        provide_context(inbox.clone());
        inbox
    }

    /// The one that this component belongs to.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The engine, for reading. Do not hold it while setting a signal.
    pub fn engine(&self) -> MutexGuard<'_, Engine> {
        lock(&self.engine)
    }

    /// Changes the engine, and then what is on screen.
    pub fn act(&self, change: impl FnOnce(&mut Engine) -> Changes) {
        let changes = change(&mut self.engine());
        self.show(&changes);
    }

    /// The server's clock, as far as it is known, in milliseconds since the epoch, tracked. What depends on the hour for more than
    /// its looks goes by it: a browser's clock may be a day off.
    pub fn server_now(&self) -> i64 {
        self.now.get() - self.ahead.load(Ordering::Relaxed)
    }

    /// The signal of a row; `None` if there is no such row.
    pub fn row(&self, id: &ConversationId) -> Option<ArcRwSignal<Conversation>> {
        if let Some(signal) = lock(&self.rows).get(id) {
            return Some(signal.clone());
        }
        let row = self.engine().list().row(id)?.clone();
        let signal = ArcRwSignal::new(row);
        lock(&self.rows).insert(id.clone(), signal.clone());
        Some(signal)
    }

    /// What is being written in a conversation. It outlives everything but the page.
    pub fn writing(&self, id: &ConversationId) -> Writing {
        lock(&self.writings).entry(id.clone()).or_default().clone()
    }

    /// The words of [`Inbox::writing`].
    pub fn draft(&self, id: &ConversationId) -> ArcRwSignal<String> {
        self.writing(id).text
    }

    /// True if something is being written in some conversation.
    pub fn has_draft(&self) -> bool {
        lock(&self.writings)
            .values()
            .any(|writing| !writing.is_empty())
    }

    /// The session that is current now.
    pub fn generation(&self) -> u32 {
        self.generation.load(Ordering::Relaxed)
    }

    /// Begins another session: all tasks of the one before stop at their next step.
    pub(crate) fn next_generation(&self) -> u32 {
        self.generation.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// True if a later session has begun.
    pub fn is_past(&self, generation: u32) -> bool {
        self.generation() != generation
    }

    /// Forgets everything: another tenant's session has begun.
    pub(crate) fn forget(&self) {
        *self.engine() = Engine::default();
        lock(&self.rows).clear();
        let writings = std::mem::take(&mut *lock(&self.writings));
        for file in writings.values().flat_map(|it| it.files.get_untracked()) {
            file.remove();
        }
        self.links.clear();
        self.uploads.clear();
        self.open.set(None);
        self.at_row.set(None);
        self.thread.clear();
    }

    fn show(&self, changes: &Changes) {
        for (from, into) in &changes.merged {
            self.show_merge(from, into);
        }
        for id in &changes.rows {
            let Some(signal) = lock(&self.rows).get(id).cloned() else {
                continue;
            };
            let row = self.engine().list().row(id).cloned();
            if let Some(row) = row.filter(|row| signal.with_untracked(|held| held != row)) {
                signal.set(row);
            }
        }
        if changes.order {
            self.order.update(|order| *order += 1);
        }
        self.show_thread(changes);
        let (total, unsure, waiting) = {
            let engine = self.engine();
            let list = engine.list();
            (
                list.unread_total(),
                list.total_is_unsure(),
                engine.outbox().waiting(),
            )
        };
        set_if_changed(&self.unread_total, total);
        set_if_changed(&self.waiting, waiting);
        if unsure {
            self.ask_total();
        }
    }

    fn show_thread(&self, changes: &Changes) {
        let Some(open) = self.open.get_untracked() else {
            return;
        };
        if changes.threads.contains(&open) {
            self.draw_thread(&open);
        }
        let arrived = changes.arrived.iter().filter(|id| **id == open).count();
        if arrived > 0 && !self.thread.at_end.get_untracked() {
            self.thread.arrived.update(|count| *count += arrived);
        }
        if arrived > 0 || changes.rows.contains(&open) {
            self.note_read();
        }
    }

    fn show_merge(&self, from: &ConversationId, into: &ConversationId) {
        let moved = lock(&self.writings).remove(from);
        if let Some(moved) = moved {
            self.writing(into).take_over(&moved);
        }
        lock(&self.rows).remove(from);
        let open = self.open.get_untracked();
        if open.as_ref() == Some(from) {
            // The thread is drawn anew, and whoever is writing goes on writing.
            let writes = browser::is_focused(".composer-field");
            self.open.set(Some(into.clone()));
            if writes {
                super::focus_thread();
            }
        }
        if open.is_some_and(|open| open == *from || open == *into) {
            self.load_thread(into.clone());
        }
    }
}

/// The lock of data that is valid at all times, whoever panicked with it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets a signal only if that changes it, so that nothing is drawn again for nothing.
pub(crate) fn set_if_changed<T>(signal: &ArcRwSignal<T>, value: T)
where
    T: PartialEq + Send + Sync + 'static,
{
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}
