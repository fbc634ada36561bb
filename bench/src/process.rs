//! Programs under measurement: the inbox, and what it is judged against.

use crate::Outcome;
use crate::call::Call;
use crate::database::Place;
use crate::http::Http;
use crate::meta::APP_SECRET;
use crate::{environment, usage};
use pilot_inbox::installation::database_file;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
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
        place: Place,
        /// How it tells others on the same data what is new, where that is not the usual way.
        bus_url: Option<String>,
        /// The built site, or a stand-in.
        site_root: PathBuf,
        /// Whether webhooks may lead to this machine.
        private_addresses: bool,
    },
    /// An axum program that answers a constant.
    Constant,
    /// An axum program that runs the statements of the inbox on a database.
    Statements {
        /// Its data.
        place: Place,
        /// The tenant whose rows are read.
        tenant: String,
        /// Its number.
        number: String,
    },
}

impl Program {
    fn command(&self, address: SocketAddr) -> Outcome<Command> {
        let address = address.to_string();
        let mut command = match self {
            Self::Inbox {
                place,
                bus_url,
                site_root,
                private_addresses,
            } => {
                let mut command = place.command(&["serve", "--listen", &address]);
                command.arg("--site-root").arg(site_root);
                if let Some(url) = bus_url {
                    command.env("BUS_URL", url);
                }
                if *private_addresses {
                    command.arg("--private-addresses");
                }
                command
            }
            Self::Constant => ceiling(&address)?,
            Self::Statements {
                place,
                tenant,
                number,
            } => {
                let mut command = ceiling(&address)?;
                command.args(["--tenant", tenant, "--number", number]);
                match &place.database_url {
                    Some(url) => command.args(["--database-url", url]),
                    None => command
                        .arg("--database")
                        .arg(database_file(&place.data_dir)),
                };
                command
            }
        };
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
        usage::memory(self.id()?)
    }

    /// The most resident memory since [`Self::forget_peak`], in bytes.
    pub fn peak(&self) -> Outcome<f64> {
        usage::peak(self.id()?)
    }

    /// Begins anew to watch for it.
    pub fn forget_peak(&self) -> Outcome {
        usage::forget_peak(self.id()?)
    }

    /// Processor time so far, in seconds. Only Linux tells.
    pub fn processor_seconds(&self) -> Outcome<f64> {
        usage::seconds(self.id()?)
    }

    fn id(&self) -> Outcome<u32> {
        Ok(self.child.id().ok_or("the program has ended")?)
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(mut self) -> Outcome {
        self.child.kill().await?;
        Ok(())
    }
}

/// This very program in its other role.
fn ceiling(address: &str) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    environment::clear(&mut command);
    command.args(["ceiling", "--listen", address]);
    Ok(command)
}

/// A port that was free a moment ago.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Runs a command of the inbox's own command line and returns the value of one of the `NAME=value` lines that it prints.
pub async fn administer(place: &Place, arguments: &[&str], name: &str) -> Outcome<String> {
    let output = place
        .command(arguments)
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
