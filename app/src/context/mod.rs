//! What the page around us tells of itself: the record that the operator looks at, the parts that it wants hidden, and how the inbox
//! answers to that.

mod card;
mod flags;
mod offers;
mod opening;
mod parts;
mod phone;
mod record;
mod suggestions;
mod surroundings;
mod told;

pub use card::ContextCard;
pub use flags::Flags;
pub use offers::Offers;
pub use phone::phone_digits;
pub use record::{FieldNames, Record};
pub use suggestions::Suggestions;
pub use surroundings::Surroundings;
pub use told::Told;
