//! How far a move has come: one row in a table of the target, written in the transaction that brings a batch, so that both are there
//! or neither is. The table goes when the move is finished and verified.

use super::error::MoveError;
use super::mark::Mark;
use super::schema::{FORGET_DERIVED, PROGRESS};
use super::tables::{TABLES, Table};
use super::target::Target;
use super::value::Value;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use std::collections::BTreeMap;

/// How far a move has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The state of the source when it began.
    mark: Mark,
    /// The table that is being moved; none when all are.
    table: Option<String>,
    /// The key of the last row that was moved of it; empty at its beginning.
    after: Vec<KeyPart>,
    /// Rows that were moved.
    pub(super) rows: u64,
    /// Texts in which NUL characters were replaced, by `table.column`.
    pub(super) replaced: BTreeMap<String, u64>,
}

/// A part of a key. As JSON, which can say everything that a text of SQLite holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum KeyPart {
    Integer(i64),
    Text(String),
}

impl Progress {
    fn new(mark: Mark) -> Self {
        Self {
            mark,
            table: TABLES.first().map(|table| table.name.to_owned()),
            after: Vec::new(),
            rows: 0,
            replaced: BTreeMap::new(),
        }
    }

    /// The table that is next, and the key after which it goes on.
    pub(super) fn next(&self) -> Option<(&'static Table, Vec<Value>)> {
        let table = TABLES.get(self.place()?)?;
        let after = self.after.iter().map(|part| match part {
            KeyPart::Integer(number) => Value::Integer(*number),
            KeyPart::Text(text) => Value::Text(text.clone()),
        });
        Some((table, after.collect()))
    }

    /// Rows up to and including this key have been moved.
    pub(super) fn reached(&mut self, key: &[Value], rows: u64) {
        self.rows += rows;
        self.after = key
            .iter()
            .filter_map(|value| match value {
                Value::Integer(number) => Some(KeyPart::Integer(*number)),
                Value::Small(number) => Some(KeyPart::Integer((*number).into())),
                Value::Text(text) => Some(KeyPart::Text(text.clone())),
                _ => None,
            })
            .collect();
    }

    /// The table has been moved.
    pub(super) fn finish_table(&mut self) {
        let next = self.place().and_then(|place| TABLES.get(place + 1));
        self.table = next.map(|table| table.name.to_owned());
        self.after.clear();
    }

    fn place(&self) -> Option<usize> {
        let name = self.table.as_deref()?;
        TABLES.iter().position(|table| table.name == name)
    }

    /// Clears the target and writes the first word, together.
    async fn start(&self, connection: &mut PgConnection, clear: &str) -> Result<(), sqlx::Error> {
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql(AssertSqlSafe(format!(
            "CREATE TABLE IF NOT EXISTS {PROGRESS} (id integer PRIMARY KEY CHECK (id = 1), state text NOT NULL); {clear}"
        )))
        .execute(&mut *transaction)
        .await?;
        self.write(&mut transaction).await?;
        transaction.commit().await
    }

    /// Writes it; belongs into the transaction of what it tells of.
    pub(super) async fn write(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let state =
            serde_json::to_string(self).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {PROGRESS} (id, state) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET state = excluded.state"
        )))
        .bind(state)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Whether a database holds a move that did not end: no server should run on it.
pub async fn is_unfinished(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(PROGRESS)
        .fetch_one(connection)
        .await
}

/// Goes on with the move that the target holds, or begins one. Says whether it goes on.
pub(super) async fn begin(
    target: &mut Target,
    mark: &Mark,
    start_over: bool,
) -> Result<(Progress, bool), MoveError> {
    let earlier = load(target).await?;
    let unfinished = earlier.is_some();
    let fresh = Progress::new(mark.clone());
    if let Some(earlier) = earlier.filter(|_| !start_over) {
        let other = |difference| MoveError::OtherMove {
            place: target.place.to_string(),
            difference,
        };
        // An older or newer program's words.
        let earlier: Progress = serde_json::from_str(&earlier)
            .map_err(|_| other("another version of this program began it".to_owned()))?;
        return match mark.difference(&earlier.mark) {
            Some(difference) => Err(other(difference)),
            None => Ok((earlier, true)),
        };
    }
    // Everything in it is the beginning of a move; or else what migrations and a server's first start leave.
    let clear = if unfinished {
        let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        format!("TRUNCATE {}", names.join(", "))
    } else {
        let left = TABLES.iter().filter(|table| table.bookkeeping);
        let deletes: Vec<String> = left
            .map(|table| format!("DELETE FROM {}", table.name))
            .collect();
        deletes.join("; ")
    };
    let clear = format!("{clear}; {FORGET_DERIVED}");
    fresh
        .start(&mut target.connection, &clear)
        .await
        .map_err(|error| target.place.failed(&error))?;
    Ok((fresh, false))
}

/// What the target says of a move that did not end.
async fn load(target: &mut Target) -> Result<Option<String>, MoveError> {
    let failed = |error| target.place.failed(&error);
    if !is_unfinished(&mut target.connection)
        .await
        .map_err(failed)?
    {
        return Ok(None);
    }
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT state FROM {PROGRESS}")))
        .fetch_optional(&mut target.connection)
        .await
        // Made together with its row: without one it is somebody else's.
        .map(|state| Some(state.unwrap_or_default()))
        .map_err(failed)
}

/// The move is finished and verified.
pub(super) async fn end(target: &mut Target) -> Result<(), MoveError> {
    sqlx::raw_sql(AssertSqlSafe(format!("DROP TABLE {PROGRESS}")))
        .execute(&mut target.connection)
        .await
        .map(|_| ())
        .map_err(|error| target.place.failed(&error))
}
