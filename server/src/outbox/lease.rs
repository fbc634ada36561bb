//! Leases of the claims that are under way here: renewed while their requests run, so that another server takes over only what a dead
//! one has left.

use crate::clock::now_ms;
use crate::store::Store;
use app::ids::MessageId;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a claim is believed in without a word from its server, in milliseconds.
const LEASE_MS: i64 = 10_000;
/// Three chances before a lease ends.
const RENEWAL: Duration = Duration::from_secs(3);

/// The claims of one process.
#[derive(Default)]
pub struct Leases(Mutex<HashSet<MessageId>>);

impl Leases {
    /// The end of a lease that begins now, in milliseconds since the epoch.
    pub fn end() -> i64 {
        now_ms() + LEASE_MS
    }

    /// This send is under way.
    pub fn begin(&self, message: &MessageId) {
        self.held().insert(message.clone());
    }

    /// It has ended.
    pub fn finish(&self, message: &MessageId) {
        self.held().remove(message);
    }

    /// Renews what is under way, until the task is dropped.
    pub async fn keep(&self, store: &dyn Store) {
        loop {
            tokio::time::sleep(RENEWAL).await;
            let held: Vec<MessageId> = self.held().iter().cloned().collect();
            if held.is_empty() {
                continue;
            }
            if let Err(error) = store.renew_claims(&held, Self::end()).await {
                // A request that outlives its lease becomes unconfirmed and is settled by its answer all the same.
                tracing::warn!(%error, "claims could not be renewed; trying again");
            }
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashSet<MessageId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
