//! Files of messages, in SQL.

use crate::ingest::NewMedia;
use crate::store::StoreError;
use app::ids::MediaId;
use sqlx::postgres::PgConnection;

/// Takes the files of new messages to be fetched, and lets go of those whose messages were taken back, in the transaction that writes
/// the messages.
#[expect(
    clippy::unused_async,
    reason = "the files have no table yet: nothing is written"
)]
pub(super) async fn write(
    _db: &mut PgConnection,
    _new: &[NewMedia],
    _revoked: &[MediaId],
) -> Result<(), StoreError> {
    Ok(())
}
