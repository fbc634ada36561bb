//! Bodies that are not from Meta, and bodies that are and cannot be read.

use crate::support::TestApp;
use crate::support::meta::{self, APP_SECRET};
use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::json;

fn a_text() -> Vec<u8> {
    meta::one_text("100", "wamid.1", "5511", 1_700_000_000, "hello")
        .to_string()
        .into_bytes()
}

async fn refused_with(app: &TestApp, signature: &str) -> String {
    let client = app.anonymous().header("x-hub-signature-256", signature);
    client
        .send(Method::POST, "/webhooks/whatsapp", a_text())
        .await
        .shown()
}

#[tokio::test]
async fn unsigned_and_wrongly_signed_bodies_store_nothing() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let before = database.everything().await;
    let missing = app
        .anonymous()
        .send(Method::POST, "/webhooks/whatsapp", a_text())
        .await;
    assert_snapshot!(missing.shown(), @r#"401 {"error":"This webhook carries no X-Hub-Signature-256 header, so nothing was stored.","code":"SIGNATURE_MISSING"}"#);
    let right = meta::signature(APP_SECRET, &a_text());
    let of_another_app = refused_with(&app, &meta::signature("another-secret", &a_text())).await;
    assert_snapshot!(of_another_app, @r#"403 {"error":"The webhook signature is wrong, so nothing was stored. Check that the app secret here is that of the Meta app.","code":"SIGNATURE_INVALID"}"#);
    let wrong = [
        meta::signature(APP_SECRET, b"another body"),
        // As an empty secret would sign.
        meta::signature("", &a_text()),
        right.replace("sha256=", "sha1="),
        right.replace("sha256=", ""),
        right[..right.len() - 1].to_owned(),
        format!("{right}0"),
        String::new(),
        "sha256=".into(),
    ];
    for signature in wrong {
        assert_eq!(
            refused_with(&app, &signature).await,
            of_another_app,
            "{signature}"
        );
    }
    assert_eq!(before, database.everything().await, "nothing was stored");
}

#[tokio::test]
async fn a_byte_changed_on_the_way_is_noticed() {
    let app = TestApp::start().await;
    let signature = meta::signature(APP_SECRET, &a_text());
    for index in [0, 10, a_text().len() - 1] {
        let mut body = a_text();
        body[index] ^= 1;
        let answer = app
            .anonymous()
            .header("x-hub-signature-256", &signature)
            .send(Method::POST, "/webhooks/whatsapp", body)
            .await;
        assert_eq!(answer.code(), "403 SIGNATURE_INVALID");
    }
}

/// Bodies, and what is said of them.
fn unreadable() -> Vec<(Vec<u8>, &'static str)> {
    vec![
        (b"not json".to_vec(), "not JSON"),
        (b"".to_vec(), "not JSON"),
        (b"{\"object\":".to_vec(), "not JSON"),
        (vec![0xff, 0xfe, 0x00], "not JSON"),
        (b"{}".to_vec(), "no `object`"),
        (b"[]".to_vec(), "no `object`"),
        (b"null".to_vec(), "no `object`"),
        (
            br#"{"object":"whatsapp_business_account","entry":{}}"#.to_vec(),
            "`entry` is not a list",
        ),
        (
            br#"{"object":"whatsapp_business_account","entry":[1]}"#.to_vec(),
            "list of `changes`",
        ),
        (
            meta::envelope(vec![json!({"value": {}})])
                .to_string()
                .into(),
            "no `field`",
        ),
        (
            meta::envelope(vec![json!({"field": "messages", "value": 7})])
                .to_string()
                .into(),
            "phone_number_id",
        ),
        (
            meta::delivery("100", json!({"messages": "many"}))
                .to_string()
                .into(),
            "not a list",
        ),
        (
            meta::messages("100", &[json!({"from": "5511", "type": "text"})])
                .to_string()
                .into(),
            "no `id`",
        ),
        (
            meta::messages("100", &[json!({"id": "wamid.x", "type": "text"})])
                .to_string()
                .into(),
            "who it is from",
        ),
        (
            meta::statuses("100", &[json!({"id": "wamid.x"})])
                .to_string()
                .into(),
            "no `status`",
        ),
        (b"[".repeat(5_000), "not JSON"),
        // PostgreSQL stores no NUL, and an id without it would be another.
        (
            meta::one_text("100", "wamid.\0", "5511", 1_700_000_000, "x")
                .to_string()
                .into(),
            "NUL",
        ),
        (
            meta::one_text("100", "wamid.x", "55\x0011", 1_700_000_000, "x")
                .to_string()
                .into(),
            "NUL",
        ),
        (
            meta::one_text("10\x000", "wamid.x", "5511", 1_700_000_000, "x")
                .to_string()
                .into(),
            "NUL",
        ),
        (
            meta::statuses(
                "100",
                &[meta::status(&"w".repeat(3_000), "read", 1_700_000_000)],
            )
            .to_string()
            .into(),
            "too long",
        ),
    ]
}

#[tokio::test]
async fn signed_bodies_that_cannot_be_read_are_taken_kept_and_counted() {
    // Whoever comes first in this process installs it.
    drop(pilot_inbox::operations::install_recorder());
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let counted = async || {
        let metrics = app.anonymous().get("/metrics").await.text();
        let line = metrics
            .lines()
            .find(|line| line.starts_with("pilot_webhook_kept_for_inspection_total "));
        line.map_or(0, |line| {
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        })
    };
    let before = counted().await;
    let bodies = unreadable();
    let mut everything = database.everything().await;
    everything.remove("inspections");
    for (body, reason) in &bodies {
        let answer = app.deliver_bytes(body.clone()).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (StatusCode::OK, "")
        );
        let kept = database
            .texts("SELECT reason FROM inspections ORDER BY id DESC LIMIT 1")
            .await;
        assert!(
            kept[0].contains(reason),
            "{} for {}",
            kept[0],
            String::from_utf8_lossy(body)
        );
        let stored = database
            .blobs("SELECT body FROM inspections ORDER BY id DESC LIMIT 1")
            .await;
        assert_eq!(stored[0], *body, "the bytes as they came");
    }
    assert_eq!(counted().await - before, bodies.len() as u64);
    let mut after = database.everything().await;
    assert_eq!(after.remove("inspections").unwrap().len(), bodies.len());
    assert_eq!(everything, after, "nothing else was stored");
}

