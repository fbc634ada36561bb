//! Webhooks: what customers' backends are told of what happens at a number. Their management takes a scope; the rest is for the workers.
//!
//! A webhook follows the log of its tenant. What it is told is decided event by event and written as deliveries, in one transaction with
//! the place up to which that has been done. Deliveries of a conversation wait for each other: only the first that is not settled has a
//! time at which it is due.

use super::StoreError;
use crate::access::Scope;
use app::error::{ApiError, Code};
use app::ids::{ConversationId, MessageId, NumberId, TenantId, WebhookId};
use async_trait::async_trait;

/// Most webhooks of a number.
pub const WEBHOOKS_OF_A_NUMBER: i64 = 20;
/// A webhook to make.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Its id.
    pub id: WebhookId,
    /// The number that it tells of; of the scope.
    pub number: NumberId,
    /// What the customer calls it.
    pub name: String,
    /// Where it leads, checked.
    pub url: String,
    /// What it tells of.
    pub events: Vec<String>,
    /// Sealed for its id.
    pub secret: Vec<u8>,
}

/// What to change of a webhook; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WebhookChanges {
    /// What the customer calls it.
    pub name: Option<String>,
    /// Where it leads, checked.
    pub url: Option<String>,
    /// What it tells of from now on.
    pub events: Option<Vec<String>>,
    /// Whether it tells of anything. True resumes one that was paused, where it stopped; one that a person had switched off begins anew, with
    /// what happens from now on.
    pub active: Option<bool>,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRecord {
    /// Its id.
    pub id: WebhookId,
    /// Its number.
    pub number: NumberId,
    /// What the customer calls it.
    pub name: String,
    /// Where it leads.
    pub url: String,
    /// What it tells of.
    pub events: Vec<String>,
    /// Whether a person wants it to tell of anything.
    pub active: bool,
    /// When it was given up on by itself.
    pub paused_at: Option<i64>,
    /// Why, as a sentence.
    pub pause_reason: Option<String>,
    /// When the first of the failures since the last success was.
    pub failing_since: Option<i64>,
    /// When something was sent last.
    pub last_triggered_at: Option<i64>,
    /// Until when the secret before signs as well.
    pub previous_until: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// When a person changed it last.
    pub updated_at: i64,
}

/// What the log of a webhook shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// The event's id.
    pub event_id: String,
    /// Its name.
    pub event: String,
    /// What was sent.
    pub body: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it is.
    pub due_at: Option<i64>,
    /// When the last try ended.
    pub tried_at: i64,
    /// HTTP status of the answer, if there was one.
    pub status_code: Option<i64>,
    /// The beginning of the answer, or what went wrong.
    pub response: Option<String>,
    /// How long the last try took, in milliseconds.
    pub duration_ms: Option<i64>,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is tried, or waits for its turn.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It is not tried any more.
    Failed,
}

impl DeliveryState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Waiting, Self::Delivered, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Data(format!("`{text}` is not a state of a delivery")))
    }
}

/// A webhook that has not looked at all of its tenant's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The webhook.
    pub webhook: WebhookId,
    /// Whose.
    pub tenant: TenantId,
    /// Its number.
    pub number: NumberId,
    /// The number's phone, digits.
    pub phone: String,
    /// What it tells of.
    pub events: Vec<String>,
    /// Up to where it has looked.
    pub position: i64,
}

/// What is known of a message beside what its event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFacts {
    /// The message.
    pub message: MessageId,
    /// WhatsApp's id of it.
    pub provider_id: Option<String>,
    /// WhatsApp's id of the message that it answers to.
    pub replied_to: Option<String>,
    /// When WhatsApp reported that it was sent.
    pub sent_at: Option<i64>,
    /// When WhatsApp reported that it was delivered.
    pub delivered_at: Option<i64>,
    /// When WhatsApp reported that it was read.
    pub read_at: Option<i64>,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// The event's position in the log.
    pub seq: i64,
    /// The same for every webhook and at every try.
    pub event_id: String,
    /// Its name.
    pub event: String,
    /// What it is about: those of one conversation keep their order.
    pub conversation: ConversationId,
    /// What is sent, JSON.
    pub body: String,
}

/// How far a webhook has looked, and what it tells.
#[derive(Debug, Clone)]
pub struct DeliveryPlan {
    /// The webhook.
    pub webhook: WebhookId,
    /// From where it looked: the plan counts only if it still stands there.
    pub from: i64,
    /// Up to where.
    pub to: i64,
    /// In the order of the log.
    pub deliveries: Vec<NewDelivery>,
}

/// A delivery to try now.
#[derive(Debug, Clone)]
pub struct DeliveryClaim {
    /// The webhook.
    pub webhook: WebhookId,
    /// The event's position in the log.
    pub seq: i64,
    /// Whose claim it is.
    pub claim: String,
    /// Where to.
    pub url: String,
    /// The sealed secrets that sign: the current one, and while it is accepted the one before.
    pub secrets: Vec<Vec<u8>>,
    /// The event's id.
    pub event_id: String,
    /// Its name.
    pub event: String,
    /// What is sent.
    pub body: String,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TryOutcome {
    /// Whether the receiver took it.
    pub taken: bool,
    /// HTTP status of the answer, if there was one.
    pub status_code: Option<i64>,
    /// The beginning of the answer, or what went wrong.
    pub response: String,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// When it ended.
    pub at: i64,
}

/// What came of it for the webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Nothing: somebody else had taken the claim over.
    TooLate,
    /// It was written down.
    Noted,
    /// It was written down, and the webhook was given up on.
    Paused,
}

