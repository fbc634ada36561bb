//! The live stream: [`Hub`] follows the log of each tenant that somebody listens to, a connection follows it for one session or one key,
//! [`open`] is the HTTP end.

mod audience;
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

pub(crate) use audience::Backend;
pub use batch::{Batch, Cursor, EncodedEvent};
pub(crate) use connection::Start;
pub use handler::open;
pub(crate) use handler::open_for;
pub use hub::Hub;
pub use word::{Told, Word};
