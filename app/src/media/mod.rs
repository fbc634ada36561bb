//! Files of messages: where a page finds them, and what an upload answers. What a message says about its file is in its content.

pub mod api;
mod model;

pub use model::*;
