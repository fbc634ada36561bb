//! Meta's WhatsApp Cloud API.

mod errors;
mod fields;
mod graph;
mod parse;
mod signature;
pub mod webhook;

pub use errors::{Advice, advice, delay_ms, failure};
pub use graph::{GraphClient, SendOutcome, TextSend};
pub use parse::{Parsed, parse};
pub use signature::{VerifiedBody, verify};
