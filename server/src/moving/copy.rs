//! Rows from one database into the other, in batches.

use super::encoding;
use super::error::MoveError;
use super::place::Place;
use super::progress::Progress;
use super::source::{Source, SourceRow};
use super::tables::Table;
use super::target::Target;
use super::value::{Value, shown};
use super::{Phase, Watch};
use futures::TryStreamExt as _;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

/// A batch is sent when it has grown to so many bytes, however few its rows.
const BATCH_BYTES: usize = 4 << 20;

/// Copies what is left, each batch in one transaction with the word that it is there.
pub(super) async fn copy(
    source: &mut Source,
    target: &mut Target,
    progress: &mut Progress,
    batch_rows: usize,
    watch: &mut dyn Watch,
) -> Result<(), MoveError> {
    watch.begin(Phase::Copy, source.mark.all_rows(), progress.rows);
    while let Some((table, after)) = progress.next() {
        watch.table(table.name, source.mark.rows(table.name));
        let mut rows = std::pin::pin!(source.rows(table, &after));
        let mut batch = Batch::new(table);
        while let Some(row) = rows.try_next().await? {
            batch.add(row)?;
            if batch.count == batch_rows as u64 || batch.bytes.len() >= BATCH_BYTES {
                let full = std::mem::replace(&mut batch, Batch::new(table));
                let count = full.count;
                full.send(&mut target.connection, progress, &target.place)
                    .await?;
                watch.advance(count);
            }
        }
        let count = batch.count;
        batch.is_last = true;
        batch
            .send(&mut target.connection, progress, &target.place)
            .await?;
        watch.advance(count);
    }
    Ok(())
}

/// Rows of a table that go together.
struct Batch {
    table: &'static Table,
    /// In the form that COPY reads.
    bytes: Vec<u8>,
    count: u64,
    /// The key of the last row.
    key: Vec<Value>,
    /// Columns in which NUL characters were replaced, once for each row.
    replaced: Vec<&'static str>,
    /// After it the table is done.
    is_last: bool,
}

impl Batch {
    fn new(table: &'static Table) -> Self {
        let mut bytes = Vec::new();
        encoding::begin(&mut bytes);
        Self {
            table,
            bytes,
            count: 0,
            key: Vec::new(),
            replaced: Vec::new(),
            is_last: false,
        }
    }

    fn add(&mut self, row: SourceRow) -> Result<(), MoveError> {
        let mut values = row.values;
        encoding::row(&values, &mut self.bytes).map_err(|encoding::TooLong| MoveError::Row {
            table: self.table.name,
            key: shown(&values[..self.table.key]),
            reason: "one of its values is too long for PostgreSQL".to_owned(),
        })?;
        values.truncate(self.table.key);
        self.key = values;
        self.count += 1;
        self.replaced.extend(row.replaced);
        Ok(())
    }

    async fn send(
        mut self,
        connection: &mut PgConnection,
        progress: &mut Progress,
        place: &Place,
    ) -> Result<(), MoveError> {
        for column in &self.replaced {
            let name = format!("{}.{column}", self.table.name);
            *progress.replaced.entry(name).or_default() += 1;
        }
        if self.count > 0 {
            progress.reached(&self.key, self.count);
        }
        if self.is_last {
            progress.finish_table();
        }
        encoding::end(&mut self.bytes);
        self.write(connection, progress)
            .await
            .map_err(|error| place.failed(&error))
    }

    async fn write(
        &self,
        connection: &mut PgConnection,
        progress: &Progress,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = connection.begin().await?;
        if self.count > 0 {
            let statement = format!(
                "COPY {} ({}) FROM STDIN (FORMAT binary)",
                self.table.name,
                self.table.column_list()
            );
            let mut copy = transaction.copy_in_raw(&statement).await?;
            copy.send(self.bytes.as_slice()).await?;
            copy.finish().await?;
        }
        progress.write(&mut transaction).await?;
        transaction.commit().await
    }
}
