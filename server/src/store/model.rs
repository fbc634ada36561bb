//! What goes into the store and comes out of it. Times are milliseconds since the epoch.

use super::{LinkState, NumberSettings, PiiMode, Provider, StoreError};
use crate::access::{Role, Scope, Surface};
use crate::ingest::HealthNote;
use app::conversations::ConversationPage;
use app::conversations::details::ContactField;
use app::ids::{ApiKeyId, InboxId, MessageId, NumberId, OperatorId, SessionId, TenantId};
use app::inbox::OpenConversation;
use app::labels::Label;
use app::messages::{Content, Draft, Failure, Waiting};
use app::operators::Operator;
use app::workflow::ViewCounts;
use bytes::Bytes;

/// A tenant.
#[derive(Debug, Clone)]
pub struct TenantRecord {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

/// A number to connect.
#[derive(Debug, Clone)]
pub struct NewNumber {
    /// Its id.
    pub id: NumberId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What the tenant calls it.
    pub name: String,
    /// Digits without a plus sign.
    pub phone: String,
    /// Meta's id of it.
    pub phone_number_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base with version, without a trailing slash.
    pub graph_base_url: String,
}

/// What to change of a connected number.
#[derive(Debug, Clone, Default)]
pub struct NumberUpdate {
    /// Sealed access token.
    pub access_token: Option<Vec<u8>>,
    /// Graph API base with version, without a trailing slash.
    pub graph_base_url: Option<String>,
}

/// A connected number.
#[derive(Debug, Clone)]
pub struct NumberRecord {
    /// Its id.
    pub id: NumberId,
    /// What the tenant calls it.
    pub name: String,
    /// Digits without a plus sign.
    pub phone: String,
    /// Meta's id of it.
    pub phone_number_id: String,
    /// By which way it is connected.
    pub provider: Provider,
    /// Whether it is.
    pub link_state: LinkState,
    /// Since when, or when it last was; none before the first time.
    pub connected_at: Option<i64>,
    /// The session at the gateway of a phone that is linked.
    pub gateway_session: Option<String>,
    /// What is kept of what is said.
    pub pii: PiiMode,
    /// How it behaves, where that was set.
    pub settings: NumberSettings,
    /// Why WhatsApp refused this number or its account at the last attempt.
    pub refusal: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed.
    pub updated_at: i64,
    /// Displayable parts of the keys bound to it.
    pub keys: Vec<KeyLabel>,
    /// WhatsApp's last words about it and its account.
    pub health: Vec<HealthNote>,
    /// Problems that WhatsApp reported outside any conversation, the last of each code.
    pub alerts: Vec<AlertRecord>,
}

/// A problem of a number or its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRecord {
    /// Meta's code.
    pub code: String,
    /// What WhatsApp says of it, in English.
    pub sentence: String,
    /// When it came last.
    pub last_at: i64,
    /// How often it came.
    pub reports: i64,
}

/// What may be shown of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLabel {
    /// Its name.
    pub name: String,
    /// Its beginning.
    pub prefix: String,
    /// Its end.
    pub last4: String,
}

/// A key to store.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The number that it is bound to; `None` for the tenant's own.
    pub number: Option<NumberId>,
    /// SHA-256 of its text.
    pub hash: Vec<u8>,
    /// What may be shown of it.
    pub label: KeyLabel,
}

/// A stored key.
#[derive(Debug, Clone)]
pub struct ApiKeyRecord {
    /// Its id.
    pub id: ApiKeyId,
    /// The number that it is bound to.
    pub number: Option<NumberId>,
    /// What may be shown of it.
    pub label: KeyLabel,
    /// When it was made.
    pub created_at: i64,
}

/// What a key grants.
#[derive(Debug, Clone)]
pub struct KeyGrant {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The number that it is bound to.
    pub bound_to: Option<NumberId>,
    /// The numbers that it may touch now.
    pub numbers: Vec<NumberId>,
}

/// An embed session to store.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The key that minted it.
    pub api_key_id: ApiKeyId,
    /// Which surface.
    pub surface: Surface,
    /// Its numbers.
    pub numbers: Vec<NumberId>,
    /// Its origins.
    pub origins: Vec<String>,
    /// Its branding, as JSON.
    pub branding: Option<String>,
    /// Lifetime of each token.
    pub ttl_ms: i64,
    /// When it began.
    pub created_at: i64,
    /// End of its first token.
    pub expires_at: i64,
    /// End, whatever is refreshed.
    pub ends_at: i64,
    /// Who works in it, if the backend said so.
    pub operator: Option<NewOperator>,
}

