//! Rows of PostgreSQL.

crate::store::rows::row_readers!(sqlx::postgres::PgRow);
