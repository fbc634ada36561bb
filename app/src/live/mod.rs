//! The live stream: what its events are, and how they are written down.

mod codec;
mod event;

pub use codec::{Frame, FrameReader};
pub use event::*;
