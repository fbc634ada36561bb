//! The mover's list of tables held against a live database, so that a table or column of a later migration is never left behind in
//! silence.

use super::tables::{Kind, TABLES, Table};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Name of the mover's own table in the target.
pub(super) const PROGRESS: &str = "data_move";
/// Name of the table in which sqlx keeps account of migrations.
pub(super) const MIGRATIONS: &str = "_sqlx_migrations";

/// What is made from the other tables, and is made anew in the target: the search index.
const DERIVED: [&str; 4] = [
    "search_documents",
    "search_words",
    "search_progress",
    "search_walk",
];

/// What leaves them as they are in a new database: a server makes them again from what has been moved.
pub(super) const FORGET_DERIVED: &str =
    "DELETE FROM search_documents; DELETE FROM search_progress; UPDATE search_walk SET after = ''";

/// For each table its columns: type, and place in the primary key from 1 on, 0 outside it.
type Schema = BTreeMap<String, BTreeMap<String, (String, i64)>>;

/// What SQLite has and the list does not, or the other way around, or differently.
pub(super) async fn sqlite_difference(
    connection: &mut SqliteConnection,
) -> Result<Option<String>, sqlx::Error> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.pk FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
         WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> ?",
    )
    .bind(MIGRATIONS)
    .fetch_all(connection)
    .await?;
    Ok(difference(&listed(Kind::sqlite), &collect(rows)))
}

/// The same of PostgreSQL.
pub(super) async fn postgres_difference(
    connection: &mut PgConnection,
) -> Result<Option<String>, sqlx::Error> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), \
                coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
         LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 \
           AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname::text <> ALL ($1)",
    )
    .bind([MIGRATIONS, PROGRESS].map(str::to_owned).to_vec())
    .fetch_all(connection)
    .await?;
    Ok(difference(&listed(Kind::postgres), &collect(rows)))
}

fn listed(type_of: fn(Kind) -> &'static str) -> Schema {
    let columns = |table: &Table| {
        let of = table.columns.iter().zip(1i64..).map(|(column, place)| {
            let in_key = place <= i64::try_from(table.key).unwrap_or(0);
            (
                column.name.to_owned(),
                (
                    type_of(column.kind).to_owned(),
                    if in_key { place } else { 0 },
                ),
            )
        });
        of.collect()
    };
    TABLES
        .iter()
        .map(|table| (table.name.to_owned(), columns(table)))
        .collect()
}

fn collect(rows: Vec<(String, String, String, i64)>) -> Schema {
    let mut schema = Schema::new();
    let moved = rows
        .into_iter()
        .filter(|(table, ..)| !DERIVED.contains(&table.as_str()));
    for (table, column, kind, place) in moved {
        schema
            .entry(table)
            .or_default()
            .insert(column, (kind, place));
    }
    schema
}

/// The first thing that is not the same, in words.
fn difference(listed: &Schema, live: &Schema) -> Option<String> {
    let tables: BTreeSet<&String> = listed.keys().chain(live.keys()).collect();
    for table in tables {
        let (Some(ours), Some(theirs)) = (listed.get(table), live.get(table)) else {
            let whose = if live.contains_key(table) {
                "which it does not know"
            } else {
                "which is not there"
            };
            return Some(format!("the table {table}, {whose}"));
        };
        let columns: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        for column in columns {
            let (ours, theirs) = (ours.get(column), theirs.get(column));
            if ours != theirs {
                return Some(format!(
                    "the column {table}.{column}: it knows {}, and there is {}",
                    described(ours),
                    described(theirs)
                ));
            }
        }
    }
    None
}

fn described(column: Option<&(String, i64)>) -> String {
    match column {
        None => "none".to_owned(),
        Some((kind, 0)) => kind.clone(),
        Some((kind, place)) => format!("{kind} in place {place} of the key"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{AssertSqlSafe, ConnectOptions};

    async fn migrated() -> SqliteConnection {
        let mut connection = SqliteConnectOptions::new()
            .filename(":memory:")
            .connect()
            .await
            .unwrap();
        crate::store::sqlite::MIGRATIONS
            .run(&mut connection)
            .await
            .unwrap();
        connection
    }

    #[tokio::test]
    async fn every_table_and_column_of_the_migrations_is_moved() {
        let mut connection = migrated().await;
        let difference = sqlite_difference(&mut connection).await.unwrap();
        assert_eq!(
            difference, None,
            "a migration and server/src/moving/tables.rs must change together"
        );
    }

    #[tokio::test]
    async fn what_a_later_migration_brings_is_noticed() {
        for (statement, named) in [
            (
                "CREATE TABLE notes (id TEXT PRIMARY KEY)",
                "the table notes, which it does not know",
            ),
            (
                "DROP TABLE held_statuses",
                "the table held_statuses, which is not there",
            ),
            (
                "ALTER TABLE contacts ADD COLUMN email TEXT",
                "the column contacts.email: it knows none, and there is TEXT",
            ),
            (
                "ALTER TABLE contacts DROP COLUMN username",
                "the column contacts.username: it knows TEXT, and there is none",
            ),
        ] {
            let mut connection = migrated().await;
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut connection)
                .await
                .unwrap();
            let difference = sqlite_difference(&mut connection).await.unwrap();
            assert_eq!(difference.as_deref(), Some(named));
        }
    }

    #[tokio::test]
    async fn tables_come_after_those_that_they_refer_to() {
        let mut connection = migrated().await;
        for (place, table) in TABLES.iter().enumerate() {
            let referred: Vec<String> =
                sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_list(?)")
                    .bind(table.name)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            for other in referred {
                assert!(
                    TABLES[..place].iter().any(|before| before.name == other),
                    "{} refers to {other}",
                    table.name
                );
            }
        }
    }
}
