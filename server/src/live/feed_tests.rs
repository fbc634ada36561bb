//! Whatever order things happen in, every stream gets each position exactly once and in order.

use super::batch::{Batch, Cursor, EncodedEvent};
use super::feed::{Feed, Found, Look};
use app::ids::NumberId;
use bytes::Bytes;
use proptest::prelude::*;
use std::collections::VecDeque;
use std::sync::Arc;

/// Events of a page, few so that there are many.
const PAGE: i64 = 3;

fn events(range: std::ops::RangeInclusive<i64>) -> Vec<EncodedEvent> {
    let number = NumberId::parse("wn_1").unwrap();
    range
        .map(|seq| EncodedEvent {
            seq,
            number: number.clone(),
            frame: Bytes::from(seq.to_string()),
            payload: Bytes::new(),
        })
        .collect()
}

/// Something that happens. Numbers choose among what is under way, whatever that is.
#[derive(Debug, Clone)]
enum Step {
    /// A transaction of this process; the feed learns of it later.
    CommitHere(i64),
    /// One of another process, which sends a hint.
    CommitElsewhere(i64),
    /// The feed learns of a commit of this process.
    Learn(usize),
    /// A hint arrives, and may arrive again.
    Hear(usize),
    /// A hint is lost.
    Lose(usize),
    /// Somebody lies.
    Lie(i64),
    /// The reader asks the log.
    Ask,
    /// The log answers with what it holds at this moment.
    Answer,
    /// The answer reaches the feed.
    Arrive,
    /// The database is away.
    Fail,
    /// The poll asks, and its answer arrives.
    PollAsk,
    PollArrive,
    /// A stream opens, and then looks where the log is.
    Open,
    Place(usize),
    /// A stream takes what has come for it.
    Drain(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1..5_i64).prop_map(Step::CommitHere),
        3 => (1..5_i64).prop_map(Step::CommitElsewhere),
        4 => any::<usize>().prop_map(Step::Learn),
        2 => any::<usize>().prop_map(Step::Hear),
        1 => any::<usize>().prop_map(Step::Lose),
        1 => prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(0_i64), 1..100_i64].prop_map(Step::Lie),
        3 => Just(Step::Ask),
        3 => Just(Step::Answer),
        3 => Just(Step::Arrive),
        1 => Just(Step::Fail),
        1 => Just(Step::PollAsk),
        1 => Just(Step::PollArrive),
        1 => Just(Step::Open),
        2 => any::<usize>().prop_map(Step::Place),
        2 => any::<usize>().prop_map(Step::Drain),
    ]
}

enum Reader {
    Idle,
    Asked(Look),
    Answered(Found),
}

#[derive(Default)]
struct Stream {
    waiting: VecDeque<Arc<Batch>>,
    cursor: Option<Cursor>,
    began: i64,
    seen: Vec<i64>,
    own_reads: usize,
}

impl Stream {
    /// As a connection does.
    fn drain(&mut self, log: i64) {
        let Some(cursor) = &mut self.cursor else {
            return;
        };
        loop {
            if cursor.is_behind() {
                self.own_reads += 1;
                let upto = log.min(cursor.position() + PAGE);
                self.seen.extend(cursor.position() + 1..=upto);
                cursor.read_up_to(upto, upto < log);
                continue;
            }
            let Some(batch) = self.waiting.pop_front() else {
                return;
            };
            self.seen
                .extend(cursor.take(&batch).iter().map(|event| event.seq));
        }
    }
}

/// A feed, the log it follows and the streams that hang on it.
struct World {
    feed: Feed,
    log: i64,
    unknown: Vec<(i64, i64)>,
    hints: Vec<i64>,
    reader: Reader,
    poll: Option<(Option<i64>, i64)>,
    streams: Vec<Stream>,
    reads: usize,
    /// Up to where batches were sent.
    sent: Option<i64>,
}

impl World {
    fn new(log: i64) -> Self {
        Self {
            feed: Feed::new(),
            log,
            unknown: Vec::new(),
            hints: Vec::new(),
            reader: Reader::Idle,
            poll: None,
            streams: Vec::new(),
            reads: 0,
            sent: None,
        }
    }

    fn send(&mut self, batches: Vec<Batch>) {
        for batch in batches.into_iter().map(Arc::new) {
            assert!(
                self.sent.is_none_or(|sent| batch.after == sent),
                "batches join"
            );
            let seqs = batch.events.iter().map(|event| event.seq);
            assert!(
                seqs.eq(batch.after + 1..=batch.upto),
                "a batch holds what it says"
            );
            self.sent = Some(batch.upto);
            for stream in &mut self.streams {
                stream.waiting.push_back(batch.clone());
            }
        }
    }

