//! Limits in SQL.

use super::PostgresStore;
use super::transaction::{Tx, reading, transaction};
use crate::store::{Limits, Pace, StoreError};
use async_trait::async_trait;

#[async_trait]
impl Limits for PostgresStore {
    async fn take(&self, bucket: &str, pace: Pace, now: i64) -> Result<Option<i64>, StoreError> {
        transaction!(self, |tx| take_one(&mut tx, bucket, pace, now))
    }

    async fn forget(&self, bucket: &str) -> Result<(), StoreError> {
        reading!(
            sqlx::query("DELETE FROM limits WHERE bucket = $1")
                .bind(bucket)
                .execute(&self.pool)
        )?;
        Ok(())
    }
}

async fn take_one(
    tx: &mut Tx,
    bucket: &str,
    pace: Pace,
    now: i64,
) -> Result<Option<i64>, StoreError> {
    let spent = lock(tx, bucket).await?;
    let (taken, after) = pace.take(spent, now, 1);
    if taken == 0 {
        return Ok(Some(pace.wait(spent, now)));
    }
    spend(tx, bucket, after).await?;
    Ok(None)
}

/// Takes up to `wanted` from a bucket; returns how many there were. The bucket stays locked until the transaction ends.
pub(super) async fn take(
    tx: &mut Tx,
    bucket: &str,
    pace: Pace,
    now: i64,
    wanted: i64,
) -> Result<i64, StoreError> {
    let (taken, after) = pace.take(lock(tx, bucket).await?, now, wanted);
    if taken > 0 {
        spend(tx, bucket, after).await?;
    }
    Ok(taken)
}

/// Until when the bucket has given out everything. The update changes nothing and takes the lock, also on a row that is new.
async fn lock(tx: &mut Tx, bucket: &str) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO limits (bucket, spent_until) VALUES ($1, 0) \
         ON CONFLICT (bucket) DO UPDATE SET spent_until = limits.spent_until RETURNING spent_until",
    )
    .bind(bucket)
    .fetch_one(tx.connection())
    .await?)
}

async fn spend(tx: &mut Tx, bucket: &str, until: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE limits SET spent_until = $1 WHERE bucket = $2")
        .bind(until)
        .bind(bucket)
        .execute(tx.connection())
        .await?;
    Ok(())
}
