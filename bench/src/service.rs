//! Services that nobody has to set up: scripts that print an address as their first line and live as long as their standard input is
//! open.

use crate::Outcome;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A started service. It ends when it is dropped, and has ended when that is over: its data may be removed afterwards.
pub struct Service {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Where it is reached.
    pub url: String,
}

impl Service {
    /// Starts a script and waits for the address.
    pub async fn start(script: &'static str, arguments: Vec<String>) -> Outcome<Self> {
        tokio::task::spawn_blocking(move || Self::start_now(script, &arguments)).await?
    }

    fn start_now(script: &str, arguments: &[String]) -> Outcome<Self> {
        let mut child = Command::new(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{script} does not start: {error}"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or("a script without an output")?;
        let mut service = Self {
            child,
            stdin,
            url: String::new(),
        };
        BufReader::new(stdout).read_line(&mut service.url)?;
        service.url.truncate(service.url.trim_end().len());
        if service.url.is_empty() {
            return Err(format!("{script} gave no address; what it said is above").into());
        }
        Ok(service)
    }

    /// Sends the script a signal such as `USR1`.
    pub async fn signal(&self, name: &str) -> Outcome {
        let status = tokio::process::Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .await?;
        if !status.success() {
            return Err(format!("the signal {name} did not reach a service").into());
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stdin = None;
        // An error says that it has ended already.
        let _ = self.child.wait();
    }
}
