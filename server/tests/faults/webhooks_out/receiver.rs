//! A customer's receiver as a process of its own: this test program once more, which `kill -9` ends as it ends any other.
//!
//! It does what `docs/api.md` asks of a receiver: looks at the signature over the bytes as they came, keeps the event, and answers only
//! then. What it keeps is in a file. Between these steps it pauses now and then with the event in its memory alone, or kept and not
//! answered: what it dies with then has to come again.

use crate::processes::{free_port, until};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// How the process is found in this program.
const PROCESS: &str = "webhooks_out::receiver::the_process";
/// Its orders, as JSON.
const ORDERS: &str = "PILOT_FAULT_RECEIVER";
/// How long its start may take on a busy machine.
const START: Duration = Duration::from_secs(30);
/// The pause of those requests that have one, before the event is kept or after it.
const MOMENT: Duration = Duration::from_millis(20);

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// It is in memory, and its signature is right.
    Heard,
    /// It is on disk.
    Kept,
    /// The answer follows.
    Answered,
    /// Its signature is wrong.
    Refused,
}

/// A line of what it writes down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Note {
    pub step: Step,
    /// Which webhook.
    pub webhook: usize,
    /// The header that names what happened.
    pub event: String,
    /// The header with the event's id.
    pub id: String,
    /// The body, to the byte.
    pub body: String,
}

/// What the process needs to know.
#[derive(Serialize, Deserialize)]
struct Orders {
    port: u16,
    /// The secret of each webhook.
    secrets: Vec<String>,
    /// What it writes in this life. One file for each: a line that was cut off is the last one.
    journal: PathBuf,
}

/// The process as the test sees it. It always has the same address.
pub struct Receiver {
    port: u16,
    folder: TempDir,
    child: Option<Child>,
    lives: usize,
    /// How far the file of this life was read.
    read: u64,
    notes: Vec<Note>,
    /// Where this life's notes begin.
    born: usize,
}

impl Receiver {
    /// One that has not started.
    pub fn new() -> Self {
        Self {
            port: free_port(),
            folder: tempfile::tempdir().unwrap(),
            child: None,
            lives: 0,
            read: 0,
            notes: Vec::new(),
            born: 0,
        }
    }

    /// Where a webhook leads.
    pub fn url(&self, webhook: usize) -> String {
        format!("http://127.0.0.1:{}/{webhook}", self.port)
    }

    /// Starts it with the secrets of the webhooks, and returns when it can be reached.
    pub async fn start(&mut self, secrets: &[String]) {
        assert!(self.child.is_none(), "it runs already");
        self.lives += 1;
        (self.read, self.born) = (0, self.notes.len());
        let journal = self.journal();
        File::create(&journal).unwrap();
        let orders = Orders {
            port: self.port,
            secrets: secrets.to_vec(),
            journal,
        };
        let log = File::create(self.folder.path().join(format!("{}.log", self.lives))).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", PROCESS, "--nocapture"])
            .env(ORDERS, serde_json::to_string(&orders).unwrap())
            // It lives as long as this is open: nothing is left behind, whatever this process dies of.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        until("the receiver can be reached", START, async || {
            TcpStream::connect(("127.0.0.1", self.port)).await.ok()
        })
        .await;
    }

    /// SIGKILL: what was in its memory is gone, and its connections with it. Returns how many events it had heard and not kept, and how
    /// many it had kept and not answered.
    pub fn kill(&mut self) -> (usize, usize) {
        let mut child = self.child.take().expect("it runs");
        child.kill().unwrap();
        child.wait().unwrap();
        let [heard, kept, answered] = self.steps();
        (heard - kept, kept - answered)
    }

    /// How many requests it has not answered.
    pub fn under_way(&mut self) -> usize {
        let [heard, _, answered] = self.steps();
        heard - answered
    }

    /// All that it has written down, in all its lives, as it came.
    pub fn notes(&mut self) -> &[Note] {
        self.look();
        &self.notes
    }

    /// How many events were heard, kept and answered in this life.
    fn steps(&mut self) -> [usize; 3] {
        self.look();
        let notes = &self.notes[self.born..];
        [Step::Heard, Step::Kept, Step::Answered]
            .map(|step| notes.iter().filter(|note| note.step == step).count())
    }

    /// Reads what is new. A line that has no end is not written.
    fn look(&mut self) {
        let mut file = File::open(self.journal()).unwrap();
        file.seek(SeekFrom::Start(self.read)).unwrap();
        let mut new = Vec::new();
        file.read_to_end(&mut new).unwrap();
        let whole = new.iter().rposition(|byte| *byte == b'\n');
        let whole = &new[..whole.map_or(0, |end| end + 1)];
        self.read += whole.len() as u64;
        let lines = whole.split(|byte| *byte == b'\n');
        self.notes.extend(
            lines
                .filter(|line| !line.is_empty())
                .map(|line| serde_json::from_slice::<Note>(line).unwrap()),
        );
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join(format!("{}.journal", self.lives))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself, which is why the test fails.
            drop(child.kill());
            drop(child.wait());
        }
        if std::thread::panicking() {
            let log = self.folder.path().join(format!("{}.log", self.lives));
            let log = std::fs::read_to_string(log).unwrap_or_default();
            eprintln!("the last words of the receiver:\n{log}");
        }
    }
}

