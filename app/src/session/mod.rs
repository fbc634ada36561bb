//! The embed session in the browser: the one place that holds the token, and the client that sends it.

mod client;
mod token;

pub use client::ApiClient;
pub use token::*;
