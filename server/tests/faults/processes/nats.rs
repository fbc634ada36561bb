//! A NATS server that can go away.

use super::service::Service;
use std::time::Duration;

/// How long it may take to go and to come.
const LIMIT: Duration = Duration::from_secs(30);

/// The server.
pub struct Nats(Service);

impl Nats {
    pub fn start() -> Self {
        Self(Service::start("nats.sh", &[]))
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.0.address
    }

    /// As a power cut.
    pub fn go(&self) {
        self.0.tell("USR1", "nats: down", LIMIT);
    }

    /// At the same address again.
    pub fn come_back(&self) {
        self.0.tell("USR2", "nats: up", LIMIT);
    }
}
