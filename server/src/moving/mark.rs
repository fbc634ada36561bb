//! In which state a source is, in few figures: a move that was interrupted goes on only where nothing has changed meanwhile. What they
//! do not show, the comparison at the end does.

use super::tables::TABLES;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::BTreeMap;

/// The state of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The last migration.
    schema: i64,
    /// Position of each workspace's log.
    positions: BTreeMap<String, i64>,
    /// How often access was taken away.
    access_epoch: i64,
    /// Rows of each table.
    rows: BTreeMap<String, u64>,
}

impl Mark {
    /// Takes it.
    pub(super) async fn take(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let schema = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await?;
        let positions = sqlx::query("SELECT id, seq FROM tenants")
            .fetch_all(&mut *connection)
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, sqlx::Error>>()?;
        let access_epoch = sqlx::query_scalar("SELECT max(epoch) FROM access_epoch")
            .fetch_one(&mut *connection)
            .await?;
        let mut rows = BTreeMap::new();
        for table in TABLES {
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
                "SELECT count(*) FROM {}",
                table.name
            )))
            .fetch_one(&mut *connection)
            .await?;
            rows.insert(table.name.to_owned(), u64::try_from(count).unwrap_or(0));
        }
        Ok(Self {
            schema,
            positions,
            access_epoch,
            rows,
        })
    }

    /// How many rows a table has.
    pub(super) fn rows(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or(0)
    }

    /// How many rows all tables have.
    pub(super) fn all_rows(&self) -> u64 {
        self.rows.values().sum()
    }

    /// What is not as it was at `earlier`, in words.
    pub(super) fn difference(&self, earlier: &Self) -> Option<String> {
        if self == earlier {
            return None;
        }
        if !self.positions.keys().eq(earlier.positions.keys()) {
            return Some("it has other workspaces".to_owned());
        }
        if self.schema != earlier.schema {
            return Some("its schema has been brought up to date since".to_owned());
        }
        for (tenant, position) in &self.positions {
            let before = earlier.positions.get(tenant).copied().unwrap_or(0);
            if *position != before {
                return Some(format!(
                    "the log of {tenant} was at {before} when the move began and is at {position}"
                ));
            }
        }
        for (table, count) in &self.rows {
            let before = earlier.rows(table);
            if *count != before {
                return Some(format!(
                    "{table} had {before} rows when the move began and has {count}"
                ));
            }
        }
        Some("access was taken away since".to_owned())
    }
}