/// A person, as the tenant's backend tells of them.
#[derive(Debug, Clone)]
pub struct NewOperator {
    /// Id of the operator, if nobody has seen this person before.
    pub id: OperatorId,
    /// The tenant's id of the person.
    pub sub: String,
    /// As the tenant's backend says; what it does not say stays as it was.
    pub name: Option<String>,
    /// The same.
    pub email: Option<String>,
    /// As the tenant's backend says.
    pub role: Role,
}

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// Those of its numbers that are still connected.
    pub numbers: Vec<NumberId>,
    /// Its origins.
    pub origins: Vec<String>,
    /// Lifetime of each token.
    pub ttl_ms: i64,
    /// End of its newest token.
    pub expires_at: i64,
    /// End, whatever is refreshed.
    pub ends_at: i64,
    /// Whether a key minted it for pages of its origins.
    pub invites: bool,
    /// Who works in it, where the tenant's backend said so.
    pub operator: Option<OperatorRecord>,
}

/// What verifies a tenant's identity tokens, sealed for the tenant's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedSecrets {
    /// In use.
    pub current: Vec<u8>,
    /// Accepted beside it.
    pub previous: Option<Vec<u8>>,
}

/// What happens to the embed secret that a tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormerSecret {
    /// There must be none.
    None,
    /// It is accepted until the next one comes.
    Kept,
    /// It is not accepted any more, and the sessions of operators end.
    Revoked,
}

/// An inbox to make.
#[derive(Debug, Clone)]
pub struct NewInbox {
    /// Its id.
    pub id: InboxId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What the tenant calls it.
    pub name: String,
    /// Its numbers.
    pub numbers: Vec<NumberId>,
    /// Exact origins of the pages that may show it.
    pub origins: Vec<String>,
}

/// An inbox.
#[derive(Debug, Clone)]
pub struct InboxRecord {
    /// Its id.
    pub id: InboxId,
    /// What the tenant calls it.
    pub name: String,
    /// Those of its numbers that are still connected.
    pub numbers: Vec<NumberId>,
    /// Exact origins of the pages that may show it.
    pub origins: Vec<String>,
}

/// A session to start for an operator. Its numbers are those of the scope.
#[derive(Debug, Clone)]
pub struct NewOperatorSession {
    /// Its id.
    pub id: SessionId,
    /// The inbox.
    pub inbox: InboxId,
    /// Who works in it.
    pub operator: NewOperator,
    /// Its origins.
    pub origins: Vec<String>,
    /// Lifetime of each token.
    pub ttl_ms: i64,
    /// When it began.
    pub created_at: i64,
    /// End of its first token.
    pub expires_at: i64,
    /// End, whatever is refreshed.
    pub ends_at: i64,
}

/// An operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorRecord {
    /// Its id.
    pub id: OperatorId,
    /// For other people to read.
    pub name: Option<String>,
    /// For other people to read.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
}

impl OperatorRecord {
    /// As colleagues see them.
    pub fn shown(&self) -> Operator {
        Operator::of(self.id.clone(), self.name.clone(), self.email.clone())
    }
}

/// What a live session of an origin would show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginBranding {
    /// Whose session it is.
    pub tenant: TenantId,
    /// The tenant's own fields, as JSON.
    pub own: Option<String>,
    /// Those of the session, as JSON.
    pub of_session: Option<String>,
}

/// What the first screen shows, as of one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The numbers of the scope.
    pub numbers: Vec<NumberRecord>,
    /// The first page of the list.
    pub conversations: ConversationPage,
    /// The conversation asked for, if the scope allows it.
    pub open: Option<OpenConversation>,
    /// Unread messages over the scope's numbers.
    pub unread_total: u32,
    /// Conversations in each view.
    pub counts: ViewCounts,
    /// The labels of the scope's numbers, by name.
    pub labels: Vec<Label>,
    /// The log's position.
    pub cursor: i64,
}

