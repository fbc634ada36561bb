//! The one error that crosses the wire: a sentence a person can act on, and a stable code.

use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use std::fmt;

/// Stable codes. Clients branch on these; the sentence beside them may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum Code {
    // 400
    /// The body is not JSON of the expected shape.
    BodyInvalid,
    /// `surface` is neither `chat` nor `connect`.
    SurfaceInvalid,
    /// `allowedOrigins` is missing, too long, or has an entry that is not an exact origin.
    AllowedOriginsInvalid,
    /// `whatsappNumberIds` has an entry that cannot be an id, or too many.
    WhatsappNumberIdsInvalid,
    /// A tenant key must name the numbers.
    NumberRequired,
    /// `ttlSeconds` is out of range.
    TtlSecondsInvalid,
    /// `brandingOverride` has a field of the wrong form.
    BrandingOverrideInvalid,
    /// A field of the branding is of the wrong form.
    BrandingInvalid,
    /// A pagination cursor that this server did not issue.
    CursorInvalid,
    /// A message without text.
    TextEmpty,
    /// A message longer than WhatsApp carries (4,096 characters).
    TextTooLong,
    /// The message cannot be retried in the state it is in.
    NotRetryable,
    /// A file of a kind that WhatsApp does not take, or whose bytes are not what it is said to be.
    MediaTypeInvalid,
    /// A file that can be fetched again has failed; this one has not.
    NotFetchable,
    /// More addresses of files than one call gives.
    TooManyIds,
    /// A search for nothing that could be found, or for more than 200 characters.
    QueryInvalid,
    /// A draft that WhatsApp would not take; `field` says where.
    DraftInvalid,
    // 401
    /// No API key was sent.
    ApiKeyMissing,
    /// The API key is unknown or revoked.
    ApiKeyInvalid,
    /// No embed token was sent.
    TokenMissing,
    /// The embed token is malformed, tampered with, for another audience, or of no session of ours.
    TokenInvalid,
    /// The embed token is past its end.
    TokenExpired,
    /// The session was ended: revoked, key regenerated, or past its absolute end.
    SessionEnded,
    /// The webhook carries no signature.
    SignatureMissing,
    // 403
    /// The webhook signature is wrong.
    SignatureInvalid,
    /// The webhook verify token is wrong.
    VerifyTokenInvalid,
    /// The page that embeds us is not in the token's `allowedOrigins`.
    OriginNotAllowed,
    /// A number key asked for what is of the whole tenant.
    NumberScopeNotAllowed,
    // 404
    /// Unknown, or foreign: the two are not told apart.
    NotFound,
    /// No such number within the caller's scope.
    NumberNotFound,
    // 405, 409, 413, 429
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The client id was used for another message.
    ClientIdReused,
    /// The customer service window is shut: WhatsApp takes only approved templates.
    WindowShut,
    /// The message is not waiting any more.
    NotCancellable,
    /// The body is larger than this endpoint takes.
    BodyTooLarge,
    /// A file larger than WhatsApp takes of its kind.
    MediaTooLarge,
    /// Too many requests.
    RateLimited,
    // 5xx
    /// Our fault; the details are in the server's log.
    Internal,
    /// The server is stopping or its database does not answer.
    Unavailable,
    // The client's own
    /// No answer, or one that is not ours (a proxy's page, say). May be retried.
    Transport,
    /// A code that this build does not know.
    #[serde(other)]
    Unknown,
}

impl Code {
    /// The HTTP status that carries this code.
    pub const fn status(self) -> u16 {
        use Code as C;
        match self {
            C::BodyInvalid
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
            | C::DraftInvalid => 400,
            C::ApiKeyMissing
            | C::ApiKeyInvalid
            | C::TokenMissing
            | C::TokenInvalid
            | C::TokenExpired
            | C::SessionEnded
            | C::SignatureMissing => 401,
            C::SignatureInvalid
            | C::VerifyTokenInvalid
            | C::OriginNotAllowed
            | C::NumberScopeNotAllowed => 403,
            C::NotFound | C::NumberNotFound => 404,
            C::MethodNotAllowed => 405,
            C::ClientIdReused | C::WindowShut | C::NotCancellable => 409,
            C::BodyTooLarge | C::MediaTooLarge => 413,
            C::RateLimited => 429,
            C::Internal | C::Unknown => 500,
            C::Transport => 502,
            C::Unavailable => 503,
        }
    }

    /// Its name, as it stands on the wire.
    pub fn name(self) -> String {
        let json = serde_json::to_string(&self).unwrap_or_default();
        json.trim_matches('"').to_owned()
    }

    /// True where the same request may work later without anybody changing anything.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Code::Transport | Code::Unavailable | Code::Internal | Code::RateLimited
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
