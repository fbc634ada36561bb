//! Durable ingest: signed webhooks under load, then the server is killed and what it acknowledged is counted on disk.

use super::Bench;
use crate::Outcome;
use crate::meta::{Text, delivery, sentence};
use crate::table::{Budget, Row, Unit};
use crate::wrk::Load;
use pilot_inbox::installation::database_file;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;
const BODY: usize = 100;
/// More than any machine of today takes; the load stops early rather than repeat a message.
const SINGLES_PER_SECOND: usize = 15_000;
const BODIES_PER_SECOND: usize = 400;
/// Customers who write; they have conversations already.
const CUSTOMERS: usize = 5_000;

pub(super) async fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let commits = commits_per_second(bench.ground.path()).await?;
    let seconds = usize::try_from(bench.plan.ingest_seconds)?;
    let singles = run(bench, "single", 1, SINGLES_PER_SECOND * seconds).await?;
    let bodies = run(bench, "hundred", BODY, BODIES_PER_SECOND * seconds).await?;
    let row = |what: &str, rate: f64, measured: &Ingest| {
        Row::new(what, Unit::PerSecond, rate)
            .beside(format!(
                "p50 {:.2}, p99 {:.2} ms; {} acknowledged, {} on disk after a kill",
                measured.p50, measured.p99, measured.acknowledged, measured.stored
            ))
            .limit(commits, "synced commits of one row, one after another")
    };
    #[expect(clippy::cast_precision_loss, reason = "a hundred")]
    Ok(vec![
        row(
            &format!("durable webhooks, {CONNECTIONS} connections"),
            singles.rate,
            &singles,
        )
        .budget(Budget::AtLeast(1_500.0)),
        row(
            &format!("durable messages, bodies of {BODY}"),
            bodies.rate * BODY as f64,
            &bodies,
        )
        .budget(Budget::AtLeast(5_000.0)),
    ])
}

struct Ingest {
    rate: f64,
    p50: f64,
    p99: f64,
    acknowledged: i64,
    stored: i64,
}

async fn run(bench: &Bench, name: &str, size: usize, bodies: usize) -> Outcome<Ingest> {
    let inbox = bench.inbox(&bench.many).start().await?;
    let now = jiff::Timestamp::now().as_second();
    let calls = (0..bodies).map(|body| {
        let texts: Vec<Text> = (body * size..(body + 1) * size)
            .map(|index| Text {
                customer: index * 7919 % CUSTOMERS,
                id: format!("{name}-{index:08}"),
                body: sentence(index),
                at: now,
            })
            .collect();
        delivery(&texts)
    });
    let load = Load::prepare(bench.ground.path(), name, inbox.address, CONNECTIONS, calls)?.once();
    let measured = load.run(bench.plan.ingest_seconds).await?;
    inbox.kill().await?;
    let stored = stored(&database_file(&bench.many.data_dir), name).await?;
    let acknowledged = i64::try_from(measured.answers)? * i64::try_from(size)?;
    let sent = i64::try_from(bodies * size)?;
    if stored < acknowledged.min(sent) {
        return Err(
            format!("{acknowledged} messages were acknowledged and {stored} are stored").into(),
        );
    }
    Ok(Ingest {
        rate: measured.rate,
        p50: measured.p50,
        p99: measured.p99,
        acknowledged,
        stored,
    })
}

async fn stored(database: &Path, name: &str) -> Outcome<i64> {
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await?;
    let count = sqlx::query_scalar("SELECT count(*) FROM messages WHERE provider_id LIKE ?")
        .bind(format!("wamid.{name}-%"))
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(count)
}

/// What this disk takes when nothing is put together.
async fn commits_per_second(folder: &Path) -> Outcome<f64> {
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("commits.sqlite3"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        .execute(&mut connection)
        .await?;
    let began = Instant::now();
    let mut count = 0u32;
    while began.elapsed() < Duration::from_secs(1) {
        sqlx::query("INSERT INTO rows (text) VALUES (?)")
            .bind(sentence(7))
            .execute(&mut connection)
            .await?;
        count += 1;
    }
    let rate = f64::from(count) / began.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(rate)
}
