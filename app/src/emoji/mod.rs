//! Emoji to choose from, for the composer and as signs on messages. Which there are, and what they are called in the reader's language,
//! is a file that is fetched when somebody first asks; the program holds none of them.

mod known;
mod list;
mod picker;

pub use known::{Aim, Emojis};
pub use list::{Emoji, Groups, find};
pub(crate) use picker::emoji_part;
