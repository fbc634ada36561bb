//! Real processes: the program, its databases, the bus, and what WhatsApp and callers do with them.

mod balancer;
mod caller;
mod database;
mod disk;
mod drafts;
mod graph;
mod installation;
mod ledger;
mod load;
mod nats;
mod patience;
mod person;
mod postgres;
mod replica;
mod replicas;
mod service;
mod stream;

pub use balancer::Balancer;
pub use caller::{Answer, Caller, Inbound, now_ms, texts};
pub use database::Database;
pub use disk::Disk;
pub use graph::{FakeGraph, TEMPLATE, file_of, filled};
pub use installation::{Ended, Installation};
pub use ledger::Ledger;
pub use load::{Load, phone};
pub use nats::Nats;
pub use patience::{fault_kills, fault_seconds, until};
pub use person::settle;
pub use postgres::{Postgres, as_user, connect, execute};
pub use replica::{Replica, free_port};
pub use replicas::{Replicas, assert_once};
pub use stream::Follower;

/// What the pretend WhatsApp signs with.
pub const APP_SECRET: &str = "app-secret-of-the-fault-tests";
/// WhatsApp's id of the one number.
pub const PHONE_NUMBER_ID: &str = "100200300";
/// The page that may show the inbox.
pub const ORIGIN: &str = "https://app.example.com";
