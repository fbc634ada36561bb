//! Hints that wait to be sent.

use app::ids::TenantId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Notify, mpsc};

/// The newest position of each tenant, as long as nobody has taken it. No larger than the number of tenants, however long the bus
/// is away.
#[derive(Default)]
pub(super) struct Outgoing {
    newest: Mutex<HashMap<TenantId, i64>>,
    added: Notify,
}

impl Outgoing {
    pub(super) fn add(&self, hints: &[(&TenantId, i64)]) {
        if hints.is_empty() {
            return;
        }
        {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            for &(tenant, position) in hints {
                if let Some(known) = newest.get_mut(tenant) {
                    *known = position.max(*known);
                } else {
                    newest.insert(tenant.clone(), position);
                }
            }
        }
        self.added.notify_one();
    }

    /// What could not be sent waits again.
    pub(super) fn put_back(&self, hints: &[(TenantId, i64)]) {
        let hints: Vec<(&TenantId, i64)> = hints
            .iter()
            .map(|(tenant, position)| (tenant, *position))
            .collect();
        self.add(&hints);
    }

    /// Everything that waits; waits for something. For one taker.
    pub(super) async fn take(&self) -> Vec<(TenantId, i64)> {
        loop {
            let hints = self.take_now();
            if !hints.is_empty() {
                return hints;
            }
            self.added.notified().await;
        }
    }

    /// Everything that waits at this moment.
    pub(super) fn take_now(&self) -> Vec<(TenantId, i64)> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.drain().collect()
    }
}

/// Words that wait to be sent: a few, for they are true for some seconds only.
pub(super) struct Words {
    added: mpsc::Sender<String>,
    waiting: tokio::sync::Mutex<mpsc::Receiver<String>>,
}

impl Default for Words {
    fn default() -> Self {
        let (added, waiting) = mpsc::channel(256);
        Self {
            added,
            waiting: tokio::sync::Mutex::new(waiting),
        }
    }
}

impl Words {
    /// Where too many wait, this one is lost.
    pub(super) fn add(&self, word: String) {
        let _ = self.added.try_send(word);
    }

    /// The next ones; waits for one. For one taker.
    pub(super) async fn take(&self) -> Vec<String> {
        let mut words = Vec::new();
        self.waiting.lock().await.recv_many(&mut words, 64).await;
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).unwrap()
    }

    #[tokio::test]
    async fn the_newest_position_of_each_tenant_waits() {
        let outgoing = Outgoing::default();
        let (a, b) = (tenant("a"), tenant("b"));
        assert!(outgoing.take().now_or_never().is_none());
        outgoing.add(&[]);
        outgoing.add(&[(&a, 3), (&b, 1)]);
        outgoing.add(&[(&a, 2)]);
        outgoing.add(&[(&b, 7)]);
        let mut taken = outgoing.take().await;
        taken.sort();
        assert_eq!(taken, [(a.clone(), 3), (b.clone(), 7)]);
        assert!(outgoing.take().now_or_never().is_none());
        outgoing.add(&[(&a, 5)]);
        outgoing.put_back(&taken);
        let mut taken = outgoing.take_now();
        taken.sort();
        assert_eq!(taken, [(a, 5), (b, 7)]);
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let outgoing = std::sync::Arc::new(Outgoing::default());
        let taker = tokio::spawn({
            let outgoing = outgoing.clone();
            async move { outgoing.take().await }
        });
        tokio::task::yield_now().await;
        outgoing.add(&[(&tenant("a"), 1)]);
        assert_eq!(taker.await.unwrap(), [(tenant("a"), 1)]);
    }
}
