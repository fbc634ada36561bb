//! The outbox: what an operator wrote goes out once, in order, and never twice where it may have gone out.

mod lease;
mod outcome;
mod worker;

pub use worker::{Wake, Worker};
