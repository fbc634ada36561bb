//! What is not moved, and what is said about it. Nothing is changed on either side then.

use super::equal::postgres;
use super::house::House;
use super::{Deaf, plan, refusal};
use crate::support::TestApp;
use crate::support::postgres::FreshDatabase;
use pilot_inbox::installation::database_file;
use pilot_inbox::moving::run;
use sqlx::AssertSqlSafe;
use url::Url;

#[tokio::test]
async fn a_source_that_a_server_uses() {
    let app = TestApp::on_sqlite().await;
    let target = FreshDatabase::bare().await;
    let file = database_file(&app.dir.path().join("data"));
    let error = refusal(&file, &target).await;
    assert!(
        error.contains("is in use. Stop the server on it"),
        "{error}"
    );
    assert_is_bare(&target).await;
}

#[tokio::test]
async fn a_source_that_is_none() {
    let target = FreshDatabase::bare().await;
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.sqlite3");
    let error = refusal(&missing, &target).await;
    assert!(error.contains("there is no database file"), "{error}");
    assert!(!missing.exists(), "nothing is made by looking");
    assert!(
        refusal(dir.path(), &target)
            .await
            .contains("there is no database file")
    );
    let text = dir.path().join("notes.txt");
    std::fs::write(
        &text,
        "a text that is long enough to be looked at ".repeat(20),
    )
    .unwrap();
    let empty = dir.path().join("empty.sqlite3");
    std::fs::write(&empty, "").unwrap();
    for file in [text, empty] {
        let error = refusal(&file, &target).await;
        assert!(
            error.contains("is not a database of Pilot Inbox"),
            "{error}"
        );
    }
    assert_is_bare(&target).await;
}

#[tokio::test]
async fn a_source_of_another_program() {
    for (change, words) in [
        (
            "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
            "was last used by an older program. Bring it up to date first: pilot-inbox migrate",
        ),
        (
            "INSERT INTO _sqlx_migrations SELECT 9999, 'later', installed_on, 1, x'00', 0 FROM _sqlx_migrations LIMIT 1",
            "was last used by a newer program",
        ),
        (
            "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1",
            "is not a database of Pilot Inbox",
        ),
        (
            "CREATE TABLE notes (id TEXT PRIMARY KEY) STRICT",
            "does not know how to move the table notes",
        ),
    ] {
        let house = House::bare().await;
        house.app.database().await.execute(change).await;
        let target = FreshDatabase::bare().await;
        let error = refusal(&house.file, &target).await;
        assert!(error.contains(words), "{error}");
        assert_is_bare(&target).await;
    }
}

#[tokio::test]
async fn a_key_that_postgres_cannot_hold() {
    let house = House::bare().await;
    house
        .app
        .database()
        .await
        .execute("INSERT INTO held_statuses (number_id, provider_id, status, at, received_at) VALUES ('wn_1', 'wamid' || char(0), 'sent', 0, 0)")
        .await;
    let target = FreshDatabase::bare().await;
    let error = refusal(&house.file, &target).await;
    assert!(
        error.contains("cannot move a row of held_statuses (key: wn_1, wamid\\0, sent)"),
        "{error}"
    );
    house
        .app
        .database()
        .await
        .execute("DELETE FROM held_statuses")
        .await;
    let error = refusal(&house.file, &target).await;
    assert!(
        error.contains("held_statuses had 1 rows when the move began and has 0"),
        "{error}"
    );
    let mut anew = plan(&house.file, &target);
    anew.start_over = true;
    run(&anew, &mut Deaf).await.unwrap();
}

#[tokio::test]
async fn a_target_that_is_not_empty() {
    let house = House::bare().await;
    let target = FreshDatabase::create().await;
    execute(
        &target,
        "INSERT INTO tenants VALUES ('tenant_1', 'Initech', 0, 0)",
    )
    .await;
    let before = postgres(&target).await;
    for start_over in [false, true] {
        let mut plan = plan(&house.file, &target);
        plan.start_over = start_over;
        let error = run(&plan, &mut Deaf).await.unwrap_err().to_string();
        assert!(
            error.contains("is not empty: its table tenants has rows"),
            "{error}"
        );
    }
    assert_eq!(postgres(&target).await, before);

    // Of an older program, whose schema is not brought up to date before it is refused.
    execute(&target, "DROP TABLE events; DELETE FROM _sqlx_migrations").await;
    assert!(refusal(&house.file, &target).await.contains("is not empty"));

    let others = FreshDatabase::bare().await;
    execute(&others, "CREATE TABLE invoices (id text)").await;
    let error = refusal(&house.file, &others).await;
    assert!(
        error.contains("it has tables of another program, such as invoices"),
        "{error}"
    );
}

