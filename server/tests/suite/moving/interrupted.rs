//! A move that is stopped goes on, and what changed meanwhile is noticed.

use super::equal::assert_same;
use super::house::House;
use super::{Deaf, Stop, moved, moved_until, plan};
use crate::support::eventually;
use crate::support::postgres::FreshDatabase;
use pilot_inbox::moving::{is_unfinished, run};
use pilot_inbox::store::postgres::PostgresStore;
use sqlx::{AssertSqlSafe, PgConnection};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

#[tokio::test]
async fn stopped_after_every_batch_it_still_arrives() {
    let house = House::furnished().await;
    let target = FreshDatabase::bare().await;
    let mut last = 0;
    let mut stops = 0;
    let summary = loop {
        let (already, end) = moved_until(Stop::AfterABatch, &house, &target).await;
        assert!(
            already > last || stops == 0,
            "{already} rows after {last}: nothing is moved twice"
        );
        last = already;
        match end {
            None => stops += 1,
            Some(summary) => break summary.unwrap(),
        }
        assert!(is_unfinished(&mut target.connect().await).await.unwrap());
    };
    // On a busy machine more than one batch is moved before it hears of the stop.
    assert!(stops > 5, "only {stops} stops");
    assert!(summary.resumed);
    assert_eq!(
        summary.replaced.values().sum::<u64>(),
        4,
        "counted over all runs: {:?}",
        summary.replaced
    );
    assert_same(&house.file, &target).await;
}

#[tokio::test]
async fn no_server_starts_on_half_of_it() {
    let house = House::furnished().await;
    let target = FreshDatabase::bare().await;
    let (_, end) = moved_until(Stop::AfterABatch, &house, &target).await;
    assert!(end.is_none());
    let refused = PostgresStore::migrate(&target.settings())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("has not ended"), "{refused}");
}

#[tokio::test]
async fn a_process_that_was_killed_in_the_middle_of_a_table_goes_on() {
    let house = House::furnished().await;
    let target = FreshDatabase::create().await;
    let mut other = target.connect().await;
    // Whoever writes the same key waits for this transaction.
    let tenant = house.app.acme.id.as_str();
    execute(
        &mut other,
        &format!("BEGIN; INSERT INTO events VALUES ('{tenant}', 1, '', '', 0)"),
    )
    .await;
    let mut process = start(&house.file, &target);
    let mut onlooker = target.connect().await;
    eventually_waits(&mut onlooker).await;
    process.kill().unwrap();
    process.wait().unwrap();
    execute(&mut other, "ROLLBACK").await;
    let state: String = sqlx::query_scalar("SELECT state FROM data_move")
        .fetch_one(&mut onlooker)
        .await
        .unwrap();
    assert!(state.contains("\"table\":\"events\""), "{state}");

    let output = start(&house.file, &target).wait_with_output().unwrap();
    let (said, printed) = words(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("of them there already"), "{said}");
    assert!(said.contains("comparing messages"), "{said}");
    assert!(
        printed.contains("going on with an earlier run"),
        "{printed}"
    );
    assert!(
        printed.contains("messages.text: NUL characters replaced by U+FFFD in 1 row(s)"),
        "{printed}"
    );
    let secret = house.file.with_file_name("signing-secret");
    assert!(
        printed.contains(&format!("{}", secret.display()))
            && printed.contains("PILOT_SIGNING_SECRET"),
        "{printed}"
    );
    assert_same(&house.file, &target).await;
}

