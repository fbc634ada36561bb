//! PostgreSQL servers, and databases in them.

use super::service::Service;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::path::Path;
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use url::Url;

/// How long a restart may take.
const RESTART: Duration = Duration::from_mins(1);

/// A server of our own.
pub struct Postgres {
    service: Service,
    /// Where it listens beside its socket.
    pub port: u16,
}

impl Postgres {
    /// For tests that leave the server alone. It ends with this process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// For a test that changes its settings.
    pub fn of_our_own() -> Self {
        Self::start(&[])
    }

    /// One that waits for the disk, as in production.
    pub fn durable() -> Self {
        Self::start(&["--durable"])
    }

    /// One whose data are in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self::start(&["--durable", "--data", folder.to_str().unwrap()])
    }

    fn start(arguments: &[&str]) -> Self {
        let port = super::replica::free_port();
        let port_text = port.to_string();
        let mut all = vec!["--port", &port_text];
        all.extend(arguments);
        Self {
            service: Service::start("postgres.sh", &all),
            port,
        }
    }

    /// A database that nothing else uses, without a table.
    pub async fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("fault_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE DATABASE {name}")).await;
        let mut url: Url = self.service.address.parse().unwrap();
        url.set_path(&name);
        url.into()
    }

    /// Runs statements as the superuser, in the server's first database.
    pub async fn execute(&self, statements: &str) {
        execute(&mut connect(&self.service.address).await, statements).await;
    }

    /// Lets this user in with the right password only. Everybody else comes in without one.
    pub async fn ask_for_password(&self, user: &str) {
        self.execute(&format!(
            "CREATE TEMP TABLE rules (n serial, line text);
             INSERT INTO rules (line) VALUES ('host all {user} all scram-sha-256');
             INSERT INTO rules (line) SELECT unnest(string_to_array(pg_read_file(current_setting('hba_file')), E'\n'));
             DO $$ BEGIN EXECUTE format('COPY (SELECT line FROM rules ORDER BY n) TO %L', current_setting('hba_file')); END $$;
             SELECT pg_reload_conf()"
        ))
        .await;
    }

    /// Offers TLS from now on, with this certificate and key. It takes no key that anybody else may read.
    pub async fn speak_tls(&self, certificate: &str, key: &str) {
        for (setting, file, text) in [
            ("ssl_cert_file", "ours.crt", certificate),
            ("ssl_key_file", "ours.key", key),
        ] {
            self.execute(&format!(
                "CREATE TEMP TABLE lines (n serial, line text);
                 INSERT INTO lines (line) SELECT unnest(string_to_array('{}', E'\n'));
                 COPY (SELECT line FROM lines ORDER BY n) TO PROGRAM 'umask 077; cat > {file}'",
                text.trim_end()
            ))
            .await;
            self.execute(&format!("ALTER SYSTEM SET {setting} = '{file}'"))
                .await;
        }
        self.execute("ALTER SYSTEM SET ssl = on").await;
        self.execute("SELECT pg_reload_conf()").await;
        super::until("the server speaks TLS", RESTART, async || {
            let mut connection = connect(&self.service.address).await;
            let ssl: String = sqlx::query_scalar("SHOW ssl")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            (ssl == "on").then_some(())
        })
        .await;
    }

    /// Fills its log on a disk that is full, until it gives up.
    pub async fn write_until_it_dies(&self) {
        let mut connection = connect(&self.service.address).await;
        let fill = "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 100000)) FROM generate_series(1, 10)";
        for _ in 0..10_000 {
            if sqlx::raw_sql(fill).execute(&mut connection).await.is_err() {
                return;
            }
        }
        panic!("PostgreSQL finds room on a full disk");
    }

    /// As after a crash of the server: connections break, and what was not committed is gone.
    pub fn restart_at_once(&self) {
        self.service.tell("USR1", "postgres: restarted", RESTART);
    }
}

/// A connection beside the program's.
pub async fn connect(url: &str) -> PgConnection {
    PgConnectOptions::from_str(url)
        .unwrap()
        .disable_statement_logging()
        .connect()
        .await
        .unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Runs statements.
pub async fn execute(connection: &mut PgConnection, statements: &str) {
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{statements}: {error}"));
}

/// The same database for somebody else.
pub fn as_user(url: &str, user: &str, password: Option<&str>) -> String {
    let mut url: Url = url.parse().unwrap();
    url.set_username(user).unwrap();
    url.set_password(password).unwrap();
    url.into()
}
