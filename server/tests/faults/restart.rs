//! The database restarts, as after a crash, in the middle of 5,000 webhooks to two servers.

use crate::processes::{Follower, Inbound, Ledger, Postgres, Replicas, assert_once, phone, until};
use futures::future::join_all;
use std::sync::Arc;
use std::time::{Duration, Instant};

const MESSAGES: u32 = 5_000;
/// Deliveries under way at once.
const LANES: usize = 24;
const PEOPLE: usize = 10;
/// The database goes when so many are acknowledged.
const RESTARTS: [usize; 2] = [1_500, 3_500];
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_restarts_loses_no_webhook() {
    let postgres = Postgres::durable();
    let replicas = Replicas::start(&postgres, 2, &[], PEOPLE).await;
    let urls = replicas.urls();
    let streams: Vec<_> = urls
        .iter()
        .map(|url| Follower::on(url, &replicas.token, Some(0)))
        .collect();
    for stream in &streams {
        stream.until_open(PATIENCE).await;
    }

    let begun = Instant::now();
    let ledger = Arc::new(Ledger::default());
    let lanes = (0..LANES).map(|lane| {
        let (ledger, caller, urls) = (ledger.clone(), replicas.caller.clone(), urls.clone());
        tokio::spawn(async move {
            let from = phone(lane % PEOPLE);
            let mut turn = lane;
            while let Some(text) = ledger.next_of("in", MESSAGES) {
                // Meta delivers again what was not answered with 200, to whichever server the balancer takes.
                turn += 1;
                let message = Inbound {
                    text: &text,
                    from: &from,
                };
                let answer = caller.deliver(&urls[turn % urls.len()], message).await;
                ledger.answered(text, answer.is_some_and(|answer| answer.is_good()));
            }
        })
    });
    let lanes: Vec<_> = lanes.collect();
    for count in RESTARTS {
        until("the next restart is due", PATIENCE, async || {
            (ledger.count() >= count).then_some(())
        })
        .await;
        tokio::task::block_in_place(|| postgres.restart_at_once());
    }
    for lane in join_all(lanes).await {
        lane.unwrap();
    }
    let took = begun.elapsed();

    assert_eq!(ledger.count(), MESSAGES as usize, "all are acknowledged");
    let stored = replicas.stored().await;
    assert_eq!(stored.len(), MESSAGES as usize + PEOPLE);
    assert_once("stored", stored.keys(), &stored);
    assert_once("stored", &ledger.acknowledged(), &stored);
    let end = replicas.end_of_log().await;
    for (number, stream) in streams.iter().enumerate() {
        stream.until_at(end, PATIENCE).await;
        stream
            .heard()
            .assert_whole(&format!("stream {number}"), end);
    }
    for server in &replicas.servers {
        server.until_readiness_is(200, PATIENCE).await;
    }
    println!(
        "counts: {MESSAGES} webhooks in {took:?}, {} restarts, {} delivered again; {end} events on each of 2 streams, opened {} times",
        RESTARTS.len(),
        ledger.refusals(),
        streams
            .iter()
            .map(|stream| stream.heard().openings)
            .sum::<u32>(),
    );
}
