//! Identity tokens: JWTs that a tenant's own backend signs with its embed secret, to say who the operator is and which inbox opens
//! (OnPilot, identity tokens). Everything in one comes from outside, so it is read here and not by a library: one algorithm, one form.

use super::once::part;
use super::operator::{self, Role};
use app::error::{ApiError, Code};
use app::ids::{InboxId, TenantId};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use std::collections::HashMap;

/// Longest token looked at, in bytes.
const MAX_LEN: usize = 8 * 1024;
/// How far the clock of the tenant's backend may be off, in seconds.
const LEEWAY: i64 = 60;
/// Longest life of a token, in seconds.
const LIFE: i64 = 24 * 3600;

/// What a verified identity token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub inbox: InboxId,
    /// The tenant's id of the person.
    pub sub: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub role: Role,
    /// Until when it is good, in seconds since the epoch.
    pub ends_at: i64,
}

/// A token taken apart, and not yet believed.
pub(super) struct IdentityToken<'t> {
    /// Whose it says it is.
    pub tenant: TenantId,
    signed: &'t str,
    signature: Vec<u8>,
    claims: HashMap<String, Value>,
}

impl<'t> IdentityToken<'t> {
    /// Three parts, a header that asks for nothing but HS256, and an issuer that could be a tenant.
    pub fn read(token: &'t str) -> Option<Self> {
        if token.len() > MAX_LEN {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        // A dot more would be in here, and dots are not of the alphabet. Neither are spaces and padding.
        let header = part(header)?;
        let fits = header.iter().all(|(name, value)| match name.as_str() {
            "alg" => value == "HS256",
            "typ" => value
                .as_str()
                .is_some_and(|typ| typ.eq_ignore_ascii_case("JWT")),
            // Extensions that must be understood, and tokens in tokens (RFC 7515, section 4.1.11; RFC 7519, section 5.2).
            "crit" | "cty" | "enc" | "zip" | "b64" => false,
            // A key in the header, or the name of one, is nobody's word.
            _ => true,
        });
        if !fits || !header.contains_key("alg") {
            return None;
        }
        let claims = part(payload)?;
        Some(Self {
            tenant: TenantId::parse(claims.get("iss")?.as_str()?)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
            claims,
        })
    }

    /// Compares in constant time.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, self.signed.as_bytes(), &self.signature).is_ok()
    }

    /// What it says; `now` in seconds since the epoch. Only of a token whose signature is right.
    pub fn identity(&self, now: i64) -> Result<Identity, ApiError> {
        let (identity, expires_at) = self.believe(now).ok_or_else(invalid)?;
        if expires_at.saturating_add(LEEWAY) <= now {
            return Err(ApiError::new(
                Code::TokenExpired,
                "This identity token has expired. Let your backend sign a new one.",
            ));
        }
        Ok(identity)
    }

    fn believe(&self, now: i64) -> Option<(Identity, i64)> {
        let expires_at = self.seconds("exp").ok()??;
        let issued_at = self.seconds("iat").ok()?;
        let not_before = self.seconds("nbf").ok()?;
        let latest = now + LEEWAY;
        let begun = issued_at.unwrap_or(latest);
        if issued_at.is_some_and(|at| at > latest || at >= expires_at)
            || not_before.is_some_and(|at| at > latest)
            || expires_at.saturating_sub(begun) > LIFE
        {
            return None;
        }
        let sub = self.text("sub").ok()??;
        if !operator::is_subject(sub) {
            return None;
        }
        let identity = Identity {
            inbox: InboxId::parse(self.text("copilot_id").ok()??)?,
            sub: sub.to_owned(),
            name: self.text("name").ok()?.and_then(operator::shown),
            email: self.text("email").ok()?.and_then(operator::shown),
            role: self
                .text("role")
                .ok()?
                .map_or(Some(Role::Operator), Role::of_claim)?,
            // One that is late by no more than clocks may differ is good until clocks may differ no more.
            ends_at: if expires_at > now {
                expires_at
            } else {
                expires_at.saturating_add(LEEWAY)
            },
        };
        Some((identity, expires_at))
    }

