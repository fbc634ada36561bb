//! A throw-away PostgreSQL for this process, and in it a database of its own for each test.

use pilot_inbox::store::postgres::{PostgresStore, Settings};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, mpsc};
use url::Url;

/// The migrated database that the others are copies of.
const TEMPLATE: &str = "template_of_tests";

/// A database that goes when this is dropped.
pub struct FreshDatabase {
    name: String,
    /// Where it is, as the program takes it.
    pub url: String,
}

impl FreshDatabase {
    /// Up to date, and empty.
    pub async fn create() -> Self {
        Self::copy_of(TEMPLATE).await
    }

    /// Without a table.
    pub async fn bare() -> Self {
        Self::copy_of("template0").await
    }

    /// Up to date, in a database with habits of its own: whatever we depend on we have to say.
    pub async fn elsewhere() -> Self {
        let database = Self::create().await;
        for setting in [
            "timezone = 'Asia/Kathmandu'",
            "datestyle = 'German, DMY'",
            "intervalstyle = 'sql_standard'",
            "bytea_output = 'escape'",
            "extra_float_digits = 0",
            "default_transaction_isolation = 'serializable'",
            "standard_conforming_strings = off",
            "transform_null_equals = on",
        ] {
            let statement = format!("ALTER DATABASE {} SET {setting}", database.name);
            Cluster::running().execute(&statement).await;
        }
        // (The driver asks for UTC by itself.)
        let isolation: String =
            sqlx::query_scalar("SELECT current_setting('transaction_isolation')")
                .fetch_one(&mut database.connect().await)
                .await
                .unwrap();
        assert_eq!(isolation, "serializable", "the habits are in force");
        database
    }

    async fn copy_of(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let cluster = Cluster::running();
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        cluster.create(&name, template).await;
        Self {
            url: cluster.url_of(&name),
            name,
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How a program finds it.
    pub fn settings(&self) -> Settings {
        Settings::new(self.url.parse().unwrap())
    }

    /// A connection beside the program's.
    pub async fn connect(&self) -> PgConnection {
        connect(&self.url).await
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        // If nobody listens, all of it is about to go anyway.
        drop(Cluster::running().finished.send(self.name.clone()));
    }
}

/// The server. It ends with this process, which holds the other end of its standard input.
struct Cluster {
    url: Url,
    finished: mpsc::Sender<String>,
    _service: Child,
}

impl Cluster {
    /// Started by the first test that needs it.
    fn running() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let mut service = Command::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../scripts/postgres.sh"
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/postgres.sh can be run");
        let mut url = String::new();
        BufReader::new(service.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        assert!(
            !url.is_empty(),
            "there is no PostgreSQL for the tests. Above is what scripts/postgres.sh says; `make setup` installs what is missing"
        );
        let url: Url = url.trim().parse().unwrap();
        let (finished, names) = mpsc::channel();
        let cluster = Self {
            url,
            finished,
            _service: service,
        };
        // Not on the test's runtime: that one waits for this here.
        std::thread::scope(|scope| {
            scope
                .spawn(|| block_on(cluster.furnish()))
                .join()
                .expect("the template can be made");
        });
        let maintenance = cluster.url.to_string();
        std::thread::spawn(move || block_on(drop_finished(&maintenance, &names)));
        cluster
    }

    async fn furnish(&self) {
        // Not the order of bytes, as in most databases that people have: what has to be sorted by bytes must say so itself.
        self.execute(&format!(
            "CREATE DATABASE {TEMPLATE} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        ))
        .await;
        let settings = Settings::new(self.url_of(TEMPLATE).parse().unwrap());
        PostgresStore::migrate(&settings).await.unwrap();
    }

    async fn create(&self, name: &str, template: &str) {
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .await;
    }

    async fn execute(&self, statement: &str) {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut connect(self.url.as_str()).await)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    fn url_of(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.into()
    }
}

async fn connect(url: &str) -> PgConnection {
    PgConnectOptions::from_str(url)
        .unwrap()
        .disable_statement_logging()
        .connect()
        .await
        .unwrap()
}

/// Each is eight megabytes of disk. Whatever still uses one belongs to a test that is over.
async fn drop_finished(maintenance: &str, names: &mpsc::Receiver<String>) {
    let mut connection = connect(maintenance).await;
    while let Ok(name) = names.recv() {
        let statement = format!("DROP DATABASE {name} WITH (FORCE)");
        if let Err(error) = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
        {
            // The cluster's end drops it as well.
            eprintln!("{name} could not be dropped: {error}");
        }
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}
