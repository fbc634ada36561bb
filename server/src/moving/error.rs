//! Why a move did not happen, in sentences that say what to do.

use std::path::PathBuf;

/// Why a move stopped. Whatever was moved stays in the target, and the same command goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// `--to` is no PostgreSQL address; the reason.
    #[error(
        "--to must be a PostgreSQL address, such as postgres://user:password@host:5432/database: {0}"
    )]
    To(String),
    /// There is no such file.
    #[error(
        "there is no database file {0}. Name it with --from sqlite:path, or its folder with --data-dir"
    )]
    NoSource(PathBuf),
    /// Somebody has the source open.
    #[error(
        "{0} is in use. Stop the server on it (and whatever else has it open) first, so that nothing is written behind the move's back"
    )]
    SourceInUse(PathBuf),
    /// The file is no database of this program.
    #[error("{0} is not a database of Pilot Inbox")]
    NotOurs(PathBuf),
    /// The source is of an older program.
    #[error(
        "{0} was last used by an older program. Bring it up to date first: pilot-inbox migrate --data-dir with its folder, and no DATABASE_URL"
    )]
    SourceOlder(PathBuf),
    /// The source is of a newer program.
    #[error(
        "{0} was last used by a newer program than this one. Move it with that one or a newer one"
    )]
    SourceNewer(PathBuf),
    /// A table is not the one that the mover knows: a fault of the program.
    #[error(
        "this program does not know how to move {0}. This is a fault of the program and nothing was moved; please report it"
    )]
    UnknownSchema(String),
    /// The source cannot be read.
    #[error("cannot read {file}: {source}")]
    Source {
        /// The file.
        file: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// What is stored in the source cannot be moved.
    #[error("cannot move a row of {table} (key: {key}): {reason}")]
    Row {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// Why.
        reason: String,
    },
    /// PostgreSQL is not there, or refuses.
    #[error("{0}")]
    Target(String),
    /// The target's schema is of a newer program.
    #[error(
        "{0} was last used by a newer program than this one. Move with that one or a newer one"
    )]
    TargetNewer(String),
    /// The target holds something.
    #[error(
        "{place} is not empty: {found}. Give Pilot Inbox a new database, and name that with --to"
    )]
    TargetNotEmpty {
        /// The database.
        place: String,
        /// What is there.
        found: String,
    },
    /// Two moves at once.
    #[error("another move into {0} is running. Wait for its end, or stop it and run this again")]
    TwoMoves(String),
    /// The target holds the beginning of another move.
    #[error(
        "{place} holds an unfinished move that does not go on with this source: {difference}. To empty the target and move everything anew, add --start-over"
    )]
    OtherMove {
        /// The database.
        place: String,
        /// What is not the same.
        difference: String,
    },
    /// The two sides differ.
    #[error(
        "the databases differ: {difference}. The move is not finished; do not start a server on the target. Move everything anew with --start-over, and let nothing else write to the target meanwhile"
    )]
    Differs {
        /// The table and the first key that differs, and how.
        difference: String,
    },
}
