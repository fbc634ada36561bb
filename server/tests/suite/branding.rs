//! How a tenant's inbox looks: who may say so, and what comes of it.

use crate::support::app::ORIGIN;
use crate::support::{Answer, Client, TestApp, eventually};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn put(client: &Client, body: &Value) -> Answer {
    let body = body.to_string().into_bytes();
    client
        .clone()
        .header("content-type", "application/json")
        .send(Method::PUT, "/v1/branding", body)
        .await
}

/// The answer's fields, of which there are always eight.
fn fields(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let branding = body["branding"].as_object().unwrap();
    let mut names: Vec<_> = branding.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "backgroundColor",
            "companyName",
            "defaultRedirectUrl",
            "hidePilotStatusBranding",
            "logoUrl",
            "primaryColor",
            "subtitle",
            "supportUrl",
        ]
    );
    Value::Object(branding.clone())
}

fn nothing() -> Value {
    json!({"logoUrl": null, "primaryColor": null, "backgroundColor": null, "companyName": null, "subtitle": null,
        "supportUrl": null, "defaultRedirectUrl": null, "hidePilotStatusBranding": false})
}

/// `fields` over those that nobody has set.
fn only(fields: &Value) -> Value {
    let mut all = nothing();
    for (name, value) in fields.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

#[tokio::test]
async fn null_clears_and_what_is_left_out_stays() {
    let app = TestApp::start().await;
    let client = app.with_key(&app.acme.key);
    assert_eq!(fields(&client.get("/v1/branding").await), nothing());
    let everything = json!({"logoUrl": "https://cdn.acme.test/logo.svg", "primaryColor": "#0A7cff",
        "backgroundColor": "#ffffff", "companyName": "Acme <b>&</b> Söhne 🦄", "subtitle": "\u{202e}backwards",
        "supportUrl": "https://acme.test/help", "defaultRedirectUrl": "https://acme.test/done",
        "hidePilotStatusBranding": true});
    assert_eq!(fields(&put(&client, &everything).await), everything);
    assert_eq!(fields(&client.get("/v1/branding").await), everything);
    let changed = put(
        &client,
        &json!({"primaryColor": "#ff0000", "subtitle": null, "unknown": {"a": 1}}),
    )
    .await;
    let mut expected = everything.clone();
    expected["primaryColor"] = json!("#ff0000");
    expected["subtitle"] = Value::Null;
    assert_eq!(fields(&changed), expected);
    assert_eq!(fields(&put(&client, &json!({})).await), expected);
    assert_eq!(fields(&client.get("/v1/branding").await), expected);
    assert_eq!(fields(&put(&client, &nothing()).await), nothing());
    let cleared = put(&client, &json!({"hidePilotStatusBranding": null})).await;
    assert_eq!(fields(&cleared), nothing());
}

#[tokio::test]
async fn each_tenant_has_its_own_and_no_number_may_touch_it() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.with_key(&app.acme.key), app.with_key(&app.globex.key));
    put(&acme, &json!({"companyName": "Acme"})).await;
    put(&globex, &json!({"companyName": "Globex"})).await;
    let by_id = app
        .anonymous()
        .header("x-api-key-id", app.acme.key_id.as_str());
    for client in [&acme, &by_id] {
        let shown = fields(&client.get("/v1/branding").await);
        assert_eq!(shown, only(&json!({"companyName": "Acme"})));
    }
    let number = app.with_key(&app.acme.numbers[0].key);
    let refused = number.get("/v1/branding").await;
    assert_snapshot!(refused.shown(), @r#"403 {"error":"This key is bound to one number, and branding is of the whole workspace. Use the tenant key.","code":"NUMBER_SCOPE_NOT_ALLOWED"}"#);
    let refused = put(&number, &json!({"companyName": "Mallory"})).await;
    assert_eq!(refused.code(), "403 NUMBER_SCOPE_NOT_ALLOWED");
    // Before the body is looked at.
    let refused = put(&number, &json!({"primaryColor": "red"})).await;
    assert_eq!(refused.code(), "403 NUMBER_SCOPE_NOT_ALLOWED");
    let shown = fields(&acme.get("/v1/branding").await);
    assert_eq!(shown, only(&json!({"companyName": "Acme"})));
}

