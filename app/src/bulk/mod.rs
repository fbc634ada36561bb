//! Many conversations at once: which rows of the list are picked, and what is done with all of them.

mod bar;
mod picked;
mod press;

pub(crate) use bar::bar_part;
pub use picked::{PickBox, Picked};
pub(crate) use press::Press;
