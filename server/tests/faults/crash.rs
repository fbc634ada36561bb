//! `kill -9`, again and again, in the middle of taking webhooks and of sending: what was acknowledged is there once, what was
//! queued went out once.

use crate::processes::{FakeGraph, Inbound, Installation, Ledger, settle, texts};
use std::sync::Arc;
use std::time::Duration;

const KILLS: u32 = 50;
const PATIENCE: Duration = Duration::from_mins(1);
const PHONE: &str = "5511999";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_and_nothing_goes_out_twice() {
    let graph = FakeGraph::start().await;
    let mut installation = Installation::on_sqlite();
    installation.furnish(&graph.base_url());
    let caller = installation.caller();
    let server = Arc::new(installation.replica("server"));
    graph.report_to(vec![server.webhook_url()]);
    let inbound = Arc::new(Ledger::default());
    let outbound = Arc::new(Ledger::default());

    server.start().await;
    let first = Inbound {
        text: "first",
        from: PHONE,
    };
    let begun = caller.deliver(&server.url, first).await;
    assert!(begun.is_some_and(|answer| answer.is_good()));
    let token = caller.token(&server.url).await;
    let conversations = caller.conversations(&server.url, &token).await;
    let conversation = conversations.values().next().unwrap().clone();
    server.kill();

    for round in 0..KILLS {
        server.start().await;
        let work = (0..4).map(|lane| {
            let (server, token, conversation) =
                (server.clone(), token.clone(), conversation.clone());
            let (inbound, outbound, caller) = (inbound.clone(), outbound.clone(), caller.clone());
            tokio::spawn(async move {
                while server.is_running() {
                    if lane % 2 == 0 {
                        let text = inbound.next("in");
                        let message = Inbound {
                            text: &text,
                            from: PHONE,
                        };
                        let answer = caller.deliver(&server.url, message).await;
                        inbound.answered(text, answer.is_some_and(|answer| answer.is_good()));
                    } else {
                        let text = outbound.next("out");
                        let answer = caller.send(&server.url, &token, &conversation, &text).await;
                        outbound.answered(text, answer.is_some_and(|answer| answer.is_good()));
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
            })
        });
        let work: Vec<_> = work.collect();
        // Every kill at another point of the work.
        tokio::time::sleep(Duration::from_millis(20 + u64::from(round * 37 % 90))).await;
        server.kill();
        for lane in work {
            lane.await.unwrap();
        }
    }

    server.start().await;
    settle(&caller, &server.url, &token, &graph, PATIENCE).await;

    let thread = caller.thread(&server.url, &token, &conversation).await;
    let stored = texts(&thread);
    for (name, count) in &stored {
        assert_eq!(*count, 1, "{name} is there {count} times");
    }
    let lost: Vec<_> = [&inbound, &outbound]
        .into_iter()
        .flat_map(|ledger| ledger.acknowledged())
        .filter(|name| !stored.contains_key(name))
        .collect();
    assert_eq!(lost, Vec::<String>::new(), "acknowledged and lost");

    let sent = graph.sent();
    let queued: Vec<_> = stored
        .keys()
        .filter(|name| name.starts_with("out-"))
        .collect();
    let wrong: Vec<_> = queued
        .iter()
        .map(|name| (name, sent.get(name.as_str()).copied().unwrap_or(0)))
        .filter(|(_, count)| *count != 1)
        .collect();
    assert!(
        wrong.is_empty(),
        "queued, and gone out another number of times than once: {wrong:?}"
    );
    assert!(
        sent.keys().all(|name| stored.contains_key(name)),
        "nothing went out that is not stored"
    );

    let (messages, sends) = (inbound.count(), queued.len());
    println!("counts: {KILLS} kills, {messages} messages taken, {sends} sent");
    assert!(
        messages > 100 && sends > 100,
        "the test was busy: {messages} messages, {sends} sends"
    );
}
