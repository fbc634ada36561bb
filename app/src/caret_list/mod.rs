//! A list above the field that one writes in, while a sign before the caret asks for it: `/` for quick replies, `@` for colleagues. The
//! focus stays in the field, and the keys of the field go through the list.

mod asking;
mod view;

pub use asking::{Asked, Asking, LIST, row_id, sign_in};
pub(crate) use view::{Take, draw_list, follow_keys, frame};
