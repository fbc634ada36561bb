//! What the database really holds, read beside the program.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::collections::BTreeMap;
use std::path::Path;

/// A connection of our own.
pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs a query that a test wrote, on whichever it is.
macro_rules! on_either {
    ($database:expr, $query:expr, |$statement:ident, $connection:ident| $run:expr) => {{
        let text = AssertSqlSafe($query.to_owned());
        match $database {
            Database::Sqlite($connection) => {
                let $statement = text;
                $run
            }
            Database::Postgres($connection) => {
                let $statement = text;
                $run
            }
        }
    }};
}

impl Database {
    pub async fn of_file(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file);
        Self::Sqlite(options.connect().await.unwrap())
    }

    /// The only value of a query.
    pub async fn number(&mut self, query: &str) -> i64 {
        on_either!(self, query, |statement, connection| {
            sqlx::query_scalar(statement)
                .fetch_one(connection)
                .await
                .unwrap()
        })
    }

    /// The first column of every row.
    pub async fn texts(&mut self, query: &str) -> Vec<String> {
        on_either!(self, query, |statement, connection| {
            sqlx::query_scalar(statement)
                .fetch_all(connection)
                .await
                .unwrap()
        })
    }

    /// The same of bytes.
    pub async fn blobs(&mut self, query: &str) -> Vec<Vec<u8>> {
        on_either!(self, query, |statement, connection| {
            sqlx::query_scalar(statement)
                .fetch_all(connection)
                .await
                .unwrap()
        })
    }

    pub async fn execute(&mut self, statement: &str) -> u64 {
        on_either!(self, statement, |statement, connection| {
            sqlx::query(statement)
                .execute(connection)
                .await
                .unwrap()
                .rows_affected()
        })
    }

    /// Every table, by name, but for what full-text search is on SQLite: a virtual table with some of its own.
    pub async fn tables(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                 AND name NOT GLOB 'search_words*' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() \
                 AND table_type = 'BASE TABLE' ORDER BY 1"
            }
        };
        self.texts(query).await
    }

    /// The columns of a table, in their order, but for what full-text search is on PostgreSQL.
    pub async fn columns(&mut self, table: &str) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
            Self::Postgres(_) => format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() \
                 AND table_name = '{table}' AND data_type <> 'tsvector' ORDER BY ordinal_position"
            ),
        };
        self.texts(&query).await
    }

    /// `table.column` of every column that may be empty.
    pub async fn nullable_columns(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT GLOB 'search_words*' \
                   AND NOT c.\"notnull\" AND c.pk = 0"
            }
            Self::Postgres(_) => {
                "SELECT table_name || '.' || column_name FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND is_nullable = 'YES'"
            }
        };
        self.sorted(query).await
    }

    /// Name, table and columns of every index that somebody made (keys have their own), but for the one over words.
    pub async fn indexes(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT x.name || iif(l.\"unique\", ' unique', '') || ' on ' || x.tbl_name || ' ' || \
                        (SELECT group_concat(i.name, ',' ORDER BY i.seqno) FROM pragma_index_info(x.name) i) \
                 FROM sqlite_schema x JOIN pragma_index_list(x.tbl_name) l ON l.name = x.name \
                 WHERE x.type = 'index' AND x.sql IS NOT NULL"
            }
            Self::Postgres(_) => {
                "SELECT x.relname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || ' on ' || t.relname || ' ' || \
                        (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k (number, place) \
                          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) \
                 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
                 WHERE t.relnamespace = current_schema()::regnamespace AND x.relam = (SELECT oid FROM pg_am WHERE amname = 'btree') \
                   AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
            }
        };
        self.sorted(query).await
    }

    /// In the order of bytes, which is not every database's own.
    async fn sorted(&mut self, query: &str) -> Vec<String> {
        let mut texts = self.texts(query).await;
        texts.sort();
        texts
    }

    /// Every row of every table, so that two moments can be compared. Without the search index, which comes after the rest.
    pub async fn everything(&mut self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        let tables = self.tables().await.into_iter();
        for table in tables.filter(|table| !table.starts_with("search_")) {
            let row = match self {
                Self::Sqlite(_) => {
                    let columns = self.columns(&table).await;
                    let quoted: Vec<String> = columns
                        .iter()
                        .map(|column| format!("quote({column})"))
                        .collect();
                    quoted.join(" || ' ' || ")
                }
                Self::Postgres(_) => "t.*::text".to_owned(),
            };
            let rows = self
                .texts(&format!("SELECT {row} FROM {table} t ORDER BY 1"))
                .await;
            all.insert(table, rows);
        }
        all
    }
}