    fn happen(&mut self, step: Step) {
        match step {
            Step::CommitHere(count) => {
                self.unknown.push((self.log + 1, self.log + count));
                self.log += count;
            }
            Step::CommitElsewhere(count) => {
                self.log += count;
                self.hints.push(self.log);
            }
            Step::Learn(which) => {
                if let Some(which) = which.checked_rem(self.unknown.len()) {
                    let (first, last) = self.unknown.swap_remove(which);
                    let batches = self.feed.committed(events(first..=last));
                    self.send(batches);
                }
            }
            Step::Hear(which) => {
                if let Some(which) = which.checked_rem(self.hints.len()) {
                    self.feed.hint(self.hints[which]);
                }
            }
            Step::Lose(which) => {
                if let Some(which) = which.checked_rem(self.hints.len()) {
                    self.hints.swap_remove(which);
                }
            }
            Step::Lie(position) => self.feed.hint(position),
            Step::Ask => self.ask(),
            Step::Answer => self.answer(),
            Step::Arrive => self.arrive(),
            Step::Fail => {
                if let Reader::Asked(_) = std::mem::replace(&mut self.reader, Reader::Idle) {
                    self.feed.found_nothing();
                }
            }
            Step::PollAsk => self.poll = Some((self.feed.position(), self.log)),
            Step::PollArrive => {
                if let Some((before, position)) = self.poll.take() {
                    let batches = self.feed.polled(before, position);
                    self.send(batches);
                }
            }
            Step::Open => self.streams.push(Stream::default()),
            Step::Place(which) => {
                if let Some(which) = which.checked_rem(self.streams.len())
                    && self.streams[which].cursor.is_none()
                {
                    self.streams[which].began = self.log;
                    self.streams[which].cursor = Some(Cursor::new(self.log, false));
                }
            }
            Step::Drain(which) => {
                if let Some(which) = which.checked_rem(self.streams.len()) {
                    self.streams[which].drain(self.log);
                }
            }
        }
    }

    fn ask(&mut self) {
        if let Reader::Idle = self.reader
            && let Some(look) = self.feed.look()
        {
            self.reads += 1;
            self.reader = Reader::Asked(look);
        }
    }

    fn answer(&mut self) {
        if let Reader::Asked(look) = &self.reader {
            self.reader = Reader::Answered(match *look {
                Look::Position => Found::Position(self.log),
                Look::After(after) => {
                    assert!(after <= self.log, "the feed is ahead of the log");
                    let upto = self.log.min(after + PAGE);
                    Found::Events {
                        events: events(after + 1..=upto),
                        upto,
                        more: upto < self.log,
                    }
                }
            });
        }
    }

    fn arrive(&mut self) {
        match std::mem::replace(&mut self.reader, Reader::Idle) {
            Reader::Answered(found) => {
                let batches = self.feed.found(found);
                self.send(batches);
            }
            other => self.reader = other,
        }
    }

