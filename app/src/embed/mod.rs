//! The embed: how the page around us is spoken to. A dialect is a thin translation to and from [`HostCommand`] and [`HostEvent`];
//! the inbox knows none.

mod bridge;
mod dialect;
mod host;
mod json;
pub mod onpilot;
mod origin;
pub mod pilot_status;
mod reports;

pub use bridge::Bridge;
pub use dialect::Dialect;
pub use host::{HostCommand, HostEvent, Target};
pub use origin::{exact_origin, is_framed_by};
pub use reports::Reports;