#[tokio::test]
async fn a_target_that_was_moved_into() {
    let house = House::bare().await;
    let target = FreshDatabase::bare().await;
    run(&plan(&house.file, &target), &mut Deaf).await.unwrap();
    let error = refusal(&house.file, &target).await;
    assert!(error.contains("is not empty"), "{error}");
}

#[tokio::test]
async fn a_target_of_another_program() {
    for (change, words) in [
        (
            "INSERT INTO _sqlx_migrations VALUES (9999, 'later', now(), true, '\\x00', 0)",
            "was last used by a newer program",
        ),
        (
            "ALTER TABLE messages ADD COLUMN note text",
            "does not know how to move the column messages.note",
        ),
    ] {
        let house = House::bare().await;
        let target = FreshDatabase::create().await;
        execute(&target, change).await;
        let error = refusal(&house.file, &target).await;
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_target_into_which_another_move_runs() {
    let house = House::bare().await;
    let target = FreshDatabase::create().await;
    // The first one waits here, in the middle.
    let mut other = target.connect().await;
    sqlx::raw_sql("BEGIN; LOCK TABLE installation IN EXCLUSIVE MODE")
        .execute(&mut other)
        .await
        .unwrap();
    let elsewhere = House::bare().await;
    let (first, mut watch) = (plan(&elsewhere.file, &target), Deaf);
    let second = async {
        let mut onlooker = target.connect().await;
        super::interrupted::eventually_waits(&mut onlooker).await;
        let error = refusal(&house.file, &target).await;
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        error
    };
    let (moved, error) = tokio::join!(run(&first, &mut watch), second);
    moved.unwrap();
    assert!(error.contains("another move into"), "{error}");
}

#[tokio::test]
async fn a_target_that_cannot_be_reached() {
    let house = House::bare().await;
    let target = FreshDatabase::bare().await;
    let named = |change: &dyn Fn(&mut Url)| {
        let mut url: Url = target.url().parse().unwrap();
        change(&mut url);
        url.to_string()
    };
    for (to, words) in [
        (
            "mysql://localhost/inbox".to_owned(),
            "--to must be a PostgreSQL address",
        ),
        (
            "postgres://localhost:port/inbox".to_owned(),
            "--to must be a PostgreSQL address",
        ),
        // Nobody listens on that port.
        (
            "postgres://pilot:hidden@127.0.0.1:9/inbox".to_owned(),
            "on 127.0.0.1:9: error communicating with database",
        ),
        (
            named(&|url| url.set_path("nowhere")),
            "Make it first: CREATE DATABASE nowhere OWNER pilot",
        ),
        (
            named(&|url| url.set_username("nobody").unwrap()),
            "Check user and password in --to",
        ),
    ] {
        let mut plan = plan(&house.file, &target);
        plan.to = to;
        let error = run(&plan, &mut Deaf).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }
}

#[tokio::test]
async fn a_target_without_the_rights() {
    let house = House::bare().await;
    let target = FreshDatabase::bare().await;
    execute(
        &target,
        "DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    .await;
    let mut url: Url = target.url().parse().unwrap();
    url.set_username("guest").unwrap();
    let mut plan = plan(&house.file, &target);
    plan.to = url.into();
    let error = run(&plan, &mut Deaf).await.unwrap_err().to_string();
    assert!(
        error.contains(
            "permission denied for schema public. Make the user its owner: ALTER DATABASE"
        ),
        "{error}"
    );
    assert_is_bare(&target).await;
}

#[tokio::test]
async fn a_target_that_does_not_take_every_language() {
    let house = House::bare().await;
    let target = FreshDatabase::bare().await;
    let mut url: Url = target.url().parse().unwrap();
    let name = format!("{}_ascii", url.path().trim_start_matches('/'));
    execute(
        &target,
        &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"),
    )
    .await;
    url.set_path(&name);
    let mut plan = plan(&house.file, &target);
    plan.to = url.into();
    let error = run(&plan, &mut Deaf).await.unwrap_err().to_string();
    execute(&target, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    assert!(error.contains("stores text as SQL_ASCII"), "{error}");
}

async fn execute(target: &FreshDatabase, statements: &str) {
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(&mut target.connect().await)
        .await
        .unwrap();
}

async fn assert_is_bare(target: &FreshDatabase) {
    assert!(postgres(target).await.is_empty(), "nothing was made there");
}
