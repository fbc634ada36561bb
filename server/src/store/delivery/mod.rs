//! What both databases need to know of a delivery: what it names, so that it can be loaded, and what it changed, so that it can be written.

mod changes;
mod names;

pub(super) use changes::{Changes, RareChanges};

/// How often a delivery may lead from one merge of contacts to the next.
pub(super) const MERGES: usize = 64;
pub(super) use names::Names;
