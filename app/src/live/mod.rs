//! The live stream: what its events are, and how they are written down.

mod backoff;
mod client;
mod codec;
mod connection;
mod event;
mod heard;

pub use backoff::Backoff;
pub use codec::{Frame, FrameReader};
pub use connection::{Connection, Link};
pub use event::*;
