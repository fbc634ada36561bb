//! Spreads what is committed, here or by other servers, to the streams of this process. It follows the log of each tenant that
//! has open streams; commits of this process and hints of others only make it faster.

use super::batch::{Batch, EncodedEvent};
use super::follower::{Follower, Source};
use super::word::{Told, Word};
use crate::bus::{Bus, Ears};
use crate::store::{CommitListener, Log, LoggedEvent};
use app::ids::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

/// How often every followed log is asked how far it reaches. With it, any hint may be lost.
const POLL: Duration = Duration::from_secs(3);
/// Tenants of one question.
const TENANTS: usize = 1000;

/// The hub of one process.
#[derive(Default)]
pub struct Hub {
    followers: Mutex<HashMap<TenantId, Arc<Follower>>>,
    source: OnceLock<Arc<Source>>,
    bus: OnceLock<Arc<dyn Bus>>,
    poll: Arc<Notify>,
}

impl Hub {
    /// Follows this log from now on, until `shutdown`. It comes after the store, which needs the hub as its listener. Needs the
    /// runtime; a second call does nothing.
    pub fn follow(self: &Arc<Self>, log: &Arc<dyn Log>, shutdown: CancellationToken) {
        let source = Arc::new(Source::new(Arc::downgrade(log), shutdown));
        if self.source.set(source.clone()).is_ok() {
            source.spawn(poll_regularly(
                Arc::downgrade(self),
                source.clone(),
                self.poll.clone(),
            ));
        }
    }

    /// Tells other servers of what is committed here. A second call does nothing.
    pub fn announce_on(&self, bus: Arc<dyn Bus>) {
        let _ = self.bus.set(bus);
    }

    /// Hears of everything that this tenant's log gets from now on.
    pub fn subscribe(&self, tenant: &TenantId) -> broadcast::Receiver<Arc<Batch>> {
        self.subscribe_to_all(tenant).0
    }

    /// Hears of everything that this tenant's log gets from now on, and of what is in no log.
    pub fn subscribe_to_all(
        &self,
        tenant: &TenantId,
    ) -> (
        broadcast::Receiver<Arc<Batch>>,
        broadcast::Receiver<Arc<Word>>,
    ) {
        let mut followers = self.followers();
        if let Some(follower) = followers.get(tenant) {
            return (follower.subscribe(), follower.listen());
        }
        let follower = Arc::new(Follower::new(tenant.clone()));
        let batches = (follower.subscribe(), follower.listen());
        followers.insert(tenant.clone(), follower.clone());
        count(&followers);
        drop(followers);
        follower.update(self.source.get(), |_| Vec::new());
        batches
    }

    /// Tells all streams that may see it, here and on other servers, what somebody does at a conversation.
    pub fn tell(&self, told: &Told) {
        self.tell_here(told);
        if let Some(bus) = self.bus.get()
            && let Ok(word) = serde_json::to_string(told)
        {
            bus.spread(word);
        }
    }

    fn tell_here(&self, told: &Told) {
        if let Some(follower) = self.follower(&told.tenant) {
            follower.say(told.word());
        }
    }

    /// The follower of a tenant that has open streams; one without is forgotten.
    fn follower(&self, tenant: &TenantId) -> Option<Arc<Follower>> {
        let mut followers = self.followers();
        let follower = followers.get(tenant)?.clone();
        if follower.is_heard() {
            return Some(follower);
        }
        followers.remove(tenant);
        count(&followers);
        None
    }

    /// Whose logs are followed.
    #[cfg(test)]
    pub(super) fn followed(&self) -> Vec<TenantId> {
        self.followers().keys().cloned().collect()
    }

    async fn poll(&self, source: &Arc<Source>) {
        let followed: Vec<(TenantId, Arc<Follower>)> = {
            let mut followers = self.followers();
            followers.retain(|_, follower| follower.is_heard());
            count(&followers);
            followers
                .iter()
                .map(|(tenant, follower)| (tenant.clone(), follower.clone()))
                .collect()
        };
        for followed in followed.chunks(TENANTS) {
            let tenants: Vec<TenantId> =
                followed.iter().map(|(tenant, _)| tenant.clone()).collect();
            let mut before: HashMap<&TenantId, (Option<i64>, &Arc<Follower>)> = followed
                .iter()
                .map(|(tenant, follower)| (tenant, (follower.position(), follower)))
                .collect();
            // The source has said what is wrong; the next poll is near.
            let Ok(positions) = source.positions(&tenants).await else {
                return;
            };
            for (tenant, position) in positions {
                if let Some((before, follower)) = before.remove(&tenant) {
                    follower.update(Some(source), |feed| feed.polled(before, position));
                }
            }
        }
    }

    fn followers(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<Follower>>> {
        self.followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl CommitListener for Hub {
    fn committed(&self, events: Vec<LoggedEvent>) {
        let mut commits: HashMap<&TenantId, Vec<&LoggedEvent>> = HashMap::new();
        for event in &events {
            commits.entry(&event.tenant).or_default().push(event);
        }
        for (tenant, events) in &commits {
            // Nobody listens: nothing to encode.
            if let Some(follower) = self.follower(tenant) {
                let events = events.iter().map(|event| EncodedEvent::of(event)).collect();
                follower.update(self.source.get(), |feed| feed.committed(events));
            }
        }
        if let Some(bus) = self.bus.get() {
            let hints: Vec<(&TenantId, i64)> = commits
                .iter()
                .filter_map(|(tenant, events)| Some((*tenant, events.last()?.seq)))
                .collect();
            bus.publish(&hints);
        }
    }
}

impl Ears for Hub {
    fn heard(&self, tenant: &TenantId, position: i64) {
        if let Some(follower) = self.follower(tenant) {
            follower.update(self.source.get(), |feed| {
                feed.hint(position);
                Vec::new()
            });
        }
    }

    fn told(&self, word: &str) {
        // A word of a later program may be unreadable here: then nobody is told.
        if let Ok(told) = serde_json::from_str::<Told>(word) {
            self.tell_here(&told);
        }
    }

    fn missed_some(&self) {
        self.poll.notify_one();
    }
}

/// Polls until the program stops or the hub is dropped.
async fn poll_regularly(hub: Weak<Hub>, source: Arc<Source>, at_once: Arc<Notify>) {
    let mut tick = interval_at(Instant::now() + POLL, POLL);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = source.ended() => return,
            _ = tick.tick() => {}
            () = at_once.notified() => tick.reset(),
        }
        let Some(hub) = hub.upgrade() else { return };
        tokio::select! {
            () = source.ended() => return,
            () = hub.poll(&source) => {}
        }
    }
}

fn count(followers: &HashMap<TenantId, Arc<Follower>>) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of tenants, as a gauge takes it"
    )]
    metrics::gauge!("pilot_feeds").set(followers.len() as f64);
}
