//! Where state lives. The trait speaks in use cases, each of them one transaction; SQL stands beside the method that uses it, in
//! the module of its database.

mod accounts;
mod delivery;
mod explain;
mod health;
mod holds;
mod lifecycle;
mod media;
mod model;
mod number;
mod pace;
mod pages;
mod pairings;
mod part;
pub mod postgres;
mod public;
mod rows;
mod rules;
mod schema;
mod search;
pub mod sqlite;
mod webhook_tries;
mod webhooks;
mod words;

pub use accounts::*;
pub use holds::KeyHold;
pub use lifecycle::*;
pub use media::*;
pub use model::*;
pub use number::*;
pub use pace::{Pace, pace_bucket};
pub use pairings::*;
pub(crate) use public::not_ready;
pub use public::*;
pub use search::Query;
pub use webhook_tries::DELIVERIES_AT_ONCE;
pub use webhooks::*;

use crate::access::Scope;
use crate::ingest::{HealthReport, NumberChanges};
use crate::notes::NewNote;
use app::conversations::details::{ContactDetails, Shelf};
use app::conversations::{Conversation, ConversationPage, MarkedRead};
use app::error::ApiError;
use app::ids::{
    ApiKeyId, ClientId, ConversationId, InboxId, LabelId, MessageId, NumberId, QuickReplyId,
    SessionId, TenantId,
};
use app::labels::{Colour, Label};
use app::messages::{Message, MessagePage};
use app::operators::Operator;
use app::paging::PageRequest;
use app::quick_replies::{QuickReplies, QuickReply};
use app::search::SearchPage;
use app::templates::MessageTemplate;
use app::workflow::{ListFilter, Totals, Work};
use async_trait::async_trait;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Unknown, or outside the scope.
    #[error("not found")]
    NotFound,
    /// The request cannot be carried out; what the caller is told.
    #[error("{0}")]
    Refused(ApiError),
    /// The database does not answer, or the program is stopping.
    #[error("the store is not available")]
    Unavailable,
    /// The database does not let us in; what to do about it.
    #[error("{0}")]
    Unreachable(String),
    /// The database failed.
    #[error("database: {}", explain::failure(.0))]
    Database(#[from] sqlx::Error),
    /// Database and program do not fit together.
    #[error("{}", explain::migration(.0))]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored cannot be read.
    #[error("stored data: {0}")]
    Data(String),
}

impl From<ApiError> for StoreError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => ApiError::not_found("item"),
            StoreError::Refused(error) => error,
            StoreError::Unavailable => unavailable(),
            StoreError::Database(error) if explain::is_the_databases(&error) => {
                tracing::error!(error = explain::failure(&error), "the database failed");
                unavailable()
            }
            other => {
                tracing::error!(error = %other, "the store failed");
                ApiError::internal()
            }
        }
    }
}

fn unavailable() -> ApiError {
    ApiError::new(
        app::error::Code::Unavailable,
        "The server is busy or restarting. Try again in a moment.",
    )
}

/// Told of every committed event by the process that committed it, before whoever asked for it has its answer. Of two transactions
/// side by side, the later may be told first where the database has many writers.
pub trait CommitListener: Send + Sync {
    /// `events` are of one transaction, or of some that follow each other, in log order, and may be of several tenants.
    fn committed(&self, events: Vec<LoggedEvent>);
}

