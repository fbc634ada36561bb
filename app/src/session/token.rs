//! The token lives in this one signal and nowhere else: not in a URL, storage, cookie, attribute or log line.

use crate::browser;
use crate::wire::{Json, field};
use leptos::prelude::{ArcRwSignal, GetUntracked, Update};
use std::sync::LazyLock;

/// What the parent handed over. No `Debug`: it must not reach a log by accident.
#[derive(Clone, Default)]
pub struct Credential {
    token: Option<String>,
    parent_origin: String,
}

static CREDENTIAL: LazyLock<ArcRwSignal<Credential>> =
    LazyLock::new(|| ArcRwSignal::new(Credential::default()));

/// Remembers the page around us, before it has handed over anything.
pub fn framed_by(parent_origin: String) {
    CREDENTIAL.update(|credential| credential.parent_origin = parent_origin);
}

/// Takes a token: the first, or one in place of that before.
pub fn renew(token: String) {
    CREDENTIAL.update(|credential| credential.token = Some(token));
}

/// Forgets the token. What the operator typed stays on screen.
pub fn end() {
    CREDENTIAL.update(|credential| credential.token = None);
}

/// The value of the `Authorization` header, while there is a session.
pub fn bearer() -> Option<String> {
    CREDENTIAL.get_untracked().token.as_deref().map(bearer_of)
}

/// The value of the `Authorization` header for this token.
pub(super) fn bearer_of(token: &str) -> String {
    ["Bearer ", token].concat()
}

/// The origin of the page that embeds us; empty if there is none.
pub fn parent_origin() -> String {
    CREDENTIAL.get_untracked().parent_origin
}

/// True if this is the token in use.
pub fn is_current(token: &str) -> bool {
    CREDENTIAL.get_untracked().token.as_deref() == Some(token)
}

/// When a token was made, as it says itself: by the server's clock, in milliseconds since the epoch.
pub(super) fn issued_at(token: &str) -> Option<i64> {
    let claims = token.split('.').nth(1)?;
    let claims = browser::from_base64(&claims.replace('-', "+").replace('_', "/"))?;
    let seconds: i64 = field(&Json::parse(&claims)?, "iat")?;
    seconds.checked_mul(1000)
}