    /// A text that may be missing.
    fn text(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.claims.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Wrong),
        }
    }

    /// A time that may be missing, in seconds since the epoch (RFC 7519, section 2: it may have a fraction).
    fn seconds(&self, name: &str) -> Result<Option<i64>, Wrong> {
        let Some(value) = self.claims.get(name) else {
            return Ok(None);
        };
        let seconds = value.as_f64().filter(|at| (0.0..1e11).contains(at));
        #[allow(clippy::cast_possible_truncation)]
        seconds.map(|at| Some(at as i64)).ok_or(Wrong)
    }
}

/// Something of another kind stands where a claim should.
struct Wrong;

/// One answer for everything that is wrong, so that nobody learns how far a forgery came.
pub(super) fn invalid() -> ApiError {
    ApiError::new(
        Code::TokenInvalid,
        "This identity token is not valid here. Sign it with HS256 and the current embed secret, for an inbox of this workspace.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_700_000_000;

    fn identity(claims: &Value) -> Result<Identity, Code> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "HS256"})), part(claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
        let token = format!("{signed}.{signature}");
        let token = IdentityToken::read(&token).ok_or(Code::TokenInvalid)?;
        assert!(token.is_signed_with("secret") && !token.is_signed_with("Secret"));
        token.identity(NOW).map_err(|error| error.code)
    }

    fn with(changes: &Value) -> Result<Identity, Code> {
        let mut claims =
            json!({"iss": "tenant_1", "copilot_id": "inbox_1", "sub": "u-1", "exp": NOW + 3600});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        identity(&claims)
    }

    #[test]
    fn times_are_taken_with_a_minute_of_leeway_and_no_more() {
        let ends = |changes: &Value| with(changes).map(|identity| identity.ends_at - NOW);
        assert_eq!(ends(&json!({})), Ok(3600));
        assert_eq!(ends(&json!({"exp": NOW + 1})), Ok(1));
        assert_eq!(ends(&json!({"exp": NOW})), Ok(60));
        assert_eq!(ends(&json!({"exp": NOW - 59})), Ok(1));
        assert_eq!(ends(&json!({"exp": NOW - 60})), Err(Code::TokenExpired));
        assert_eq!(ends(&json!({"exp": 0})), Err(Code::TokenExpired));
        // It may begin a minute ahead of us.
        for at in ["iat", "nbf"] {
            assert_eq!(ends(&json!({at: NOW + 60})), Ok(3600), "{at}");
            assert_eq!(
                ends(&json!({at: NOW + 61})),
                Err(Code::TokenInvalid),
                "{at}"
            );
        }
        assert_eq!(ends(&json!({"iat": 1_699_999_999.5})), Ok(3600));
        // A day at most, also without a beginning.
        let day = 24 * 3600;
        assert_eq!(ends(&json!({"iat": NOW, "exp": NOW + day})), Ok(day));
        for changes in [
            json!({"iat": NOW - 1, "exp": NOW + day}),
            json!({"exp": NOW + day + 61}),
            json!({"iat": NOW, "exp": NOW}),
            json!({"iat": NOW + 60, "exp": NOW + 30}),
        ] {
            assert_eq!(ends(&changes), Err(Code::TokenInvalid), "{changes}");
        }
        assert_eq!(ends(&json!({"exp": NOW + day + 60})), Ok(day + 60));
    }

    #[test]
    fn names_are_for_people_and_bounded() {
        let told =
            with(&json!({"name": " Ana\u{0}\n ", "email": "x".repeat(1_000), "role": "admin"}))
                .unwrap();
        assert_eq!(told.name.as_deref(), Some("Ana"));
        assert_eq!(
            told.email.map(|email| email.len()),
            Some(operator::NAME_MAX)
        );
        assert_eq!(told.role, Role::Admin);
        let untold = with(&json!({"name": null, "email": " ", "role": null})).unwrap();
        assert_eq!(
            (untold.name, untold.email, untold.role),
            (None, None, Role::Operator)
        );
    }
}