/// Administration: the command line, on the machine itself.
#[async_trait]
pub trait Administration: Send + Sync {
    /// Makes a tenant.
    async fn create_tenant(&self, name: &str) -> Result<TenantId, StoreError>;
    /// All tenants, oldest first.
    async fn tenants(&self) -> Result<Vec<TenantRecord>, StoreError>;
    /// Connects a number to a tenant.
    async fn create_number(&self, number: NewNumber) -> Result<(), StoreError>;
    /// Changes how a number reaches WhatsApp, and forgets that WhatsApp refused it: it is connected then.
    async fn update_number(
        &self,
        number: &NumberId,
        update: NumberUpdate,
    ) -> Result<(), StoreError>;
    /// Takes a number away: its sessions and streams end, and nothing is sent or taken in any more. Returns when that was.
    async fn remove_number(&self, number: &NumberId) -> Result<i64, StoreError>;
    /// Stores a key.
    async fn create_api_key(&self, key: NewApiKey) -> Result<(), StoreError>;
    /// The keys of a tenant that are not revoked, oldest first.
    async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKeyRecord>, StoreError>;
    /// Revokes a key: the sessions that it minted end, and their streams.
    async fn revoke_api_key(&self, key: &ApiKeyId) -> Result<(), StoreError>;
    /// The numbers of a tenant, oldest first.
    async fn tenant_numbers(&self, tenant: &TenantId) -> Result<Vec<NumberRecord>, StoreError>;
    /// The number with this id at Meta's, whoever's it is.
    async fn number_at_meta(
        &self,
        phone_number_id: &str,
    ) -> Result<Option<NumberRecord>, StoreError>;
    /// Gives a tenant an embed secret; false if there is one and there must be none.
    async fn set_embed_secret(
        &self,
        tenant: &TenantId,
        sealed: &[u8],
        former: FormerSecret,
    ) -> Result<bool, StoreError>;
    /// Makes an inbox of numbers of its tenant.
    async fn create_inbox(&self, inbox: NewInbox) -> Result<(), StoreError>;
    /// The inboxes of a tenant, oldest first.
    async fn inboxes(&self, tenant: &TenantId) -> Result<Vec<InboxRecord>, StoreError>;
    /// Takes an inbox away: its sessions and streams end.
    async fn remove_inbox(&self, inbox: &InboxId) -> Result<(), StoreError>;
}

/// Credentials: what makes a scope.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// A key by the hash of its text.
    async fn api_key_by_hash(&self, hash: &[u8]) -> Result<Option<KeyGrant>, StoreError>;
    /// A key by its id.
    async fn api_key_by_id(&self, id: &ApiKeyId) -> Result<Option<KeyGrant>, StoreError>;
    /// Stores a new embed session.
    async fn create_session(&self, scope: &Scope, session: NewSession) -> Result<(), StoreError>;
    /// With what the identity tokens of a tenant are verified.
    async fn embed_secrets(&self, tenant: &TenantId) -> Result<Option<EmbedSecrets>, StoreError>;
    /// An inbox of the tenant.
    async fn inbox(
        &self,
        tenant: &TenantId,
        inbox: &InboxId,
    ) -> Result<Option<InboxRecord>, StoreError>;
    /// Stores a new session of an operator, and what has been said of the operator.
    async fn create_operator_session(
        &self,
        scope: &Scope,
        session: NewOperatorSession,
    ) -> Result<OperatorRecord, StoreError>;
    /// Whether some inbox may be shown by pages of this origin.
    async fn inbox_names_origin(&self, origin: &str) -> Result<bool, StoreError>;
    /// A session that has not ended, with those of its numbers that are still there.
    async fn live_session(
        &self,
        tenant: &TenantId,
        id: &SessionId,
        now: i64,
    ) -> Result<Option<SessionRecord>, StoreError>;
    /// Moves the end of a session's newest token; false if the session has been revoked.
    async fn extend_session(
        &self,
        scope: &Scope,
        id: &SessionId,
        expires_at: i64,
    ) -> Result<bool, StoreError>;
    /// Ends a session of the tenant for good; where `bound_to` is given, only one of exactly that number. Ending it again changes nothing.
    async fn end_session(
        &self,
        scope: &Scope,
        bound_to: Option<&NumberId>,
        id: &SessionId,
    ) -> Result<(), StoreError>;
    /// Until when some live session names this origin.
    async fn origin_live_until(&self, origin: &str, now: i64) -> Result<Option<i64>, StoreError>;
    /// Whether a number of the tenant is there.
    async fn has_number(&self, tenant: &TenantId, number: &NumberId) -> Result<bool, StoreError>;
    /// Grows whenever access was taken away.
    async fn access_epoch(&self) -> Result<i64, StoreError>;
}

