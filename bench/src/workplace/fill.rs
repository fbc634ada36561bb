//! Conversations made by the inbox's own ingest.

use super::{BUSY, Team};
use crate::Outcome;
use crate::database::Place;
use crate::meta::{self, Text};
use pilot_inbox::provider::cloud_api::parse;
use pilot_inbox::store::{CommitListener, LoggedEvent, Store};
use std::sync::Arc;

/// Messages of each busy conversation; the others have one.
const THREAD: usize = 20;
/// The conversations lie within this many seconds before the run.
pub(super) const SPAN: i64 = 30 * 24 * 3600;
/// Messages of one body.
const BATCH: usize = 500;

/// Things that the search index takes in one go.
const SLICE: u32 = 1_000;

struct Nobody;

impl CommitListener for Nobody {
    fn committed(&self, _: Vec<LoggedEvent>) {}
}

/// Lets customers write.
pub(super) async fn ingest(place: &Place, team: &Team, conversations: usize) -> Outcome {
    let store = place.installation()?.open(Arc::new(Nobody)).await?;
    let began = pilot_inbox::clock::now_ms() / 1000 - SPAN;
    let first_busy = conversations.saturating_sub(BUSY);
    let texts = (0..conversations).flat_map(|customer| {
        let length = if customer >= first_busy { THREAD } else { 1 };
        (0..length).map(move |turn| {
            let index = customer * THREAD + turn;
            // In order of the customers, ending an hour before the run.
            let share = i64::try_from(customer).unwrap_or(0) * (SPAN - 3600)
                / i64::try_from(conversations).unwrap_or(1);
            Text {
                customer,
                id: format!("seed-{index:08}"),
                body: meta::sentence(index),
                at: began + share + i64::try_from(turn).unwrap_or(0),
            }
        })
    });
    let mut batch = Vec::with_capacity(BATCH);
    for text in texts {
        batch.push(text);
        if batch.len() == BATCH {
            deliver(&*store, team, &std::mem::take(&mut batch)).await?;
        }
    }
    deliver(&*store, team, &batch).await?;
    while store.index_more(SLICE).await?.more {}
    store.close().await;
    Ok(())
}

async fn deliver(store: &dyn Store, team: &Team, texts: &[Text]) -> Outcome {
    let parsed = parse(&meta::body(&team.phone_number_id, texts))?;
    let stored = store.ingest(parsed.changes).await?;
    if stored.messages != texts.len() as u64 {
        return Err(format!(
            "{} messages were seeded and {} stored",
            texts.len(),
            stored.messages
        )
        .into());
    }
    Ok(())
}
