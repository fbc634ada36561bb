//! A throw-away service that one test has for itself, and may ill-treat.

use super::PATIENCE;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

/// Lives until this is dropped: its script ends with its standard input.
pub struct Service {
    /// Where it is.
    pub url: String,
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

impl Service {
    /// `postgres.sh` or `nats.sh`.
    pub async fn start(script: &str) -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
        let mut child = Command::new(scripts.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("scripts/{script} cannot be run: {error}"));
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(url) = out.next_line().await.unwrap() else {
            let mut why = String::new();
            while let Some(line) = said.next_line().await.unwrap() {
                why += &line;
            }
            panic!("scripts/{script} does not start; `make setup` installs what is missing: {why}");
        };
        Self { url, child, said }
    }

    /// Sends a signal to the script, and waits for its answer.
    pub async fn signal(&mut self, signal: &str, answer: &str) {
        let script = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").arg(signal).arg(script).status().await;
        assert!(sent.unwrap().success());
        let answered =
            async { while self.said.next_line().await.unwrap().as_deref() != Some(answer) {} };
        assert!(
            timeout(PATIENCE, answered).await.is_ok(),
            "no answer to {signal}: {answer}"
        );
    }
}
