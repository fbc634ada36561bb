//! What a provider reports, and what it means for contacts, conversations and messages. Pure: the store loads what is concerned,
//! [`apply`] decides, the store writes what changed.

mod amend;
mod apply;
mod change;
mod news;
mod person;
#[cfg(test)]
mod tests;
mod world;

pub use apply::{apply, apply_status};
pub use change::*;
pub use news::{
    News, NumberNews, NumberStep, encode_message, encode_number, read_news, read_number_news,
};
pub use person::{Merge, resolve_people};
pub use world::*;
