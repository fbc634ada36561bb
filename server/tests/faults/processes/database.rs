//! What a database really holds, read beside the program.

use super::postgres::connect;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::path::Path;

/// A connection of our own.
pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The same on whichever it is.
macro_rules! on_either {
    ($database:expr, |$connection:ident| $run:expr) => {
        match $database {
            Database::Sqlite($connection) => $run,
            Database::Postgres($connection) => $run,
        }
    };
}

impl Database {
    /// SQLite; makes the file.
    pub async fn of_file(file: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        Self::Sqlite(options.connect().await.unwrap())
    }

    /// PostgreSQL.
    pub async fn of_url(url: &str) -> Self {
        Self::Postgres(connect(url).await)
    }

    /// The only value of a query.
    pub async fn number(&mut self, query: &str) -> i64 {
        let statement = AssertSqlSafe(query.to_owned());
        on_either!(self, |connection| {
            sqlx::query_scalar(statement)
                .fetch_one(connection)
                .await
                .unwrap_or_else(|error| panic!("{query}: {error}"))
        })
    }

    /// How many rows a table has.
    pub async fn count(&mut self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }

    /// Runs statements.
    pub async fn execute(&mut self, statements: &str) {
        let text = AssertSqlSafe(statements.to_owned());
        on_either!(self, |connection| {
            sqlx::raw_sql(text)
                .execute(connection)
                .await
                .unwrap_or_else(|error| panic!("{statements}: {error}"));
        });
    }

    /// The schema as it was after this migration.
    pub async fn migrate_to(&mut self, migrations: &Migrator, version: i64) {
        on_either!(self, |connection| {
            migrations.run_to(version, connection).await.unwrap();
        });
    }

    /// Every migration is there, as done, and once.
    pub async fn assert_migrated_once(&mut self) {
        let expected = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"))
            .unwrap()
            .count();
        let done = self
            .number("SELECT count(*) FROM _sqlx_migrations WHERE success")
            .await;
        assert_eq!(usize::try_from(done).unwrap(), expected);
        assert_eq!(self.count("_sqlx_migrations").await, done);
    }
}
