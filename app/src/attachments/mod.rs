//! Files that an operator adds to a message: from the picker, dropped or pasted; checked, made smaller where that helps, and uploaded
//! while the words are being written.

mod attachment;
mod cards;
mod limits;
mod queue;
mod sending;
mod source;
mod under_way;

pub use attachment::{Attachment, Facts, Stage};
pub use cards::{cards, retry_words};
pub use limits::{Kind, Plan, Refusal};
pub use queue::Queue;
pub use source::{AttachButton, DropZone, paste};
pub use under_way::under_way;
