//! One reader for all streams of a tenant, whatever the database does meanwhile.

use super::batch::{Batch, Cursor};
use super::hub::Hub;
use crate::bus::{Bus, Ears};
use crate::store::{CommitListener, EventPage, Log, LoggedEvent, StoreError};
use app::ids::{NumberId, TenantId};
use async_trait::async_trait;
use futures::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long anything may take to come about on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

fn event(tenant: &TenantId, seq: i64) -> LoggedEvent {
    LoggedEvent {
        tenant: tenant.clone(),
        seq,
        number: NumberId::parse("wn_1").unwrap(),
        payload: b"{}"[..].into(),
    }
}

/// A log of so many events, the same for every tenant but `nobody`, that can be away.
#[derive(Default)]
struct FakeLog {
    end: Mutex<i64>,
    failures: AtomicU32,
    reads: AtomicU32,
}

impl FakeLog {
    fn reaches(end: i64) -> Arc<Self> {
        let log = Self::default();
        log.grow_to(end);
        Arc::new(log)
    }

    fn grow_to(&self, end: i64) {
        *self.end.lock().unwrap() = end;
    }

    /// The next `count` questions are not answered.
    fn fail(&self, count: u32) {
        self.failures.store(count, Ordering::SeqCst);
    }

    fn reads(&self) -> u32 {
        self.reads.load(Ordering::SeqCst)
    }

    fn answer(&self) -> Result<i64, StoreError> {
        let failed = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        match failed {
            Ok(_) => Err(StoreError::Unavailable),
            Err(_) => Ok(*self.end.lock().unwrap()),
        }
    }
}

#[async_trait]
impl Log for FakeLog {
    async fn positions(&self, tenants: &[TenantId]) -> Result<Vec<(TenantId, i64)>, StoreError> {
        let end = self.answer()?;
        Ok(tenants.iter().map(|tenant| (tenant.clone(), end)).collect())
    }

    async fn log_after(
        &self,
        tenant: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<EventPage, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        // Somebody else gets a turn, as with a database.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let end = self.answer()?;
        let position = end.min(after + i64::from(limit));
        Ok(EventPage::Events {
            events: (after + 1..=position)
                .map(|seq| event(tenant, seq))
                .collect(),
            position,
            more: position < end,
        })
    }
}

fn following(log: &Arc<FakeLog>) -> Arc<Hub> {
    let hub = Arc::new(Hub::default());
    let log: Arc<dyn Log> = log.clone();
    hub.follow(&log, CancellationToken::new());
    hub
}

/// Reads up to `end`; returns what came on the way.
async fn read_to(batches: &mut Receiver<Arc<Batch>>, cursor: &mut Cursor, end: i64) -> Vec<i64> {
    let mut seen = Vec::new();
    while cursor.position() < end {
        let batch = timeout(PATIENCE, batches.recv()).await.unwrap().unwrap();
        seen.extend(cursor.take(&batch).iter().map(|event| event.seq));
        assert!(!cursor.is_behind(), "after {}", batch.after);
    }
    seen
}

/// The first word of a feed: how far the log reaches.
async fn started(batches: &mut Receiver<Arc<Batch>>) -> Cursor {
    let batch = timeout(PATIENCE, batches.recv()).await.unwrap().unwrap();
    assert!(batch.events.is_empty());
    Cursor::new(batch.upto, false)
}

#[tokio::test]
async fn a_gap_is_read_once_for_all_streams() {
    let log = FakeLog::reaches(5);
    let hub = following(&log);
    let acme = tenant("acme");
    let mut first = hub.subscribe(&acme);
    assert_eq!(started(&mut first).await.position(), 5);
    let mut streams: Vec<_> = (0..500)
        .map(|_| (hub.subscribe(&acme), Cursor::new(5, false)))
        .collect();
    log.grow_to(450);
    // A burst of hints, some of them late.
    for hint in [6, 9, 450, 8, 7, 450] {
        hub.heard(&acme, hint);
    }
    let reading = streams
        .iter_mut()
        .map(|(batches, cursor)| read_to(batches, cursor, 450));
    for seen in join_all(reading).await {
        assert_eq!(seen, (6..=450).collect::<Vec<_>>());
    }
    // Pages of 200, and at most one more look for hints that came meanwhile.
    assert!((3..=4).contains(&log.reads()), "{}", log.reads());
}