    /// Nothing more is committed: what is under way ends, and one poll finds what was lost.
    fn settle(&mut self) {
        while !self.unknown.is_empty() {
            self.happen(Step::Learn(0));
        }
        self.happen(Step::PollAsk);
        self.happen(Step::PollArrive);
        let bound = self.reads + 20 + usize::try_from(self.log / PAGE).unwrap();
        // Whatever was under way, and everything after it.
        self.answer();
        self.arrive();
        while self.feed.wants_a_look() {
            self.ask();
            self.answer();
            self.arrive();
            assert!(self.reads < bound, "the reader does not come to rest");
        }
        for index in 0..self.streams.len() {
            self.happen(Step::Place(index));
            self.happen(Step::Drain(index));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn every_stream_gets_each_position_once(log in 0..20_i64, steps in proptest::collection::vec(step(), 0..150)) {
        let mut world = World::new(log);
        for step in steps {
            world.happen(step);
        }
        world.settle();
        prop_assert_eq!(world.feed.position(), Some(world.log));
        for stream in &world.streams {
            let expected: Vec<i64> = (stream.began + 1..=world.log).collect();
            prop_assert_eq!(&stream.seen, &expected);
        }
    }

    /// Streams that were there before the feed began to move read nothing by themselves: what is missing is read once for all.
    #[test]
    fn what_is_missing_is_read_for_all_streams_together(steps in proptest::collection::vec(step(), 0..150)) {
        let mut world = World::new(7);
        for _ in 0..10 {
            world.happen(Step::Open);
        }
        (0..10).for_each(|stream| world.happen(Step::Place(stream)));
        for step in [Step::Ask, Step::Answer, Step::Arrive] {
            world.happen(step);
        }
        for step in steps {
            world.happen(step);
        }
        world.settle();
        for stream in &world.streams[..10] {
            prop_assert_eq!(stream.own_reads, 0);
            prop_assert_eq!(&stream.seen, &(8..=world.log).collect::<Vec<_>>());
        }
    }
}

/// A feed that has come to `position`.
fn feed_at(position: i64) -> Feed {
    let mut feed = Feed::new();
    assert_eq!(feed.look(), Some(Look::Position));
    let said = feed.found(Found::Position(position));
    assert_eq!(shapes(&said), [(position, position, 0)]);
    feed
}

fn shapes(batches: &[Batch]) -> Vec<(i64, i64, usize)> {
    batches
        .iter()
        .map(|batch| (batch.after, batch.upto, batch.events.len()))
        .collect()
}

/// What tells every stream to look at the log itself.
const LOOK_YOURSELF: (i64, i64, usize) = (i64::MAX, i64::MAX, 0);

#[test]
fn commits_of_this_process_need_no_look_at_the_log() {
    let mut feed = feed_at(4);
    assert_eq!(shapes(&feed.committed(events(5..=6))), [(4, 6, 2)]);
    assert_eq!(shapes(&feed.committed(events(7..=7))), [(6, 7, 1)]);
    assert!(feed.committed(events(6..=7)).is_empty());
    // Our own hint, which comes back over the bus, is nothing new either.
    feed.hint(7);
    assert!(!feed.wants_a_look());
    assert_eq!(feed.look(), None);
}

#[test]
fn commits_that_become_known_in_another_order_wait_for_each_other() {
    let mut feed = feed_at(0);
    assert!(feed.committed(events(3..=4)).is_empty());
    assert!(feed.wants_a_look());
    assert_eq!(shapes(&feed.committed(events(1..=2))), [(0, 4, 4)]);
    assert!(!feed.wants_a_look());
}

#[test]
fn a_lie_is_looked_into_once() {
    let mut feed = feed_at(3);
    feed.hint(i64::MAX);
    assert_eq!(feed.look(), Some(Look::After(3)));
    let nothing = Found::Events {
        events: Vec::new(),
        upto: 3,
        more: false,
    };
    assert!(feed.found(nothing).is_empty());
    assert_eq!(feed.look(), None);
}

#[test]
fn a_look_that_failed_is_taken_again() {
    let mut feed = feed_at(3);
    feed.hint(5);
    assert_eq!(feed.look(), Some(Look::After(3)));
    assert_eq!(feed.look(), None);
    feed.found_nothing();
    assert_eq!(feed.look(), Some(Look::After(3)));
}

#[test]
fn a_log_that_goes_on_is_read_on() {
    let mut feed = feed_at(3);
    feed.committed(events(5..=5));
    assert_eq!(feed.look(), Some(Look::After(3)));
    let page = Found::Events {
        events: events(4..=6),
        upto: 6,
        more: true,
    };
    assert_eq!(shapes(&feed.found(page)), [(3, 6, 3)]);
    assert_eq!(feed.look(), Some(Look::After(6)));
}

#[test]
fn what_waits_is_bounded() {
    let mut feed = feed_at(0);
    assert!(feed.committed(events(2..=2_000)).is_empty());
    assert_eq!(feed.look(), Some(Look::After(0)));
    let found = Found::Events {
        events: events(1..=1),
        upto: 1,
        more: false,
    };
    // The log did not hold what was committed before it was asked: it is another one.
    assert_eq!(shapes(&feed.found(found)), [LOOK_YOURSELF]);

    let mut feed = feed_at(0);
    feed.committed(events(2..=2_000));
    let sent = feed.committed(events(1..=1));
    let upto = sent.last().unwrap().upto;
    assert!(upto < 600, "{upto}");
    assert_eq!(feed.look(), Some(Look::After(upto)), "the rest is read");
}

#[test]
fn a_log_that_does_not_reach_back_is_left_to_the_streams() {
    let mut feed = feed_at(5);
    feed.hint(9);
    feed.look();
    assert_eq!(shapes(&feed.found(Found::Gone)), [LOOK_YOURSELF]);
    assert_eq!(feed.look(), Some(Look::Position));
    assert_eq!(shapes(&feed.found(Found::Position(9))), [(9, 9, 0)]);
}

#[test]
fn a_log_that_went_back_is_noticed() {
    // A copy that lacks the last events took the database's place.
    let mut feed = feed_at(5);
    assert!(feed.polled(Some(5), 5).is_empty());
    assert!(
        feed.polled(Some(4), 4).is_empty(),
        "asked before the last commits"
    );
    assert_eq!(shapes(&feed.polled(Some(5), 4)), [LOOK_YOURSELF]);
    assert_eq!(feed.look(), Some(Look::Position));
    // What was asked of the old log before says nothing about the new one.
    let old = Found::Events {
        events: events(6..=7),
        upto: 7,
        more: false,
    };
    assert!(feed.found(old).is_empty());
}
