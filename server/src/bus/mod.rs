//! How servers tell each other that a tenant's log has grown. A message carries hints (tenant, position) and nothing else: the log
//! is the truth, so any hint may be lost, doubled, late or a lie.

mod in_process;
mod nats;
mod notify;
mod outgoing;
mod wire;

pub use in_process::InProcess;
pub use nats::Nats;
pub use notify::Notify;

use app::ids::TenantId;
use async_trait::async_trait;
use sqlx::postgres::PgConnectOptions;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Carries hints from server to server.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Tells the other servers how far these logs have come. Never waits and never fails: hints are handed to [`Bus::run`], and of
    /// those that wait there only the newest of each tenant counts.
    fn publish(&self, hints: &[(&TenantId, i64)]);
    /// Tells the other servers something that is true for some seconds only. It goes out once, and is lost where the bus is away or has
    /// too much to do. Never waits. A bus that reaches nobody has nothing to do.
    fn spread(&self, _word: String) {}
    /// Sends what was published, and tells `ears` what other servers published, until `shutdown`; then it sends what still waits
    /// and returns, within a second. While the bus is away it tries again and again.
    async fn run(&self, ears: Arc<dyn Ears>, shutdown: CancellationToken);
}

/// Who listens to a bus.
pub trait Ears: Send + Sync {
    /// Another server says that this log has come this far. Must not block.
    fn heard(&self, tenant: &TenantId, position: i64);
    /// Another server said this by [`Bus::spread`]. Must not block.
    fn told(&self, _word: &str) {}
    /// The bus was away, so hints may have been lost: every log has to be looked at. Must not block.
    fn missed_some(&self);
}

/// Why there is no bus.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BusError {
    /// Another kind of address. It may hold a password, so it is not repeated.
    #[error(
        "the bus URL has to begin with nats:// or tls://. Leave it out, and servers on PostgreSQL use PostgreSQL's own notifications"
    )]
    Scheme,
    /// Not an address.
    #[error(
        "the bus URL cannot be read: {0}. Write nats://host:4222, or several of these with commas"
    )]
    Address(String),
    /// The path of the address.
    #[error(
        "the path of the bus URL is put before the subject, so it may hold nothing but letters, digits, - and _, in parts separated by dots: nats://host:4222/prefix"
    )]
    Prefix,
}

/// The bus for this address: NATS if it names one, otherwise notifications of the database where it is PostgreSQL, otherwise
/// nothing, for one server alone. Nothing is connected yet. Needs the runtime.
pub fn open(
    bus_url: Option<&str>,
    postgres: Option<PgConnectOptions>,
) -> Result<Arc<dyn Bus>, BusError> {
    Ok(match (bus_url, postgres) {
        (Some(url), _) => Arc::new(Nats::new(url)?),
        (None, Some(options)) => Arc::new(Notify::new(options)),
        (None, None) => Arc::new(InProcess),
    })
}