#[tokio::test]
async fn what_is_of_the_wrong_form_is_refused_whole() {
    let app = TestApp::start().await;
    let client = app.with_key(&app.acme.key);
    let before = put(&client, &json!({"companyName": "Acme"})).await;
    let refused = put(
        &client,
        &json!({"companyName": "Other", "logoUrl": "javascript:alert(1)"}),
    )
    .await;
    assert_snapshot!(refused.shown(), @r#"400 {"error":"`logoUrl` must be an https URL without a password in it, of at most 2048 characters.","code":"BRANDING_INVALID","field":"logoUrl"}"#);
    for (field, bad) in [
        ("logoUrl", json!("data:image/svg+xml,<svg/>")),
        ("logoUrl", json!("http://acme.test/logo.png")),
        ("supportUrl", json!("javascript:alert(1)")),
        ("primaryColor", json!("#000;}*{background:url(//evil)")),
        ("backgroundColor", json!("red")),
        ("companyName", json!("x".repeat(61))),
        ("companyName", json!("😀".repeat(10_000))),
        ("subtitle", json!(7)),
        ("hidePilotStatusBranding", json!("true")),
    ] {
        let refused = put(&client, &json!({field: bad})).await;
        assert_eq!(refused.code(), "400 BRANDING_INVALID", "{field}: {bad}");
        assert_eq!(refused.json()["field"], field);
    }
    for body in [json!([]), json!("x"), json!(null)] {
        assert_eq!(put(&client, &body).await.code(), "400 BODY_INVALID");
    }
    let garbage = client
        .send(Method::PUT, "/v1/branding", b"{".to_vec())
        .await;
    assert_eq!(garbage.code(), "400 BODY_INVALID");
    assert_eq!(
        client.get("/v1/branding").await.text(),
        before.text(),
        "nothing was changed"
    );
}

#[tokio::test]
async fn changes_at_once_do_not_undo_each_other() {
    let app = TestApp::start().await;
    let client = app.with_key(&app.acme.key);
    let changes = [
        json!({"companyName": "Acme"}),
        json!({"subtitle": "Support"}),
        json!({"primaryColor": "#112233"}),
        json!({"backgroundColor": "#445566"}),
        json!({"supportUrl": "https://acme.test/help"}),
    ];
    let requests = changes.iter().map(|change| put(&client, change));
    for answer in futures::future::join_all(requests).await {
        fields(&answer);
    }
    let shown = fields(&client.get("/v1/branding").await);
    for change in &changes {
        for (name, value) in change.as_object().unwrap() {
            assert_eq!(shown[name], *value);
        }
    }
}

/// The document in a page of [`ORIGIN`], as soon as it is as wanted: for a moment it is remembered as it was.
async fn document(app: &TestApp, wanted: impl Fn(&str) -> bool) -> Answer {
    eventually("the document to look so", || async {
        let path = format!("/?parentOrigin={ORIGIN}&theme=dark");
        let answer = app.anonymous().get(&path).await;
        wanted(&answer.text()).then_some(answer)
    })
    .await
}

fn picture_sources(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let (_, rest) = policy.split_once("img-src 'self' blob: data:").unwrap();
    rest.split(';').next().unwrap().to_owned()
}

/// What the first call says of the look.
async fn brand_of(app: &TestApp, token: &str) -> Value {
    let body = json!({"parent_origin": ORIGIN, "open": null});
    let answer = app.with_token(token).ask("/api/bootstrap", &body).await;
    answer["brand"].clone()
}

const HOSTILE: &str = "</style></script><script>alert(1)</script>\"'\u{202e}~";

#[tokio::test]
async fn the_first_paint_is_the_tenants_where_the_page_names_one() {
    let app = TestApp::start().await;
    let acme = app.with_key(&app.acme.key);
    let fields = json!({"companyName": HOSTILE, "subtitle": "Support", "logoUrl": "https://cdn.acme.test/l.png?x=\"><script>",
        "primaryColor": "#0A7cff", "backgroundColor": "#fffdf8", "supportUrl": "https://acme.test/help"});
    assert_eq!(put(&acme, &fields).await.status, 200);
    // Nobody has invited the page: it is not told whose it would be.
    let stranger = document(&app, |_| true).await;
    assert!(!stranger.text().contains("acme"), "{}", stranger.text());
    assert_eq!(picture_sources(&stranger), "");
    let token = app.token(&app.acme).await;
    let branded = document(&app, |html| html.contains("Support")).await;
    let html = branded.text();
    assert_eq!(picture_sources(&branded), " https://cdn.acme.test");
    assert!(!html.contains("<script>"), "{html}");
    assert!(
        !html.contains("#0A7cff"),
        "colours are written anew: {html}"
    );
    let (nonce, _) = branded
        .header("content-security-policy")
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split_once('\''))
        .unwrap();
    assert!(html.contains(&format!(
        r#"<style id="skin" nonce="{nonce}">:root{{--brand-light-accent:#"#
    )));
    // What the browser hydrates from, and what the token brings, are the same: nothing flashes.
    let (_, json) = html
        .split_once(r#"id="brand" type="application/json">"#)
        .unwrap();
    let (json, _) = json.split_once("</script>").unwrap();
    let brand = brand_of(&app, &token).await;
    assert_eq!(serde_json::from_str::<Value>(json).unwrap(), brand);
    assert_eq!(brand["name"], HOSTILE);
    assert_eq!(brand["support"], "https://acme.test/help");
    assert_eq!(brand["footer"], true);
    // A second tenant: neutral, and either logo may be loaded.
    let other = app.with_key(&app.globex.key);
    put(&other, &json!({"logoUrl": "https://cdn.globex.test/l.png"})).await;
    app.token(&app.globex).await;
    let neutral = document(&app, |html| !html.contains("Support")).await;
    assert_eq!(
        picture_sources(&neutral),
        " https://cdn.acme.test https://cdn.globex.test"
    );
    assert!(!neutral.text().contains("<style"), "{}", neutral.text());
    assert_eq!(brand_of(&app, &token).await, brand, "each has its own");
}

#[tokio::test]
async fn a_session_overrides_the_tenant_and_the_tenant_the_default() {
    let app = TestApp::start().await;
    let token = app.token(&app.acme).await;
    let default = brand_of(&app, &token).await;
    assert_eq!(
        default,
        json!({"name": null, "subtitle": null, "logo": null, "support": null, "footer": true, "light": [], "dark": []})
    );
    let acme = app.with_key(&app.acme.key);
    put(
        &acme,
        &json!({"companyName": "Acme", "subtitle": "Support"}),
    )
    .await;
    assert_eq!(brand_of(&app, &token).await["name"], "Acme");
    let over = json!({"companyName": "Shop", "hidePilotStatusBranding": true, "primaryColor": "#112233", "subtitle": null});
    let special = app
        .token_with(&app.acme, json!({"brandingOverride": over}))
        .await;
    let brand = brand_of(&app, &special).await;
    assert_eq!(
        (&brand["name"], &brand["subtitle"], &brand["footer"]),
        (&json!("Shop"), &json!("Support"), &json!(false))
    );
    assert_eq!(brand["light"].as_array().unwrap().len(), 16);
    assert_eq!(brand_of(&app, &token).await["name"], "Acme");
    // The two sessions of this page agree on the subtitle only.
    let html = document(&app, |html| html.contains("Support")).await.text();
    assert!(!html.contains("Acme") && !html.contains("Shop"), "{html}");
    assert!(!html.contains("<footer"), "{html}");
}
