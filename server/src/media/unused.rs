//! Uploads that no message has taken are dropped after a day, and their bytes with the last file that has them.
//!
//! Bytes are set aside before they are deleted, and whoever stores the same bytes looks, after the database names them, whether they are
//! there ([`super::keep::Kept::assure`]). So either this looks late enough to see the new file and puts them back, or the other looks
//! late enough to see them missing and stores them again.

use super::blobs::{BlobError, Blobs};
use crate::clock::now_ms;
use crate::store::{MediaRecord, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_mins(30);
const JOB: &str = "unused media";
/// A little less than the interval, or a tick that comes early would find the job not due.
const NOT_BEFORE_MS: i64 = 28 * 60_000;
/// How long an upload waits for its message, in milliseconds.
const KEPT_MS: i64 = 24 * 3_600_000;
const AT_ONCE: u32 = 100;

/// Why something was not dropped.
#[derive(Debug, thiserror::Error)]
pub enum DropError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bytes.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

/// Drops what nobody used, until the task is dropped; of several servers one does it each time.
pub async fn drop_unused_regularly(store: Arc<dyn Store>, blobs: Blobs) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        match store.begin_job(JOB, now_ms(), NOT_BEFORE_MS).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                tracing::warn!(%error, "cannot tell whether unused files are to be dropped; trying again later");
                continue;
            }
        }
        match drop_unused(&*store, &blobs, now_ms() - KEPT_MS).await {
            Ok(0) => {}
            Ok(count) => tracing::debug!(count, "files that no message took dropped"),
            Err(error) => {
                tracing::warn!(%error, "unused files could not be dropped; trying again later");
            }
        }
    }
}

/// Drops what was uploaded before `before` and not used. Returns how many files.
pub async fn drop_unused(store: &dyn Store, blobs: &Blobs, before: i64) -> Result<u64, DropError> {
    let mut dropped = 0;
    loop {
        let unused = store.unused_uploads(before, AT_ONCE).await?;
        let mut went = 0;
        for file in &unused {
            went += u64::from(drop_one(store, blobs, file).await?);
        }
        dropped += went;
        // What a message has taken meanwhile is not in the next list; without progress there is nothing left for now.
        if went == 0 {
            return Ok(dropped);
        }
    }
}

async fn drop_one(store: &dyn Store, blobs: &Blobs, file: &MediaRecord) -> Result<bool, DropError> {
    let mut aside = Vec::new();
    for key in file.blob.iter().chain(&file.thumbnail) {
        if store.is_used_elsewhere(key, &file.id).await? {
            continue;
        }
        blobs.set_aside(key).await?;
        if store.is_used_elsewhere(key, &file.id).await? {
            blobs.put_back(key).await?;
        } else {
            aside.push(key);
        }
    }
    let gone = store.forget_upload(&file.id).await?;
    for key in aside {
        if gone {
            blobs.drop_aside(key).await?;
        } else {
            blobs.put_back(key).await?;
        }
    }
    Ok(gone)
}
