//! What both databases need to know of a delivery: what it names, so that it can be loaded, and what it changed, so that it can be written.

mod changes;
mod names;

pub(super) use changes::Changes;
pub(super) use names::Names;
