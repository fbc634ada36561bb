//! A database user who may too little.

use crate::processes::{FakeGraph, Inbound, Installation, Postgres, as_user, connect, execute};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);
const READING: &str = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO";
const WRITING: &str = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO";

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_make_tables_is_told_so() {
    let postgres = Postgres::shared();
    let url = postgres.database().await;
    postgres.execute("CREATE ROLE guest LOGIN").await;
    let installation = Installation::on_postgres(&as_user(&url, "guest", None));
    for command in ["serve", "migrate"] {
        let ended = installation.run(&[command]);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert!(
            ended
                .stderr
                .contains("Run `pilot-inbox migrate` once as the owner of the database"),
            "{}",
            ended.stderr
        );
    }
    println!("counts: 2 refusals");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_only_read_is_told_so() {
    let postgres = Postgres::shared();
    let url = postgres.database().await;
    assert_eq!(
        Installation::on_postgres(&url).run(&["migrate"]).code,
        Some(0)
    );
    postgres.execute("CREATE ROLE reader LOGIN").await;
    execute(&mut connect(&url).await, &format!("{READING} reader")).await;
    let ended = Installation::on_postgres(&as_user(&url, "reader", None)).run(&["serve"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("Grant this database user SELECT, INSERT, UPDATE and DELETE on all tables"),
        "{}",
        ended.stderr
    );
    println!("counts: 1 refusal");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_are_taken_away_make_a_server_unready() {
    let postgres = Postgres::shared();
    let url = postgres.database().await;
    let graph = FakeGraph::start().await;
    let mut installation = Installation::on_postgres(&url);
    installation.furnish(&graph.base_url());
    postgres.execute("CREATE ROLE worker LOGIN").await;
    let mut owner = connect(&url).await;
    execute(&mut owner, &format!("{WRITING} worker")).await;

    // Without the right to change tables, on a database that is up to date.
    let server = installation
        .replica("server")
        .with_env("DATABASE_URL", &as_user(&url, "worker", None));
    server.start().await;
    server.until_readiness_is(200, SOON).await;
    let caller = installation.caller();
    let message = |text| Inbound {
        text,
        from: "5511999",
    };
    let before = caller.deliver(&server.url, message("before")).await;
    assert_eq!(before.unwrap().status, 200);

    execute(
        &mut owner,
        "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM worker",
    )
    .await;
    server.until_readiness_is(503, SOON).await;
    let refused = caller.deliver(&server.url, message("refused")).await;
    let refused = refused.expect("an answer");
    assert_eq!((refused.status, refused.retry_after), (503, Some(1)));

    execute(&mut owner, &format!("{WRITING} worker")).await;
    server.until_readiness_is(200, SOON).await;
    let again = caller.deliver(&server.url, message("refused")).await;
    assert_eq!(again.unwrap().status, 200);
    println!("counts: 2 messages taken, 1 refused and taken later");
}
