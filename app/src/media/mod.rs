//! Files of messages: where a page finds them, and what an upload answers. What a message says about its file is in its content.

pub mod api;
mod links;
mod model;

pub use links::Links;
pub use model::*;
