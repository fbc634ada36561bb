//! What a database's refusal means for whoever runs the program, and what to do about it.

use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteError;

/// What is to blame, where it is neither the request nor the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blame {
    Room,
    Rights,
    File,
    NoDatabase,
    Disk,
    Itself,
}

impl Blame {
    fn of(error: &sqlx::Error) -> Option<Self> {
        let error = error.as_database_error()?;
        let code = error.code()?;
        if error.try_downcast_ref::<SqliteError>().is_some() {
            // The lower byte is the primary code (sqlite.org, "Result and Error Codes").
            return match code.parse::<i32>().ok()? & 0xff {
                13 => Some(Self::Room),
                8 | 14 => Some(Self::File),
                26 => Some(Self::NoDatabase),
                10 | 11 => Some(Self::Disk),
                _ => None,
            };
        }
        // PostgreSQL, appendix A: 42501 insufficient privilege, 53100 disk full, 58 system error, XX internal error.
        match &*code {
            "42501" => Some(Self::Rights),
            "53100" => Some(Self::Room),
            code if code.starts_with("58") => Some(Self::Disk),
            code if code.starts_with("XX") => Some(Self::Itself),
            _ => None,
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Room => {
                "The database's disk is full: make room. Nothing has to be restarted, and what was refused is delivered again."
            }
            Self::Rights => {
                "Grant this database user SELECT, INSERT, UPDATE and DELETE on all tables, or connect as their owner."
            }
            Self::File => {
                "The program must be able to write to the database file and to the folder that it is in."
            }
            Self::NoDatabase => {
                "The file is not a SQLite database: name another data directory, or restore a backup."
            }
            Self::Disk => {
                "The disk under the database has a fault or a limit: look into the system's log."
            }
            Self::Itself => "Look into the database's own log.",
        }
    }
}

/// Whether neither the request nor the program is to blame, so that the same may succeed once somebody has looked after the
/// database.
pub(super) fn is_the_databases(error: &sqlx::Error) -> bool {
    Blame::of(error).is_some()
}

/// The failure, and what to do about it where that is known.
pub(super) fn failure(error: &sqlx::Error) -> String {
    match Blame::of(error) {
        Some(blame) => format!("{error}. {}", blame.advice()),
        None => error.to_string(),
    }
}

/// Why the database could not be brought up to date.
pub(super) fn migration(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(version) => format!(
            "it has migration {version}, which this program does not know: a newer pilot-inbox has brought it up to date. \
             Run that version or a later one, or restore the backup from before the upgrade."
        ),
        MigrateError::VersionMismatch(version) => format!(
            "its migration {version} is not the one of this program: another build of pilot-inbox made this database, or changed \
             it. Run that build, or restore a backup."
        ),
        MigrateError::Dirty(version) => format!(
            "its migration {version} was begun and not finished. Restore the backup from before the upgrade."
        ),
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
            match Blame::of(cause) {
                Some(Blame::Rights) => format!(
                    "it has to be brought up to date, and this database user may not do that: {cause}. Run `pilot-inbox migrate` \
                     once as the owner of the database, or grant this user CREATE on its schema."
                ),
                _ => format!("it could not be brought up to date: {}", failure(cause)),
            }
        }
        other => format!("it could not be brought up to date: {other}"),
    }
}
