//! How the database is reached.

use crate::store::StoreError;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A request that needs longer has met a stuck database; its caller has gone.
const STATEMENT_TIMEOUT: &str = "15s";
/// Longer than any transaction of ours: waiting longer means that something else holds the row.
const LOCK_TIMEOUT: &str = "10s";
/// A transaction whose server hangs must not hold a tenant's row for good.
const IDLE_TIMEOUT: &str = "20s";
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a first connection may take: whoever starts the program waits for it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections are made anew now and then, so that they spread over a database that has moved or grown.
const MAX_LIFETIME: Duration = Duration::from_mins(30);

/// A `postgres://` address that could be read. Shown without its password.
#[derive(Clone)]
pub struct DatabaseUrl(PgConnectOptions);

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(
                "DATABASE_URL must begin with postgres://. Leave it out to use SQLite in the data directory."
                    .into(),
            );
        }
        let options = PgConnectOptions::from_str(text).map_err(|error| {
            format!(
                "DATABASE_URL cannot be read: {error}. It looks like postgres://user:password@host:5432/database?sslmode=verify-full, \
                 with %40 for an @ in the password and so on."
            )
        })?;
        Ok(Self(options))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.0;
        match options.get_socket() {
            Some(folder) => write!(f, "postgres on the socket in {}", folder.display())?,
            None => write!(
                f,
                "postgres://{}:{}",
                options.get_host(),
                options.get_port()
            )?,
        }
        write!(f, "/{}", options.get_database().unwrap_or_default())
    }
}

/// Where, and how many connections at most.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where.
    pub url: DatabaseUrl,
    /// Most connections of this process.
    pub connections: u32,
}

impl Settings {
    /// The usual number of connections, for this machine's cores.
    pub fn new(url: DatabaseUrl) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            url,
            connections: u32::try_from(cores * 4).unwrap_or(16).clamp(8, 32),
        }
    }

    /// Options for a connection of one's own, without limits on time.
    pub fn options(&self) -> PgConnectOptions {
        self.url
            .0
            .clone()
            .application_name("pilot-inbox")
            // What "if not exists" skipped is no news.
            .options([("client_min_messages", "warning")])
            // Slow statements are the database's to log; ours carry values that a log must not have.
            .disable_statement_logging()
    }

    /// The connections of a server. They are made when they are needed.
    pub fn pool(&self) -> PgPool {
        let options = self.options().options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("lock_timeout", LOCK_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_TIMEOUT),
            // Short statements by key: compiling them costs more than it saves, and so does planning them anew for each value.
            ("jit", "off"),
            ("plan_cache_mode", "force_generic_plan"),
            // Each takes the index that it was written for, also in a plan made when the tables were still empty. Reading a table
            // to its end is never the better way here.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ]);
        PgPoolOptions::new()
            .min_connections(1)
            .max_connections(self.connections.max(2))
            .max_lifetime(MAX_LIFETIME)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A dead connection is noticed by its first statement, which is tried again.
            .test_before_acquire(false)
            .connect_lazy_with(options)
    }

    /// A connection for migrations, which take as long as they take.
    pub(super) async fn connect_for_upkeep(&self) -> Result<PgConnection, StoreError> {
        match tokio::time::timeout(CONNECT_TIMEOUT, self.options().connect()).await {
            Ok(connected) => {
                connected.map_err(|error| StoreError::Unreachable(self.explain(&error)))
            }
            Err(_) => Err(StoreError::Unreachable(format!(
                "the database at {} does not answer. Check the host and port in DATABASE_URL, and what lies between.",
                self.url
            ))),
        }
    }

    /// What to do about a database that does not let us in.
    fn explain(&self, error: &sqlx::Error) -> String {
        let advice = match error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
        {
            Some(code) => match code.as_ref() {
                "28P01" | "28000" => {
                    "Check the user and the password in DATABASE_URL, and pg_hba.conf on the database's side."
                }
                "3D000" => {
                    "Create the database first (createdb), or correct its name in DATABASE_URL."
                }
                "42501" => "Grant this user CONNECT on the database.",
                "53300" => {
                    "All connections are taken: raise max_connections, or lower --database-connections."
                }
                "57P03" => "It is starting or stopping: try again in a moment.",
                _ => "Check DATABASE_URL.",
            },
            None => "Check that it is running, and the host, port and sslmode in DATABASE_URL.",
        };
        format!(
            "the database at {} cannot be reached: {error}. {advice}",
            self.url
        )
    }
}
