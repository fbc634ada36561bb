//! The token lives in this one signal and nowhere else: not in a URL, storage, cookie, attribute or log line.

use leptos::prelude::{ArcRwSignal, GetUntracked, Set, Update};
use std::sync::LazyLock;

/// What the parent handed over. No `Debug`: it must not reach a log by accident.
#[derive(Clone, Default)]
pub struct Credential {
    token: Option<String>,
    parent_origin: String,
}

static CREDENTIAL: LazyLock<ArcRwSignal<Credential>> =
    LazyLock::new(|| ArcRwSignal::new(Credential::default()));

/// Takes a token from the parent page, with the origin that it came from.
pub fn begin(token: String, parent_origin: String) {
    CREDENTIAL.set(Credential {
        token: Some(token),
        parent_origin,
    });
}

/// Replaces the token after a refresh.
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

/// The origin of the page that embeds us; empty before `init`.
pub fn parent_origin() -> String {
    CREDENTIAL.get_untracked().parent_origin
}

/// True if this is the token in use.
pub fn is_current(token: &str) -> bool {
    CREDENTIAL.get_untracked().token.as_deref() == Some(token)
}
