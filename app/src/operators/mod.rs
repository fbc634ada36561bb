//! The people who answer.

pub mod api;
mod model;

pub use model::Operator;
