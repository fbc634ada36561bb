//! Rows of SQLite.

crate::store::rows::row_readers!(sqlx::sqlite::SqliteRow);
