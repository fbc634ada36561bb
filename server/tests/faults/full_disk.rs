//! No room for the database: what cannot be stored is refused and comes again, and when there is room everything goes on by itself.

use crate::processes::{
    Caller, Disk, FakeGraph, Inbound, Installation, Postgres, Replica, texts, until,
};
use futures::future::{join, join_all};
use std::collections::BTreeSet;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);
const PHONE: &str = "5511999";
/// Taken while there is room.
const BEFORE: u32 = 20;
/// So many fit at most into what is left in pages and logs that are there already.
const AT_MOST: u32 = 5_000;
/// Tried together while there is no room.
const MORE: u32 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_under_sqlite_loses_nothing() {
    let disk = Disk::of("12m");
    let installation = Installation::in_folder(disk.path());
    outlive(&disk, installation, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_under_postgres_loses_nothing() {
    let Some((disk, postgres)) = small_postgres() else {
        return;
    };
    let url = postgres.database().await;
    outlive(&disk, Installation::on_postgres(&url), None).await;
}

/// PostgreSQL itself gives up when there is no room for its log.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_postgres_that_dies_of_a_full_disk_loses_nothing() {
    let Some((disk, postgres)) = small_postgres() else {
        return;
    };
    let url = postgres.database().await;
    outlive(&disk, Installation::on_postgres(&url), Some(&postgres)).await;
}

fn small_postgres() -> Option<(Disk, Postgres)> {
    let disk = Disk::of("160m");
    if matches!(disk, Disk::Limited(_)) {
        println!("skipped: PostgreSQL's full disk needs a file system of its own");
        return None;
    }
    let postgres = Postgres::in_folder(&disk.path().join("data"));
    Some((disk, postgres))
}

/// The disk is filled and emptied; where a server of PostgreSQL is named, it dies of it, and an operator starts it again.
async fn outlive(disk: &Disk, mut installation: Installation, dying: Option<&Postgres>) {
    let graph = FakeGraph::start().await;
    installation.furnish(&graph.base_url());
    let caller = installation.caller();
    let server = disk.server(installation.replica("server"));
    server.start().await;
    graph.report_to(vec![server.webhook_url()]);
    let process = server.id();

    let mut acknowledged = BTreeSet::new();
    for number in 0..BEFORE {
        let text = format!("before-{number}");
        assert_eq!(deliver(&server, &caller, &text).await, 200);
        acknowledged.insert(text);
    }
    let token = caller.token(&server.url).await;
    let conversation =
        caller.conversations(&server.url, &token).await[&format!("+{PHONE}")].clone();
    let send = async |text: &str| {
        let answer = caller.send(&server.url, &token, &conversation, text).await;
        answer.expect("an answer").status
    };
    assert_eq!(send("out-before").await, 200);

    disk.fill();
    if let Some(postgres) = dying {
        postgres.write_until_it_dies().await;
    }
    let mut refused = Vec::new();
    if dying.is_none() {
        for number in 0..AT_MOST {
            let text = format!("full-{number}");
            if deliver(&server, &caller, &text).await != 200 {
                refused.push(text);
                break;
            }
            acknowledged.insert(text);
        }
        assert!(!refused.is_empty(), "the disk is full");
    }
    let more: Vec<String> = (0..MORE).map(|number| format!("more-{number}")).collect();
    let answers = join_all(more.iter().map(|text| deliver(&server, &caller, text)));
    let (answers, of_send) = join(answers, send("out-full")).await;
    for (text, status) in more.iter().zip(answers) {
        // A small one may still fit somewhere.
        if status == 200 {
            acknowledged.insert(text.clone());
        } else {
            refused.push(text.clone());
        }
    }
    assert!([200, 503].contains(&of_send), "{of_send}");
    server.until_readiness_is(503, SOON).await;
    for _ in 0..10 {
        assert_eq!(server.status("/readyz").await, Some(503), "still full");
    }
    assert_eq!(server.status("/healthz").await, Some(200));
    if dying.is_none() {
        let list = caller.list(&server.url, &token).await.expect("an answer");
        assert_eq!(list.status, 200, "what is stored can be read: {list:?}");
    }

    disk.make_room(&server);
    if let Some(postgres) = dying {
        postgres.restart_at_once();
    }
    server.until_readiness_is(200, SOON).await;
    for text in &refused {
        assert_eq!(
            deliver(&server, &caller, text).await,
            200,
            "delivered again"
        );
    }
    assert_eq!(send("out-full").await, 200, "tried again");
    until("both messages are out", SOON, async || {
        let counts = graph.sent();
        (counts.len() == 2 && counts.values().all(|count| *count == 1)).then_some(())
    })
    .await;
    assert_eq!(server.id(), process, "the same process");

    // What is there is on disk.
    server.kill();
    server.start().await;
    let stored = texts(&caller.thread(&server.url, &token, &conversation).await);
    let (counted, later) = (acknowledged.len(), refused.len());
    acknowledged.extend(refused);
    for text in &acknowledged {
        assert_eq!(stored.get(text), Some(&1), "{text}");
    }
    assert_eq!(stored.len(), acknowledged.len() + 2, "and nothing else");
    println!(
        "counts: {counted} messages taken, {} of them on the full disk; {later} refused and taken later",
        counted - BEFORE as usize
    );
}

/// The status of the answer; a refusal says when to come again.
async fn deliver(server: &Replica, caller: &Caller, text: &str) -> u16 {
    let message = Inbound { text, from: PHONE };
    let answer = caller
        .deliver(&server.url, message)
        .await
        .expect("an answer");
    match answer.status {
        200 => {}
        503 => assert_eq!(answer.retry_after, Some(1), "{answer:?}"),
        _ => panic!("{answer:?}"),
    }
    answer.status
}
