//! NATS is away for a minute: streams go on by looking, and fast again when it is back.

use crate::processes::{
    Database, FakeGraph, Follower, Inbound, Installation, Nats, Postgres, Replica, fault_seconds,
};
use std::time::{Duration, Instant};

/// Messages while the bus is there, before and after.
const MESSAGES: u32 = 20;
/// Between two messages while it is away.
const PAUSE: Duration = Duration::from_millis(500);
/// Every log is looked at every few seconds, whatever the bus says.
const BY_LOOKING: Duration = Duration::from_secs(6);
/// By a hint, on a machine that does other things as well.
const BY_HINT: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(30);

struct Watch<'i> {
    installation: &'i Installation,
    here: &'i Replica,
    stream: Follower,
    count: u32,
}

impl Watch<'_> {
    /// A message arrives at one server; how long until it is on a stream of the other one.
    async fn message(&mut self) -> Duration {
        self.count += 1;
        let text = format!("in-{}", self.count);
        let message = Inbound {
            text: &text,
            from: "5511999",
        };
        let taken = self
            .installation
            .caller()
            .deliver(&self.here.url, message)
            .await;
        assert_eq!(taken.unwrap().status, 200);
        let taken = Instant::now();
        let heard = self.stream.until_heard(&text, PATIENCE).await;
        heard.saturating_duration_since(taken)
    }

    /// Times of messages while the bus is there, the fastest first.
    async fn by_hint(&mut self) -> Vec<Duration> {
        let mut times = Vec::new();
        for _ in 0..MESSAGES {
            times.push(self.message().await);
        }
        times.sort();
        assert!(times[times.len() / 2] < BY_HINT, "by hint: {times:?}");
        times
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn streams_go_on_while_nats_is_away() {
    let nats = Nats::start();
    let url = Postgres::shared().database().await;
    let graph = FakeGraph::start().await;
    let mut installation = Installation::on_postgres(&url).with_bus(nats.url());
    installation.furnish(&graph.base_url());
    let [here, there, late] = ["here", "there", "late"].map(|name| installation.replica(name));
    here.start().await;
    there.start().await;
    let token = installation.caller().token(&here.url).await;
    let stream = Follower::on(&there.url, &token, Some(0));
    stream.until_open(PATIENCE).await;
    let mut watch = Watch {
        installation: &installation,
        here: &here,
        stream,
        count: 0,
    };
    let before = watch.by_hint().await;

    tokio::task::block_in_place(|| nats.go());
    let gone = Instant::now();
    let mut away = Vec::new();
    while gone.elapsed() < fault_seconds() {
        away.push(watch.message().await);
        tokio::time::sleep(PAUSE).await;
        if away.len() == 1 {
            late.start().await;
            late.until_readiness_is(200, PATIENCE).await;
        }
    }
    away.sort();
    let slowest = *away.last().unwrap();
    assert!(slowest < BY_LOOKING, "while NATS is away: {away:?}");
    assert!(slowest > BY_HINT, "NATS is away: {away:?}");

    tokio::task::block_in_place(|| nats.come_back());
    let back = Instant::now();
    while watch.message().await > BY_HINT {
        assert!(back.elapsed() < PATIENCE, "fast again");
    }
    let after = watch.by_hint().await;

    let end = Database::of_url(&url)
        .await
        .number("SELECT seq FROM tenants")
        .await;
    watch.stream.until_at(end, PATIENCE).await;
    let heard = watch.stream.heard();
    heard.assert_whole("the stream", end);
    assert_eq!(heard.openings, 1, "it was never cut");
    let median = |times: &[Duration]| times[times.len() / 2];
    println!(
        "counts: {} messages, {} of them in {:?} without NATS; half within {:?} before, {:?} without (slowest {slowest:?}), {:?} after",
        watch.count,
        away.len(),
        gone.elapsed(),
        median(&before),
        median(&away),
        median(&after),
    );
}
