//! Two databases, one store: what is there on one side only, or changed after it was released, fails here.

use crate::support::database::Database;
use crate::support::place::Place;
use crate::support::postgres::FreshDatabase;
use aws_lc_rs::digest::{SHA256, digest};
use pilot_inbox::store::{CommitListener, LoggedEvent};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const DIALECTS: [&str; 2] = ["postgres", "sqlite"];
/// `sha256sum -c` reads it. Adding a migration adds its line.
const SUMS: &str = "SHA256SUMS";

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// Names of a dialect's migrations.
fn names(dialect: &str) -> BTreeSet<String> {
    std::fs::read_dir(migrations().join(dialect))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn migrations_have_the_same_numbers_and_names() {
    let [postgres, sqlite] = DIALECTS.map(names);
    assert_eq!(postgres, sqlite, "each migration is written for both");
    for (index, name) in sqlite.iter().enumerate() {
        let number = format!("{:04}_", index + 1);
        assert!(
            name.starts_with(&number) && Path::new(name).extension().is_some_and(|e| e == "sql"),
            "{name}: the next one is {number}<what it is about>.sql"
        );
    }
}

#[test]
fn migrations_stay_as_they_were_released() {
    let list = std::fs::read_to_string(migrations().join(SUMS)).unwrap();
    let known: BTreeMap<&str, &str> = list
        .lines()
        .map(|line| line.split_once("  ").expect("<sum>  <file>"))
        .map(|(sum, file)| (file, sum))
        .collect();
    let mut there = BTreeSet::new();
    for dialect in DIALECTS {
        for name in names(dialect) {
            let file = format!("{dialect}/{name}");
            let sum = sum(&std::fs::read(migrations().join(&file)).unwrap());
            match known.get(file.as_str()) {
                Some(known) => assert_eq!(
                    *known, sum,
                    "{file} was changed: databases that have run it would differ from new ones. Write another migration"
                ),
                None => panic!(
                    "{file} is new: add this line to server/migrations/{SUMS}\n{sum}  {file}"
                ),
            }
            there.insert(file);
        }
    }
    let listed: BTreeSet<String> = known.into_keys().map(str::to_owned).collect();
    assert_eq!(
        listed, there,
        "a migration that was released is not taken away"
    );
}

fn sum(bytes: &[u8]) -> String {
    digest(&SHA256, bytes)
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}

struct Nobody;

impl CommitListener for Nobody {
    fn committed(&self, _: Vec<LoggedEvent>) {}
}

/// Both, after all migrations.
struct Both {
    databases: [Database; 2],
    /// They go with these.
    _places: ([Place; 2], TempDir),
}

async fn both() -> Both {
    let dir = TempDir::new().unwrap();
    let places = [
        Place::Postgres(Arc::new(FreshDatabase::bare().await)),
        Place::Sqlite(dir.path().join("db")),
    ];
    for place in &places {
        place.open(Arc::new(Nobody)).await.close().await;
    }
    Both {
        databases: [places[0].look().await, places[1].look().await],
        _places: (places, dir),
    }
}

#[tokio::test]
async fn tables_and_columns_have_the_same_names() {
    let mut both = both().await;
    let mut shapes = Vec::new();
    for database in &mut both.databases {
        let mut shape = BTreeMap::new();
        for table in database.tables().await {
            let columns: BTreeSet<String> = database.columns(&table).await.into_iter().collect();
            shape.insert(table, columns);
        }
        shapes.push(shape);
    }
    assert!(shapes[0].contains_key("conversations"), "{:?}", shapes[0]);
    assert_eq!(shapes[0], shapes[1]);
}

#[tokio::test]
async fn the_same_columns_may_be_empty() {
    let mut both = both().await;
    let mut nullable = Vec::new();
    for database in &mut both.databases {
        nullable.push(database.nullable_columns().await);
    }
    assert!(nullable[0].contains(&"messages.text".to_owned()));
    assert_eq!(nullable[0], nullable[1]);
}

#[tokio::test]
async fn indexes_have_the_same_names_and_columns() {
    let mut both = both().await;
    let mut indexes = Vec::new();
    for database in &mut both.databases {
        indexes.push(database.indexes().await);
    }
    assert!(!indexes[0].is_empty());
    assert_eq!(indexes[0], indexes[1]);
}

/// Names of the methods that a second database has to implement.
fn methods() -> BTreeSet<String> {
    let traits = concat!(
        include_str!("../../../src/store/mod.rs"),
        include_str!("../../../src/store/public.rs"),
        include_str!("../../../src/store/webhooks.rs"),
    );
    traits
        .split("\n    async fn ")
        .skip(1)
        .map(|rest| {
            let end = rest.find([';', '{']).expect("a signature ends");
            assert_eq!(
                rest.as_bytes()[end],
                b';',
                "a body here would spare a database its own: {}",
                &rest[..end]
            );
            rest[..rest.find(['(', '<']).unwrap()].to_owned()
        })
        .collect()
}

#[test]
fn every_method_of_the_store_is_promised_something() {
    // Every function of these files runs on both databases: the compiler speaks up about one that `every_promise!` does not name.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/store");
    let mut calls = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        calls.extend(source.chars().filter(|c| !c.is_whitespace()));
    }
    let methods = methods();
    for known in [
        "create_tenant",
        "send_message",
        "ingest",
        "claim_outbox",
        "close",
    ] {
        assert!(methods.contains(known), "{methods:?}");
    }
    let forgotten: Vec<&String> = methods
        .iter()
        .filter(|method| {
            !["store", "server"]
                .iter()
                .any(|store| calls.contains(&format!("{store}.{method}(")))
        })
        .collect();
    assert_eq!(
        forgotten,
        Vec::<&String>::new(),
        "the contract in tests/suite/store calls each method, on both databases"
    );
}
