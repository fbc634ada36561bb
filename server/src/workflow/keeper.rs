//! Wakes what sleeps: a conversation whose snooze is over is open again.

use crate::clock::now_ms;
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;

/// How late one may wake.
const LOOK: Duration = Duration::from_secs(2);
/// Conversations of one look; when there are more, the next look follows at once.
const AT_ONCE: u32 = 100;

/// Keeps at it until the task is dropped. Of several servers that look at the same time, one wakes each conversation.
pub async fn keep_snoozes(store: Arc<dyn Store>) {
    loop {
        match store.end_snoozes(now_ms(), AT_ONCE).await {
            Ok(woken) if woken >= u64::from(AT_ONCE) => {}
            Ok(_) => tokio::time::sleep(LOOK).await,
            Err(error) => {
                tracing::warn!(%error, "conversations whose snooze is over could not be opened; trying again");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}
