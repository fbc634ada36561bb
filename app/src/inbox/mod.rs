//! The inbox as a whole: the first round trip, the port through which every server function reaches the server, and the root
//! of the tree on screen.

pub mod api;
mod app;
mod model;
mod phase;
#[cfg(feature = "ssr")]
mod port;
mod screens;

pub use app::App;
pub use model::*;
pub use phase::{Phase, Screen};
#[cfg(feature = "ssr")]
pub use port::{InboxPort, port};