#[tokio::test]
async fn what_can_be_read_of_a_body_is_stored_beside_what_cannot() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let items = [
        json!(7),
        meta::text("wamid.good", "5511", 1_700_000_000, "readable"),
        json!({"type": "text"}),
    ];
    app.deliver(&meta::messages("100", &items)).await;
    assert_eq!(
        database.texts("SELECT text FROM messages").await,
        ["readable"]
    );
    assert_eq!(database.number("SELECT count(*) FROM inspections").await, 1);
}

#[tokio::test]
async fn webhooks_may_be_as_large_as_metas_and_no_larger_than_we_take() {
    let app = TestApp::start().await;
    let mut three_megabytes = meta::messages(
        "100",
        &[meta::text("wamid.large", "5511", 1_700_000_000, "large")],
    );
    three_megabytes["padding"] = "x".repeat(3 << 20).into();
    app.deliver(&three_megabytes).await;
    let answer = app.deliver_bytes(vec![b' '; 5 << 20]).await;
    assert_snapshot!(answer.shown(), @r#"413 {"error":"The request is larger than this address takes.","code":"BODY_TOO_LARGE"}"#);
    let mut database = app.database().await;
    assert_eq!(database.texts("SELECT text FROM messages").await, ["large"]);
    assert_eq!(database.number("SELECT count(*) FROM inspections").await, 0);
}
