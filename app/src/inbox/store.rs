//! The inbox on screen: the engine, and one signal for each thing that can change by itself.
//!
//! Signals in here are `Arc` signals: they outlive the components that read them, and tasks may set them after an await.

use super::{Phase, ThreadStore};
use crate::attachments::Queue;
use crate::attention::Attention;
use crate::boot::{Boot, Theme};
use crate::branding::Brand;
use crate::browser::{self, Alarm};
use crate::bulk::Picked;
use crate::commands::Commands;
use crate::context::Surroundings;
use crate::conversations::Conversation;
use crate::embed::{Bridge, Reports};
use crate::emoji::Emojis;
use crate::error::ApiError;
use crate::i18n::I18n;
use crate::ids::{ConversationId, MessageId};
use crate::labels::Label;
use crate::live::Connection;
use crate::media::Links;
use crate::messages::{Undoing, Writing};
use crate::numbers::Number;
use crate::operators::Operator;
use crate::presence::Presence;
use crate::quick_replies::Known;
use crate::search::Finding;
use crate::session::{Exchange, Keeper};
use crate::sync::{Changes, Engine};
use crate::workflow::{Deed, ListFilter, Menu, ViewCounts};
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
    /// True on our own page: nobody is around us.
    pub(crate) is_console: bool,
    /// What sends messages that wait, once there is anything to write with.
    pub(crate) sender: OnceLock<fn(&Inbox)>,
    pub(crate) bridge: OnceLock<Bridge>,
    pub(crate) alarm: Alarm,
    pub(crate) keeper: Keeper,
    pub(crate) exchange: Exchange,
    pub(crate) reports: Mutex<Reports>,
    pub(crate) links: Links,
    pub(crate) uploads: Queue,
    /// The search over all conversations.
    pub search: Finding,
    /// What arrives unseen.
    pub attention: Attention,
    /// The rows of the list that are picked.
    pub picked: Picked,
    /// The width that somebody gave the list, in CSS pixels.
    pub list_width: ArcRwSignal<Option<i32>>,
    /// The keyboard's part of it.
    pub commands: Commands,
    /// What the page remembers of emoji.
    pub emojis: Emojis,
    /// The tenant's quick replies.
    pub quick_replies: ArcRwSignal<Known>,
    /// What the page around us tells of itself.
    pub context: Surroundings,
    /// Counts sessions; a task of an earlier one stops when it sees that.
    generation: AtomicU32,
    pub(crate) asks_total: AtomicBool,
    /// How often somebody changed the labels since they were asked for; 0 if they are as we know them.
    pub(crate) label_changes: AtomicU32,
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
    /// Who else is at the conversations.
    pub(crate) presence: Presence,
    /// Who is at work here, where the session says so.
    pub me: ArcRwSignal<Option<Operator>>,
    /// True where the server lets nothing be changed.
    pub(crate) is_read_only: AtomicBool,
    /// The numbers of the session.
    pub numbers: ArcRwSignal<Vec<Number>>,
    /// Grows whenever rows come, go or move.
    pub order: ArcRwSignal<u64>,
    /// How many rows have come or moved up while the list is held.
    pub held_back: ArcRwSignal<usize>,
    /// The next page of the list.
    pub paging: ArcRwSignal<Paging>,
    /// Unread messages over all conversations.
    pub unread_total: ArcRwSignal<u32>,
    /// The part of the list that is looked at.
    pub filter: ArcRwSignal<ListFilter>,
    /// Its first page.
    pub part: ArcRwSignal<Paging>,
    /// How many conversations there are in each view.
    pub counts: ArcRwSignal<ViewCounts>,
    /// The labels of the numbers, by name.
    pub labels: ArcRwSignal<Vec<Label>>,
    /// Colleagues, once somebody has asked for them.
    pub operators: ArcRwSignal<Vec<Operator>>,
    /// What was done last, while it can be taken back.
    pub deed: ArcRwSignal<Option<Deed>>,
    /// The menu of the open conversation that is open.
    pub menu: ArcRwSignal<Option<Menu>>,
    /// The last message of the open conversation, once it was seen: what somebody marks as unread after that stays so.
    pub(crate) seen: Mutex<Option<(ConversationId, MessageId)>>,
    /// Whether the details lie over the thread, where there is no room beside it.
    pub details: ArcRwSignal<bool>,
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
    /// What can still be undone, and for how long that is so.
    pub undo: Undoing,
    /// True if Enter sends what is written, and makes a line otherwise. With a keyboard; on a touch screen it makes a line.
    pub enter_sends: ArcRwSignal<bool>,
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
            is_console: boot.console,
            sender: OnceLock::new(),
            bridge: OnceLock::new(),
            alarm: Alarm::default(),
            keeper: Keeper::default(),
            exchange: Exchange::default(),
            reports: Mutex::default(),
            links: Links::default(),
            uploads: Queue::default(),
            search: Finding::default(),
            attention: Attention::default(),
            picked: Picked::default(),
            list_width: ArcRwSignal::new(None),
            commands: Commands::default(),
            emojis: Emojis::default(),
            quick_replies: ArcRwSignal::default(),
            context: Surroundings::default(),
            generation: AtomicU32::new(0),
            asks_total: AtomicBool::new(false),
            label_changes: AtomicU32::new(0),
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
            me: ArcRwSignal::new(None),
            is_read_only: AtomicBool::new(false),
            numbers: ArcRwSignal::new(Vec::new()),
            order: ArcRwSignal::new(0),
            held_back: ArcRwSignal::new(0),
            paging: ArcRwSignal::new(Paging::Idle),
            unread_total: ArcRwSignal::new(0),
            filter: ArcRwSignal::default(),
            part: ArcRwSignal::new(Paging::Idle),
            counts: ArcRwSignal::default(),
            labels: ArcRwSignal::default(),
            operators: ArcRwSignal::default(),
            presence: Presence::default(),
            deed: ArcRwSignal::new(None),
            menu: ArcRwSignal::new(None),
            seen: Mutex::default(),
            details: ArcRwSignal::new(false),
            open: ArcRwSignal::new(None),
            at_row: ArcRwSignal::new(None),
            thread: ThreadStore::default(),
            waiting: ArcRwSignal::new(0),
            connection: Connection::default(),
            undo: Undoing::default(),
            enter_sends: ArcRwSignal::new(true),
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

    /// The same at this moment, to the millisecond and not tracked.
    pub(crate) fn server_time(&self) -> i64 {
        browser::now() - self.ahead.load(Ordering::Relaxed)
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
        self.end_search();
        self.end_picking();
        self.commands.forget();
        self.undo.forget();
        self.quick_replies.set(Known::Nothing);
        self.open.set(None);
        self.at_row.set(None);
        self.thread.clear();
        self.filter.set(ListFilter::default());
        self.operators.set(Vec::new());
        self.presence.forget();
        self.deed.set(None);
        self.menu.set(None);
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
            self.keep_picked_shown();
        }
        self.show_thread(changes);
        if let Some(labels) = &changes.labels {
            set_if_changed(&self.labels, labels.clone());
        }
        if changes.labels_are_old {
            self.load_labels();
        }
        for changed in &changes.numbers {
            let mut numbers = self.numbers.get_untracked();
            for number in numbers.iter_mut().filter(|held| held.id == changed.id) {
                number.clone_from(changed);
            }
            set_if_changed(&self.numbers, numbers);
        }
        let (total, counts, unsure, waiting, held_back) = {
            let engine = self.engine();
            let list = engine.list();
            (
                list.unread_total(),
                list.counts(),
                list.total_is_unsure(),
                engine.outbox().waiting(),
                list.held_back(),
            )
        };
        set_if_changed(&self.held_back, held_back);
        set_if_changed(&self.unread_total, total);
        set_if_changed(&self.counts, counts);
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
            self.thread.changed.update(|count| *count += 1);
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
