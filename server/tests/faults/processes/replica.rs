//! A server as a process.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// How long a start may take on a busy machine.
const START: Duration = Duration::from_secs(30);
/// Lines of a log that are shown when a test fails.
const LAST_WORDS: usize = 40;

/// One server, which may run or not. It always has the same address.
pub struct Replica {
    command: Mutex<Command>,
    child: Mutex<Option<Child>>,
    log: PathBuf,
    port: u16,
    /// Its address.
    pub url: String,
    client: reqwest::Client,
}

impl Replica {
    pub(super) fn new(mut command: Command, arguments: Vec<String>, folder: PathBuf) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        let port = free_port();
        command
            .args(arguments)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--app-secret", super::APP_SECRET]);
        Self {
            command: Mutex::new(command),
            child: Mutex::default(),
            log: folder.join("log"),
            port,
            url: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build()
                .unwrap(),
        }
    }

    /// With more arguments.
    #[must_use]
    pub fn with(self, arguments: &[&str]) -> Self {
        self.command.lock().unwrap().args(arguments);
        self
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn with_env(self, name: &str, value: &str) -> Self {
        self.command.lock().unwrap().env(name, value);
        self
    }

    /// Started by another program, which gets what it is to start as its last arguments.
    #[must_use]
    pub fn inside(self, program: &str, arguments: &[&str]) -> Self {
        let mut inner = self.command.lock().unwrap();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .arg(inner.get_program())
            .args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        *inner = command;
        drop(inner);
        self
    }

    /// Where WhatsApp delivers to.
    pub fn webhook_url(&self) -> String {
        format!("{}/webhooks/whatsapp", self.url)
    }

    /// Starts it, and returns when it answers.
    pub async fn start(&self) {
        self.launch();
        super::until("the server answers", START, async || {
            self.assert_running();
            self.status("/healthz")
                .await
                .filter(|status| *status == 200)
        })
        .await;
    }

    /// Starts it.
    pub fn launch(&self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .unwrap();
        let mut child = self.child.lock().unwrap();
        assert!(child.is_none(), "it runs already");
        let mut command = self.command.lock().unwrap();
        *child = Some(
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log)
                .spawn()
                .unwrap(),
        );
    }

    /// The status that an address answers with, if it answers.
    pub async fn status(&self, path: &str) -> Option<u16> {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await;
        answer.ok().map(|answer| answer.status().as_u16())
    }

    /// Waits until `/readyz` answers with this status.
    pub async fn until_readiness_is(&self, status: u16, limit: Duration) {
        super::until(&format!("/readyz says {status}"), limit, async || {
            (self.status("/readyz").await == Some(status)).then_some(())
        })
        .await;
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.lock().unwrap().as_ref().expect("it runs").id()
    }

    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM; returns when it has ended.
    pub async fn stop(&self, limit: Duration) -> ExitStatus {
        let mut child = self.child.lock().unwrap().take().expect("it runs");
        signal(child.id(), "TERM");
        super::until("the server ends", limit, async || child.try_wait().unwrap()).await
    }

    pub fn is_running(&self) -> bool {
        self.child.lock().unwrap().is_some()
    }

    /// What it has logged, in all its lives.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn assert_running(&self) {
        let mut child = self.child.lock().unwrap();
        if let Some(status) = child.as_mut().and_then(|child| child.try_wait().unwrap()) {
            *child = None;
            panic!("the server ended: {status}\n{}", self.log());
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST_WORDS)..];
            eprintln!(
                "the last words of the server on port {}:\n{}",
                self.port,
                last.join("\n")
            );
        }
    }
}

/// Sends a signal to a process.
pub(super) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &process.to_string()])
        .status()
        .unwrap();
    assert!(sent.success(), "no signal {name} for process {process}");
}

/// A port that nothing uses, below those that the system gives to outgoing connections: a server that is started again and again
/// must find it free each time.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 15_000;
    const COUNT: u16 = 15_000;
    // Two runs at once begin at different places.
    let offset = u16::try_from(std::process::id() % u32::from(COUNT / 50)).unwrap() * 50;
    let begun = Instant::now();
    loop {
        let port = FIRST + (offset + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
        assert!(begun.elapsed() < START, "no free port");
    }
}
