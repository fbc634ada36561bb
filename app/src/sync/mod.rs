//! What the browser holds of the inbox, and how answers, events and the operator's own acts change it.
//!
//! Plain data: no signals, no clock, no network, so that every interleaving can be tried natively. The rule behind all of it:
//! each record carries the log position of its last change, and a copy with a lower one is older. Answers and events may
//! therefore arrive in any order and any number of times.

mod changes;
mod engine;
mod held;
mod list;
mod outbox;
mod signs;
#[cfg(test)]
mod tests;
mod thread;
mod total;

pub use changes::Changes;
pub use engine::Engine;
pub use list::List;
pub use outbox::{Outbox, Pending, PendingState};
pub use thread::{Side, Thread};
