//! The live stream: [`Hub`] follows the log of each tenant that somebody listens to, a connection follows it for one session,
//! [`open`] is the HTTP end.

mod batch;
mod connection;
mod feed;
#[cfg(test)]
mod feed_tests;
mod follower;
mod handler;
mod hub;
#[cfg(test)]
mod hub_tests;
mod word;

pub use batch::{Batch, Cursor, EncodedEvent};
pub use handler::open;
pub use hub::Hub;
pub use word::{Told, Word};
