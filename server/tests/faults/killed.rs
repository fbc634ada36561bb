//! One of three servers is killed every two seconds for a minute, while messages arrive and operators write.

use crate::processes::{
    FakeGraph, Follower, Load, Postgres, Replicas, assert_once, fault_seconds, settle,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const SERVERS: usize = 3;
const CONVERSATIONS: usize = 4;
const ARRIVING: usize = 4;
const BETWEEN_KILLS: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let postgres = Postgres::durable();
    let replicas = Replicas::start(&postgres, SERVERS, &[], CONVERSATIONS).await;
    let urls = replicas.urls();
    // Each begins on a server of its own, and goes on to the next one when it is cut.
    let streams = [0, 1, 2].map(|begin| {
        let urls = urls.clone();
        let choice = move |attempt: u32| Some(urls[(begin + attempt as usize) % SERVERS].clone());
        Follower::start(Box::new(choice), &replicas.token, Some(0))
    });
    let turn = AtomicUsize::new(0);
    let anywhere =
        Arc::new(move || Some(urls[turn.fetch_add(1, Ordering::Relaxed) % SERVERS].clone()));
    let mut load = Load::start(
        &replicas.caller,
        &replicas.token,
        &replicas.conversations,
        ARRIVING,
        anywhere,
    );
    let (kills, took) = kill_in_turn(&replicas).await;
    load.end().await;
    let again = settle(
        &replicas.caller,
        &replicas.servers[0].url,
        &replicas.token,
        &replicas.graph,
        PATIENCE,
    )
    .await;

    let (arrived, queued) = (load.inbound.acknowledged(), load.outbound.acknowledged());
    let stored = replicas.stored().await;
    assert_once("stored", stored.keys(), &stored);
    assert_once("stored", arrived.union(&queued), &stored);
    let sent = replicas.sent();
    assert_once("gone out", &queued, &sent);
    assert_once("gone out", sent.keys(), &sent);
    assert!(
        sent.keys().all(|text| queued.contains(text)),
        "nothing else went out"
    );
    assert_order(&replicas.graph, &again);
    let end = replicas.end_of_log().await;
    for (number, stream) in streams.iter().enumerate() {
        stream.until_at(end, PATIENCE).await;
        stream
            .heard()
            .assert_whole(&format!("stream {number}"), end);
    }
    println!(
        "counts: {kills} kills in {took:?}; {} messages taken, {} deliveries repeated; {} messages sent, {} sends repeated, \
         {} unconfirmed and sent again by a person; {end} events on each of 3 streams, opened {} times",
        arrived.len(),
        load.inbound.refusals(),
        queued.len(),
        load.outbound.refusals(),
        again.len(),
        streams
            .iter()
            .map(|stream| stream.heard().openings)
            .sum::<u32>(),
    );
    assert!(
        arrived.len() > 100 && queued.len() > 100,
        "the servers were busy"
    );
}

/// Returns how often, and for how long.
async fn kill_in_turn(replicas: &Replicas) -> (usize, Duration) {
    let begun = Instant::now();
    let mut next = begun;
    let mut kills = 0;
    while begun.elapsed() < fault_seconds() {
        next += BETWEEN_KILLS;
        tokio::time::sleep_until(next.into()).await;
        let server = &replicas.servers[kills % SERVERS];
        server.kill();
        kills += 1;
        server.start().await;
    }
    (kills, begun.elapsed())
}

/// In each conversation the messages went out as they were queued, but for those that a person queued anew.
fn assert_order(graph: &FakeGraph, again: &BTreeSet<String>) {
    let mut last = BTreeMap::new();
    for taken in graph.taken() {
        if again.contains(&taken.text) {
            continue;
        }
        if let Some(before) = last.insert(taken.to.clone(), taken.text.clone()) {
            assert!(
                before < taken.text,
                "{} went out after {before}",
                taken.text
            );
        }
    }
    assert_eq!(last.len(), CONVERSATIONS, "in every conversation");
}
