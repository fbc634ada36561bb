//! The document of the inbox: rendered once per variant, sent with a nonce and a `frame-ancestors` of its own each time.

mod assets;
mod connect;
mod document;
mod framing;
mod packed;
mod watch;

pub use assets::{AssetError, caching, find_assets, static_files};
pub use connect::{act as act_on_connect, show as show_connect};
pub(crate) use document::nonce;
pub use document::{Page, show, show_conversation};