/// How a tenant's inbox looks, as JSON objects that were checked when they came in.
#[async_trait]
pub trait Brandings: Send + Sync {
    /// The tenant's own fields.
    async fn branding(&self, scope: &Scope) -> Result<Option<String>, StoreError>;
    /// Merges `update` into the tenant's own fields: null clears, what is left out stays. Returns what is stored then.
    async fn update_branding(&self, scope: &Scope, update: &str) -> Result<String, StoreError>;
    /// The tenant's own fields, and those of the session that the scope is of.
    async fn session_branding(
        &self,
        scope: &Scope,
    ) -> Result<(Option<String>, Option<String>), StoreError>;
    /// What live sessions that name this origin would show, each only once and at most `limit` of them. It takes no scope: it is what a
    /// page of that origin shows to whoever looks at it.
    async fn brandings_of_origin(
        &self,
        origin: &str,
        now: i64,
        limit: u32,
    ) -> Result<Vec<OriginBranding>, StoreError>;
}

/// The inbox. Everything here takes a scope.
#[async_trait]
pub trait InboxStore: Send + Sync {
    /// The numbers of the scope, oldest first.
    async fn numbers(&self, scope: &Scope) -> Result<Vec<NumberRecord>, StoreError>;
    /// List, counters, log position and one conversation, in one snapshot.
    async fn snapshot(
        &self,
        scope: &Scope,
        open: Option<&ConversationId>,
        filter: &ListFilter,
    ) -> Result<Snapshot, StoreError>;
    /// A page of a part of the list.
    async fn list_conversations(
        &self,
        scope: &Scope,
        filter: &ListFilter,
        page: &PageRequest,
    ) -> Result<ConversationPage, StoreError>;
    /// One conversation.
    async fn conversation(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<Conversation, StoreError>;
    /// A page of a conversation.
    async fn list_messages(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError>;
    /// The part of a conversation around one of its messages, which stands in the middle of it.
    async fn messages_around(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<MessagePage, StoreError>;
    /// Stores a message and its outbox row, or answers the message that this client id already is.
    async fn send_message(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        client_id: &ClientId,
        outgoing: Outgoing,
    ) -> Result<Message, StoreError>;
    /// Takes back a message that has not gone out.
    async fn cancel_message(
        &self,
        scope: &Scope,
        message: &MessageId,
    ) -> Result<Message, StoreError>;
    /// Queues a failed message again. Where it needs the customer service window, that has to be open at `window_at`, if given.
    async fn retry_message(
        &self,
        scope: &Scope,
        message: &MessageId,
        window_at: Option<i64>,
    ) -> Result<Message, StoreError>;
    /// Marks everything up to and including a message as seen.
    async fn mark_read(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        up_to: &MessageId,
    ) -> Result<MarkedRead, StoreError>;
    /// Finds contacts and messages, or messages of one conversation; see [`SearchPage`].
    async fn search(
        &self,
        scope: &Scope,
        query: &Query,
        conversation: Option<&ConversationId>,
        page: &PageRequest,
    ) -> Result<SearchPage, StoreError>;
    /// Events after a log position that the scope may see, at most `limit` rows of the log looked at.
    async fn events_after(
        &self,
        scope: &Scope,
        after: i64,
        limit: u32,
    ) -> Result<EventPage, StoreError>;
    /// The log's position.
    async fn log_position(&self, scope: &Scope) -> Result<i64, StoreError>;
}

/// Work on conversations.
#[async_trait]
pub trait Workflow: Send + Sync {
    /// Does the same with some conversations, all of them or none, and answers how they are then. What is so already stays, and is not
    /// logged.
    async fn change_conversations(
        &self,
        scope: &Scope,
        ids: &[ConversationId],
        work: &Work,
    ) -> Result<Vec<Conversation>, StoreError>;
    /// Unread messages and the counts of the views, of one moment.
    async fn totals(&self, scope: &Scope) -> Result<Totals, StoreError>;
    /// Who works with some of the scope's numbers, by name, at most 500.
    async fn operators(&self, scope: &Scope) -> Result<Vec<Operator>, StoreError>;
    /// Opens conversations whose snooze is over, at most `limit`, and says how many there were.
    async fn end_snoozes(&self, now: i64, limit: u32) -> Result<u64, StoreError>;
}

/// Most operators of one answer.
const OPERATORS_SHOWN: i64 = 500;

/// What colleagues write to each other.
#[async_trait]
pub trait Notes: Send + Sync {
    /// Stores a note and logs it; nothing goes out, and the row of the conversation stays as it is. Whoever it calls works with the number.
    /// The same client id again is the same note.
    async fn write_note(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        client_id: &ClientId,
        note: &NewNote,
    ) -> Result<Message, StoreError>;
}

/// Most other conversations of a contact.
const OTHERS_SHOWN: i64 = 50;

/// Who a contact is to those who work with a number. What they write belongs to the number and the contact, which is to a conversation.
#[async_trait]
pub trait Details: Send + Sync {
    /// The contact of a conversation: what operators know, and the person's conversations with other numbers of the scope.
    async fn contact_details(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
    ) -> Result<ContactDetails, StoreError>;
    /// Writes what operators call the contact and know of it. What is so already is not logged. Refused where somebody has written
    /// something else since `seen`.
    async fn change_contact(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        seen: Option<i64>,
        wanted: &KnownOfContact,
    ) -> Result<ContactDetails, StoreError>;
    /// A page of what of a conversation is of one sort.
    async fn shelf(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        sort: Shelf,
        page: &PageRequest,
    ) -> Result<MessagePage, StoreError>;
}

/// What conversations are about. A label belongs to numbers: a scope sees those that share one with it.
#[async_trait]
pub trait Labels: Send + Sync {
    /// Those of the scope's numbers, by name. So answer those that change them.
    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, StoreError>;
    /// Adds a label to all numbers of the scope. One of this name that only some of them have, and nobody else's, goes to the others.
    async fn create_label(
        &self,
        scope: &Scope,
        name: &str,
        colour: Colour,
    ) -> Result<Vec<Label>, StoreError>;
    /// Gives a label another name and colour. Where others have it too, that is refused.
    async fn change_label(
        &self,
        scope: &Scope,
        label: &LabelId,
        name: &str,
        colour: Colour,
    ) -> Result<Vec<Label>, StoreError>;
    /// Takes a label away; where others have it too, that is refused. Conversations may still name it; it means nothing any more.
    async fn delete_label(&self, scope: &Scope, label: &LabelId) -> Result<Vec<Label>, StoreError>;
}

/// The provider: routed by the number that a verified webhook names.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Takes what a verified webhook brought, in one durable transaction.
    async fn ingest(&self, changes: Vec<NumberChanges>) -> Result<Ingested, StoreError>;
    /// Takes what a verified webhook says of numbers and accounts. Of each number and side the latest word is kept.
    async fn note_health(&self, reports: Vec<HealthReport>) -> Result<(), StoreError>;
    /// Keeps a signed body that could not be understood.
    async fn keep_for_inspection(&self, reason: &str, body: &[u8]) -> Result<(), StoreError>;
}

/// The outbox, for its worker.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Claims up to `limit` messages that are due, at most one of each conversation, in the order of their queueing, and no more of a
    /// number than its pace allows. From here on each may be on its way: it comes back by [`Outbox::settle`] or, when nobody has renewed
    /// the claim until `lease`, by [`Outbox::take_over`].
    async fn claim_outbox(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError>;
    /// Says that these sends are still under way.
    async fn renew_claims(&self, messages: &[MessageId], lease: i64) -> Result<(), StoreError>;
    /// Records how a claimed send ended.
    async fn settle(&self, claim: &Claim, outcome: Settlement) -> Result<(), StoreError>;
    /// Claims whose lease has ended, because their server died or lost the database, become unconfirmed until `deadline`: each may have
    /// gone out. Returns how many.
    async fn take_over(&self, now: i64, deadline: i64) -> Result<u64, StoreError>;
    /// At start: unconfirmed messages on which no server gave up in time wait anew, until `deadline`, for no status could come while no
    /// server was up. Where only one server can use the database, all claims are of one that died. Returns how many are unconfirmed.
    async fn recover_outbox(&self, deadline: i64) -> Result<u64, StoreError>;
    /// Gives up on unconfirmed messages whose deadline has passed, where a person decides, and on what was to go out before now or not
    /// at all.
    async fn expire_unconfirmed(&self, now: i64) -> Result<u64, StoreError>;
    /// Heeds what failures say beyond their messages: a window that is shut is not reckoned to be open, a refused number pauses.
    async fn heed_refusals(&self, refusals: Vec<Refusal>) -> Result<(), StoreError>;
    /// Numbers that pause and are to be asked about now; the next time is `next`.
    async fn numbers_to_probe(&self, now: i64, next: i64) -> Result<Vec<PausedNumber>, StoreError>;
    /// WhatsApp takes the number again.
    async fn resume_number(&self, number: &NumberId) -> Result<(), StoreError>;
    /// When the outbox wants to be looked at next, in milliseconds since the epoch.
    async fn next_outbox_due(&self) -> Result<Option<i64>, StoreError>;
}

/// What is sent beside messages: signs on them, read receipts, typing.
#[async_trait]
pub trait Signals: Send + Sync {
    /// Puts a sign of the business on a message, or takes it away where it is empty: shown at once, and sent. It comes back to what
    /// was there before if WhatsApp refuses it.
    async fn react(
        &self,
        scope: &Scope,
        message: &MessageId,
        emoji: &str,
        window_at: Option<i64>,
    ) -> Result<Message, StoreError>;
    /// Has WhatsApp told that a conversation was read, or that somebody types in it. Only where all of it has been seen; answers
    /// whether there is anything to tell.
    async fn signal(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        kind: SignalKind,
    ) -> Result<bool, StoreError>;
    /// Claims up to `limit` signals that are due, until `lease`.
    async fn claim_signals(
        &self,
        now: i64,
        lease: i64,
        limit: u32,
    ) -> Result<Vec<SignalClaim>, StoreError>;
    /// Records how a claimed signal ended.
    async fn settle_signal(
        &self,
        claim: &SignalClaim,
        outcome: SignalOutcome,
    ) -> Result<(), StoreError>;
}

/// Texts that operators write often. A quick reply belongs to numbers: a scope sees those that share one with it.
#[async_trait]
pub trait QuickReplyStore: Send + Sync {
    /// Those of the scope's numbers, by shortcut, and the name of the operator whose session the scope is of.
    async fn quick_replies(&self, scope: &Scope) -> Result<QuickReplies, StoreError>;
    /// Adds one to all numbers of the scope, if its shortcut is free and there are not too many.
    async fn create_quick_reply(&self, scope: &Scope, reply: &QuickReply)
    -> Result<(), StoreError>;
    /// Changes shortcut and text of the one with this id, and answers all of it. Where others have it too, that is refused.
    async fn update_quick_reply(
        &self,
        scope: &Scope,
        reply: &QuickReply,
    ) -> Result<QuickReply, StoreError>;
    /// Takes one away. Where others have it too, that is refused.
    async fn delete_quick_reply(&self, scope: &Scope, id: &QuickReplyId) -> Result<(), StoreError>;
}

/// Templates, as they are at Meta's.
#[async_trait]
pub trait Templates: Send + Sync {
    /// All templates of a number, by name and language.
    async fn templates(
        &self,
        scope: &Scope,
        number: &NumberId,
    ) -> Result<Vec<MessageTemplate>, StoreError>;
    /// A template of the number that a conversation is with.
    async fn template(
        &self,
        scope: &Scope,
        conversation: &ConversationId,
        name: &str,
        language: &str,
    ) -> Result<Option<MessageTemplate>, StoreError>;
    /// Numbers whose account is known and whose templates are old now; they are again at `next`.
    async fn accounts_with_old_templates(
        &self,
        now: i64,
        next: i64,
    ) -> Result<Vec<Account>, StoreError>;
    /// These are all templates of a number; they are old at `next`.
    async fn put_templates(
        &self,
        number: &NumberId,
        templates: Vec<MessageTemplate>,
        next: i64,
    ) -> Result<(), StoreError>;
    /// The templates of these accounts have changed.
    async fn templates_changed(&self, accounts: &[String]) -> Result<(), StoreError>;
}

/// The log, for the one reader of each server that spreads it to the streams, which filter by their scopes.
#[async_trait]
pub trait Log: Send + Sync {
    /// Positions of these tenants' logs.
    async fn positions(&self, tenants: &[TenantId]) -> Result<Vec<(TenantId, i64)>, StoreError>;
    /// Everything after a position of a tenant's log, at most `limit` events.
    async fn log_after(
        &self,
        tenant: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<EventPage, StoreError>;
}

/// The search index, for its keeper. It is made from the other tables and may be behind them.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// Looks at some of what the index lacks, at most `limit` events of each of a few tenants' logs and `limit` things of the walk over
    /// everything that is there. Of several servers one does it at a time.
    async fn index_more(&self, limit: u32) -> Result<Indexed, StoreError>;
}

/// Limits that hold however many servers there are.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Takes one from a bucket, or says in how many milliseconds there is one again.
    async fn take(&self, bucket: &str, pace: Pace, now: i64) -> Result<Option<i64>, StoreError>;
    /// Forgets what was taken from a bucket.
    async fn forget(&self, bucket: &str) -> Result<(), StoreError>;
}

/// How much longer than other things a delivery is kept that nobody has taken, because its webhook is paused, in milliseconds.
const UNSETTLED_KEPT_MS: i64 = 21 * 24 * 3_600_000;

/// Upkeep.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// The database's own clock in milliseconds since the epoch, where it has one: servers go by it, so that they agree.
    async fn clock(&self) -> Result<Option<i64>, StoreError>;
    /// Whether a job is due, which then is this caller's to do; the next time is `every` milliseconds after `now`.
    async fn begin_job(&self, name: &str, now: i64, every: i64) -> Result<bool, StoreError>;
    /// Whether the database belongs to the signing secret with this mark; one without a mark takes it.
    async fn belongs_to(&self, secret_mark: &[u8]) -> Result<bool, StoreError>;
    /// Everything that is sealed under a key derived from the signing secret.
    async fn sealed_texts(&self) -> Result<Vec<SealedText>, StoreError>;
    /// Gives the database to another signing secret, and what has been sealed anew under it. A text that has changed meanwhile stays.
    async fn adopt_secret(
        &self,
        secret_mark: &[u8],
        resealed: Vec<Resealed>,
    ) -> Result<(), StoreError>;
    /// Drops events that no webhook has yet to look at, deliveries of webhooks, ended sessions, held statuses and idle limits from before `before`. Returns how many events and deliveries
    /// it were.
    async fn prune(&self, before: i64) -> Result<u64, StoreError>;
    /// Whether the database takes a write.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Finishes what is queued and closes.
    async fn close(&self);
}

/// The store: everything above on one database. A second database is a second implementation of the same traits.
pub trait Store:
    Accounts
    + Administration
    + Credentials
    + Brandings
    + InboxStore
    + Workflow
    + Notes
    + Details
    + Labels
    + Deliveries
    + Outbox
    + MediaStore
    + MediaWork
    + Signals
    + Templates
    + QuickReplyStore
    + PublicApi
    + Lifecycle
    + Webhooks
    + Pairings
    + Log
    + SearchIndex
    + Limits
    + Upkeep
{
}

impl<
    T: Accounts
        + Administration
        + Credentials
        + Brandings
        + InboxStore
        + Workflow
        + Notes
        + Details
        + Labels
        + Deliveries
        + Outbox
        + MediaStore
        + MediaWork
        + Signals
        + Templates
        + QuickReplyStore
        + PublicApi
        + Lifecycle
        + Webhooks
        + Pairings
        + Log
        + SearchIndex
        + Limits
        + Upkeep,
> Store for T
{
}
