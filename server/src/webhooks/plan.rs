//! The planner: reads what webhooks have not looked at yet, and writes down what they tell.

use super::Bell;
use super::event::{ALL, Happened, name_of, name_of_step, number_delivery};
use crate::clock::now_ms;
use crate::ingest::{read_news, read_number_news};
use crate::media::MediaDesk;
use crate::store::{
    DeliveryPlan, EventPage, Follower, LoggedEvent, MessageFacts, NewDelivery, Store, StoreError,
};
use app::ids::{MessageId, NumberId, TenantId};
use app::messages::{MediaState, Message};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The longest nap, so that what another server took in and could not plan is found.
const NAP: Duration = Duration::from_secs(2);
/// After a commit others are let in: many that follow each other are looked at in one go, and cost one look.
const BREATH: Duration = Duration::from_millis(20);
/// Webhooks of one round.
const WEBHOOKS: u32 = 500;
/// Events that are looked at in one go.
const EVENTS: u32 = 500;

/// The planner of one process. Several may work at once: of two plans for the same stretch of a log one counts.
pub struct Planner {
    store: Arc<dyn Store>,
    media: Arc<MediaDesk>,
    /// Rings when something was committed here.
    commits: Bell,
    /// Is rung when there is something to send.
    deliveries: Bell,
}

impl Planner {
    /// A planner that has not started.
    pub fn new(
        store: Arc<dyn Store>,
        media: Arc<MediaDesk>,
        commits: Bell,
        deliveries: Bell,
    ) -> Self {
        Self {
            store,
            media,
            commits,
            deliveries,
        }
    }

    /// Plans until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.round().await {
                // There may be more.
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "webhooks could not look at the log; trying again");
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.commits.heard() => tokio::time::sleep(BREATH).await,
                () = tokio::time::sleep(NAP) => {}
            }
        }
    }

    /// Plans a stretch for every webhook that is behind. Returns whether to go on at once.
    async fn round(&self) -> Result<bool, StoreError> {
        let behind = self.store.webhooks_behind(WEBHOOKS).await?;
        if behind.is_empty() {
            return Ok(false);
        }
        // Most stand at the same place: what they tell is read and written once.
        let mut places: BTreeMap<(TenantId, i64), Vec<Follower>> = BTreeMap::new();
        for follower in behind {
            let place = (follower.tenant.clone(), follower.position);
            places.entry(place).or_default().push(follower);
        }
        let mut all_went_well = true;
        for ((tenant, position), followers) in places {
            // One tenant's trouble is not the others'.
            if let Err(error) = self.plan(&tenant, position, &followers).await {
                tracing::warn!(%error, %tenant, "what webhooks tell could not be planned; trying again");
                all_went_well = false;
            }
        }
        Ok(all_went_well)
    }

    async fn plan(
        &self,
        tenant: &TenantId,
        from: i64,
        followers: &[Follower],
    ) -> Result<(), StoreError> {
        let page = self.store.log_after(tenant, from, EVENTS).await?;
        let EventPage::Events {
            events, position, ..
        } = page
        else {
            for follower in followers {
                let skipped = self.store.skip_to_log(&follower.webhook).await?;
                tracing::error!(webhook = %follower.webhook, skipped, "the log does not reach back to where a webhook stopped: it goes on where the log begins");
            }
            return Ok(());
        };
        let told = self.told(tenant, &events, followers).await?;
        let plans: Vec<DeliveryPlan> = followers
            .iter()
            .map(|follower| DeliveryPlan {
                webhook: follower.webhook.clone(),
                from,
                to: position,
                deliveries: told
                    .iter()
                    .filter(|(number, new)| {
                        *number == follower.number && wants(follower, &new.event)
                    })
                    .map(|(_, new)| new.clone())
                    .collect(),
            })
            .collect();
        let count: usize = plans.iter().map(|plan| plan.deliveries.len()).sum();
        self.store.plan_deliveries(plans, now_ms()).await?;
        if count > 0 {
            metrics::counter!("pilot_webhook_events_total").increment(count as u64);
            self.deliveries.ring();
        }
        Ok(())
    }

    /// What these events have to tell to any of these webhooks.
    async fn told(
        &self,
        tenant: &TenantId,
        events: &[LoggedEvent],
        followers: &[Follower],
    ) -> Result<Vec<(NumberId, NewDelivery)>, StoreError> {
        let (mut happened, mut told) = (Vec::new(), Vec::new());
        for event in events {
            let mut of_number = followers
                .iter()
                .filter(|follower| follower.number == event.number)
                .peekable();
            let Some(phone) = of_number.peek().map(|follower| follower.phone.as_str()) else {
                continue;
            };
            if let Some((news, number)) = read_number_news(&event.payload) {
                if of_number.any(|follower| wants(follower, name_of_step(news.step)))
                    && let Some(new) = number_delivery(event.seq, &news, &number)
                {
                    told.push((event.number.clone(), new));
                }
                continue;
            }
            let Some((news, conversation, message)) = read_news(&event.payload) else {
                continue;
            };
            if let Some(name) = name_of(news, &message)
                && of_number.any(|follower| wants(follower, name))
            {
                happened.push((event, phone, name, conversation, message));
            }
        }
        let ids: Vec<MessageId> = happened.iter().map(|(.., m)| m.id.clone()).collect();
        if ids.is_empty() {
            return Ok(told);
        }
        let facts: HashMap<MessageId, MessageFacts> = self
            .store
            .message_facts(tenant, &ids)
            .await?
            .into_iter()
            .map(|facts| (facts.message.clone(), facts))
            .collect();
        for (event, phone, name, conversation, message) in &happened {
            let happened = Happened {
                seq: event.seq,
                name,
                phone,
                conversation,
                message,
                facts: facts.get(&message.id),
                media_link: self.media_link(tenant, &event.number, message),
            };
            told.push((event.number.clone(), happened.delivery()));
        }
        told.sort_by_key(|(_, new)| new.seq);
        Ok(told)
    }
}

impl Planner {
    /// Where a message's file can be fetched; `None` where there is none, or none to be had.
    fn media_link(
        &self,
        tenant: &TenantId,
        number: &NumberId,
        message: &Message,
    ) -> Option<String> {
        let file = message.content.as_ref()?.media.as_ref()?;
        let is_there = file.state != MediaState::Failed;
        is_there
            .then(|| self.media.addresses(tenant, number).told(&file.id))
            .flatten()
    }
}

fn wants(follower: &Follower, event: &str) -> bool {
    follower
        .events
        .iter()
        .any(|wanted| wanted == ALL || wanted == event)
}
