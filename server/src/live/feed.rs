//! One tenant's log as this process follows it: what was committed here, what others hint at and what was read go in, stretches
//! without a gap come out. Pure logic; [`super::follower`] reads and sends.

use super::batch::{Batch, EncodedEvent};
use std::collections::BTreeMap;

/// Events kept while something before them is missing. What does not fit is read from the log later.
const EARLY: usize = 512;
/// Nobody has hinted at anything.
const NOTHING: i64 = i64::MIN;

/// What a feed needs from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// How far it reaches.
    Position,
    /// What comes after this position.
    After(i64),
}

/// What the log answered.
#[derive(Debug)]
pub(super) enum Found {
    /// How far it reaches.
    Position(i64),
    /// A page of it, up to a position; `more` says that it goes on.
    Events {
        events: Vec<EncodedEvent>,
        upto: i64,
        more: bool,
    },
    /// It does not reach back that far, or is another log.
    Gone,
}

/// The state of one tenant's feed.
#[derive(Debug)]
pub(super) struct Feed {
    /// Up to where everything was sent out; nothing is before the log was first looked at.
    position: Option<i64>,
    /// Committed here, after something that is missing.
    early: BTreeMap<i64, EncodedEvent>,
    /// The largest position that was hinted at since the last look. May be a lie.
    heard: i64,
    /// What the look that is under way set out with.
    look: Errand,
}

#[derive(Debug, Clone, Copy)]
struct Errand {
    /// Hints that it answers.
    heard: i64,
    /// The log reached as far as this for certain.
    committed: i64,
}

impl Feed {
    pub(super) fn new() -> Self {
        Self {
            position: None,
            early: BTreeMap::new(),
            heard: NOTHING,
            look: Errand {
                heard: NOTHING,
                committed: NOTHING,
            },
        }
    }

    /// Up to where everything was sent out.
    pub(super) fn position(&self) -> Option<i64> {
        self.position
    }

    /// This process committed these, in log order. Commits may become known in another order than they were made.
    pub(super) fn committed(&mut self, events: Vec<EncodedEvent>) -> Vec<Batch> {
        if let Some(position) = self.position
            && self.early.is_empty()
            && follow(position, &events)
            && let Some(upto) = events.last().map(|event| event.seq)
        {
            self.position = Some(upto);
            return Batch::split(position, upto, events);
        }
        let known = self.position.unwrap_or(NOTHING);
        for event in events {
            if event.seq > known {
                self.early.insert(event.seq, event);
            }
        }
        let batches = self.release();
        while self.early.len() > EARLY
            && let Some((seq, _)) = self.early.pop_last()
        {
            self.hint(seq);
        }
        batches
    }

    /// Somebody says that the log has come this far.
    pub(super) fn hint(&mut self, position: i64) {
        self.heard = self.heard.max(position);
    }

    /// The log was asked how far it reaches, at a time when the feed was at `before` already.
    pub(super) fn polled(&mut self, before: Option<i64>, position: i64) -> Vec<Batch> {
        if before.is_some_and(|before| position < before) {
            return self.start_anew();
        }
        self.hint(position);
        Vec::new()
    }

    /// Whether the log has to be looked at.
    pub(super) fn wants_a_look(&self) -> bool {
        self.position
            .is_none_or(|position| self.heard > position || !self.early.is_empty())
    }

    /// What to ask the log for now. One look at a time: it ends with [`Feed::found`] or [`Feed::found_nothing`].
    pub(super) fn look(&mut self) -> Option<Look> {
        if !self.wants_a_look() {
            return None;
        }
        let early = self.early.last_key_value().map_or(NOTHING, |(seq, _)| *seq);
        self.look = Errand {
            // What is heard from here on may be newer than what the look finds.
            heard: std::mem::replace(&mut self.heard, NOTHING),
            committed: early.max(self.position.unwrap_or(NOTHING)),
        };
        Some(self.position.map_or(Look::Position, Look::After))
    }

    /// The look failed.
    pub(super) fn found_nothing(&mut self) {
        self.hint(self.look.heard);
    }

    /// The look's answer.
    pub(super) fn found(&mut self, found: Found) -> Vec<Batch> {
        match found {
            Found::Position(position) if self.position.is_none() => {
                self.position = Some(position);
                // Who looked before this and heard of nothing since may have missed something.
                let mut batches = vec![Batch::announcing(position)];
                batches.append(&mut self.release());
                batches
            }
            // It was made superfluous meanwhile.
            Found::Position(_) => Vec::new(),
            Found::Events { upto, more, .. } if !more && upto < self.look.committed => {
                self.start_anew()
            }
            Found::Events { events, upto, more } => self.catch_up(events, upto, more),
            Found::Gone => self.start_anew(),
        }
    }

    fn catch_up(&mut self, mut events: Vec<EncodedEvent>, upto: i64, more: bool) -> Vec<Batch> {
        let Some(position) = self.position else {
            return Vec::new();
        };
        let mut batches = Vec::new();
        if upto > position {
            // Commits of this process may have come closer meanwhile.
            events.retain(|event| event.seq > position);
            self.position = Some(upto);
            batches = Batch::split(position, upto, events);
        }
        batches.append(&mut self.release());
        if more {
            // It may go on beyond what has been released just now as well.
            self.hint(self.position.unwrap_or(upto).saturating_add(1));
        }
        batches
    }

    /// What waited and has nothing missing before it any more.
    fn release(&mut self) -> Vec<Batch> {
        let Some(position) = self.position else {
            return Vec::new();
        };
        let mut upto = position;
        let mut events = Vec::new();
        while let Some(entry) = self.early.first_entry()
            && *entry.key() <= upto.saturating_add(1)
        {
            let event = entry.remove();
            if event.seq > upto {
                upto = event.seq;
                events.push(event);
            }
        }
        if events.is_empty() {
            return Vec::new();
        }
        self.position = Some(upto);
        Batch::split(position, upto, events)
    }

    /// The log is not what it was: it was cleaned beyond where we are, or an older copy took its place. Streams find out for
    /// themselves what that means for them.
    fn start_anew(&mut self) -> Vec<Batch> {
        *self = Self::new();
        vec![Batch::look_yourself()]
    }
}

/// Whether these come right after a position, with nothing missing among them.
fn follow(position: i64, events: &[EncodedEvent]) -> bool {
    events
        .iter()
        .zip(position.saturating_add(1)..)
        .all(|(event, expected)| event.seq == expected)
}
