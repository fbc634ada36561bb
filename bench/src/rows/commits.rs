//! What this disk takes when nothing is put together.

use crate::Outcome;
use crate::database::Database;
use crate::ground::Ground;
use crate::meta::sentence;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::time::{Duration, Instant};

/// Synced commits of one row in a second, one after another.
pub(super) async fn per_second(ground: &Ground, on: Database) -> Outcome<f64> {
    macro_rules! commits {
        ($db:expr) => {{
            let mut db = $db;
            // Another group may have asked before.
            sqlx::query("DROP TABLE IF EXISTS rows")
                .execute(&mut db)
                .await?;
            sqlx::query("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
                .execute(&mut db)
                .await?;
            let began = Instant::now();
            let mut count = 0i32;
            while began.elapsed() < Duration::from_secs(1) {
                sqlx::query("INSERT INTO rows (id, text) VALUES ($1, $2)")
                    .bind(count)
                    .bind(sentence(7))
                    .execute(&mut db)
                    .await?;
                count += 1;
            }
            let rate = f64::from(count) / began.elapsed().as_secs_f64();
            db.close().await?;
            rate
        }};
    }
    Ok(match on {
        Database::Sqlite => commits!(
            SqliteConnectOptions::new()
                .filename(ground.folder().join("commits.sqlite3"))
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .connect()
                .await?
        ),
        Database::Postgres => commits!(ground.cluster().await?.lock().await.connect().await?),
    })
}
