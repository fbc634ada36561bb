//! Conversations: the model, the list, and what an operator can do with one.

pub mod api;
mod avatar;
pub mod details;
mod holding;
mod list_view;
mod model;
mod opening;
mod row;
mod window;

pub use avatar::{Avatar, Name, hue, initials};
pub use details::DetailsPane;
pub(crate) use details::{details_button, fact};
pub use list_view::{FailureLine, ListPane};
pub use model::*;
pub use row::Row;
