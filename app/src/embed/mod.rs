//! The embed: how the page around us is spoken to. A dialect is a thin translation to and from [`HostCommand`] and [`HostEvent`];
//! the inbox knows none.

mod bridge;
mod host;
mod origin;
pub mod pilot_status;

pub use bridge::Bridge;
pub use host::{HostCommand, HostEvent};
pub use origin::exact_origin;
