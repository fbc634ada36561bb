//! What the first screen, the list and a thread ask of the database. Public for the bench alone, which runs them with nothing around
//! them; each stands beside the method that it belongs to.

pub use super::conversations::{FIND, POSITION};
pub use super::credentials::NUMBERS;
pub use super::labels::LABELS;
pub use super::list::FIRST_PAGE;
pub use super::messages::NEWEST_PAGE;
pub use super::workflow::COUNTS;
