//! Templates: the list of each number, kept as it is at Meta's.

mod keeper;

pub use keeper::keep_templates;
