//! What holds over all servers: access that is taken away, limits, jobs.

use crate::processes::{Database, FakeGraph, Follower, Installation, Postgres, Replica, until};
use futures::future::join_all;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(10);
/// Revocations that are timed.
const ROUNDS: usize = 5;
/// What one key may mint at once, and how many more each second.
const BURST: u64 = 100;
const PER_SECOND: u64 = 10;

async fn two_servers(url: &str) -> (Installation, [Replica; 2]) {
    let graph = FakeGraph::start().await;
    let mut installation = Installation::on_postgres(url);
    installation.furnish(&graph.base_url());
    let servers = ["one", "two"].map(|name| installation.replica(name));
    for server in &servers {
        server.start().await;
    }
    (installation, servers)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_revocation_reaches_every_stream_within_a_second() {
    let url = Postgres::shared().database().await;
    let (installation, servers) = two_servers(&url).await;
    let mut database = Database::of_url(&url).await;
    let mut longest = Duration::ZERO;
    for _ in 0..ROUNDS {
        let (key, id) = installation.another_key();
        let caller = installation.caller().with_key(&key);
        // Minted on one, open on both.
        let token = caller.token(&servers[0].url).await;
        let streams = servers
            .each_ref()
            .map(|server| Follower::on(&server.url, &token, None));
        for stream in &streams {
            stream.until_open(SOON).await;
        }
        // As `key revoke` does it, without the time that a process takes to start and end.
        database
            .execute(&format!(
                "BEGIN; UPDATE api_keys SET revoked_at = 1 WHERE id = '{id}'; UPDATE access_epoch SET epoch = epoch + 1; COMMIT"
            ))
            .await;
        let revoked = Instant::now();
        for stream in &streams {
            let ended = stream.until_ended(SOON).await;
            longest = longest.max(ended.saturating_duration_since(revoked));
        }
        for server in &servers {
            let refused = caller.list(&server.url, &token).await.expect("an answer");
            assert_eq!(refused.status, 401, "{refused:?}");
        }
    }
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    println!("counts: {ROUNDS} revocations, 2 streams each, the slowest after {longest:?}");
}

/// The same through the command line.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_that_is_revoked_ends_streams_on_every_server() {
    let url = Postgres::shared().database().await;
    let (installation, servers) = two_servers(&url).await;
    let token = installation.caller().token(&servers[0].url).await;
    let streams = servers
        .each_ref()
        .map(|server| Follower::on(&server.url, &token, None));
    for stream in &streams {
        stream.until_open(SOON).await;
    }
    let revoked = installation.run(&["key", "revoke", &installation.key_id]);
    assert_eq!(revoked.stdout, "revoked\n", "{}", revoked.stderr);
    let done = Instant::now();
    for stream in &streams {
        let ended = stream.until_ended(SOON).await;
        assert!(ended.saturating_duration_since(done) < Duration::from_secs(1));
    }
    println!("counts: 2 streams ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limit_counts_over_both_servers() {
    let url = Postgres::shared().database().await;
    let (installation, servers) = two_servers(&url).await;
    let (key, _) = installation.another_key();
    let caller = installation.caller().with_key(&key);
    let begun = Instant::now();
    let mints = (0..2 * BURST).map(|number| {
        let server = &servers[usize::try_from(number % 2).unwrap()];
        caller.mint(&server.url, 900)
    });
    let answers: Vec<_> = join_all(mints).await.into_iter().flatten().collect();
    let most = BURST + PER_SECOND * (begun.elapsed().as_secs() + 1);
    assert_eq!(answers.len() as u64, 2 * BURST, "each was answered");
    let minted = answers.iter().filter(|answer| answer.status == 201).count() as u64;
    let limited = answers.iter().filter(|answer| answer.status == 429).count() as u64;
    assert_eq!(minted + limited, 2 * BURST);
    assert!(
        (BURST..=most).contains(&minted),
        "{minted} minted, at most {most}"
    );
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 || answer.retry_after >= Some(1)),
        "a refusal says when to come again"
    );
    println!(
        "counts: {minted} minted, {limited} refused in {:?}",
        begun.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scheduled_job_runs_once() {
    let url = Postgres::shared().database().await;
    let installation = Installation::on_postgres(&url);
    assert_eq!(installation.run(&["migrate"]).code, Some(0));
    let mut database = Database::of_url(&url).await;
    // Whoever gets the job writes its row, and nobody else does. An ask is noted with its answer, in one transaction.
    database
        .execute(
            "INSERT INTO jobs (name, due_at) VALUES ('prune', 0);
             CREATE TABLE job_runs (name text);
             CREATE FUNCTION note_run() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN INSERT INTO job_runs VALUES (NEW.name); RETURN NEW; END $$;
             CREATE TRIGGER note_run AFTER INSERT OR UPDATE ON jobs FOR EACH ROW WHEN (NEW.due_at > 0)
               EXECUTE FUNCTION note_run();
             CREATE TABLE job_asks (name text);
             CREATE FUNCTION note_ask() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN INSERT INTO job_asks VALUES (NEW.name); RETURN NEW; END $$;
             CREATE TRIGGER note_ask BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION note_ask()",
        )
        .await;
    for round in 1..=ROUNDS {
        let servers =
            ["one", "two", "three"].map(|name| installation.replica(&format!("{name}-{round}")));
        // They all stand at the door before it opens.
        let mut door = Database::of_url(&url).await;
        door.execute("BEGIN; SELECT FROM jobs WHERE name = 'prune' FOR UPDATE")
            .await;
        for server in &servers {
            server.start().await;
        }
        until("three servers ask for the job", SOON, async || {
            (asking(&mut database).await == 3).then_some(())
        })
        .await;
        door.execute("COMMIT").await;
        until("all have their answer", SOON, async || {
            let answered = "SELECT count(*) FROM job_asks WHERE name = 'prune'";
            (usize::try_from(database.number(answered).await).unwrap() == 3 * round).then_some(())
        })
        .await;
        let runs = database
            .number("SELECT count(*) FROM job_runs WHERE name = 'prune'")
            .await;
        assert_eq!(usize::try_from(runs).unwrap(), round, "once each time");
        database
            .execute("UPDATE jobs SET due_at = 0 WHERE name = 'prune'")
            .await;
    }
    println!("counts: {ROUNDS} rounds of 3 servers, {ROUNDS} runs");
}

/// How many servers stand at the door.
async fn asking(database: &mut Database) -> i64 {
    database
        .number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
             AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO jobs%'",
        )
        .await
}
