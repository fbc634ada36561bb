//! Moving an installation from SQLite to PostgreSQL: every table, in batches that a second run goes on from, and compared at the end.
//!
//! The source is locked for as long as it takes, so it cannot change. A batch and the word that it is there are one transaction of the
//! target, so that a move which is killed at any moment goes on where it was.

mod copy;
mod encoding;
mod error;
mod mark;
mod place;
mod progress;
mod schema;
mod source;
mod tables;
mod target;
mod value;
mod verify;

pub use error::MoveError;
pub use progress::is_unfinished;

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is moved where.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The SQLite file.
    pub from: PathBuf,
    /// The PostgreSQL database, as a `postgres://` URL.
    pub to: String,
    /// Empty a target that holds an unfinished move, and move everything anew.
    pub start_over: bool,
    /// Rows that go together.
    pub batch_rows: usize,
}

impl Plan {
    /// Rows that go together if nobody says otherwise: enough that a round trip does not matter, few enough to lose.
    pub const BATCH_ROWS: usize = 5_000;
}

/// The parts of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Rows are copied.
    Copy,
    /// Both databases are read back and compared.
    Verify,
}

/// Hears how far a move is.
pub trait Watch: Send {
    /// A phase begins, with so many rows in all, of which so many were done by an earlier run.
    fn begin(&mut self, phase: Phase, rows: u64, done: u64);
    /// A table begins, with so many rows.
    fn table(&mut self, name: &str, rows: u64);
    /// So many rows more are done.
    fn advance(&mut self, rows: u64);
}

/// A move that is finished and verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Each table, in the order of the move.
    pub tables: Vec<TableSummary>,
    /// Texts in which NUL characters, which PostgreSQL cannot hold, became U+FFFD, by `table.column`.
    pub replaced: BTreeMap<String, u64>,
    /// Whether an earlier run had begun it.
    pub resumed: bool,
}

/// A table that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSummary {
    /// Its name.
    pub name: &'static str,
    /// Its rows, on both sides.
    pub rows: u64,
    /// SHA-256 over them in the order of their keys, in hexadecimal, the same on both sides.
    pub checksum: String,
}

impl Summary {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Moves everything, or what an earlier run has left, and compares both sides.
pub async fn run(plan: &Plan, watch: &mut dyn Watch) -> Result<Summary, MoveError> {
    let mut source = source::Source::open(&plan.from).await?;
    let mut target = target::Target::open(&plan.to).await?;
    let (mut progress, resumed) =
        progress::begin(&mut target, &source.mark, plan.start_over).await?;
    copy::copy(
        &mut source,
        &mut target,
        &mut progress,
        plan.batch_rows,
        watch,
    )
    .await?;
    target.tidy().await?;
    let tables = verify::verify(&mut source, &mut target, watch).await?;
    progress::end(&mut target).await?;
    target.close().await?;
    source.close().await?;
    Ok(Summary {
        tables,
        replaced: progress.replaced,
        resumed,
    })
}
