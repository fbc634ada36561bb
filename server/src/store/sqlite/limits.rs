//! Limits in SQL.

use super::SqliteStore;
use crate::store::{Limits, Pace, StoreError};
use async_trait::async_trait;
use sqlx::SqliteConnection;

#[async_trait]
impl Limits for SqliteStore {
    async fn take(&self, bucket: &str, pace: Pace, now: i64) -> Result<Option<i64>, StoreError> {
        let bucket = bucket.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    if take(tx.connection, &bucket, pace, now, 1).await? == 1 {
                        return Ok(None);
                    }
                    let spent = spent_until(tx.connection, &bucket).await?;
                    Ok(Some(pace.wait(spent, now)))
                })
            })
            .await
    }

    async fn forget(&self, bucket: &str) -> Result<(), StoreError> {
        let bucket = bucket.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM limits WHERE bucket = ?")
                        .bind(bucket)
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}

/// Takes up to `wanted` from a bucket; returns how many there were.
pub(super) async fn take(
    db: &mut SqliteConnection,
    bucket: &str,
    pace: Pace,
    now: i64,
    wanted: i64,
) -> Result<i64, StoreError> {
    let (taken, spent) = pace.take(spent_until(db, bucket).await?, now, wanted);
    if taken > 0 {
        sqlx::query(
            "INSERT INTO limits (bucket, spent_until) VALUES (?, ?) ON CONFLICT (bucket) DO UPDATE SET spent_until = excluded.spent_until",
        )
        .bind(bucket)
        .bind(spent)
        .execute(db)
        .await?;
    }
    Ok(taken)
}

async fn spent_until(db: &mut SqliteConnection, bucket: &str) -> Result<i64, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT spent_until FROM limits WHERE bucket = ?")
            .bind(bucket)
            .fetch_optional(db)
            .await?
            .unwrap_or(0),
    )
}
