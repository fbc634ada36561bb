//! Whether two databases hold the same, found out without the mover's own means.

use crate::support::postgres::FreshDatabase;
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// Every row of every table, as JSON and sorted.
pub type Everything = BTreeMap<String, Vec<String>>;

/// Both have the same tables with the same rows, but for what PostgreSQL cannot hold and for the search index, which each makes itself.
pub async fn assert_same(file: &Path, database: &FreshDatabase) {
    let arrived = postgres(database).await;
    let expected = sqlite(file, database).await;
    let names = |all: &Everything| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&arrived), names(&expected));
    for (table, rows) in &expected {
        assert_eq!(arrived[table].len(), rows.len(), "{table}");
        for (arrived, expected) in arrived[table].iter().zip(rows) {
            assert_eq!(arrived, expected, "{table}");
        }
    }
}

/// What PostgreSQL holds.
pub async fn postgres(database: &FreshDatabase) -> Everything {
    let mut connection = database.connect().await;
    let mut all = Everything::new();
    for table in types(&mut connection).await.into_keys() {
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT row_to_json(t)::text FROM {table} t"
        )))
        .fetch_all(&mut connection)
        .await
        .unwrap();
        if table.starts_with("search_") {
            continue;
        }
        all.insert(
            table,
            sorted(rows.iter().map(|row| serde_json::from_str(row).unwrap())),
        );
    }
    all
}

/// What SQLite holds, written as PostgreSQL writes it.
async fn sqlite(file: &Path, like: &FreshDatabase) -> Everything {
    let types = types(&mut like.connect().await).await;
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .connect()
        .await
        .unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations' \
         AND name NOT LIKE 'search\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut all = Everything::new();
    for table in tables {
        let rows = objects(&mut connection, &table).await;
        let types = types.get(&table).unwrap_or_else(|| panic!("no {table}"));
        all.insert(
            table,
            sorted(rows.into_iter().map(|row| translated(row, types))),
        );
    }
    connection.close().await.unwrap();
    all
}

async fn objects(connection: &mut SqliteConnection, table: &str) -> Vec<Value> {
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
        .bind(table.to_owned())
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let fields: Vec<String> = columns
        .iter()
        .map(|name| {
            format!("'{name}', iif(typeof({name}) = 'blob', '\\x' || lower(hex({name})), {name})")
        })
        .collect();
    let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT json_object({}) FROM {table}",
        fields.join(", ")
    )))
    .fetch_all(connection)
    .await
    .unwrap();
    rows.iter()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect()
}

fn translated(row: Value, types: &BTreeMap<String, String>) -> Value {
    let Value::Object(fields) = row else {
        panic!("{row}")
    };
    let fields = fields.into_iter().map(|(name, value)| {
        let value = match (types[&name].as_str(), value) {
            ("boolean", Value::Number(flag)) => Value::Bool(flag.as_i64() == Some(1)),
            ("ARRAY", Value::String(list)) => {
                serde_json::from_str(&list.replace("\\u0000", "\u{FFFD}")).unwrap()
            }
            (_, Value::String(text)) => Value::String(text.replace('\0', "\u{FFFD}")),
            (_, other) => other,
        };
        (name, value)
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

fn sorted(rows: impl Iterator<Item = Value>) -> Vec<String> {
    let mut rows: Vec<String> = rows.map(|row| row.to_string()).collect();
    rows.sort();
    rows
}

/// The type of each column of each table.
async fn types(connection: &mut PgConnection) -> BTreeMap<String, BTreeMap<String, String>> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (table, column, kind) in columns {
        all.entry(table).or_default().insert(column, kind);
    }
    all
}
