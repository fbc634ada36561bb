//! The outbox: what an operator wrote goes out once, in order, and never twice where it may have gone out.

mod lease;
mod outcome;
mod probe;
mod signaller;
mod worker;

pub use probe::probe_paused;
pub use signaller::Signaller;
pub use worker::{Wake, Worker};