#[tokio::test]
async fn what_was_changed_in_the_target_is_found() {
    for (damage, found) in [
        (
            "UPDATE messages SET text = text || ' ' WHERE id = (SELECT min(id) FROM messages WHERE text IS NOT NULL) RETURNING id",
            "messages has another text in the row with the key {}",
        ),
        (
            "UPDATE messages SET failure_retryable = NOT failure_retryable WHERE id = (SELECT min(id) FROM messages WHERE failure_retryable) \
             RETURNING id",
            "messages has another failure_retryable in the row with the key {}",
        ),
        (
            "UPDATE embed_sessions SET origins = ARRAY['https://evil.test'] || origins WHERE id = (SELECT min(id) FROM embed_sessions) \
             RETURNING id",
            "embed_sessions has another origins in the row with the key {}",
        ),
        (
            "DELETE FROM events WHERE seq = 3 RETURNING tenant_id || ', 3'",
            "events lacks the row with the key {} on PostgreSQL",
        ),
        (
            "INSERT INTO inspections VALUES ('zzz', '', '', 0) RETURNING id",
            "inspections has a row with the key {} on PostgreSQL only",
        ),
    ] {
        let house = House::furnished().await;
        let target = FreshDatabase::bare().await;
        let (_, end) = moved_until(Stop::BeforeComparing, &house, &target).await;
        assert!(end.is_none());
        let mut connection = target.connect().await;
        let keys: Vec<String> = sqlx::query_scalar(AssertSqlSafe(damage))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let key = keys.iter().min().unwrap();
        let error = moved(&house, &target).await.unwrap_err().to_string();
        assert!(error.contains(&found.replace("{}", key)), "{error}");
        assert!(error.contains("--start-over"), "{error}");
        assert!(is_unfinished(&mut connection).await.unwrap());
        drop(connection);

        let mut anew = plan(&house.file, &target);
        anew.start_over = true;
        assert!(!run(&anew, &mut Deaf).await.unwrap().resumed);
        assert_same(&house.file, &target).await;
    }
}

#[tokio::test]
async fn a_source_that_was_used_meanwhile_is_moved_anew_only() {
    let mut house = House::furnished().await;
    let target = FreshDatabase::bare().await;
    moved_until(Stop::AfterABatch, &house, &target).await;
    house.app.restart().await;
    let before = house.app.database().await.number(POSITION).await;
    let text = crate::support::meta::one_text("100", "wamid.late", "5599", 1_700_000_099, "late");
    house.app.deliver(&text).await;
    house.app.state.store.close().await;

    let error = moved(&house, &target).await.unwrap_err().to_string();
    let acme = house.app.acme.id.as_str();
    assert!(
        error.contains(&format!(
            "the log of {acme} was at {before} when the move began and is at {}",
            before + 1
        )),
        "{error}"
    );
    let mut anew = plan(&house.file, &target);
    anew.start_over = true;
    run(&anew, &mut Deaf).await.unwrap();
    assert_same(&house.file, &target).await;
}

#[tokio::test]
async fn another_source_does_not_go_on_with_it() {
    let (house, other) = (House::furnished().await, House::bare().await);
    let target = FreshDatabase::bare().await;
    moved_until(Stop::AfterABatch, &house, &target).await;
    let error = moved(&other, &target).await.unwrap_err().to_string();
    assert!(error.contains("it has other workspaces"), "{error}");
    moved(&house, &target).await.unwrap();
    assert_same(&house.file, &target).await;
}

/// Acme is the first tenant.
const POSITION: &str = "SELECT seq FROM tenants ORDER BY id LIMIT 1";

fn start(file: &Path, target: &FreshDatabase) -> Child {
    Command::new(env!("CARGO_BIN_EXE_pilot-inbox"))
        .args([
            "migrate-data",
            "--from",
            &format!("sqlite:{}", file.display()),
        ])
        .env("DATABASE_URL", target.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a process said on standard error, and on standard output.
fn words(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stderr), text(&output.stdout))
}

async fn execute(connection: &mut PgConnection, statements: &str) {
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(connection)
        .await
        .unwrap();
}

/// Until a connection to this database waits for another.
pub async fn eventually_waits(onlooker: &mut PgConnection) {
    let onlooker = tokio::sync::Mutex::new(onlooker);
    eventually("the move to wait", || async {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        .fetch_one(&mut **onlooker.lock().await)
        .await
        .unwrap();
        (waiting > 0).then_some(())
    })
    .await;
}
