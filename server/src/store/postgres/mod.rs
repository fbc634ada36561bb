//! PostgreSQL: any number of servers on one database.
//!
//! Every transaction that writes for a tenant locks the tenant's row first. That orders the log: positions are taken and committed by one
//! transaction at a time, so a cursor never passes a late commit. And it lets Rust decide on what it has read: no two transactions of a
//! tenant look at the same conversation at once.

mod accounts;
mod admin;
mod amendments;
mod branding;
mod connection;
mod conversations;
mod credentials;
mod deliveries;
mod details;
mod erase;
mod events;
mod health;
mod ingest;
mod keeper;
mod labels;
mod lifecycle;
mod limits;
mod list;
mod media;
mod media_work;
mod merge;
mod messages;
mod notes;
mod number_log;
mod outbox;
mod pairings;
mod public;
mod queue;
mod quick_replies;
mod redact;
mod refusals;
mod rows;
mod search;
mod signals;
pub mod statements;
mod templates;
mod transaction;
mod upkeep;
mod webhook_work;
mod webhooks;
mod workflow;

pub use connection::{DatabaseUrl, Settings};

use super::health::Trouble;
use super::holds::Holds;
use super::{CommitListener, StoreError, schema};
use keeper::Keeper;
use queue::Queue;
use sqlx::postgres::PgPool;
use std::sync::Arc;

pub use details::{OTHERS_QUERY, shelf_queries};
pub use pairings::{NUMBERS_OF_PHONE, WAITING_PAIRINGS, WAITING_PAIRINGS_OF};
pub use public::{
    CONVERSATIONS, COUNT_CONVERSATIONS, COUNT_HISTORY, COUNT_OUTBOUND, HISTORY, OUTBOUND,
    PLACE_OF_PHONE, PLACE_OF_USER, UNREAD,
};
pub use redact::{REDACTABLE, REDACTED_CONVERSATIONS};
pub use webhook_work::{BEHIND, DUE_DELIVERIES, DUE_WEBHOOKS};
pub use webhooks::{WEBHOOK_LOG, WEBHOOKS};

pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// The store on PostgreSQL.
pub struct PostgresStore {
    pool: PgPool,
    listener: Arc<dyn CommitListener>,
    deliveries: Queue,
    trouble: Trouble,
    holds: Holds,
    keeper: Keeper,
}

impl PostgresStore {
    /// Connects, brings the database up to date, and starts to take deliveries. `listener` hears of every commit of this process.
    pub async fn open(
        settings: &Settings,
        listener: Arc<dyn CommitListener>,
    ) -> Result<Self, StoreError> {
        Self::migrate(settings).await?;
        let pool = settings.pool();
        let trouble = Trouble::default();
        Ok(Self {
            deliveries: Queue::start(&pool, &listener, &trouble),
            holds: Holds::default(),
            keeper: Keeper::start(&pool),
            pool,
            listener,
            trouble,
        })
    }

    /// Brings the database up to date. Returns how many migrations there are. Two at once wait for each other (an advisory lock).
    pub async fn migrate(settings: &Settings) -> Result<usize, StoreError> {
        let mut connection = settings.connect_for_upkeep().await?;
        if crate::moving::is_unfinished(&mut connection).await? {
            return Err(StoreError::Unreachable(format!(
                "a move to {} has not ended. Run `pilot-inbox migrate-data` again: it goes on where it was",
                settings.url
            )));
        }
        // Asked first, so that a server without the right to change tables starts on a database that is up to date.
        if !is_current(&mut connection).await? {
            MIGRATIONS.run(&mut connection).await?;
        }
        sqlx::Connection::close(connection).await?;
        Ok(MIGRATIONS.iter().count())
    }
}

async fn is_current(connection: &mut sqlx::PgConnection) -> Result<bool, StoreError> {
    let known: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !known {
        return Ok(false);
    }
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version",
    )
    .fetch_all(connection)
    .await?;
    Ok(schema::is_current(&MIGRATIONS, &applied)?)
}
