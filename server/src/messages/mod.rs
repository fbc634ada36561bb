//! Messages that operators write: how a draft is shown once it is stored.

mod compose;
mod media;

pub use compose::compose;
pub use media::{OutboundMedia, media_kind};
