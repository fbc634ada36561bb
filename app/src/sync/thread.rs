//! The messages of one conversation that we hold.

use crate::ids::{ConversationId, MessageId};
use crate::messages::{Message, MessagePage};

/// Where a message stands: its second, then its id.
type Place = (i64, MessageId);

/// The newest part of a conversation, contiguous down to its floor; and, while somebody looks at an earlier part that does not reach
/// down to it, that part.
#[derive(Debug, Clone, Default)]
pub struct Thread {
    /// By position, oldest first. Those below the floor came with events or with an earlier part, and wait for their page.
    messages: Vec<Message>,
    floor: Option<Place>,
    older: Option<String>,
    loaded: bool,
    window: Option<Window>,
    /// What is shown of all that, once there is more than a page should have on it at once.
    span: Span,
    epoch: u64,
    /// The last jump that was asked for; an answer to another one is passed over.
    jump: Option<u64>,
}

/// A contiguous part of a conversation that ends before the newest one begins.
#[derive(Debug, Clone)]
struct Window {
    /// `None` where it reaches the beginning of the conversation.
    floor: Option<Place>,
    ceiling: Place,
    older: Option<String>,
    newer: String,
}

/// Between these, both among them. `None` where it reaches the end of what is held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Span {
    from: Option<Place>,
    to: Option<Place>,
}

/// Most messages that are shown at once: a key pressed in the composer has a browser look at all of them.
pub const SHOWN: usize = if cfg!(test) { 9 } else { 200 };
/// So many more are shown when the reader comes near the edge of what is shown.
const STEP: usize = if cfg!(test) { 4 } else { 60 };

/// Which side stays when there is more than can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The older one.
    Older,
    /// The newer one.
    Newer,
}

