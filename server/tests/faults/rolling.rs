//! A new release comes to three servers, one after the other, behind a balancer that asks `/readyz`.

use crate::processes::{Balancer, Follower, Load, Postgres, Replicas, assert_once, settle, until};
use std::sync::Arc;
use std::time::Duration;

const SERVERS: usize = 3;
const CONVERSATIONS: usize = 3;
const ARRIVING: usize = 2;
const STREAMS: usize = 6;
/// No inbox is without its stream for longer.
const ABSENCE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rolling_restart_drops_no_message_and_no_stream_for_long() {
    let drain = ["--drain-seconds", "1"];
    let replicas = Replicas::start(Postgres::shared(), SERVERS, &drain, CONVERSATIONS).await;
    let balancer = Balancer::over(replicas.servers.clone());
    let all_ready = async || {
        until("every server is ready", PATIENCE, async || {
            (balancer.count() == SERVERS).then_some(())
        })
        .await;
    };
    all_ready().await;
    let streams: Vec<Follower> = (0..STREAMS)
        .map(|_| {
            let balancer = balancer.clone();
            Follower::start(Box::new(move |_| balancer.pick()), &replicas.token, Some(0))
        })
        .collect();
    for stream in &streams {
        stream.until_open(PATIENCE).await;
    }
    let through = balancer.clone();
    let mut load = Load::start(
        &replicas.caller,
        &replicas.token,
        &replicas.conversations,
        ARRIVING,
        Arc::new(move || through.pick()),
    );
    for server in &replicas.servers {
        let ended = server.stop(PATIENCE).await;
        assert!(ended.success(), "{ended}");
        server.start().await;
        all_ready().await;
    }
    load.end().await;
    let again = settle(
        &replicas.caller,
        &replicas.servers[0].url,
        &replicas.token,
        &replicas.graph,
        PATIENCE,
    )
    .await;
    assert!(
        again.is_empty(),
        "every send ended before its server did: {again:?}"
    );

    let (arrived, queued) = (load.inbound.acknowledged(), load.outbound.acknowledged());
    let stored = replicas.stored().await;
    assert_once("stored", stored.keys(), &stored);
    assert_once("stored", arrived.union(&queued), &stored);
    assert_once("gone out", &queued, &replicas.sent());
    let end = replicas.end_of_log().await;
    let mut absences = Vec::new();
    for (number, stream) in streams.iter().enumerate() {
        stream.until_at(end, PATIENCE).await;
        let heard = stream.heard();
        heard.assert_whole(&format!("stream {number}"), end);
        absences.extend(heard.absences);
    }
    assert!(absences.len() >= STREAMS, "streams were cut: {absences:?}");
    let longest = absences.iter().max().unwrap();
    assert!(*longest < ABSENCE, "a stream was away for {longest:?}");
    println!(
        "counts: {SERVERS} restarts; {} messages taken, {} deliveries repeated; {} sent, {} sends repeated; {STREAMS} streams cut {} \
         times, the longest for {longest:?}",
        arrived.len(),
        load.inbound.refusals(),
        queued.len(),
        load.outbound.refusals(),
        absences.len(),
    );
}
