//! People who sign in at the console, with a browser that says where its requests come from.

use super::{Answer, Client, Tenant, TestApp};
use app::ids::{AccountId, NumberId, OperatorId};
use axum::http::{Method, StatusCode};
use pilot_inbox::access::{Role, hash_password};
use pilot_inbox::clock::now_ms;
use pilot_inbox::fresh;
use pilot_inbox::store::NewAccount;

/// Where browsers find the console.
pub const HOME: &str = "http://inbox.test";
pub const PASSWORD: &str = "correct horse battery";

/// Somebody with a browser.
#[derive(Clone)]
pub struct Person {
    pub client: Client,
    pub cookie: String,
}

/// An account, as the store takes it. The password is hashed here: hash few.
pub async fn account(email: &str, role: Role, numbers: Option<Vec<NumberId>>) -> NewAccount {
    NewAccount {
        id: fresh!(AccountId),
        operator: fresh!(OperatorId),
        email: email.into(),
        name: email.split('@').next().unwrap().into(),
        role,
        numbers,
        password: Some(hash_password(PASSWORD).await.unwrap()),
        created_at: now_ms(),
    }
}

/// A browser that is signed in nowhere.
pub fn browser(app: &TestApp) -> Client {
    app.anonymous()
        .header("host", "inbox.test")
        .header("origin", HOME)
        .header("sec-fetch-site", "same-origin")
}

pub async fn post_form(client: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    client
        .clone()
        .header("content-type", "application/x-www-form-urlencoded")
        .send(Method::POST, path, body.into_bytes())
        .await
}

/// The cookie of an answer; empty where it ends one.
pub fn cookie_of(answer: &Answer) -> String {
    let (pair, _) = answer
        .header("set-cookie")
        .split_once(';')
        .unwrap_or_default();
    let (_, value) = pair.split_once('=').unwrap_or_default();
    value.to_owned()
}

impl Person {
    /// Makes an account and signs in with it.
    pub async fn of(
        app: &TestApp,
        tenant: &Tenant,
        email: &str,
        role: Role,
        numbers: Option<Vec<NumberId>>,
    ) -> Self {
        let account = account(email, role, numbers).await;
        let store = &app.state.store;
        store.create_account(&tenant.id, account).await.unwrap();
        Self::signed_in(app, email, PASSWORD).await
    }

    pub async fn signed_in(app: &TestApp, email: &str, password: &str) -> Self {
        let fields = [("email", email), ("password", password)];
        let answer = post_form(&browser(app), "/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        Self::with(app, &cookie_of(&answer))
    }

    pub fn with(app: &TestApp, cookie: &str) -> Self {
        Self {
            client: browser(app).header("cookie", &format!("a=b; pilot-console={cookie}; c=d")),
            cookie: cookie.to_owned(),
        }
    }

    /// What the forms of this session carry.
    pub async fn form_key(&self) -> String {
        let page = self.client.get("/settings/account").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let page = page.text();
        let (_, rest) = page.split_once(r#"name="form" value=""#).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// Sends a form of a page of the settings.
    pub async fn act(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let key = self.form_key().await;
        let mut all = vec![("form", key.as_str())];
        all.extend_from_slice(fields);
        post_form(&self.client, &format!("/settings/{page}"), &all).await
    }

    /// What the page of this session works with, or why it gets nothing.
    pub async fn ask_token(&self) -> Answer {
        self.client
            .clone()
            .header("x-parent-origin", HOME)
            .send(Method::POST, "/console/token", b"{}".to_vec())
            .await
    }

    /// The inbox as this person sees it.
    pub async fn inbox(&self, app: &TestApp) -> Client {
        let answer = self.ask_token().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        app.with_token(&token).header("x-parent-origin", HOME)
    }
}
