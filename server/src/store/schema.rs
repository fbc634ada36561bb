//! Whether a database and this program fit together.

use sqlx::migrate::{MigrateError, Migrator};

/// Compares the migrations that a database has (version and checksum) with the program's. Returns whether it has them all; fails if it
/// has others.
pub(super) fn is_current(
    migrator: &Migrator,
    applied: &[(i64, Vec<u8>)],
) -> Result<bool, MigrateError> {
    for (version, checksum) in applied {
        let known = migrator
            .iter()
            .find(|migration| migration.version == *version)
            .ok_or(MigrateError::VersionMissing(*version))?;
        if *known.checksum != **checksum {
            return Err(MigrateError::VersionMismatch(*version));
        }
    }
    Ok(applied.len() == migrator.iter().count())
}
