//! Who else is at a conversation just now. Nothing of it is kept: it is told, and forgotten after some seconds.

pub mod api;
mod model;
mod telling;
mod view;

pub use model::{Doing, Here, LASTS};
pub(crate) use telling::{Presence, stay};
pub(crate) use view::draw as draw_others;
