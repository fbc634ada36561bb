//! The document of the inbox: rendered once per variant, sent with a nonce and a `frame-ancestors` of its own each time.

mod assets;
mod document;
mod framing;
mod packed;
mod watch;

pub use assets::{AssetError, caching, find_assets, static_files};
pub(crate) use document::nonce;
pub use document::{Page, show, show_conversation};
