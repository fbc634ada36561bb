//! The one error that crosses the wire: a sentence a person can act on, and a stable code.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use std::borrow::Cow;
use std::fmt;

/// Makes the codes and their names from one list: a table is a fraction of what serde makes of as many variants, in a program that
/// every visitor loads.
macro_rules! codes {
    ($(#[$about:meta])* pub enum $codes:ident { $($(#[$doc:meta])* $code:ident = $name:literal,)* }) => {
        $(#[$about])*
        pub enum $codes { $($(#[$doc])* $code,)* }

        impl $codes {
            const NAMES: &[(Self, &str)] = &[$(($codes::$code, $name)),*];
        }
    };
}

codes! {
/// Stable codes. Clients branch on these; the sentence beside them may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    // 400
    /// The body is not JSON of the expected shape.
    BodyInvalid = "BODY_INVALID",
    /// `surface` is neither `chat` nor `connect`.
    SurfaceInvalid = "SURFACE_INVALID",
    /// `allowedOrigins` is missing, too long, or has an entry that is not an exact origin.
    AllowedOriginsInvalid = "ALLOWED_ORIGINS_INVALID",
    /// `whatsappNumberIds` has an entry that cannot be an id, or too many.
    WhatsappNumberIdsInvalid = "WHATSAPP_NUMBER_IDS_INVALID",
    /// A tenant key must name the numbers.
    NumberRequired = "NUMBER_REQUIRED",
    /// `ttlSeconds` is out of range.
    TtlSecondsInvalid = "TTL_SECONDS_INVALID",
    /// `brandingOverride` has a field of the wrong form.
    BrandingOverrideInvalid = "BRANDING_OVERRIDE_INVALID",
    /// A field of the branding is of the wrong form.
    BrandingInvalid = "BRANDING_INVALID",
    /// A pagination cursor that this server did not issue.
    CursorInvalid = "CURSOR_INVALID",
    /// A message without text.
    TextEmpty = "TEXT_EMPTY",
    /// A message longer than WhatsApp carries (4,096 characters).
    TextTooLong = "TEXT_TOO_LONG",
    /// The message cannot be retried in the state it is in.
    NotRetryable = "NOT_RETRYABLE",
    /// A file of a kind that WhatsApp does not take, or whose bytes are not what it is said to be.
    MediaTypeInvalid = "MEDIA_TYPE_INVALID",
    /// A file that can be fetched again has failed; this one has not.
    NotFetchable = "NOT_FETCHABLE",
    /// More addresses of files than one call gives.
    TooManyIds = "TOO_MANY_IDS",
    /// A search for nothing that could be found, or for more than 200 characters.
    QueryInvalid = "QUERY_INVALID",
    /// A draft that WhatsApp would not take; `field` says where.
    DraftInvalid = "DRAFT_INVALID",
    /// A password that is too short, or endless.
    PasswordInvalid = "PASSWORD_INVALID",
    /// `operator` has a field of the wrong form.
    OperatorInvalid = "OPERATOR_INVALID",
    /// A change of conversations that cannot be; `field` says where.
    WorkInvalid = "WORK_INVALID",
    /// A label that cannot be: its name, or one more than there may be.
    LabelInvalid = "LABEL_INVALID",
    /// A name or a field of a contact of the wrong form; `field` says which.
    ContactInvalid = "CONTACT_INVALID",
    /// A quick reply with a shortcut or a text of the wrong form; `field` says which.
    QuickReplyInvalid = "QUICK_REPLY_INVALID",
    /// A change of a number that changes nothing.
    EmptyPatch = "EMPTY_PATCH",
    /// A setting of a number of the wrong form; `field` says which.
    NumberSettingsInvalid = "NUMBER_SETTINGS_INVALID",
    /// A webhook with a field of the wrong form; `field` says which.
    WebhookInvalid = "WEBHOOK_INVALID",
    /// The number that is named is not the one that the key is bound to.
    NumberMismatch = "NUMBER_MISMATCH",
    /// A date that is none, or a start after the end.
    InvalidDateRange = "INVALID_DATE_RANGE",
    /// `page` or `pageSize` is out of range.
    PageInvalid = "PAGE_INVALID",
    /// A message to nobody, to several, or to what is neither a phone nor a user id.
    DestinationInvalid = "DESTINATION_INVALID",
    /// What WhatsApp's Cloud API does not carry.
    NotSupportedForMeta = "NOT_SUPPORTED_FOR_META",
    /// A group, at a number whose WhatsApp account has none.
    MetaGroupsNotEligible = "META_GROUPS_NOT_ELIGIBLE",
    /// Groups and channels of a linked phone, which this server does not reach.
    GroupsNotSupported = "GROUPS_NOT_SUPPORTED",
    /// A template was sent without all of its variables.
    MissingTemplateVariables = "MISSING_TEMPLATE_VARIABLES",
    /// An `Idempotency-Key` that is empty, longer than 255 characters, or has control characters.
    IdempotencyKeyInvalid = "IDEMPOTENCY_KEY_INVALID",
    /// A number or a link to one with a field of the wrong form; `field` says which.
    PairingInvalid = "PAIRING_INVALID",
    /// Meta, or the phone that scanned, is not what the number needs; the sentence says why.
    ConnectionRefused = "CONNECTION_REFUSED",
    // 401
    /// Nobody is signed in with this cookie.
    SignedOut = "SIGNED_OUT",
    /// No API key was sent.
    ApiKeyMissing = "API_KEY_MISSING",
    /// The API key is unknown or revoked.
    ApiKeyInvalid = "API_KEY_INVALID",
    /// No embed token was sent.
    TokenMissing = "TOKEN_MISSING",
    /// The embed token is malformed, tampered with, for another audience, or of no session of ours.
    TokenInvalid = "TOKEN_INVALID",
    /// The embed token is past its end.
    TokenExpired = "TOKEN_EXPIRED",
    /// The session was ended: revoked, key regenerated, or past its absolute end.
    SessionEnded = "SESSION_ENDED",
    /// The webhook carries no signature.
    SignatureMissing = "SIGNATURE_MISSING",
    // 403
    /// The webhook signature is wrong.
    SignatureInvalid = "SIGNATURE_INVALID",
    /// The webhook verify token is wrong.
    VerifyTokenInvalid = "VERIFY_TOKEN_INVALID",
    /// The page that embeds us is not in the token's `allowedOrigins`.
    OriginNotAllowed = "ORIGIN_NOT_ALLOWED",
    /// A number key asked for what is of the whole tenant.
    NumberScopeNotAllowed = "NUMBER_SCOPE_NOT_ALLOWED",
    /// A tenant key on what is of one number, without naming the number.
    TenantScopeNotAllowed = "TENANT_SCOPE_NOT_ALLOWED",
    /// The role may not do this.
    NotAllowed = "NOT_ALLOWED",
    /// A request that a page of somebody else made the browser send.
    CrossSite = "CROSS_SITE",
    /// A form of another session.
    FormInvalid = "FORM_INVALID",
    /// The operator of this session looks, and changes nothing.
    ReadOnly = "READ_ONLY",
    /// Others use it for numbers that this session does not have.
    SharedWithOthers = "SHARED_WITH_OTHERS",
    // 404
    /// Unknown, or foreign: the two are not told apart.
    NotFound = "NOT_FOUND",
    /// A link that was used, replaced, or is too old.
    LinkInvalid = "LINK_INVALID",
    /// No such number within the caller's scope.
    NumberNotFound = "NUMBER_NOT_FOUND",
    /// No such webhook within the caller's scope.
    WebhookNotFound = "WEBHOOK_NOT_FOUND",
    // 405, 409, 413, 429
    /// Somebody signs in with this address already.
    EmailTaken = "EMAIL_TAKEN",
    /// Nobody could change anything any more.
    LastAdmin = "LAST_ADMIN",
    /// The path exists, the method does not.
    MethodNotAllowed = "METHOD_NOT_ALLOWED",
    /// The client id was used for another message.
    ClientIdReused = "CLIENT_ID_REUSED",
    /// There is a label of this name.
    LabelExists = "LABEL_EXISTS",
    /// Somebody has written something else about the contact since.
    ContactChanged = "CONTACT_CHANGED",
    /// The customer service window is shut: WhatsApp takes only approved templates.
    WindowShut = "WINDOW_SHUT",
    /// The same for a flow, which WhatsApp would drop without a word.
    FlowWindowClosed = "FLOW_WINDOW_CLOSED",
    /// The message is not waiting any more.
    NotCancellable = "NOT_CANCELLABLE",
    /// The `Idempotency-Key` was used for another message.
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED",
    /// The first request under the `Idempotency-Key` is still under way.
    IdempotencyKeyInUse = "IDEMPOTENCY_KEY_IN_USE",
    /// Nobody has written to the number yet, so its account is not known.
    NumberNotReady = "NUMBER_NOT_READY",
    /// The number is there, or another one has taken its place.
    NumberAlreadyActive = "NUMBER_ALREADY_ACTIVE",
    /// Another quick reply has this shortcut.
    ShortcutTaken = "SHORTCUT_TAKEN",
    /// The numbers have as many quick replies as they may have.
    TooManyQuickReplies = "TOO_MANY_QUICK_REPLIES",
    /// The number has as many webhooks as it may have.
    TooManyWebhooks = "TOO_MANY_WEBHOOKS",
    /// The number is connected.
    NumberAlreadyConnected = "NUMBER_ALREADY_CONNECTED",
    /// The number was taken away, and may be brought back.
    NumberSoftDeleted = "NUMBER_SOFT_DELETED",
    /// Another number has this id at Meta's.
    NumberTaken = "NUMBER_TAKEN",
    /// The delivery is still being tried by itself.
    NotResendable = "NOT_RESENDABLE",
    /// The body is larger than this endpoint takes.
    BodyTooLarge = "BODY_TOO_LARGE",
    /// A file larger than WhatsApp takes of its kind.
    MediaTooLarge = "MEDIA_TOO_LARGE",
    /// Too many requests.
    RateLimited = "RATE_LIMITED",
    // 5xx
    /// Our fault; the details are in the server's log.
    Internal = "INTERNAL",
    /// The server is stopping or its database does not answer.
    Unavailable = "UNAVAILABLE",
    /// What connects numbers of this kind is not set up here.
    ProviderNotConfigured = "PROVIDER_NOT_CONFIGURED",
    /// What connects numbers did not answer in time.
    UpstreamTimeout = "UPSTREAM_TIMEOUT",
    /// What connects numbers failed.
    UpstreamError = "UPSTREAM_ERROR",
    // The client's own
    /// No answer, or one that is not ours (a proxy's page, say). May be retried.
    Transport = "TRANSPORT",
    /// A code that this build does not know.
    Unknown = "UNKNOWN",
}
}

impl Code {
    /// The HTTP status that carries this code.
    pub const fn status(self) -> u16 {
        use Code as C;
        match self {
            C::BodyInvalid
            | C::ContactInvalid
            | C::PasswordInvalid
            | C::SurfaceInvalid
            | C::AllowedOriginsInvalid
            | C::WhatsappNumberIdsInvalid
            | C::NumberRequired
            | C::TtlSecondsInvalid
            | C::BrandingOverrideInvalid
            | C::BrandingInvalid
            | C::CursorInvalid
            | C::TextEmpty
            | C::TextTooLong
            | C::NotRetryable
            | C::MediaTypeInvalid
            | C::NotFetchable
            | C::TooManyIds
            | C::QueryInvalid
            | C::DraftInvalid
            | C::OperatorInvalid
            | C::WorkInvalid
            | C::LabelInvalid
            | C::EmptyPatch
            | C::NumberSettingsInvalid
            | C::WebhookInvalid
            | C::NumberMismatch
            | C::InvalidDateRange
            | C::PageInvalid
            | C::DestinationInvalid
            | C::NotSupportedForMeta
            | C::MetaGroupsNotEligible
            | C::GroupsNotSupported
            | C::MissingTemplateVariables
            | C::IdempotencyKeyInvalid
            | C::PairingInvalid
            | C::ConnectionRefused
            | C::QuickReplyInvalid => 400,
            C::ApiKeyMissing
            | C::ApiKeyInvalid
            | C::SignedOut
            | C::TokenMissing
            | C::TokenInvalid
            | C::TokenExpired
            | C::SessionEnded
            | C::SignatureMissing => 401,
            C::SignatureInvalid
            | C::NotAllowed
            | C::CrossSite
            | C::FormInvalid
            | C::VerifyTokenInvalid
            | C::OriginNotAllowed
            | C::NumberScopeNotAllowed
            | C::TenantScopeNotAllowed
            | C::ReadOnly
            | C::SharedWithOthers => 403,
            C::NotFound | C::NumberNotFound | C::WebhookNotFound | C::LinkInvalid => 404,
            C::MethodNotAllowed => 405,
            C::EmailTaken
            | C::LastAdmin
            | C::ClientIdReused
            | C::LabelExists
            | C::ContactChanged
            | C::WindowShut
            | C::FlowWindowClosed
            | C::NotCancellable
            | C::IdempotencyKeyReused
            | C::IdempotencyKeyInUse
            | C::NumberNotReady
            | C::NumberAlreadyActive
            | C::ShortcutTaken
            | C::TooManyQuickReplies
            | C::TooManyWebhooks
            | C::NumberAlreadyConnected
            | C::NumberSoftDeleted
            | C::NumberTaken
            | C::NotResendable => 409,
            C::BodyTooLarge | C::MediaTooLarge => 413,
            C::RateLimited => 429,
            C::Internal | C::Unknown => 500,
            C::Transport => 502,
            C::Unavailable | C::ProviderNotConfigured | C::UpstreamTimeout | C::UpstreamError => {
                503
            }
        }
    }

    /// Its name, as it stands on the wire.
    pub fn name(self) -> &'static str {
        // They stand in the order of the variants.
        Self::NAMES[self as usize].1
    }

    /// The code of this name; [`Self::Unknown`] for a name that this build does not know.
    pub fn from_name(name: &str) -> Self {
        let known = Self::NAMES.iter().find(|(_, known)| *known == name);
        known.map_or(Self::Unknown, |(code, _)| *code)
    }

    /// True where the same request may work later without anybody changing anything.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Code::Transport
                | Code::Unavailable
                | Code::Internal
                | Code::RateLimited
                | Code::UpstreamTimeout
                | Code::UpstreamError
        )
    }

    /// True where only a new token helps.
    pub const fn ends_session(self) -> bool {
        matches!(
            self,
            Code::TokenMissing | Code::TokenInvalid | Code::TokenExpired | Code::SessionEnded
        )
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::from_name(&name))
    }
}

