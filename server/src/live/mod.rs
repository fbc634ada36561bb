//! The live stream: [`Hub`] follows the log of each tenant that somebody listens to, a connection follows it for one session,
//! [`open`] is the HTTP end.

mod batch;
mod connection;
mod feed;
mod follower;
mod handler;
mod hub;
#[cfg(test)]
mod interleavings;

pub use batch::{Batch, Cursor, EncodedEvent};
pub use handler::open;
pub use hub::Hub;
