//! How much of everything is measured.

/// Sizes and durations of one run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Whether figures are rough.
    pub quick: bool,
    /// Conversations of the small, the large and the huge data set.
    pub conversations: [usize; 3],
    /// Times that each side of a comparison is loaded; their medians count.
    pub rounds: usize,
    /// Length of each such load, in seconds.
    pub load_seconds: u64,
    /// Length of each ingest measurement, in seconds.
    pub ingest_seconds: u64,
    /// Messages of each latency measurement on the stream.
    pub live_messages: usize,
    /// Messages of the latency measurements with two thousand streams and with a hundred webhooks.
    pub crowd_messages: usize,
    /// Requests for either page of a long history.
    pub history_pages: usize,
    /// Messages shown in the browser.
    pub browser_messages: usize,
    /// Mounts of the inbox in a page, and as many bare iframes.
    pub mounts: usize,
    /// Messages of the thread in which somebody writes.
    pub thread: usize,
    /// Keys that are pressed.
    pub keys: usize,
    /// Conversations that are opened for the first time, and once more.
    pub switches: usize,
    /// Turns of the wheel over the list.
    pub wheels: usize,
    /// Length of the measurement with 200 messages a second, in seconds.
    pub busy_seconds: u64,
    /// Streams held open while memory is read.
    pub streams: usize,
    /// Starts of which the median counts.
    pub starts: usize,
}

impl Plan {
    /// The full plan takes some ten minutes on two cores, the quick one about two and a half.
    pub fn new(quick: bool) -> Self {
        if quick {
            Self {
                quick,
                conversations: [100, 100_000, 200_000],
                rounds: 1,
                load_seconds: 1,
                ingest_seconds: 2,
                live_messages: 100,
                crowd_messages: 40,
                history_pages: 50,
                browser_messages: 40,
                mounts: 5,
                thread: 2_000,
                keys: 60,
                switches: 12,
                wheels: 60,
                busy_seconds: 10,
                streams: 1_000,
                starts: 3,
            }
        } else {
            Self {
                quick,
                conversations: [100, 100_000, 1_000_000],
                rounds: 7,
                load_seconds: 1,
                ingest_seconds: 8,
                live_messages: 500,
                crowd_messages: 200,
                history_pages: 300,
                browser_messages: 200,
                mounts: 21,
                thread: 10_000,
                keys: 200,
                switches: 40,
                wheels: 200,
                busy_seconds: 60,
                streams: 1_000,
                starts: 11,
            }
        }
    }
}