impl Thread {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            ..Self::default()
        }
    }

    /// The messages to show, oldest first; no more than a page can have at once, after they were made to fit.
    pub fn messages(&self) -> &[Message] {
        let held = self.held();
        let (from, to) = self.shown_of(held);
        &held[from..to]
    }

    /// Where in `held` what is shown begins and ends.
    fn shown_of(&self, held: &[Message]) -> (usize, usize) {
        let before = |(second, id): &Place, or_at: bool| {
            held.partition_point(|message| {
                let place = message.position();
                place < (*second, id.as_str()) || or_at && place == (*second, id.as_str())
            })
        };
        let from = self
            .span
            .from
            .as_ref()
            .map_or(0, |from| before(from, false));
        let to = self
            .span
            .to
            .as_ref()
            .map_or(held.len(), |to| before(to, true));
        (from, to.max(from))
    }

    /// A contiguous part of the conversation, of which some is shown.
    fn held(&self) -> &[Message] {
        let below = |(second, id): &Place| {
            self.messages
                .partition_point(|message| message.position() < (*second, id.as_str()))
        };
        let Some(window) = &self.window else {
            return &self.messages[self.floor.as_ref().map_or(0, below)..];
        };
        let from = window.floor.as_ref().map_or(0, below);
        let to = below(&window.ceiling);
        // The message at the ceiling belongs to it, unless it is gone.
        let ceiling = self.messages.get(to).map(place_of);
        let to = to + usize::from(ceiling.as_ref() == Some(&window.ceiling));
        &self.messages[from..to]
    }

    /// The cursor of the page before what is shown; `None` when the beginning is there.
    pub fn older(&self) -> Option<&str> {
        match &self.window {
            Some(window) => window.older.as_deref(),
            None => self.older.as_deref(),
        }
    }

    /// The cursor of the page after what is shown; `None` where the newest message is there.
    pub fn newer(&self) -> Option<&str> {
        self.window.as_ref().map(|window| window.newer.as_str())
    }

    /// True if more is held before what is shown.
    pub fn has_more_above(&self) -> bool {
        self.shown_of(self.held()).0 > 0
    }

    /// True if more is held after what is shown.
    pub fn has_more_below(&self) -> bool {
        let held = self.held();
        self.shown_of(held).1 < held.len()
    }

    /// Shows some more of what is held on that side, and less on the other. `false` if no more is held there.
    pub(super) fn reveal(&mut self, side: Side) -> bool {
        let held = self.held();
        let (from, to) = self.shown_of(held);
        let span = match side {
            Side::Older if from > 0 => {
                let from = from.saturating_sub(STEP);
                span_of(held, from, to.min(from + SHOWN))
            }
            Side::Newer if to < held.len() => {
                let to = (to + STEP).min(held.len());
                span_of(held, from.max(to.saturating_sub(SHOWN)), to)
            }
            Side::Older | Side::Newer => return false,
        };
        self.span = span;
        true
    }

    /// Shows no more than can be shown at once, on that side of what is shown.
    pub(super) fn fit(&mut self, side: Side) {
        let held = self.held();
        let (from, to) = self.shown_of(held);
        if to - from > SHOWN {
            self.span = match side {
                Side::Older => span_of(held, from, from + SHOWN),
                Side::Newer => span_of(held, to - SHOWN, to),
            };
        }
    }

    /// True once the newest page is there, shown or not.
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// True if what is shown goes on to the newest message.
    pub fn shows_newest(&self) -> bool {
        self.loaded && self.window.is_none() && !self.has_more_below()
    }

    /// True if there is a part to show.
    pub const fn has_something(&self) -> bool {
        self.loaded || self.window.is_some()
    }

    pub(super) const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Shows the newest part again. An answer to a jump comes too late from now on.
    pub(super) fn leave_window(&mut self, epoch: u64) {
        self.jump = None;
        self.span = Span::default();
        if self.window.take().is_some() && !self.loaded {
            // What is held has gaps, and only the newest page would tell where.
            self.messages.clear();
            self.epoch = epoch;
        }
    }

    /// Shows the part that has this message, if that is held; otherwise the answer to `jump` will bring it. `true` if it is held.
    pub(super) fn jump_to(&mut self, id: &MessageId, jump: u64) -> bool {
        self.jump = None;
        let is_in = |shown: &[Message]| shown.iter().any(|message| message.id == *id);
        if self.has_something() && is_in(self.messages()) {
            return true;
        }
        if self.has_something() && self.show_held(id) {
            return true;
        }
        if self.loaded
            && let Some(window) = self.window.take()
        {
            if self.show_held(id) {
                return true;
            }
            self.window = Some(window);
        }
        self.jump = Some(jump);
        false
    }

    /// Shows what stands around a message, if it is held.
    fn show_held(&mut self, id: &MessageId) -> bool {
        let held = self.held();
        let Some(at) = held.iter().position(|message| message.id == *id) else {
            return false;
        };
        let to = (at + SHOWN / 2).min(held.len());
        self.span = span_of(held, to.saturating_sub(SHOWN), to);
        true
    }

    /// True while the answer to this jump is waited for.
    pub(super) fn awaits(&self, jump: u64) -> bool {
        self.jump == Some(jump)
    }

    /// Takes the part around a message that was jumped to.
    pub(super) fn put_around(&mut self, page: MessagePage) {
        self.jump = None;
        let (first, last) = (page.items.first(), page.items.last());
        let (Some(floor), Some(ceiling)) = (first.map(place_of), last.map(place_of)) else {
            return;
        };
        for message in page.items {
            self.put(message);
        }
        let floor = page.older.is_some().then_some(floor);
        self.span = Span::default();
        self.show(floor, page.older, ceiling, page.newer);
        self.fit(Side::Older);
    }

    /// Takes the page after what is shown.
    pub(super) fn put_newer(&mut self, page: MessagePage) {
        let Some(window) = self.window.take() else {
            return;
        };
        let ceiling = page.items.last().map_or(window.ceiling, place_of);
        // It may lead to a part that is held, of which no more is to be shown than this page.
        self.span.to = Some(ceiling.clone());
        for message in page.items {
            self.put(message);
        }
        self.show(window.floor, window.older, ceiling, page.newer);
        let held = self.held();
        let (from, to) = self.shown_of(held);
        self.span = span_of(held, from, to);
        self.fit(Side::Newer);
    }

    /// Shows a part of the conversation: as the newest one if it reaches that or the end.
    fn show(
        &mut self,
        floor: Option<Place>,
        older: Option<String>,
        ceiling: Place,
        newer: Option<String>,
    ) {
        let reaches = self.loaded && self.floor.as_ref().is_none_or(|floor| ceiling >= *floor);
        if let Some(newer) = newer.filter(|_| !reaches) {
            self.window = Some(Window {
                floor,
                ceiling,
                older,
                newer,
            });
        } else {
            (self.floor, self.older) = (floor, older);
            (self.loaded, self.window) = (true, None);
        }
    }

    /// Takes a page: the newest, or the one before what is shown.
    pub(super) fn put_page(&mut self, page: MessagePage) {
        let first = page.items.first().map(place_of);
        for message in page.items {
            self.put(message);
        }
        let has_older = page.older.is_some();
        let (floor, older) = if let Some(window) = &mut self.window {
            (&mut window.floor, &mut window.older)
        } else {
            self.loaded = true;
            (&mut self.floor, &mut self.older)
        };
        *older = page.older;
        *floor = first.or(floor.take()).filter(|_| has_older);
        self.fit(Side::Older);
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
        (self.window, self.jump) = (None, None);
        self.span = Span::default();
        self.epoch = epoch;
    }
}

/// The span that shows these of what is held.
fn span_of(held: &[Message], from: usize, to: usize) -> Span {
    Span {
        from: (from > 0).then(|| held.get(from).map(place_of)).flatten(),
        to: (to < held.len())
            .then(|| held.get(to.checked_sub(1)?).map(place_of))
            .flatten(),
    }
}

fn place_of(message: &Message) -> Place {
    (message.position().0, message.id.clone())
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
