//! The inbox as a whole: the first round trip, the port through which every server function reaches the server, and the root
//! of the tree on screen.

mod ahead;
pub mod api;
mod app;
mod list_width;
mod loading;
mod model;
mod panes;
mod phase;
#[cfg(feature = "ssr")]
mod port;
mod screens;
mod size;
mod start;
mod store;
mod thread_store;

pub use app::App;
pub use model::*;
pub(crate) use panes::focus_thread;
pub use phase::{Phase, Screen};
#[cfg(feature = "ssr")]
pub use port::{InboxPort, port};
pub(crate) use size::observe_size;
pub(crate) use start::HEIGHT;
pub use store::{Inbox, Paging, Store};
pub(crate) use store::{lock, set_if_changed};
pub use thread_store::{DayKeys, ThreadStore, failure_of};
