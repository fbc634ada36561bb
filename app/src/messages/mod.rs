//! Messages: the model, and what an operator can do with one.

pub mod api;
mod model;

pub use model::*;
