//! What goes from a feed to the streams: stretches of a tenant's log, encoded once for all of them.

use crate::store::LoggedEvent;
use app::ids::NumberId;
use app::live::Frame;
use bytes::Bytes;

/// Most events of one batch.
const EVENTS: usize = 256;
/// Most bytes of one batch, unless a single event is larger. With the channel's length it bounds what a reader who has stalled
/// keeps in memory.
const BYTES: usize = 256 * 1024;

/// One event, ready to be sent.
#[derive(Debug)]
pub struct EncodedEvent {
    /// Log position.
    pub seq: i64,
    /// Whose sessions may see it.
    pub number: NumberId,
    /// The frame as it goes over the wire to an inbox.
    pub frame: Bytes,
    /// The event as it stands in the log.
    pub payload: Bytes,
}

impl EncodedEvent {
    /// The wire form of a logged event.
    pub fn of(event: &LoggedEvent) -> Self {
        let frame = Frame {
            id: Some(event.seq.to_string()),
            event: None,
            data: String::from_utf8_lossy(&event.payload).into_owned(),
        };
        Self {
            seq: event.seq,
            number: event.number.clone(),
            frame: frame.encode().into(),
            payload: event.payload.clone(),
        }
    }
}

/// Everything that the log holds after one position and up to another.
#[derive(Debug)]
pub struct Batch {
    /// Who has not come as far as this has to look at the log.
    pub after: i64,
    /// Who takes the events has come as far as this. Positions without an event in between are no longer in the log.
    pub upto: i64,
    /// In order.
    pub events: Vec<EncodedEvent>,
}

impl Batch {
    /// No event; says how far the log reaches.
    pub fn announcing(position: i64) -> Self {
        Self {
            after: position,
            upto: position,
            events: Vec::new(),
        }
    }

    /// Makes every reader look at the log.
    pub fn look_yourself() -> Self {
        Self::announcing(i64::MAX)
    }

    /// A stretch of the log, in pieces of a bounded size.
    pub fn split(after: i64, upto: i64, events: Vec<EncodedEvent>) -> Vec<Self> {
        let bytes: usize = events.iter().map(|event| event.frame.len()).sum();
        if events.len() <= EVENTS && bytes <= BYTES {
            return vec![Self {
                after,
                upto,
                events,
            }];
        }
        let mut batches: Vec<Self> = Vec::new();
        let (mut position, mut piece, mut size) = (after, Vec::new(), 0);
        for event in events {
            if !piece.is_empty() && (piece.len() == EVENTS || size + event.frame.len() > BYTES) {
                // Positions that are no longer in the log go with what follows them.
                let last = piece
                    .last()
                    .map_or(position, |last: &EncodedEvent| last.seq);
                batches.push(Self {
                    after: position,
                    upto: last,
                    events: std::mem::take(&mut piece),
                });
                (position, size) = (last, 0);
            }
            size += event.frame.len();
            piece.push(event);
        }
        batches.push(Self {
            after: position,
            upto,
            events: piece,
        });
        batches
    }
}

/// How far somebody has read a log, so that nothing is missed and nothing comes twice.
#[derive(Debug)]
pub struct Cursor {
    position: i64,
    behind: bool,
}

impl Cursor {
    /// Has read up to `position`; `behind` says that the log may hold more already.
    pub fn new(position: i64, behind: bool) -> Self {
        Self { position, behind }
    }

    /// The last position that was read or passed over.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Whether only the log can help.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Some batches were not heard.
    pub fn fall_behind(&mut self) {
        self.behind = true;
    }

    /// Takes a batch; returns what is new of it.
    pub fn take<'b>(&mut self, batch: &'b Batch) -> &'b [EncodedEvent] {
        if self.behind || batch.upto <= self.position {
            return &[];
        }
        if batch.after > self.position {
            self.behind = true;
            return &[];
        }
        let known = batch
            .events
            .partition_point(|event| event.seq <= self.position);
        self.position = batch.upto;
        &batch.events[known..]
    }

    /// The log was read up to `position`; `more` says that it goes on.
    pub fn read_up_to(&mut self, position: i64, more: bool) {
        self.position = self.position.max(position);
        self.behind = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: i64, size: usize) -> EncodedEvent {
        EncodedEvent {
            seq,
            number: NumberId::parse("wn_1").unwrap(),
            frame: Bytes::from(vec![b'x'; size]),
            payload: Bytes::new(),
        }
    }

    fn shape(batches: &[Batch]) -> Vec<(i64, i64, usize)> {
        batches
            .iter()
            .map(|batch| (batch.after, batch.upto, batch.events.len()))
            .collect()
    }

    #[test]
    fn a_long_stretch_comes_in_pieces_that_join() {
        let small = (11..=610).map(|seq| event(seq, 10)).collect();
        let split = Batch::split(10, 620, small);
        assert_eq!(
            shape(&split),
            [(10, 266, 256), (266, 522, 256), (522, 620, 88)]
        );
        let large = (1..=5).map(|seq| event(seq, BYTES / 2)).collect();
        assert_eq!(
            shape(&Batch::split(0, 5, large)),
            [(0, 2, 2), (2, 4, 2), (4, 5, 1)]
        );
        let giant = vec![event(1, BYTES * 2), event(2, 1)];
        assert_eq!(shape(&Batch::split(0, 2, giant)), [(0, 1, 1), (1, 2, 1)]);
        assert_eq!(shape(&Batch::split(3, 7, Vec::new())), [(3, 7, 0)]);
    }

    #[test]
    fn a_cursor_takes_what_is_new_and_nothing_behind_a_gap() {
        let batch = Batch {
            after: 2,
            upto: 6,
            events: vec![event(3, 1), event(4, 1), event(6, 1)],
        };
        let taken = |position: i64| {
            let mut cursor = Cursor::new(position, false);
            let seqs: Vec<i64> = cursor.take(&batch).iter().map(|event| event.seq).collect();
            (seqs, cursor.position(), cursor.is_behind())
        };
        assert_eq!(taken(1), (vec![], 1, true));
        assert_eq!(taken(2), (vec![3, 4, 6], 6, false));
        assert_eq!(taken(3), (vec![4, 6], 6, false));
        assert_eq!(taken(5), (vec![6], 6, false));
        assert_eq!(taken(6), (vec![], 6, false));
        assert_eq!(taken(9), (vec![], 9, false));
        let mut cursor = Cursor::new(9, false);
        assert!(cursor.take(&Batch::look_yourself()).is_empty());
        assert!(cursor.is_behind());
    }
}