/// Webhooks.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Makes a webhook, which tells of what happens from now on.
    async fn create_webhook(
        &self,
        scope: &Scope,
        webhook: &NewWebhook,
    ) -> Result<WebhookRecord, StoreError>;
    /// Those of the scope's numbers, oldest first.
    async fn webhooks(&self, scope: &Scope) -> Result<Vec<WebhookRecord>, StoreError>;
    /// One of the scope's numbers.
    async fn webhook(&self, scope: &Scope, id: &WebhookId) -> Result<WebhookRecord, StoreError>;
    /// Changes one.
    async fn change_webhook(
        &self,
        scope: &Scope,
        id: &WebhookId,
        changes: &WebhookChanges,
    ) -> Result<WebhookRecord, StoreError>;
    /// Gives one another secret; the one that it has signs as well until `overlap_until`, the one before that no more.
    async fn rotate_webhook_secret(
        &self,
        scope: &Scope,
        id: &WebhookId,
        sealed: &[u8],
        overlap_until: i64,
    ) -> Result<WebhookRecord, StoreError>;
    /// Takes one away, with what it has not told yet.
    async fn remove_webhook(&self, scope: &Scope, id: &WebhookId) -> Result<(), StoreError>;
    /// What one has tried to tell, what was tried last first.
    async fn webhook_log(
        &self,
        scope: &Scope,
        id: &WebhookId,
        event: Option<&str>,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>, StoreError>;
    /// Has an event told again that is settled. It waits for nothing, and nothing waits for it.
    async fn resend_delivery(
        &self,
        scope: &Scope,
        id: &WebhookId,
        event_id: &str,
    ) -> Result<DeliveryRecord, StoreError>;
    /// Webhooks that tell of something and have not looked at all of their log, at most `limit`; those that are furthest behind first.
    async fn webhooks_behind(&self, limit: u32) -> Result<Vec<Follower>, StoreError>;
    /// What is known of messages of a tenant; of those that are gone nothing.
    async fn message_facts(
        &self,
        tenant: &TenantId,
        messages: &[MessageId],
    ) -> Result<Vec<MessageFacts>, StoreError>;
    /// Writes what is told and how far each webhook has looked. Of a webhook that does not stand where its plan begins, nothing. Returns how
    /// many plans counted.
    async fn plan_deliveries(&self, plans: Vec<DeliveryPlan>, now: i64) -> Result<u64, StoreError>;
    /// Moves a webhook to where the log begins now, if it stands before that. Returns over how many positions.
    async fn skip_to_log(&self, webhook: &WebhookId) -> Result<i64, StoreError>;
    /// Claims up to `limit` deliveries that are due until `lease`, only the first of each conversation, and no more of one receiver than
    /// it takes at once.
    async fn claim_deliveries(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<DeliveryClaim>, StoreError>;
    /// Records how a claimed try ended.
    async fn settle_delivery(
        &self,
        claim: &DeliveryClaim,
        outcome: &TryOutcome,
    ) -> Result<Settled, StoreError>;
    /// When the next delivery may be tried.
    async fn next_delivery_due(&self) -> Result<Option<i64>, StoreError>;
}

/// The answer to a webhook that is unknown or not of the scope.
pub fn unknown_webhook() -> StoreError {
    ApiError::new(
        Code::WebhookNotFound,
        "This webhook does not exist, or is not of a number of this key's.",
    )
    .into()
}

/// The answer to an event that a webhook has not told of, or has forgotten.
pub(super) fn unknown_delivery() -> StoreError {
    ApiError::new(
        Code::NotFound,
        "This webhook has no delivery of this id. Deliveries are kept for a week.",
    )
    .into()
}

/// The answer to a resend of what is on its way anyway.
pub(super) fn not_resendable() -> StoreError {
    ApiError::new(
        Code::NotResendable,
        "This delivery is still being tried by itself. Look at `nextAttemptAt`.",
    )
    .into()
}

/// The answer to one webhook too many.
pub(super) fn too_many_webhooks() -> StoreError {
    ApiError::new(
        Code::TooManyWebhooks,
        format!("A number has at most {WEBHOOKS_OF_A_NUMBER} webhooks. Delete one that is not needed any more."),
    )
    .into()
}

/// What a change makes of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    /// As it is then.
    pub record: WebhookRecord,
    /// Whether it looks at the log from its end on.
    pub begins_anew: bool,
    /// Whether the failures so far are forgotten.
    pub is_forgiven: bool,
}

impl WebhookChanges {
    /// Applies them.
    pub(super) fn to(&self, mut record: WebhookRecord) -> Changed {
        let set = |place: &mut String, wanted: &Option<String>| {
            let moves = wanted.as_ref().is_some_and(|wanted| wanted != place);
            if let Some(wanted) = wanted {
                place.clone_from(wanted);
            }
            moves
        };
        set(&mut record.name, &self.name);
        let moves = set(&mut record.url, &self.url);
        if let Some(events) = &self.events {
            record.events.clone_from(events);
        }
        let begins_anew = self.active == Some(true) && !record.active;
        let resumes = self.active.is_some() && record.paused_at.is_some();
        record.active = self.active.unwrap_or(record.active);
        if resumes {
            (record.paused_at, record.pause_reason) = (None, None);
        }
        let is_forgiven = begins_anew || resumes || moves;
        if is_forgiven {
            record.failing_since = None;
        }
        Changed {
            record,
            begins_anew,
            is_forgiven,
        }
    }
}

/// The event's position in the log, of its id.
pub(super) fn seq_of(event_id: &str) -> Option<i64> {
    event_id.rsplit_once('_')?.1.parse().ok()
}
