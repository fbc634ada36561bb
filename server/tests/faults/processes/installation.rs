//! One installation of the program: its database, its folder, and the command line on them.

use super::{Caller, PHONE_NUMBER_ID, Replica};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The signing secret of every server, as several need it.
const SECRET: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";
/// How long a command may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where everything is.
pub struct Installation {
    folder: TempDir,
    data_dir: PathBuf,
    database: Option<String>,
    bus: Option<String>,
    tenant: String,
    key: String,
    /// Id of the key that callers use.
    pub key_id: String,
    number: String,
}

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Installation {
    /// On SQLite, in a folder of its own.
    pub fn on_sqlite() -> Self {
        Self::new(None, None)
    }

    /// On SQLite, in this folder.
    pub fn in_folder(data_dir: &Path) -> Self {
        Self::new(None, Some(data_dir))
    }

    /// On PostgreSQL.
    pub fn on_postgres(url: &str) -> Self {
        Self::new(Some(url), None)
    }

    fn new(database: Option<&str>, data_dir: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site/pkg");
        std::fs::create_dir_all(&site).unwrap();
        for name in ["inbox.js", "inbox.wasm", "inbox.css"] {
            std::fs::write(site.join(name), "").unwrap();
        }
        Self {
            data_dir: data_dir.map_or_else(|| folder.path().join("data"), Path::to_owned),
            folder,
            database: database.map(str::to_owned),
            bus: None,
            tenant: String::new(),
            key: String::new(),
            key_id: String::new(),
            number: String::new(),
        }
    }

    /// Hints travel over this bus.
    #[must_use]
    pub fn with_bus(mut self, url: &str) -> Self {
        self.bus = Some(url.to_owned());
        self
    }

    /// A workspace with a key and a number that sends through `graph_base_url`.
    pub fn furnish(&mut self, graph_base_url: &str) {
        self.tenant = self.value(&["tenant", "create", "--name", "Acme"], "PILOT_TENANT_ID");
        let made = self.succeed(&["key", "create", "--tenant", &self.tenant]);
        self.key = value_of(&made, "PILOT_API_KEY");
        self.key_id = value_of(&made, "PILOT_API_KEY_ID");
        let mut number = vec![
            "number",
            "add",
            "--tenant",
            &self.tenant,
            "--name",
            "Support",
        ];
        number.extend([
            "--phone",
            "551130000000",
            "--phone-number-id",
            PHONE_NUMBER_ID,
        ]);
        number.extend(["--access-token", "t", "--graph-base-url", graph_base_url]);
        self.number = self.value(&number, "PILOT_NUMBER_ID");
    }

    /// What callers need to know.
    pub fn caller(&self) -> Caller {
        Caller::new(&self.key, &self.number)
    }

    /// A key beside the first one; its text and its id.
    pub fn another_key(&self) -> (String, String) {
        let made = self.succeed(&["key", "create", "--tenant", &self.tenant]);
        (
            value_of(&made, "PILOT_API_KEY"),
            value_of(&made, "PILOT_API_KEY_ID"),
        )
    }

    /// The number gets another access token.
    pub fn renew_access_token(&self, token: &str) {
        let renew = ["number", "update", &self.number, "--access-token", token];
        self.succeed(&renew);
    }

    /// A server that has not started.
    pub fn replica(&self, name: &str) -> Replica {
        let mut arguments = vec!["serve", "--log", "warn", "--confirmation-seconds", "2"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        arguments.push("--site-root".into());
        arguments.push(self.folder.path().join("site").to_str().unwrap().into());
        Replica::new(self.command(), arguments, self.folder.path().join(name))
    }

    /// Runs a command, which has to end by itself.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = self.command();
        command.args(arguments);
        run(command)
    }

    /// The program, with nothing of this process' own settings.
    pub fn command(&self) -> Command {
        let mut command = program();
        command.env("PILOT_DATA_DIR", &self.data_dir);
        command.env("PILOT_LISTEN", "127.0.0.1:0");
        if let Some(url) = &self.database {
            command.env("DATABASE_URL", url);
            command.env("PILOT_SIGNING_SECRET", SECRET);
        }
        if let Some(url) = &self.bus {
            command.env("BUS_URL", url);
        }
        command
    }

    /// Where the SQLite database is.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    fn succeed(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        ended.stdout
    }

    fn value(&self, arguments: &[&str], name: &str) -> String {
        value_of(&self.succeed(arguments), name)
    }
}

fn value_of(text: &str, name: &str) -> String {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("no {name} in {text:?}"))
        .to_owned()
}

/// The program in `PILOT_INBOX_BIN` (the release build, say), or else the one of this build.
fn program() -> Command {
    let file = std::env::var_os("PILOT_INBOX_BIN").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_pilot-inbox")),
        PathBuf::from,
    );
    let mut command = Command::new(file);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["PILOT_", "PG", "LEPTOS_"]
            .iter()
            .any(|of| text.starts_with(of))
            || ["DATABASE_URL", "BUS_URL"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
    command
}

fn run(mut command: Command) -> Ended {
    let begun = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (ended, output) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    let Ok(output) = output.recv_timeout(PATIENCE) else {
        super::replica::signal(id, "KILL");
        panic!("{command:?} did not end within {PATIENCE:?}");
    };
    let Output {
        status,
        stdout,
        stderr,
    } = output.unwrap();
    Ended {
        code: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
        took: begun.elapsed(),
    }
}
