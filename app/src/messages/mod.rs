//! Messages: the model, and what an operator can do with one.

mod acting;
mod actions;
mod album;
pub mod api;
mod body;
mod bubble_view;
mod composer;
mod content;
mod draft;
mod kinds;
mod links;
mod model;
mod scroll;
mod sending;
mod thread_view;
mod ticks;
mod timeline;
mod waits;
mod writing;

pub use album::InAlbum;
pub(crate) use body::draw as draw_body;
pub(crate) use body::size_words;
pub use body::{Body, BodyCard, Line, Part, Said};
pub use bubble_view::{BubbleView, new_words};
pub use composer::Composer;
pub use content::*;
pub use draft::*;
pub use kinds::{is_words, name_of};
pub use links::{Piece, pieces};
pub use model::*;
pub use sending::{is_sendable, length};
pub use thread_view::ThreadPane;
pub use ticks::Ticks;
pub use timeline::*;
pub use writing::Writing;
