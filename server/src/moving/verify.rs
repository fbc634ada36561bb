//! Both databases read back, row by row in the order of their keys, and compared.

use super::encoding;
use super::error::MoveError;
use super::source::Source;
use super::tables::Table;
use super::target::Target;
use super::value::{Row, shown};
use super::{Phase, TableSummary, Watch};
use aws_lc_rs::digest::{Context, SHA256};
use futures::TryStreamExt as _;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// Rows between two words about how far it is.
const STRIDE: u64 = 2_000;

/// Compares every row of every table. Returns counts and checksums, which are those of both sides.
pub(super) async fn verify(
    source: &mut Source,
    target: &mut Target,
    watch: &mut dyn Watch,
) -> Result<Vec<TableSummary>, MoveError> {
    watch.begin(Phase::Verify, source.mark.all_rows(), 0);
    let mut summaries = Vec::new();
    for table in super::tables::TABLES {
        watch.table(table.name, source.mark.rows(table.name));
        summaries.push(compare(source, target, table, watch).await?);
    }
    Ok(summaries)
}

async fn compare(
    source: &mut Source,
    target: &mut Target,
    table: &'static Table,
    watch: &mut dyn Watch,
) -> Result<TableSummary, MoveError> {
    let mut theirs = std::pin::pin!(source.rows(table, &[]));
    let mut ours = std::pin::pin!(target.rows(table));
    let (mut before, mut after) = (Checksum::new(table), Checksum::new(table));
    loop {
        let one = theirs.try_next().await?.map(|row| row.values);
        let other = ours.try_next().await?;
        if let Some(difference) = difference(table, one.as_ref(), other.as_ref()) {
            return Err(MoveError::Differs { difference });
        }
        let (Some(one), Some(other)) = (one, other) else {
            break;
        };
        before.add(&one)?;
        after.add(&other)?;
        if before.rows.is_multiple_of(STRIDE) {
            watch.advance(STRIDE);
        }
    }
    watch.advance(before.rows % STRIDE);
    let (before, after) = (before.finish(), after.finish());
    if before == after {
        Ok(after)
    } else {
        Err(MoveError::Differs {
            difference: format!("the checksums of {}", table.name),
        })
    }
}

/// What the next rows of both sides say that should be the same.
fn difference(table: &Table, theirs: Option<&Row>, ours: Option<&Row>) -> Option<String> {
    let key = |row: &Row| shown(&row[..table.key]);
    let missing = |row: &Row| {
        Some(format!(
            "{} lacks the row with the key {} on PostgreSQL",
            table.name,
            key(row)
        ))
    };
    let extra = |row: &Row| {
        Some(format!(
            "{} has a row with the key {} on PostgreSQL only",
            table.name,
            key(row)
        ))
    };
    match (theirs, ours) {
        (None, None) => None,
        (Some(row), None) => missing(row),
        (None, Some(row)) => extra(row),
        (Some(one), Some(other)) => match one[..table.key].cmp(&other[..table.key]) {
            Ordering::Less => missing(one),
            Ordering::Greater => extra(other),
            Ordering::Equal => {
                let column = (0..table.columns.len()).find(|&index| one[index] != other[index])?;
                Some(format!(
                    "{} has another {} in the row with the key {}",
                    table.name,
                    table.columns[column].name,
                    key(one)
                ))
            }
        },
    }
}

/// SHA-256 over the rows of a table.
struct Checksum {
    table: &'static Table,
    context: Context,
    rows: u64,
    buffer: Vec<u8>,
}

impl Checksum {
    fn new(table: &'static Table) -> Self {
        Self {
            table,
            context: Context::new(&SHA256),
            rows: 0,
            buffer: Vec::new(),
        }
    }

    fn add(&mut self, row: &Row) -> Result<(), MoveError> {
        self.buffer.clear();
        encoding::row(row, &mut self.buffer).map_err(|encoding::TooLong| MoveError::Row {
            table: self.table.name,
            key: shown(&row[..self.table.key]),
            reason: "one of its values is too long for PostgreSQL".to_owned(),
        })?;
        self.context.update(&self.buffer);
        self.rows += 1;
        Ok(())
    }

    fn finish(self) -> TableSummary {
        let digest = self.context.finish();
        let mut checksum = String::new();
        for byte in digest.as_ref() {
            // Writing into a string cannot fail.
            let _ = write!(checksum, "{byte:02x}");
        }
        TableSummary {
            name: self.table.name,
            rows: self.rows,
            checksum,
        }
    }
}
