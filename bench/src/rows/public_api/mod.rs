//! What a customer's backend asks of the public API.

pub(super) mod history;
pub(super) mod numbers;
pub(super) mod sends;
