//! The live stream: [`Hub`] spreads commits, a connection follows the log for one session, [`open`] is the HTTP end.

mod connection;
mod handler;
mod hub;

pub use handler::open;
pub use hub::Hub;
