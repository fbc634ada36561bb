//! Where the target is, and what goes wrong there, in sentences.

use super::error::MoveError;
use sqlx::postgres::PgConnectOptions;
use std::borrow::Cow;

/// PostgreSQL's code for a lock that was waited for in vain.
pub(super) const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Where a database is, for sentences.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) user: String,
    database: String,
    host: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "the PostgreSQL database {} on {}",
            self.database, self.host
        )
    }
}

impl Place {
    pub(super) fn of(options: &PgConnectOptions) -> Self {
        let user = options.get_username().to_owned();
        let host = options.get_socket().map_or_else(
            || format!("{}:{}", options.get_host(), options.get_port()),
            |socket| socket.display().to_string(),
        );
        Self {
            database: options.get_database().unwrap_or(&user).to_owned(),
            user,
            host,
        }
    }

    /// What went wrong there, as a sentence.
    pub(super) fn failed(&self, error: &sqlx::Error) -> MoveError {
        let message = error
            .as_database_error()
            .map_or_else(|| error.to_string(), |error| error.message().to_owned());
        let user = &self.user;
        let what_to_do = match code(error).as_ref() {
            // invalid_authorization_specification, invalid_password
            "28000" | "28P01" => {
                "Check user and password in --to, and the server's pg_hba.conf".to_owned()
            }
            // invalid_catalog_name
            "3D000" => format!(
                "Make it first: CREATE DATABASE {} OWNER {user} ENCODING 'UTF8' TEMPLATE template0",
                self.database
            ),
            // insufficient_privilege
            "42501" => format!(
                "Make the user its owner: ALTER DATABASE {} OWNER TO {user}",
                self.database
            ),
            // read_only_sql_transaction
            "25006" => {
                "It takes no writes; name the primary in --to".to_owned()
            }
            // disk_full
            "53100" => "Make room and run the same command again; it goes on where it was".to_owned(),
            // unique_violation, foreign_key_violation
            "23505" | "23503" => {
                "Something else writes to the target, or the source is damaged. Make sure that no server uses the target, and add --start-over".to_owned()
            }
            LOCK_NOT_AVAILABLE => {
                "Something else uses it; stop every server on it and run the same command again".to_owned()
            }
            // too_many_connections, cannot_connect_now, admin_shutdown, crash_shutdown
            "53300" | "57P03" | "57P01" | "57P02" => {
                "Run the same command again in a moment; it goes on where it was".to_owned()
            }
            _ if matches!(error, sqlx::Error::Io(_)) => {
                "Check that it runs and that host and port in --to are right; then run the same command again".to_owned()
            }
            _ if matches!(error, sqlx::Error::Tls(_)) => {
                "Check sslmode and sslrootcert in --to".to_owned()
            }
            _ => "Run the same command again when this is settled; it goes on where it was".to_owned(),
        };
        MoveError::Target(format!("{self}: {message}. {what_to_do}"))
    }
}

/// PostgreSQL's code of an error, where it has one.
pub(super) fn code(error: &sqlx::Error) -> Cow<'_, str> {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .unwrap_or_default()
}
