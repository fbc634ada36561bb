//! Search over names, phones and texts.

mod api;
mod model;

pub use api::*;
pub use model::*;
