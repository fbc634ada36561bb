//! What the page around us tells of itself: the record that the operator looks at, the parts that it wants hidden, and how the inbox
//! answers to that.

mod flags;
mod phone;
mod record;

pub use flags::Flags;
pub use phone::phone_digits;
pub use record::{FieldNames, Record};
