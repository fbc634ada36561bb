//! Measurements in a browser: a script beside this crate starts the program, drives the page and prints what it saw.

use crate::Outcome;
use crate::database::Place;
use crate::environment;
use crate::process::INBOX;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::process::Command;

/// Runs `script` on the installation at `place`, `count` times what it does.
pub(super) async fn run<R: DeserializeOwned>(
    script: &str,
    place: &Place,
    count: usize,
) -> Outcome<R> {
    let mut command = node();
    if let Some(url) = &place.database_url {
        command.env("DATABASE_URL", url);
    }
    command
        .arg(script)
        .arg(INBOX)
        .arg(&place.data_dir)
        .arg(count.to_string());
    read(script, command).await
}

/// Runs `script`, which is told `about` what it measures.
pub(super) async fn run_about<R: DeserializeOwned>(script: &str, about: &Value) -> Outcome<R> {
    let mut command = node();
    command.arg(script).arg(about.to_string());
    read(script, command).await
}

fn node() -> Command {
    let mut command = Command::new("node");
    environment::clear(&mut command);
    command
}

async fn read<R: DeserializeOwned>(script: &str, mut command: Command) -> Outcome<R> {
    let output = command
        .output()
        .await
        .map_err(|error| format!("node does not start ({error}): run scripts/setup.sh bench"))?;
    if !output.status.success() {
        return Err(format!(
            "{script} failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