/// The error envelope: `{"error": "<sentence>", "code": "STABLE_CODE", "field"?: "..."}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiError {
    /// What happened and what to do, in English.
    pub error: String,
    /// The stable code.
    pub code: Code,
    /// The field of the request that is at fault, as a path (`allowedOrigins[2]`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ApiError {
    /// An error of this code with this sentence.
    pub fn new(code: Code, error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            code,
            field: None,
        }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The answer to an unknown and to a foreign id alike.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            Code::NotFound,
            format!("This {what} does not exist, or this session may not see it."),
        )
    }

    /// The request is not of the expected shape.
    pub fn body_invalid(detail: &str) -> Self {
        Self::new(
            Code::BodyInvalid,
            format!("The request body is not of the expected shape: {detail}"),
        )
    }

    /// No answer, or none of ours.
    pub fn transport() -> Self {
        Self::new(
            Code::Transport,
            "The server could not be reached. Check the connection and try again.",
        )
    }

    /// Something failed on our side; the details belong in the log.
    pub fn internal() -> Self {
        Self::new(
            Code::Internal,
            "Something failed on our side. Try again; if it stays, tell support.",
        )
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match value {
            E::Args(detail) | E::MissingArg(detail) => Self::body_invalid(&detail),
            // The same error on both sides: here the request could not be read, there the answer was not ours.
            E::Deserialization(detail) if cfg!(feature = "ssr") => Self::body_invalid(&detail),
            E::Request(_) | E::Deserialization(_) | E::Response(_) => Self::transport(),
            _ => Self::internal(),
        }
    }

    // leptos 0.8 answers every error with 500. Each error of a server function passes here inside the request's owner, so this
    // is the place where its own status is set.
    fn ser(&self) -> server_fn::Bytes {
        #[cfg(feature = "ssr")]
        if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = http::StatusCode::from_u16(self.code.status())
        {
            response.set_status(status);
        }
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}
