//! Work on conversations: what each kind of it changes, and what happens by itself when its time comes.

mod decide;
mod keeper;

pub use decide::{Act, act_of_reopening, activity_message, check_room, decide};
pub use keeper::keep_snoozes;
