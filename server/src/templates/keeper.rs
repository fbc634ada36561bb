//! Keeps the templates of every number as they are at Meta's: fetched when a number is new, every hour, and when a webhook says that
//! some have changed.

use crate::access::Sealer;
use crate::clock::now_ms;
use crate::provider::cloud_api::{GraphClient, Route};
use crate::store::{Account, Store};
use std::sync::Arc;
use std::time::Duration;

/// How often to look whether a list is old.
const LOOK: Duration = Duration::from_secs(1);
/// A fetch that failed is tried again after this, and one that did not after that; in milliseconds.
const AGAIN_MS: i64 = 5 * 60_000;
const HOUR_MS: i64 = 3_600_000;

/// Keeps them, until the task is dropped. Of several servers one fetches each time.
pub async fn keep_templates(store: Arc<dyn Store>, graph: GraphClient, sealer: Arc<Sealer>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let now = now_ms();
        match store.accounts_with_old_templates(now, now + AGAIN_MS).await {
            Ok(accounts) => {
                for account in accounts {
                    fetch(&*store, &graph, &sealer, &account).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "numbers with old templates could not be looked up; trying again");
            }
        }
    }
}

async fn fetch(store: &dyn Store, graph: &GraphClient, sealer: &Sealer, account: &Account) {
    let Some(access_token) = sealer.open(account.number.as_str(), &account.access_token) else {
        return;
    };
    let route = Route {
        base_url: &account.graph_base_url,
        phone_number_id: &account.waba_id,
        access_token: &access_token,
    };
    let Some(templates) = graph.templates(route).await else {
        tracing::warn!(number = %account.number, "templates could not be fetched; the list stays as it is");
        return;
    };
    let count = templates.len();
    let stored = store.put_templates(&account.number, templates, now_ms() + HOUR_MS);
    match stored.await {
        Ok(()) => tracing::debug!(number = %account.number, count, "templates fetched"),
        Err(error) => tracing::warn!(%error, "templates could not be stored; trying again"),
    }
}
