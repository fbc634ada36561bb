//! Meta's WhatsApp Cloud API.

mod connect;
mod errors;
mod fields;
mod graph;
mod media;
mod parse;
mod refusals;
pub mod send;
mod signature;
mod templates;
pub mod webhook;

pub use connect::{MetaApp, MetaConnector};
pub use errors::{Advice, advice, delay_ms, failure};
pub(crate) use fields::{id_of, text_of};
pub use graph::{GraphClient, Route, SendOutcome};
pub use media::{Located, MediaAccess, MediaClient, MediaError, Outgoing, read_digest};
pub use parse::{INBOUND_KINDS, Parsed, parse};
pub use refusals::refusals;
pub use signature::{VerifiedBody, verify};
