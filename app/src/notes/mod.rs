//! Notes: what colleagues write to each other in a conversation. The contact never sees one.

pub mod api;
mod mentions;
mod model;
mod writing;

pub use mentions::calling;
pub(crate) use mentions::draw as draw_colleagues;
pub use model::{MAX_MENTIONS, Note, Piece, check_note, pieces_of};
