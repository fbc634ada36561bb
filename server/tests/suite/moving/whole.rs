//! Everything arrives.

use super::equal::{assert_same, postgres};
use super::house::{House, first_screen};
use super::{Deaf, moved, plan};
use crate::support::Client;
use crate::support::postgres::FreshDatabase;
use pilot_inbox::moving::{is_unfinished, run};
use pilot_inbox::store::sqlite::SqliteStore;

#[tokio::test]
async fn every_table_is_the_same_afterwards() {
    let house = House::furnished().await;
    let target = FreshDatabase::bare().await;
    let summary = moved(&house, &target).await.unwrap();
    assert_same(&house.file, &target).await;

    assert!(!summary.resumed);
    let arrived = postgres(&target).await;
    for table in &summary.tables {
        let rows = &arrived[table.name];
        assert!(!rows.is_empty(), "the house has nothing in {}", table.name);
        assert_eq!(table.rows, rows.len() as u64, "{}", table.name);
        assert_eq!(table.checksum.len(), 64);
    }
    assert_eq!(summary.tables.len(), arrived.len());
    let replaced: Vec<(&str, u64)> = summary
        .replaced
        .iter()
        .map(|(column, count)| (column.as_str(), *count))
        .collect();
    assert_eq!(
        replaced,
        [
            ("contacts.username", 1),
            ("embed_sessions.origins", 1),
            ("messages.raw", 1),
            ("messages.text", 1),
        ]
    );
    assert!(!is_unfinished(&mut target.connect().await).await.unwrap());
}

#[tokio::test]
async fn a_server_goes_on_where_the_old_one_stopped() {
    let house = House::furnished().await;
    let target = FreshDatabase::create().await;
    moved(&house, &target).await.unwrap();
    let program = house.on(&target).await;
    let operator =
        Client::new(program.router()).header("authorization", &format!("Bearer {}", house.token));
    assert_eq!(first_screen(&operator).await, house.screen);
    program.state.store.close().await;
}

#[tokio::test]
async fn the_old_database_stays_as_it_was() {
    let house = House::furnished().await;
    let before = house.app.database().await.everything().await;
    let target = FreshDatabase::bare().await;
    moved(&house, &target).await.unwrap();
    assert_eq!(house.app.database().await.everything().await, before);
    // And can be served from.
    SqliteStore::migrate(&house.file).await.unwrap();
}

#[tokio::test]
async fn what_a_first_start_left_in_the_target_gives_way() {
    let house = House::bare().await;
    let target = FreshDatabase::create().await;
    let mut connection = target.connect().await;
    sqlx::raw_sql("INSERT INTO jobs VALUES ('prune', 1); INSERT INTO installation VALUES (1, '\\x00'); UPDATE access_epoch SET epoch = 7; \
        UPDATE search_walk SET after = NULL")
        .execute(&mut connection)
        .await
        .unwrap();
    moved(&house, &target).await.unwrap();
    assert_same(&house.file, &target).await;
    // Everything that came is yet to be found.
    let walk: Option<String> = sqlx::query_scalar("SELECT after FROM search_walk")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(walk.as_deref(), Some(""));
}

#[tokio::test]
async fn the_same_data_has_the_same_checksums() {
    let house = House::furnished().await;
    let (one, other) = (FreshDatabase::bare().await, FreshDatabase::create().await);
    let first = moved(&house, &one).await.unwrap();
    let mut large = plan(&house.file, &other);
    large.batch_rows = 1_000;
    assert_eq!(run(&large, &mut Deaf).await.unwrap(), first);
}
