//! The log: on standard error, without personal data, tokens or keys.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The NATS client reports each attempt to connect; what matters of it the bus says, once.
const QUIET: &str = "async_nats=off";

/// Starts logging for the whole process. `filter` is in the syntax of `tracing-subscriber` (`info`, `pilot_inbox=debug`). What cannot
/// be read as one counts as `info`.
pub fn start_logging(format: LogFormat, filter: &str) {
    // Of two directives for one target the later holds.
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}"))
        .unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => builder.finish().try_init(),
        LogFormat::Json => builder.json().finish().try_init(),
    };
    if let Err(error) = started {
        eprintln!("logging is already running: {error}");
    }
}
