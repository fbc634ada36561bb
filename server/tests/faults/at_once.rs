//! Several starts at once on a database that is empty.

use crate::processes::{Database, Installation, Postgres};
use std::time::Duration;

const ROUNDS: usize = 5;
const SOON: Duration = Duration::from_secs(10);

/// Two `migrate` at the same time: both succeed.
fn migrate_twice(installation: &Installation) {
    std::thread::scope(|scope| {
        let both = [0, 1].map(|_| scope.spawn(|| installation.run(&["migrate"])));
        for one in both {
            let ended = one.join().unwrap();
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            assert!(ended.stdout.starts_with("up to date: "), "{}", ended.stdout);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_migrations_at_once_on_postgres_both_succeed() {
    for _ in 0..ROUNDS {
        let url = Postgres::shared().database().await;
        migrate_twice(&Installation::on_postgres(&url));
        Database::of_url(&url).await.assert_migrated_once().await;
    }
    println!("counts: {ROUNDS} times two migrations at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_migrations_at_once_on_sqlite_both_succeed() {
    for _ in 0..ROUNDS {
        let installation = Installation::on_sqlite();
        migrate_twice(&installation);
        let file = installation.data_dir().join("pilot-inbox.sqlite3");
        Database::of_file(&file).await.assert_migrated_once().await;
    }
    println!("counts: {ROUNDS} times two migrations at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_servers_at_once_all_start() {
    let url = Postgres::shared().database().await;
    let installation = Installation::on_postgres(&url);
    let servers = ["one", "two", "three"].map(|name| installation.replica(name));
    for server in &servers {
        server.launch();
    }
    for server in &servers {
        server.until_readiness_is(200, SOON).await;
    }
    Database::of_url(&url).await.assert_migrated_once().await;
    println!("counts: 3 servers started at once");
}
