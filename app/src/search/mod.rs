//! Search over names, phones and texts.

mod api;
mod field;
mod finding;
mod fold;
mod marks;
mod model;
mod results;
mod within;

pub use api::*;
pub use field::SearchField;
pub use finding::{Finding, Step};
pub use fold::{folded, is_too_short, words_of};
pub use model::*;
pub(crate) use results::results_part;
pub(crate) use within::draw as draw_within;
