//! Full-text search: how a text becomes words, and who keeps the index. Queries and index are in `store`, in the SQL of each database.
//!
//! The words are cut and folded here and not by the databases, so that both find the same: for SQLite they are tokens of FTS5, for
//! PostgreSQL lexemes of a `tsvector`. A word of a query finds every word that begins with it; in names and phones it is found anywhere,
//! because these are stored with each of their endings.

mod keeper;
mod words;

pub use keeper::keep_index;
pub use words::{are_enough, words_asked, words_of_names, words_of_text};
