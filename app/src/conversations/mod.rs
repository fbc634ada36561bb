//! Conversations: the model, the list, and what an operator can do with one.

pub mod api;
mod model;

pub use model::*;