/// What the process holds.
struct House {
    secrets: Vec<String>,
    journal: Mutex<File>,
}

impl House {
    fn write(&self, note: &Note) {
        let mut line = serde_json::to_string(note).unwrap();
        line.push('\n');
        // In the hands of the system after this, which survives the end of the process.
        self.journal
            .lock()
            .unwrap()
            .write_all(line.as_bytes())
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "no test: what the process of the receiver runs"]
async fn the_process() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    std::thread::spawn(|| {
        let ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(i32::from(ended.is_err()));
    });
    let orders: Orders = serde_json::from_str(&orders).unwrap();
    let journal = File::options().append(true).open(&orders.journal).unwrap();
    let house = House {
        secrets: orders.secrets,
        journal: Mutex::new(journal),
    };
    let listener = TcpListener::bind(("127.0.0.1", orders.port)).await.unwrap();
    let router = Router::new()
        .route("/{webhook}", post(take))
        .with_state(Arc::new(house));
    axum::serve(listener, router).await.unwrap();
}

/// Some requests are done at once, some wait in memory, some wait when they are kept.
async fn take(
    State(house): State<Arc<House>>,
    Path(webhook): Path<usize>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mut note = Note {
        step: Step::Heard,
        webhook,
        event: text_of(&headers, "x-pilot-status-event").to_owned(),
        id: text_of(&headers, "x-pilot-status-event-id").to_owned(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    if !is_ours(&house.secrets[webhook], &body, &headers) {
        note.step = Step::Refused;
        house.write(&note);
        return StatusCode::UNAUTHORIZED;
    }
    let kind = note.id.bytes().map(usize::from).sum::<usize>() % 3;
    house.write(&note);
    if kind == 1 {
        tokio::time::sleep(MOMENT).await;
    }
    note.step = Step::Kept;
    house.write(&note);
    if kind == 2 {
        tokio::time::sleep(MOMENT).await;
    }
    note.step = Step::Answered;
    house.write(&note);
    StatusCode::NO_CONTENT
}

/// The rule of `docs/api.md`, written down once more.
fn is_ours(secret: &str, body: &[u8], headers: &HeaderMap) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut expected = String::new();
    for byte in hmac::sign(&key, body).as_ref() {
        write!(expected, "{byte:02x}").unwrap();
    }
    [
        "x-pilot-status-signature",
        "x-pilot-status-signature-previous",
    ]
    .iter()
    .any(|name| {
        verify_slices_are_equal(expected.as_bytes(), text_of(headers, name).as_bytes()).is_ok()
    })
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap_or_default())
}
