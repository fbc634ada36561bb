//! Programs under measurement: the inbox, and what it is judged against.

use crate::Outcome;
use crate::call::Call;
use crate::http::Http;
use crate::meta::APP_SECRET;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// The release build.
pub const INBOX: &str = "target/release/pilot-inbox";
const PATIENCE: Duration = Duration::from_secs(20);

/// A started program that answers. It ends when it is dropped.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the first answer.
    pub started_in: Duration,
}

/// What to start.
#[derive(Debug, Clone)]
pub enum Program {
    /// `pilot-inbox serve`.
    Inbox {
        /// Its data.
        data_dir: PathBuf,
        /// The built site, or a stand-in.
        site_root: PathBuf,
    },
    /// An axum program that answers a constant.
    Constant,
    /// An axum program that runs the statements of the inbox on a database.
    Statements {
        /// The database file.
        database: PathBuf,
        /// The tenant whose rows are read.
        tenant: String,
        /// Its number.
        number: String,
    },
}

impl Program {
    fn command(&self, address: SocketAddr) -> Outcome<Command> {
        let mut command = match self {
            Self::Inbox {
                data_dir,
                site_root,
            } => {
                let mut command = Command::new(INBOX);
                command
                    .args(["serve", "--listen", &address.to_string(), "--data-dir"])
                    .arg(data_dir)
                    .arg("--site-root")
                    .arg(site_root);
                command
            }
            Self::Constant => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["ceiling", "--listen", &address.to_string()]);
                command
            }
            Self::Statements {
                database,
                tenant,
                number,
            } => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args([
                    "ceiling",
                    "--listen",
                    &address.to_string(),
                    "--tenant",
                    tenant,
                    "--number",
                    number,
                ]);
                command.arg("--database").arg(database);
                command
            }
        };
        // What the person who runs the bench has set must not change what is measured.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PILOT_"))
        {
            command.env_remove(name);
        }
        command
            .env("PILOT_APP_SECRET", APP_SECRET)
            .env("PILOT_LOG", "warn");
        Ok(command)
    }

    /// Starts it on a free port and waits for its first answer.
    pub async fn start(&self) -> Outcome<Running> {
        let address = free_address()?;
        let mut command = self.command(address)?;
        let began = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{self:?} does not start: {error}"))?;
        let health = Call::get("/healthz");
        loop {
            if let Ok(mut connection) = Http::connect(address).await
                && let Ok(answer) = connection.send(&health).await
                && answer.status.is_success()
            {
                return Ok(Running {
                    child,
                    address,
                    started_in: began.elapsed(),
                });
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("{self:?} ended with {status} before it answered").into());
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("{self:?} did not answer within {PATIENCE:?}").into());
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }
}

impl Running {
    /// Resident memory in bytes. Only Linux tells.
    pub fn memory(&self) -> Outcome<f64> {
        let id = self.child.id().ok_or("the program has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))
            .map_err(|error| format!("memory can be read on Linux only: {error}"))?;
        let kib: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
            .ok_or("the system does not say how much memory the program has")?
            .parse()?;
        Ok(kib * 1024.0)
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(mut self) -> Outcome {
        self.child.kill().await?;
        Ok(())
    }
}

/// A port that was free a moment ago.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Runs a command of the inbox's own command line and returns the value of one of the `NAME=value` lines that it prints.
pub async fn administer(data_dir: &Path, arguments: &[&str], name: &str) -> Outcome<String> {
    let output = Command::new(INBOX)
        .args(arguments)
        .arg("--data-dir")
        .arg(data_dir)
        .output()
        .await
        .map_err(|error| format!("{INBOX} does not start ({error}): run scripts/build.sh"))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| {
            line.strip_prefix(name)?
                .strip_prefix('=')
                .map(str::to_owned)
        })
        .ok_or_else(|| {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            format!(
                "`pilot-inbox {}` printed no {name}: {said}",
                arguments.join(" ")
            )
            .into()
        })
}
