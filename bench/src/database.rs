//! The databases under measurement, and the place of one installation's data on one of them.

use crate::Outcome;
use crate::environment;
use crate::process::INBOX;
use pilot_inbox::installation::{Installation, database_file};
use pilot_inbox::store::postgres::{DatabaseUrl, Settings};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};
use std::path::PathBuf;
use std::str::FromStr;
use tokio::process::Command;

/// Where state lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// In a file.
    Sqlite,
    /// In a server of its own, on the same disk.
    Postgres,
}

impl Database {
    /// In the order of the table's columns.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// As a person writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Where the data of an installation is.
#[derive(Debug, Clone)]
pub struct Place {
    /// Folder of the signing secret, and of the SQLite file.
    pub data_dir: PathBuf,
    /// The PostgreSQL database, where that is used.
    pub database_url: Option<String>,
}

impl Place {
    /// A command of the inbox on this data, in a clean environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(INBOX);
        environment::clear(&mut command);
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(&self.data_dir);
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// For the inbox's own library.
    pub fn installation(&self) -> Outcome<Installation> {
        Ok(Installation {
            database: self.settings()?,
            ..Installation::in_folder(&self.data_dir)
        })
    }

    fn settings(&self) -> Outcome<Option<Settings>> {
        let settings = |url: &String| DatabaseUrl::from_str(url).map(Settings::new);
        Ok(self.database_url.as_ref().map(settings).transpose()?)
    }

    /// A connection of our own.
    pub async fn connect(&self) -> Outcome<Link> {
        if let Some(settings) = self.settings()? {
            return Ok(Link::Postgres(settings.options().connect().await?));
        }
        let options = SqliteConnectOptions::new().filename(database_file(&self.data_dir));
        Ok(Link::Sqlite(options.connect().await?))
    }

    /// How many files are still to be fetched, and how many were given up.
    pub async fn files(&self) -> Outcome<(i64, i64)> {
        const COUNT: &str = "SELECT count(*) FILTER (WHERE due_at IS NOT NULL), \
                             count(*) FILTER (WHERE due_at IS NULL AND blob IS NULL) FROM media";
        let mut link = self.connect().await?;
        let counts = match &mut link {
            Link::Sqlite(db) => sqlx::query_as(COUNT).fetch_one(db).await?,
            Link::Postgres(db) => sqlx::query_as(COUNT).fetch_one(db).await?,
        };
        link.close().await?;
        Ok(counts)
    }

    /// How many messages are stored whose ids at the provider begin like this.
    pub async fn count_messages(&self, beginning: &str) -> Outcome<i64> {
        const COUNT: &str = "SELECT count(*) FROM messages WHERE provider_id LIKE $1";
        let pattern = format!("{beginning}%");
        let mut link = self.connect().await?;
        let count = match &mut link {
            Link::Sqlite(db) => {
                sqlx::query_scalar(COUNT)
                    .bind(pattern)
                    .fetch_one(db)
                    .await?
            }
            Link::Postgres(db) => {
                sqlx::query_scalar(COUNT)
                    .bind(pattern)
                    .fetch_one(db)
                    .await?
            }
        };
        link.close().await?;
        Ok(count)
    }

    /// How many messages are stored that the public API was asked to send.
    pub async fn count_sends(&self) -> Outcome<i64> {
        const COUNT: &str = "SELECT count(*) FROM messages WHERE origin = 'API'";
        let mut link = self.connect().await?;
        let count = match &mut link {
            Link::Sqlite(db) => sqlx::query_scalar(COUNT).fetch_one(db).await?,
            Link::Postgres(db) => sqlx::query_scalar(COUNT).fetch_one(db).await?,
        };
        link.close().await?;
        Ok(count)
    }

    /// Bytes that the data takes on disk. Not the write-ahead log, whose size depends on the last minutes and on nothing else.
    pub async fn size(&self) -> Outcome<f64> {
        let mut link = self.connect().await?;
        let bytes: i64 = match &mut link {
            Link::Sqlite(db) => {
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(&mut *db)
                    .await?;
                sqlx::query_scalar(
                    "SELECT (p.page_count - f.freelist_count) * s.page_size \
                     FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s",
                )
                .fetch_one(db)
                .await?
            }
            Link::Postgres(db) => {
                sqlx::query_scalar("SELECT pg_database_size(current_database())")
                    .fetch_one(db)
                    .await?
            }
        };
        link.close().await?;
        #[expect(clippy::cast_precision_loss, reason = "far less than 2^52 bytes")]
        Ok(bytes as f64)
    }

    /// What a database does by itself some minutes after much has changed, so that it does not do it while something is measured.
    pub async fn come_to_rest(&self) -> Outcome {
        let mut link = self.connect().await?;
        if let Link::Postgres(db) = &mut link {
            for statement in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
                sqlx::query(statement).execute(&mut *db).await?;
            }
        }
        link.close().await
    }
}

/// An open connection.
pub enum Link {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Link {
    /// Says goodbye.
    pub async fn close(self) -> Outcome {
        match self {
            Self::Sqlite(db) => db.close().await?,
            Self::Postgres(db) => db.close().await?,
        }
        Ok(())
    }
}
