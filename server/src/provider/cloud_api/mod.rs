//! Meta's WhatsApp Cloud API.

mod errors;
mod fields;
mod graph;
mod media;
mod parse;
mod signature;
pub mod webhook;

pub use errors::{Advice, advice, delay_ms, failure};
pub use graph::{GraphClient, SendOutcome, TextSend};
pub use media::{Located, MediaAccess, MediaClient, MediaError, Outgoing, read_digest};
pub use parse::{Parsed, parse};
pub use signature::{VerifiedBody, verify};
