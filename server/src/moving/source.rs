//! The SQLite file that is moved, held so that nobody else can use it meanwhile.

use super::error::MoveError;
use super::mark::Mark;
use super::schema;
use super::tables::{Kind, Table};
use super::value::{Row, Value, shown};
use crate::store::sqlite::MIGRATIONS;
use futures::{Stream, StreamExt as _};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteLockingMode, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a short use of the file by somebody else (a backup, a command) is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// SQLite's `SQLITE_BUSY`: somebody else has the file.
const BUSY: i32 = 5;
/// SQLite's `SQLITE_NOTADB`.
const NOT_A_DATABASE: i32 = 26;

/// The source, open.
pub(super) struct Source {
    file: PathBuf,
    connection: SqliteConnection,
    /// Its state.
    pub(super) mark: Mark,
}

/// A row as PostgreSQL can hold it.
pub(super) struct SourceRow {
    pub(super) values: Row,
    /// Columns in which NUL characters were replaced.
    pub(super) replaced: Vec<&'static str>,
}

impl Source {
    /// Opens the file and takes it for this program alone, until it is closed. A server that is running on it makes this fail, and none
    /// can start on it.
    pub(super) async fn open(file: &Path) -> Result<Self, MoveError> {
        if !file.is_file() {
            return Err(MoveError::NoSource(file.to_owned()));
        }
        let failed = |source| unreadable(file, source);
        let mut connection = SqliteConnectOptions::new()
            .filename(file)
            .locking_mode(SqliteLockingMode::Exclusive)
            .busy_timeout(PATIENCE)
            .disable_statement_logging()
            .connect()
            .await
            .map_err(failed)?;
        // Held to the end. Nothing is written: in this mode it is the lock that keeps others out, readers too.
        sqlx::raw_sql("BEGIN EXCLUSIVE")
            .execute(&mut connection)
            .await
            .map_err(failed)?;
        check_schema(&mut connection, file).await?;
        let mark = Mark::take(&mut connection).await.map_err(failed)?;
        Ok(Self {
            file: file.to_owned(),
            connection,
            mark,
        })
    }

    /// The rows of a table in the order of its key, those after `after` only.
    pub(super) fn rows<'a>(
        &'a mut self,
        table: &'static Table,
        after: &[Value],
    ) -> impl Stream<Item = Result<SourceRow, MoveError>> + 'a {
        let (columns, key) = (table.column_list(), table.key_list());
        let condition = if after.is_empty() {
            String::new()
        } else {
            format!("WHERE ({key}) > ({})", vec!["?"; table.key].join(", "))
        };
        let mut query = sqlx::query(AssertSqlSafe(format!(
            "SELECT {columns} FROM {} {condition} ORDER BY {key}",
            table.name
        )));
        for part in after {
            query = match part {
                Value::Text(text) => query.bind(text.clone()),
                Value::Integer(number) => query.bind(*number),
                Value::Small(number) => query.bind(*number),
                _ => query,
            };
        }
        let file = self.file.as_path();
        query
            .fetch(&mut self.connection)
            .map(move |row| read(table, &row.map_err(|error| unreadable(file, error))?))
    }

    /// Lets go of the file.
    pub(super) async fn close(self) -> Result<(), MoveError> {
        let file = self.file;
        self.connection
            .close()
            .await
            .map_err(|source| MoveError::Source { file, source })
    }
}

fn read(table: &'static Table, row: &SqliteRow) -> Result<SourceRow, MoveError> {
    let mut values = Row::with_capacity(table.columns.len());
    for (index, column) in table.columns.iter().enumerate() {
        let value = Value::from_sqlite(row, index, column).map_err(|error| MoveError::Row {
            table: table.name,
            key: shown(values.get(..table.key).unwrap_or(&values)),
            reason: error.to_string(),
        })?;
        values.push(value);
    }
    let mut replaced = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        if index < table.key && column.kind == Kind::Text && has_nul(&values[index]) {
            return Err(MoveError::Row {
                table: table.name,
                key: shown(&values[..table.key]),
                reason: "its key has a NUL character, which PostgreSQL cannot hold; delete the row, or give it another key".to_owned(),
            });
        }
        if values[index].replace_nul() {
            replaced.push(column.name);
        }
    }
    Ok(SourceRow { values, replaced })
}

fn has_nul(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains('\0'))
}

async fn check_schema(connection: &mut SqliteConnection, file: &Path) -> Result<(), MoveError> {
    let failed = |source| unreadable(file, source);
    let known: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?")
            .bind(schema::MIGRATIONS)
            .fetch_one(&mut *connection)
            .await
            .map_err(failed)?;
    if known == 0 {
        return Err(MoveError::NotOurs(file.to_owned()));
    }
    let applied: Vec<(i64, Vec<u8>, bool)> =
        sqlx::query_as("SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
    let ours: Vec<_> = MIGRATIONS.iter().collect();
    for (index, (version, checksum, success)) in applied.iter().enumerate() {
        match ours.get(index) {
            None => return Err(MoveError::SourceNewer(file.to_owned())),
            Some(our) if our.version != *version || *our.checksum != **checksum || !success => {
                return Err(MoveError::NotOurs(file.to_owned()));
            }
            Some(_) => {}
        }
    }
    if applied.len() < ours.len() {
        return Err(MoveError::SourceOlder(file.to_owned()));
    }
    match schema::sqlite_difference(connection)
        .await
        .map_err(failed)?
    {
        Some(difference) => Err(MoveError::UnknownSchema(difference)),
        None => Ok(()),
    }
}

fn unreadable(file: &Path, source: sqlx::Error) -> MoveError {
    let code = source
        .as_database_error()
        .and_then(|error| error.code()?.parse::<i32>().ok());
    // The lower byte is the kind of error, the rest says which case of it.
    match code.map(|code| code & 0xff) {
        Some(BUSY) => MoveError::SourceInUse(file.to_owned()),
        Some(NOT_A_DATABASE) => MoveError::NotOurs(file.to_owned()),
        _ => MoveError::Source {
            file: file.to_owned(),
            source,
        },
    }
}
