//! Numbers in the log.

use super::writer::Tx;
use crate::ingest::{NumberNews, encode_number};
use crate::store::words::id;
use crate::store::{LinkState, LoggedEvent, StoreError, shown_number};
use app::ids::NumberId;
use sqlx::Row;

/// Tells how a number is now, and what happened to it where somebody outside is told.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    number: &NumberId,
    news: Option<NumberNews>,
) -> Result<(), StoreError> {
    let row =
        sqlx::query("SELECT tenant_id, name, phone, refusal, link_state FROM numbers WHERE id = ?")
            .bind(number.as_str())
            .fetch_one(&mut *tx.connection)
            .await?;
    let tenant = id(row.try_get(0)?)?;
    let link_state = LinkState::parse(row.try_get(4)?)?;
    let shown = shown_number(
        number.clone(),
        row.try_get(1)?,
        row.try_get(2)?,
        row.try_get::<Option<&str>, _>(3)?,
        link_state,
    );
    let seq = tx.take_seqs(&tenant, 1).await?;
    tx.log(LoggedEvent {
        tenant,
        seq,
        number: number.clone(),
        payload: encode_number(shown, news),
    })
    .await
}
