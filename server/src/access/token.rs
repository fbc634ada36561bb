//! Embed tokens: JWT HS256 with a type and audiences of our own (RFC 8725), verified with one fixed algorithm.

use super::once::part;
use super::secret::{SecretError, Secrets};
use app::error::{ApiError, Code};
use app::ids::{NumberId, SessionId, TenantId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const TYPE: &str = "embed+jwt";
const ISSUER: &str = "pilot-inbox";
/// Tokens go to any server at once, and the clocks that servers agree on differ by milliseconds; in seconds.
const AHEAD: i64 = 5;
/// Longest token looked at, in bytes. Ours with 100 numbers and 20 origins stay well below.
const MAX_LEN: usize = 16 * 1024;

/// Which embedded surface a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Surface {
    /// The inbox.
    Chat,
    /// The page on which a number is connected.
    Connect,
}

impl Surface {
    /// As in requests and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Connect => "connect",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "chat" => Some(Self::Chat),
            "connect" => Some(Self::Connect),
            _ => None,
        }
    }

    const fn audience(self) -> &'static str {
        match self {
            Self::Chat => "pilot-inbox/chat",
            Self::Connect => "pilot-inbox/connect",
        }
    }

    /// Lifetime where the request does not say, in seconds (Pilot Status, embed sessions).
    pub const fn default_ttl_seconds(self) -> i64 {
        match self {
            Self::Chat => 900,
            Self::Connect => 1800,
        }
    }
}

/// What an embed token says. Times are seconds since the epoch (RFC 7519).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Tenant.
    pub sub: TenantId,
    /// Session.
    pub sid: SessionId,
    /// This token.
    pub jti: String,
    /// Numbers that it may act on.
    pub numbers: Vec<NumberId>,
    /// Origins that may embed it.
    pub origins: Vec<String>,
    /// Issued at.
    pub iat: i64,
    /// Not before.
    nbf: i64,
    /// End of this token.
    pub exp: i64,
    /// End of the session, whatever is refreshed.
    pub end: i64,
}

/// Signs and verifies. No `Debug`.
pub struct TokenSigner {
    key_id: String,
    encoding: EncodingKey,
    /// Every key that is accepted, by its id.
    decoding: Vec<(String, DecodingKey)>,
}

impl TokenSigner {
    /// The signer of this installation.
    pub fn new(secrets: &Secrets) -> Result<Self, SecretError> {
        const PURPOSE: &str = "embed token v1";
        let decoding = secrets.accepted().map(|secret| {
            let key = DecodingKey::from_secret(&secret.derive(PURPOSE)?);
            Ok((secret.key_id()?, key))
        });
        Ok(Self {
            key_id: secrets.current.key_id()?,
            encoding: EncodingKey::from_secret(&secrets.current.derive(PURPOSE)?),
            decoding: decoding.collect::<Result<_, SecretError>>()?,
        })
    }

    /// A token for a session. All times in seconds since the epoch.
    #[allow(clippy::too_many_arguments)]
    pub fn sign(
        &self,
        surface: Surface,
        tenant: &TenantId,
        session: &SessionId,
        numbers: &[NumberId],
        origins: &[String],
        issued_at: i64,
        expires_at: i64,
        session_end: i64,
    ) -> Result<String, ApiError> {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.key_id.clone());
        let claims = Claims {
            iss: ISSUER.into(),
            aud: surface.audience().into(),
            sub: tenant.clone(),
            sid: session.clone(),
            jti: crate::ids::fresh_ulid(),
            numbers: numbers.to_vec(),
            origins: origins.to_vec(),
            iat: issued_at,
            nbf: issued_at,
            exp: expires_at,
            end: session_end,
        };
        encode(&header, &claims, &self.encoding).map_err(|error| {
            tracing::error!(%error, "signing an embed token failed");
            ApiError::internal()
        })
    }

    /// Verifies everything that the token itself can tell. Whether its session still lives is asked elsewhere.
    pub fn verify(&self, surface: Surface, token: &str) -> Result<Claims, ApiError> {
        let invalid = || {
            ApiError::new(
                Code::TokenInvalid,
                "This embed token is not valid here. Mint a new one with POST /v1/embed/sessions.",
            )
        };
        let expired = || {
            ApiError::new(
                Code::TokenExpired,
                "This embed token has expired. Mint a new one with POST /v1/embed/sessions.",
            )
        };
        if token.len() > MAX_LEN {
            return Err(invalid());
        }
        // The header only selects among what we accept; it never brings an algorithm or a key of its own, and has nothing to add.
        let header = token.split('.').next().and_then(part).ok_or_else(invalid)?;
        if header.len() != 3 || header.get("typ").is_none_or(|typ| typ != TYPE) {
            return Err(invalid());
        }
        let named = header.get("kid").and_then(Value::as_str);
        let (_, key) = self
            .decoding
            .iter()
            .find(|(id, _)| Some(id.as_str()) == named)
            .ok_or_else(invalid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        // The library knows this machine's clock only, and servers go by the database's: times are checked below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[surface.audience()]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, key, &validation)
            .map_err(|_| invalid())?
            .claims;
        let now = crate::clock::now_ms() / 1000;
        if claims.exp <= now {
            return Err(expired());
        }
        if claims.nbf > now + AHEAD {
            return Err(invalid());
        }
        Ok(claims)
    }
}
