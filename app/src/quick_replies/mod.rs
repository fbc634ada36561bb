//! Quick replies: texts that operators write often, by a word that is typed behind a slash.

pub mod api;
mod dialog;
mod fill;
mod known;
mod menu;
mod model;

pub(crate) use dialog::replies_part;
pub use fill::{Names, VARIABLES, fill};
pub use known::Known;
pub(crate) use menu::draw as draw_menu;
pub use menu::slash;
pub use model::*;
