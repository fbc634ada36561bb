//! What the database really holds, read beside the program.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::collections::BTreeMap;
use std::path::Path;

/// A connection of our own.
pub struct Database(SqliteConnection);

impl Database {
    pub async fn open(file: &Path) -> Self {
        Self(
            SqliteConnectOptions::new()
                .filename(file)
                .connect()
                .await
                .unwrap(),
        )
    }

    /// The only value of a query that a test wrote.
    pub async fn number(&mut self, query: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut self.0)
            .await
            .unwrap()
    }

    /// The first column of every row.
    pub async fn texts(&mut self, query: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_all(&mut self.0)
            .await
            .unwrap()
    }

    /// The same of bytes.
    pub async fn blobs(&mut self, query: &str) -> Vec<Vec<u8>> {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_all(&mut self.0)
            .await
            .unwrap()
    }

    pub async fn execute(&mut self, statement: &str) -> u64 {
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .execute(&mut self.0)
            .await
            .unwrap()
            .rows_affected()
    }

    /// Every row of every table, so that two moments can be compared.
    pub async fn everything(&mut self) -> BTreeMap<String, Vec<String>> {
        let tables = self
            .texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            .await;
        let mut all = BTreeMap::new();
        for table in tables {
            let columns = self
                .texts(&format!("SELECT name FROM pragma_table_info('{table}')"))
                .await;
            let row: Vec<String> = columns
                .iter()
                .map(|column| format!("quote({column})"))
                .collect();
            let query = format!("SELECT {} FROM {table} ORDER BY 1", row.join(" || ' ' || "));
            let rows = self.texts(&query).await;
            all.insert(table, rows);
        }
        all
    }
}
