//! The PostgreSQL database that is moved into.

use super::error::MoveError;
use super::place::{LOCK_NOT_AVAILABLE, Place, code};
use super::schema;
use super::tables::{TABLES, Table};
use super::value::{Row, Value};
use crate::store::postgres::MIGRATIONS;
use futures::{Stream, StreamExt as _};
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _};
use std::str::FromStr;
use std::time::Duration;

/// How long the server may take to answer at first.
const PATIENCE: Duration = Duration::from_secs(15);
/// The oldest version that is supported, as `server_version_num` writes it.
const OLDEST: i32 = 150_000;
/// The lock that a move holds for as long as it runs ("pilotmov" in ASCII).
const LOCK: i64 = 0x7069_6C6F_746D_6F76;
/// How long another move's end is waited for.
const LOCK_PATIENCE: &str = "3s";
/// How long a table that something else holds is waited for.
const TABLE_PATIENCE: &str = "30s";

/// The target, open. One connection for everything: if it is lost, the move has ended and its lock is free.
pub(super) struct Target {
    pub(super) connection: PgConnection,
    /// Where it is, without a password.
    pub(super) place: Place,
}

impl Target {
    /// Connects, takes the move's lock, and brings the schema of a database that holds nothing else up to date.
    pub(super) async fn open(url: &str) -> Result<Self, MoveError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(MoveError::To("it does not begin with postgres://".into()));
        }
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| MoveError::To(error.to_string()))?
            .application_name("pilot-inbox migrate-data")
            // A table is read in one statement, which takes a while and is no cause for alarm.
            .disable_statement_logging();
        let place = Place::of(&options);
        let connected = tokio::time::timeout(PATIENCE, options.connect()).await;
        let connection = match connected {
            Ok(connection) => connection.map_err(|error| place.failed(&error))?,
            Err(_) => {
                return Err(MoveError::Target(format!(
                    "{place} does not answer. Check host and port in --to, and firewalls between"
                )));
            }
        };
        let mut target = Self { connection, place };
        target.check_server().await?;
        target.lock().await?;
        target.check_empty().await?;
        target.migrate().await?;
        Ok(target)
    }

    async fn check_server(&mut self) -> Result<(), MoveError> {
        let failed = |error| self.place.failed(&error);
        let refused = |sentence: String| Err(MoveError::Target(sentence));
        // Limits that an operator sets for a server's statements are not for this.
        sqlx::raw_sql(
            "SET client_min_messages = warning; SET statement_timeout = 0; \
             SET idle_in_transaction_session_timeout = 0",
        )
        .execute(&mut self.connection)
        .await
        .map_err(failed)?;
        let (version, encoding, schema, standby): (i32, String, Option<String>, bool) =
            sqlx::query_as(
                "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding'), \
                        current_schema()::text, pg_is_in_recovery()",
            )
            .fetch_one(&mut self.connection)
            .await
            .map_err(failed)?;
        let place = &self.place;
        if version < OLDEST {
            return refused(format!(
                "{place} is of version {}; Pilot Inbox needs PostgreSQL 15 or newer",
                version / 10_000
            ));
        }
        if encoding != "UTF8" {
            return refused(format!(
                "{place} stores text as {encoding}. Make one that takes every language: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
            ));
        }
        if standby {
            return refused(format!(
                "{place} is a standby, which takes no writes. Name the primary in --to"
            ));
        }
        if schema.is_none() {
            return refused(format!(
                "{place} has no schema that the user {} may use. Make one: CREATE SCHEMA {0} AUTHORIZATION {0}",
                place.user
            ));
        }
        Ok(())
    }

    /// Keeps other moves away. Waits for a moment: the server may not have noticed yet that an earlier run was killed.
    async fn lock(&mut self) -> Result<(), MoveError> {
        let locked = sqlx::raw_sql(AssertSqlSafe(format!(
            "SET lock_timeout = '{LOCK_PATIENCE}'; SELECT pg_advisory_lock({LOCK}); SET lock_timeout = '{TABLE_PATIENCE}'"
        )))
        .execute(&mut self.connection)
        .await;
        match locked {
            Ok(_) => Ok(()),
            Err(error) if code(&error) == LOCK_NOT_AVAILABLE => {
                Err(MoveError::TwoMoves(self.place.to_string()))
            }
            Err(error) => Err(self.place.failed(&error)),
        }
    }

    /// Refuses a database that holds anything but the beginning of a move, before anything in it is changed.
    async fn check_empty(&mut self) -> Result<(), MoveError> {
        let live: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') \
             ORDER BY 1",
        )
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| self.place.failed(&error))?;
        let has = |name: &str| live.iter().any(|table| table == name);
        if has(schema::PROGRESS) {
            return Ok(());
        }
        let found = match live.first() {
            Some(other) if !has(schema::MIGRATIONS) => {
                Some(format!("it has tables of another program, such as {other}"))
            }
            _ => self
                .first_filled(has)
                .await?
                .map(|table| format!("its table {table} has rows")),
        };
        match found {
            None => Ok(()),
            Some(found) => Err(MoveError::TargetNotEmpty {
                place: self.place.to_string(),
                found,
            }),
        }
    }

    /// The first of those tables that are there which holds rows. A schema that is not up to date has not all of them.
    async fn first_filled(
        &mut self,
        is_there: impl Fn(&str) -> bool,
    ) -> Result<Option<&'static str>, MoveError> {
        for table in TABLES
            .iter()
            .filter(|table| !table.bookkeeping && is_there(table.name))
        {
            let filled: bool = sqlx::query_scalar(AssertSqlSafe(format!(
                "SELECT EXISTS (SELECT 1 FROM {})",
                table.name
            )))
            .fetch_one(&mut self.connection)
            .await
            .map_err(|error| self.place.failed(&error))?;
            if filled {
                return Ok(Some(table.name));
            }
        }
        Ok(None)
    }

    async fn migrate(&mut self) -> Result<(), MoveError> {
        match MIGRATIONS.run(&mut self.connection).await {
            Ok(()) => {}
            Err(MigrateError::VersionMissing(_)) => {
                return Err(MoveError::TargetNewer(self.place.to_string()));
            }
            Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
                return Err(self.place.failed(&error));
            }
            Err(other) => {
                return Err(MoveError::Target(format!(
                    "{} cannot be brought up to date: {other}",
                    self.place
                )));
            }
        }
        let difference = schema::postgres_difference(&mut self.connection)
            .await
            .map_err(|error| self.place.failed(&error))?;
        match difference {
            Some(difference) => Err(MoveError::UnknownSchema(difference)),
            None => Ok(()),
        }
    }

    /// The rows of a table in the order of its key.
    pub(super) fn rows<'a>(
        &'a mut self,
        table: &'static Table,
    ) -> impl Stream<Item = Result<Row, MoveError>> + 'a {
        let place = &self.place;
        sqlx::query(AssertSqlSafe(format!(
            "SELECT {} FROM {} ORDER BY {}",
            table.column_list(),
            table.name,
            table.postgres_order()
        )))
        .fetch(&mut self.connection)
        .map(move |row| {
            let row = row.map_err(|error| place.failed(&error))?;
            let values = table.columns.iter().enumerate();
            values
                .map(|(index, column)| Value::from_postgres(&row, index, column))
                .collect::<Result<Row, sqlx::Error>>()
                .map_err(|error| place.failed(&error))
        })
    }

    /// Gives the planner figures about what was brought, and readers pages that need no second look.
    pub(super) async fn tidy(&mut self) -> Result<(), MoveError> {
        let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        sqlx::raw_sql(AssertSqlSafe(format!(
            "VACUUM (ANALYZE) {}",
            names.join(", ")
        )))
        .execute(&mut self.connection)
        .await
        .map_err(|error| self.place.failed(&error))?;
        Ok(())
    }

    /// Hangs up.
    pub(super) async fn close(self) -> Result<(), MoveError> {
        let place = self.place;
        self.connection
            .close()
            .await
            .map_err(|error| place.failed(&error))
    }
}
