//! A live stream as an inbox holds it: it comes back by itself, on any server, with the last position that it saw.

use app::live::{Backoff, Frame, FrameReader, signal};
use futures::StreamExt;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// An inbox gives an opening stream so long.
const OPENING: Duration = Duration::from_secs(5);
/// Longer than a quiet stream is without a heartbeat.
const SILENCE: Duration = Duration::from_secs(20);

/// Says which server to ask at the n-th attempt; `None` if there is none just now.
type Choice = Box<dyn FnMut(u32) -> Option<String> + Send>;

/// An open inbox.
pub struct Follower {
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

/// What it has heard.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub events: Vec<Event>,
    /// The position at which it began.
    pub begin: Option<i64>,
    /// How often it was opened.
    pub openings: u32,
    /// For how long it was away each time, until the next `ready`.
    pub absences: Vec<Duration>,
    /// When the server said that the session is over.
    pub ended: Option<Instant>,
    /// What must never happen.
    pub faults: Vec<String>,
}

/// An event of the log.
#[derive(Debug, Clone)]
pub struct Event {
    pub seq: i64,
    pub at: Instant,
    /// The text of the message that it is about, if any.
    pub text: Option<String>,
}

impl Follower {
    /// Follows on one server, from now on or after a position.
    pub fn on(server: &str, token: &str, cursor: Option<i64>) -> Self {
        let server = server.to_owned();
        Self::start(Box::new(move |_| Some(server.clone())), token, cursor)
    }

    /// Follows on a server that `choice` names at each opening.
    pub fn start(choice: Choice, token: &str, cursor: Option<i64>) -> Self {
        let heard = Arc::new(Mutex::new(Heard {
            begin: cursor,
            ..Heard::default()
        }));
        let inbox = Inbox {
            token: token.to_owned(),
            heard: heard.clone(),
            client: reqwest::Client::new(),
        };
        Self {
            heard,
            task: tokio::spawn(inbox.follow(choice)),
        }
    }

    /// All that it has heard until now.
    pub fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }

    /// Where it is.
    pub fn position(&self) -> Option<i64> {
        self.heard.lock().unwrap().position()
    }

    /// Waits until it is open.
    pub async fn until_open(&self, limit: Duration) {
        super::until("the stream is open", limit, async || {
            (self.heard.lock().unwrap().openings > 0).then_some(())
        })
        .await;
    }

    /// Waits until it has come as far as this.
    pub async fn until_at(&self, position: i64, limit: Duration) {
        super::until(
            &format!("the stream comes to {position}"),
            limit,
            async || (self.position() >= Some(position)).then_some(()),
        )
        .await;
    }

    /// When the server said that the session is over; waits for it.
    pub async fn until_ended(&self, limit: Duration) -> Instant {
        super::until("the stream ends", limit, async || {
            self.heard.lock().unwrap().ended
        })
        .await
    }

    /// When it first heard of a message with this text; waits for it.
    pub async fn until_heard(&self, text: &str, limit: Duration) -> Instant {
        super::until(&format!("the stream has {text}"), limit, async || {
            let heard = self.heard.lock().unwrap();
            let mut found = heard
                .events
                .iter()
                .filter(|event| event.text.as_deref() == Some(text));
            found.next().map(|event| event.at)
        })
        .await
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Heard {
    /// The last position.
    pub fn position(&self) -> Option<i64> {
        self.events.last().map(|event| event.seq).or(self.begin)
    }

    /// Fails the test unless everything from the beginning to `end` came, once and in order.
    pub fn assert_whole(&self, who: &str, end: i64) {
        assert!(self.faults.is_empty(), "{who}: {:?}", self.faults);
        let begin = self.begin.expect("it was open");
        let seqs: Vec<i64> = self.events.iter().map(|event| event.seq).collect();
        let expected: Vec<i64> = (begin + 1..=end).collect();
        if seqs != expected {
            let missing: Vec<&i64> = expected.iter().filter(|seq| !seqs.contains(seq)).collect();
            panic!(
                "{who}: {} events after {begin}, until {end}; missing: {missing:?}",
                seqs.len()
            );
        }
    }
}

struct Inbox {
    token: String,
    heard: Arc<Mutex<Heard>>,
    client: reqwest::Client,
}

impl Inbox {
    async fn follow(self, mut choice: Choice) {
        let mut backoff = Backoff::default();
        let mut lost = None;
        for attempt in 0.. {
            if let Some(server) = choice(attempt) {
                let before = self.heard.lock().unwrap().openings;
                self.listen(&server, lost).await;
                let heard = self.heard.lock().unwrap();
                if heard.ended.is_some() || !heard.faults.is_empty() {
                    return;
                }
                if heard.openings > before {
                    backoff.reset();
                    lost = Some(Instant::now());
                }
            }
            // Not at random: the longest wait that an inbox may take.
            tokio::time::sleep(Duration::from_millis(backoff.next(1.0).into())).await;
        }
    }

    /// Until the stream ends, for whatever reason.
    async fn listen(&self, server: &str, lost: Option<Instant>) {
        let mut request = self
            .client
            .get(format!("{server}/api/live"))
            .bearer_auth(&self.token);
        let position = self.heard.lock().unwrap().position();
        if let Some(position) = position {
            request = request.header("last-event-id", position);
        }
        let Ok(Ok(response)) = tokio::time::timeout(OPENING, request.send()).await else {
            return;
        };
        if response.status() != 200 {
            if response.status() == 401 {
                self.heard.lock().unwrap().ended = Some(Instant::now());
            }
            return;
        }
        let mut reader = FrameReader::default();
        let mut body = response.bytes_stream();
        while let Ok(Some(Ok(chunk))) = tokio::time::timeout(SILENCE, body.next()).await {
            for frame in reader.push(&chunk) {
                self.heard.lock().unwrap().take(frame, lost);
            }
        }
    }
}

impl Heard {
    fn take(&mut self, frame: Frame, lost: Option<Instant>) {
        match frame.event.as_deref() {
            None => self.take_event(&frame),
            Some(signal::READY) => {
                self.openings += 1;
                self.absences.extend(lost.map(|lost| lost.elapsed()));
                if self.begin.is_none() {
                    self.begin = frame.data.parse().ok();
                }
            }
            Some(signal::ENDED) => self.ended = Some(Instant::now()),
            Some(other) => self.faults.push(format!("the server said {other}")),
        }
    }

    fn take_event(&mut self, frame: &Frame) {
        let Some(seq) = frame.id.as_ref().and_then(|id| id.parse().ok()) else {
            return self
                .faults
                .push(format!("an event without a position: {frame:?}"));
        };
        if let Some(position) = self.position()
            && seq != position + 1
        {
            self.faults.push(format!("{seq} came after {position}"));
        }
        let json: Value = serde_json::from_str(&frame.data).unwrap_or_default();
        self.events.push(Event {
            seq,
            at: Instant::now(),
            text: json["message"]["text"].as_str().map(str::to_owned),
        });
    }
}
