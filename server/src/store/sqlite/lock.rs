//! One process at a time makes or changes the schema of a file: SQLite has no lock that outlives a transaction.

use crate::store::StoreError;
use std::fs::File;
use std::io;
use std::path::Path;

/// Holds the others off until it is dropped. The system drops it for a process that dies.
pub(super) struct Alone(#[expect(dead_code, reason = "open is what it has to be")] File);

/// Waits until nobody else is at the schema of this database file.
pub(super) async fn upkeep_of(database: &Path) -> Result<Alone, StoreError> {
    let path = database.with_extension("lock");
    let file = tokio::task::spawn_blocking(move || {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        file.lock()?;
        Ok::<_, io::Error>(file)
    })
    .await
    .map_err(|error| StoreError::Data(error.to_string()))?
    .map_err(|error| StoreError::Unreachable(refusal(database, &error)))?;
    Ok(Alone(file))
}

fn refusal(database: &Path, error: &io::Error) -> String {
    let folder = database.parent().unwrap_or(database).display();
    format!(
        "the folder {folder} cannot be used: {error}. The program must be able to write there, on a disk with room."
    )
}