/// An event as it is in the log.
#[derive(Debug, Clone)]
pub struct LoggedEvent {
    /// Whose log.
    pub tenant: TenantId,
    /// Position.
    pub seq: i64,
    /// The number whose sessions may see it.
    pub number: NumberId,
    /// The [`app::live::LiveEvent`] as JSON.
    pub payload: Bytes,
}

/// A stretch of the log.
#[derive(Debug, Clone)]
pub enum EventPage {
    /// Events in order; `position` is how far the log was looked at, `more` whether it goes on.
    Events {
        /// Those that the scope may see.
        events: Vec<LoggedEvent>,
        /// Up to where.
        position: i64,
        /// Whether there is more.
        more: bool,
    },
    /// The log does not reach back that far (or the position is not of this log).
    Gone,
}

impl EventPage {
    /// Without what lies outside a scope. Positions are passed over, not renumbered.
    #[must_use]
    pub fn within(self, scope: &Scope) -> Self {
        match self {
            Self::Events {
                mut events,
                position,
                more,
            } => {
                events.retain(|event| scope.allows(&event.number));
                Self::Events {
                    events,
                    position,
                    more,
                }
            }
            Self::Gone => Self::Gone,
        }
    }
}

/// How far the search index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    /// Whether there is more to do.
    pub more: bool,
    /// Events of all logs so far: where it has grown, somebody is writing.
    pub written: i64,
}

/// What became of a webhook's content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ingested {
    /// New messages.
    pub messages: u64,
    /// Statuses that moved a message.
    pub statuses: u64,
    /// Statuses kept until their message is known.
    pub held: u64,
    /// Repetitions.
    pub duplicates: u64,
    /// Items for numbers that are not ours.
    pub unknown_number: u64,
}

/// A message to store and to send: the draft, checked, and how it is shown.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What was asked for; it is stored, and every attempt sends it.
    pub draft: Draft,
    /// WhatsApp's type.
    pub kind: String,
    /// The words.
    pub text: Option<String>,
    /// What there is beside the words.
    pub content: Option<Box<Content>>,
    /// When the customer service window has to be open, in milliseconds since the epoch; `None` where it may be shut.
    pub window_at: Option<i64>,
}

impl Outgoing {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self {
            draft: Draft::text(text),
            kind: "text".into(),
            text: Some(text.to_owned()),
            content: None,
            window_at: None,
        }
    }

    /// The draft as it is stored: a plain text is its message.
    pub(super) fn stored(&self) -> Option<&Draft> {
        self.draft.plain_text().is_none().then_some(&self.draft)
    }
}

/// A message to send now.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The message.
    pub message: MessageId,
    /// How often a person has had it sent; goes out with the id as `biz_opaque_callback_data`.
    pub attempt: u32,
    /// Whose.
    pub tenant: TenantId,
    /// From which number.
    pub number: NumberId,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base.
    pub graph_base_url: String,
    /// The contact's phone, digits.
    pub to_phone: Option<String>,
    /// The contact's business-scoped id.
    pub to_bsuid: Option<String>,
    /// WhatsApp's type.
    pub kind: String,
    /// WhatsApp's type of the file in a template's header.
    pub header: Option<String>,
    /// The text.
    pub text: String,
    /// What to send; `None` where it is the text and nothing else.
    pub draft: Option<Draft>,
    /// WhatsApp's id of the message that it answers to.
    pub quoted: Option<String>,
    /// Requests before this one, of this attempt.
    pub requests: u32,
    /// When the message was queued.
    pub queued_at: i64,
}

/// How a claimed send ended.
#[derive(Debug, Clone)]
pub enum Settlement {
    /// Meta took it; the status comes by webhook.
    Accepted {
        /// WhatsApp's id.
        provider_id: String,
    },
    /// It did not go out and may be tried again.
    RetryAt {
        /// When.
        at: i64,
        /// What the operator reads meanwhile.
        waiting: Waiting,
    },
    /// It may have gone out: wait for a status until then.
    Unconfirmed {
        /// When a person is asked.
        deadline: i64,
    },
    /// It will not go out.
    Failed(Failure),
    /// The credential or the account is refused: the number says so and pauses, and its messages wait.
    NumberRefused {
        /// What the operator reads.
        failure: Failure,
    },
    /// It will not go out, because the customer service window is shut, whatever was reckoned here.
    WindowShut {
        /// What the operator reads at the message.
        failure: Failure,
    },
}

