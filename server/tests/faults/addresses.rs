//! A `DATABASE_URL` that leads nowhere: the program ends at once, and says what to do.

use crate::processes::{Ended, Installation, Postgres, free_port};
use std::time::Duration;
use tokio::net::TcpListener;

/// Stands in every address here, and in no answer.
const PASSWORD: &str = "hunter2-and-more";
/// Even of an address that does not answer at all.
const AT_MOST: Duration = Duration::from_secs(15);

/// What `serve` and `migrate` say to an address.
fn refusals(url: &str) -> [Ended; 2] {
    let installation = Installation::on_postgres(url);
    ["serve", "migrate"].map(|command| installation.run(&[command]))
}

fn assert_refused(url: &str, sentence: &str) {
    for ended in refusals(url) {
        let said = &ended.stderr;
        assert_eq!(ended.code, Some(1), "{url}: {said}");
        assert!(ended.took < AT_MOST, "{url}: {:?}", ended.took);
        assert!(said.contains(sentence), "{url}: {said}");
        assert!(!said.contains(PASSWORD), "the password is in {said}");
        assert_eq!(ended.stdout, "", "{url}");
    }
    println!("counts: 2 refusals of {url}: {sentence}");
}

#[test]
fn an_address_that_is_none_is_named() {
    for url in [
        format!("mysql://pilot:{PASSWORD}@127.0.0.1/inbox"),
        format!("pilot:{PASSWORD}@127.0.0.1"),
    ] {
        assert_refused(&url, "DATABASE_URL must begin with postgres://");
    }
    for url in [
        format!("postgres://pilot:{PASSWORD}@127.0.0.1:port/inbox"),
        format!("postgres://pilot:{PASSWORD}@127.0.0.1:99999/inbox"),
        format!("postgres://pilot:{PASSWORD}@127.0.0.1/inbox?sslmode=perhaps"),
    ] {
        assert_refused(&url, "DATABASE_URL cannot be read");
    }
}

#[test]
fn an_address_without_a_database_is_named() {
    let closed = free_port();
    for url in [
        format!("postgres://pilot:{PASSWORD}@127.0.0.1:{closed}/inbox"),
        format!("postgres://pilot:{PASSWORD}@no-such-host.invalid/inbox"),
        format!("postgres://pilot:{PASSWORD}@localhost/inbox?host=/nowhere"),
    ] {
        assert_refused(
            &url,
            "Check that it is running, and the host, port and sslmode in DATABASE_URL",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_answer_is_named() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let url = format!("postgres://pilot:{PASSWORD}@{address}/inbox");
    assert_refused(&url, "does not answer. Check the host and port");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_let_us_in_is_named() {
    let postgres = Postgres::shared();
    postgres
        .execute("CREATE ROLE locked LOGIN PASSWORD 'another'")
        .await;
    postgres.ask_for_password("locked").await;
    let port = postgres.port;
    assert_refused(
        &format!("postgres://locked:{PASSWORD}@127.0.0.1:{port}/pilot"),
        "Check the user and the password in DATABASE_URL",
    );
    assert_refused(
        &format!("postgres://nobody:{PASSWORD}@127.0.0.1:{port}/pilot"),
        "Check the user and the password in DATABASE_URL",
    );
    assert_refused(
        &format!("postgres://pilot:{PASSWORD}@127.0.0.1:{port}/missing"),
        "Create the database first",
    );
    assert_refused(
        &format!("postgres://pilot:{PASSWORD}@127.0.0.1:{port}/pilot?sslmode=require"),
        "sslmode in DATABASE_URL",
    );
}
