//! A PostgreSQL server of the bench's own. It waits for the disk as one in production does.

use crate::Outcome;
use crate::service::Service;
use crate::usage;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, Instant};
use url::Url;

const SCRIPT: &str = "scripts/postgres.sh";
/// A server that crashed reads its log first.
const PATIENCE: Duration = Duration::from_mins(2);

/// The server, with any number of databases.
pub struct Cluster {
    service: Service,
    /// As the server calls it.
    pub version: String,
    /// Its first process, of which the others are children.
    postmaster: u32,
}

impl Cluster {
    /// Starts one whose data lies in `folder`.
    pub async fn start(folder: &Path) -> Outcome<Self> {
        let data = folder.join("postgres").to_string_lossy().into_owned();
        let arguments = ["--durable", "--data", &data].map(str::to_owned).to_vec();
        let mut cluster = Self {
            service: Service::start(SCRIPT, arguments).await?,
            version: String::new(),
            postmaster: 0,
        };
        cluster.learn().await?;
        Ok(cluster)
    }

    /// Version and process, which changes with a restart.
    async fn learn(&mut self) -> Outcome {
        let mut db = self.connect().await?;
        let (version, backend): (String, i32) =
            sqlx::query_as("SELECT current_setting('server_version'), pg_backend_pid()")
                .fetch_one(&mut db)
                .await?;
        self.version = version;
        self.postmaster = usage::parent(u32::try_from(backend)?).unwrap_or(0);
        Ok(())
    }

    /// A connection to the database that the server came with.
    pub async fn connect(&self) -> Outcome<PgConnection> {
        Ok(PgConnectOptions::from_str(&self.service.url)?
            .disable_statement_logging()
            .connect()
            .await?)
    }

    /// A new database; returns its address.
    pub async fn create(&self, name: &str) -> Outcome<String> {
        let mut db = self.connect().await?;
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\"")))
            .execute(&mut db)
            .await?;
        let mut url = Url::parse(&self.service.url)?;
        url.set_path(name);
        Ok(url.into())
    }

    /// Processor time of the whole server so far, in seconds. Only Linux tells.
    pub fn processor_seconds(&self) -> Outcome<f64> {
        usage::family_seconds(self.postmaster)
    }

    /// Ends the server as a crash does, and waits until it has recovered.
    pub async fn crash(&mut self) -> Outcome {
        const STARTED: &str = "SELECT pg_postmaster_start_time()::text";
        let before: String = sqlx::query_scalar(STARTED)
            .fetch_one(&mut self.connect().await?)
            .await?;
        self.service.signal("USR1").await?;
        let began = Instant::now();
        loop {
            // Refused while it is down and while it recovers.
            if let Ok(mut db) = self.connect().await
                && let Ok(since) = sqlx::query_scalar::<_, String>(STARTED)
                    .fetch_one(&mut db)
                    .await
                && since != before
            {
                return self.learn().await;
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("PostgreSQL did not come back within {PATIENCE:?}").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