#[tokio::test]
async fn what_this_server_commits_needs_no_look_at_the_log() {
    let log = FakeLog::reaches(0);
    let hub = following(&log);
    let acme = tenant("acme");
    let mut batches = hub.subscribe(&acme);
    let mut cursor = started(&mut batches).await;
    for seq in 1..=200 {
        log.grow_to(seq);
        hub.committed(vec![event(&acme, seq), event(&tenant("globex"), seq)]);
    }
    assert_eq!(
        read_to(&mut batches, &mut cursor, 200).await,
        (1..=200).collect::<Vec<_>>()
    );
    assert_eq!(log.reads(), 0);
}

#[tokio::test]
async fn commits_here_and_elsewhere_come_in_order() {
    let log = FakeLog::reaches(0);
    let hub = following(&log);
    let acme = tenant("acme");
    let mut batches = hub.subscribe(&acme);
    let mut cursor = started(&mut batches).await;
    // 1 to 3 are of another server, which says nothing.
    log.grow_to(5);
    hub.committed(vec![event(&acme, 5)]);
    hub.committed(vec![event(&acme, 4)]);
    assert_eq!(read_to(&mut batches, &mut cursor, 5).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_database_that_is_away_ends_nothing() {
    let log = FakeLog::reaches(3);
    log.fail(3);
    let hub = following(&log);
    let acme = tenant("acme");
    let mut batches = hub.subscribe(&acme);
    let mut cursor = started(&mut batches).await;
    assert_eq!(cursor.position(), 3);
    log.fail(3);
    log.grow_to(7);
    hub.heard(&acme, 7);
    assert_eq!(read_to(&mut batches, &mut cursor, 7).await, [4, 5, 6, 7]);
}

#[tokio::test]
async fn nobody_makes_us_read_what_nobody_listens_to() {
    let log = FakeLog::reaches(3);
    let hub = following(&log);
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    let mut batches = hub.subscribe(&acme);
    let mut cursor = started(&mut batches).await;
    drop(hub.subscribe(&globex));
    log.grow_to(9);
    hub.heard(&globex, 9);
    hub.heard(&tenant("never-seen"), i64::MAX);
    hub.heard(&acme, 4);
    read_to(&mut batches, &mut cursor, 9).await;
    assert_eq!(log.reads(), 1);
    assert_eq!(hub.followed(), [acme]);
}

#[tokio::test]
async fn lost_hints_are_made_up_for() {
    let log = FakeLog::reaches(0);
    let hub = following(&log);
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    let (mut of_acme, mut of_globex) = (hub.subscribe(&acme), hub.subscribe(&globex));
    let mut cursor = started(&mut of_acme).await;
    started(&mut of_globex).await;
    drop(of_globex);
    log.grow_to(2);
    // The poll comes by itself.
    assert_eq!(read_to(&mut of_acme, &mut cursor, 2).await, [1, 2]);
    // It forgets those whom nobody listens to.
    assert_eq!(hub.followed(), [acme]);
    log.grow_to(4);
    // And at once where the bus was away.
    hub.missed_some();
    let read = read_to(&mut of_acme, &mut cursor, 4);
    assert_eq!(timeout(Duration::from_secs(2), read).await.unwrap(), [3, 4]);
}

#[derive(Default)]
struct Published(Mutex<Vec<(TenantId, i64)>>);

#[async_trait]
impl Bus for Published {
    fn publish(&self, hints: &[(&TenantId, i64)]) {
        let mut published = self.0.lock().unwrap();
        published.extend(hints.iter().map(|(tenant, at)| ((*tenant).clone(), *at)));
    }

    async fn run(&self, _: Arc<dyn Ears>, _: CancellationToken) {}
}

#[tokio::test]
async fn others_are_told_once_for_each_tenant_of_a_commit() {
    let hub = Hub::default();
    let bus = Arc::new(Published::default());
    hub.announce_on(bus.clone());
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    hub.committed(vec![
        event(&acme, 1),
        event(&globex, 7),
        event(&acme, 2),
        event(&acme, 3),
    ]);
    let mut published = std::mem::take(&mut *bus.0.lock().unwrap());
    published.sort();
    assert_eq!(published, [(acme, 3), (globex, 7)]);
    hub.committed(Vec::new());
    assert!(bus.0.lock().unwrap().is_empty());
}
