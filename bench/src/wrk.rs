//! The load tool: wrk, which replays prepared requests over a number of connections for some seconds.

use crate::Outcome;
use crate::call::Call;
use crate::sample::Samples;
use serde::Deserialize;
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::process::Command;

const REPLAY: &str = include_str!("replay.lua");

/// A load that can be put on a server any number of times.
pub struct Load {
    address: SocketAddr,
    requests: PathBuf,
    script: PathBuf,
    connections: usize,
    /// Each request once, or all of them round and round.
    once: bool,
}

/// What one load measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Answers per second.
    pub rate: f64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    /// Answers, all of them successes.
    pub answers: u64,
}

#[derive(Deserialize)]
struct Report {
    requests: u64,
    duration_us: f64,
    failed: u64,
    p50_us: f64,
    p99_us: f64,
}

impl Load {
    /// Writes the requests into `folder`, under `name`.
    pub fn prepare(
        folder: &Path,
        name: &str,
        address: SocketAddr,
        connections: usize,
        calls: impl IntoIterator<Item = Call>,
    ) -> Outcome<Self> {
        let script = folder.join("replay.lua");
        std::fs::write(&script, REPLAY)?;
        let requests = folder.join(format!("{name}.requests"));
        let mut file = BufWriter::new(std::fs::File::create(&requests)?);
        let host = address.to_string();
        for call in calls {
            let wire = call.to_wire(&host);
            writeln!(file, "{}", wire.len())?;
            file.write_all(&wire)?;
        }
        file.flush()?;
        Ok(Self {
            address,
            requests,
            script,
            connections,
            once: false,
        })
    }

    /// Sends each request at most once.
    #[must_use]
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Loads the server for so many seconds. An answer that is not a success is an error: it would flatter the figure.
    pub async fn run(&self, seconds: u64) -> Outcome<Measured> {
        let output = Command::new("wrk")
            .args([
                "-t1",
                &format!("-c{}", self.connections),
                &format!("-d{seconds}s"),
                "--timeout",
                "10s",
                "-s",
            ])
            .arg(&self.script)
            .arg(format!("http://{}/", self.address))
            .arg("--")
            .arg(&self.requests)
            .arg(if self.once { "once" } else { "round" })
            .output()
            .await
            .map_err(|error| format!("wrk does not start ({error}): run scripts/setup.sh bench"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let report: Report = said
            .lines()
            .find_map(|line| line.strip_prefix("RESULT "))
            .ok_or_else(|| {
                format!(
                    "wrk gave no result:\n{said}\n{}",
                    String::from_utf8_lossy(&output.stderr)
                )
            })
            .map(serde_json::from_str)??;
        if report.failed > 0 || report.requests == 0 {
            return Err(format!(
                "{} of {} requests failed:\n{said}",
                report.failed, report.requests
            )
            .into());
        }
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 requests")]
        Ok(Measured {
            rate: report.requests as f64 / (report.duration_us / 1e6),
            p50: report.p50_us / 1e3,
            p99: report.p99_us / 1e3,
            answers: report.requests,
        })
    }
}

/// Loads that are compared take turns, so that whatever else the machine does hits all of them.
pub async fn take_turns<const N: usize>(
    loads: [&Load; N],
    rounds: usize,
    seconds: u64,
) -> Outcome<[Turns; N]> {
    for load in loads {
        load.run(1).await?;
    }
    let mut turns = [const { Turns(Vec::new()) }; N];
    for _ in 0..rounds {
        for (load, turns) in loads.iter().zip(&mut turns) {
            turns.0.push(load.run(seconds).await?);
        }
    }
    Ok(turns)
}

/// What one of several loads measured in each round.
#[derive(Debug, Clone)]
pub struct Turns(Vec<Measured>);

impl Turns {
    /// Median over the rounds.
    pub fn rate(&self) -> f64 {
        self.median(|measured| measured.rate)
    }

    /// Median over the rounds, in milliseconds.
    pub fn p50(&self) -> f64 {
        self.median(|measured| measured.p50)
    }

    /// Median over the rounds, in milliseconds.
    pub fn p99(&self) -> f64 {
        self.median(|measured| measured.p99)
    }

    /// Median of what `of` is to `other` in the same round.
    pub fn ratio(&self, other: &Self, of: impl Fn(&Measured) -> f64) -> f64 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(own, other)| of(own) / of(other))
            .collect::<Samples>()
            .median()
    }

    fn median(&self, of: impl Fn(&Measured) -> f64) -> f64 {
        self.0.iter().map(of).collect::<Samples>().median()
    }
}
