//! Numbers that WhatsApp refused: asked about from time to time, until they may send again.

use super::Wake;
use crate::access::Sealer;
use crate::clock::now_ms;
use crate::provider::cloud_api::{GraphClient, Route};
use crate::store::{PausedNumber, Store};
use std::sync::Arc;
use std::time::Duration;

/// How often to look whether a number is to be asked about.
const LOOK: Duration = Duration::from_secs(5);
/// Between two questions about a number, in milliseconds.
const PAUSE_MS: i64 = 5 * 60_000;

/// Asks, until the task is dropped. Of several servers one asks each time.
pub async fn probe_paused(
    store: Arc<dyn Store>,
    graph: GraphClient,
    sealer: Arc<Sealer>,
    wake: Wake,
) {
    loop {
        tokio::time::sleep(LOOK).await;
        let now = now_ms();
        match store.numbers_to_probe(now, now + PAUSE_MS).await {
            Ok(numbers) => {
                for number in numbers {
                    probe(&*store, &graph, &sealer, &wake, &number).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "paused numbers could not be looked up; trying again");
            }
        }
    }
}

async fn probe(
    store: &dyn Store,
    graph: &GraphClient,
    sealer: &Sealer,
    wake: &Wake,
    number: &PausedNumber,
) {
    // A token that cannot be opened here is renewed by a person, which ends the pause by itself.
    let Some(access_token) = sealer.open(number.number.as_str(), &number.access_token) else {
        return;
    };
    let route = Route {
        base_url: &number.graph_base_url,
        phone_number_id: &number.phone_number_id,
        access_token: &access_token,
    };
    if !graph.may_send(route).await {
        return;
    }
    match store.resume_number(&number.number).await {
        Ok(()) => {
            tracing::info!(number = %number.number, "WhatsApp takes this number again");
            wake.wake();
        }
        Err(error) => tracing::warn!(%error, "a number could not be resumed; trying again"),
    }
}
