//! A tenant's backend that signs identity tokens, and the inbox that they open.

use super::app::{ORIGIN, Tenant, TestApp};
use super::client::Answer;
use super::forge;
use app::ids::{InboxId, NumberId};
use pilot_inbox::access::embed_secret;
use pilot_inbox::fresh;
use pilot_inbox::store::{FormerSecret, NewInbox};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// What such tokens begin with.
pub const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

pub struct Copilot {
    pub tenant: Tenant,
    pub inbox: InboxId,
    pub secret: String,
}

pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

impl Copilot {
    /// An inbox of all numbers of a tenant, for the usual page, and a first secret.
    pub async fn of(app: &TestApp, tenant: &Tenant) -> Self {
        let numbers = tenant.numbers.iter().map(|number| number.id.clone());
        let inbox = make_inbox(app, tenant, numbers.collect(), &[ORIGIN]).await;
        let secret = new_secret(app, tenant, FormerSecret::Kept).await;
        Self {
            tenant: tenant.clone(),
            inbox,
            secret,
        }
    }

    /// What a good token says, for an hour from now.
    pub fn claims(&self) -> Value {
        json!({"iss": self.tenant.id, "copilot_id": self.inbox, "sub": "user-1", "name": "Ana Souza", "email": "ana@acme.test",
               "role": "user", "iat": now(), "exp": now() + 3600})
    }

    /// A good token.
    pub fn token(&self) -> String {
        self.token_with(&json!({}))
    }

    /// A token that differs from a good one in `changes`; null takes a claim away.
    pub fn token_with(&self, changes: &Value) -> String {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        forge::sign(HEADER, &claims.to_string(), self.secret.as_bytes())
    }
}

pub async fn make_inbox(
    app: &TestApp,
    tenant: &Tenant,
    numbers: Vec<NumberId>,
    origins: &[&str],
) -> InboxId {
    let id = fresh!(InboxId);
    let inbox = NewInbox {
        id: id.clone(),
        tenant: tenant.id.clone(),
        name: "Support".into(),
        numbers,
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
    };
    app.state.store.create_inbox(inbox).await.unwrap();
    id
}

pub async fn new_secret(app: &TestApp, tenant: &Tenant, former: FormerSecret) -> String {
    let secret = embed_secret().unwrap();
    let sealed = app.seal_for(tenant.id.as_str(), &secret);
    let store = &app.state.store;
    assert!(
        store
            .set_embed_secret(&tenant.id, &sealed, former)
            .await
            .unwrap()
    );
    secret
}

/// Exchanges a token from a page of this origin.
pub async fn exchange_from(app: &TestApp, origin: &str, token: &str) -> Answer {
    app.anonymous()
        .header("x-parent-origin", origin)
        .post("/api/public/embed/exchange", &json!({"token": token}))
        .await
}

/// The same from the usual page.
pub async fn exchange(app: &TestApp, token: &str) -> Answer {
    exchange_from(app, ORIGIN, token).await
}
