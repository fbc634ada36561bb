//! Labels: what conversations are about, in the words of the team.

pub mod api;
mod dialog;
mod loading;
mod model;

pub(crate) use dialog::labels_part;
pub use model::{Colour, Label, MAX_LABELS, MAX_NAME, MAX_OF_ONE, check_name};