/// What a refusal says beyond its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The customer service window of the conversation is shut.
    WindowShut,
    /// Nothing goes out from the number until somebody acts.
    NumberPaused,
}

/// A failure that WhatsApp reported after it had taken the message.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// WhatsApp's id of the message.
    pub provider_id: String,
    /// What follows for others.
    pub consequence: Option<Consequence>,
    /// What the operator reads.
    pub failure: Failure,
}

/// A number that WhatsApp refuses, to be asked about.
#[derive(Debug, Clone)]
pub struct PausedNumber {
    /// Its id.
    pub number: NumberId,
    /// Meta's id of it.
    pub phone_number_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base.
    pub graph_base_url: String,
}

impl Settlement {
    /// It did not go out and may be tried again then.
    pub fn retry_at(at: i64) -> Self {
        Self::RetryAt {
            at,
            waiting: Waiting::until("RETRY", at),
        }
    }
}

/// What is sent beside messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    /// A sign on a message.
    Reaction,
    /// A read receipt.
    Read,
    /// Somebody types.
    Typing,
}

impl SignalKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reaction => "reaction",
            Self::Read => "read",
            Self::Typing => "typing",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "reaction" => Ok(Self::Reaction),
            "read" => Ok(Self::Read),
            "typing" => Ok(Self::Typing),
            other => Err(StoreError::Data(format!("`{other}` is not a signal"))),
        }
    }
}

/// A signal to send now.
#[derive(Debug, Clone)]
pub struct SignalClaim {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: SignalKind,
    /// The message or the conversation that it is of.
    pub subject: String,
    /// Whose.
    pub tenant: TenantId,
    /// From which number.
    pub number: NumberId,
    /// The message that it names.
    pub message: MessageId,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base.
    pub graph_base_url: String,
    /// The contact's phone, digits.
    pub to_phone: Option<String>,
    /// The contact's business-scoped id.
    pub to_bsuid: Option<String>,
    /// WhatsApp's id of the message that it names.
    pub target: Option<String>,
    /// The sign; empty to take it away.
    pub emoji: String,
    /// Requests so far, with this one.
    pub attempts: u32,
    /// When it was asked for.
    pub created_at: i64,
}

/// How a signal ended.
#[derive(Debug, Clone)]
pub enum SignalOutcome {
    /// WhatsApp took it.
    Sent {
        /// WhatsApp's id of a sign, which may yet fail.
        provider_id: Option<String>,
    },
    /// It is tried again then.
    RetryAt(i64),
    /// It is given up.
    Refused(Failure),
}

/// A number whose list of templates is old.
#[derive(Debug, Clone)]
pub struct Account {
    /// The number.
    pub number: NumberId,
    /// Its WhatsApp Business Account.
    pub waba_id: String,
    /// Sealed access token.
    pub access_token: Vec<u8>,
    /// Graph API base.
    pub graph_base_url: String,
}

/// Where a sealed text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedPlace {
    /// A number's access token.
    AccessToken,
    /// A tenant's embed secret.
    EmbedSecret,
    /// A tenant's embed secret before that.
    PreviousEmbedSecret,
    /// With what the requests of a webhook are signed.
    WebhookSecret,
    /// With what they were signed before that.
    PreviousWebhookSecret,
}

impl SealedPlace {
    /// As the query that reads them all says it.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "access_token" => Ok(Self::AccessToken),
            "embed_secret" => Ok(Self::EmbedSecret),
            "previous_embed_secret" => Ok(Self::PreviousEmbedSecret),
            "webhook_secret" => Ok(Self::WebhookSecret),
            "previous_webhook_secret" => Ok(Self::PreviousWebhookSecret),
            other => Err(StoreError::Data(format!("sealed at {other}"))),
        }
    }
}

/// A sealed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedText {
    /// Where it stands.
    pub place: SealedPlace,
    /// Id of its row, for which it was sealed.
    pub owner: String,
    /// Ciphertext.
    pub sealed: Vec<u8>,
}

/// A sealed text, and the same under another secret.
#[derive(Debug, Clone)]
pub struct Resealed {
    /// As it was.
    pub text: SealedText,
    /// As it will be.
    pub sealed: Vec<u8>,
}

/// What operators write about a contact, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOfContact {
    /// What they call it; none where they call it as it calls itself.
    pub name: Option<String>,
    /// What they know, in their order.
    pub fields: Vec<ContactField>,
}
