//! The signing secret is rotated, and everything goes on.

use crate::support::app::ORIGIN;
use crate::support::copilot::{Copilot, exchange};
use crate::support::{TestApp, forge};
use axum::http::StatusCode;
use pilot_inbox::installation::InstallationError;
use pilot_inbox::program::StartError;
use pilot_inbox::store::SealedPlace;
use serde_json::{Value, json};

const NEW: &str = "TmV3IHNlY3JldCBvZiB0aGlydHktdHdvIGJ5dGVzISE";
const OTHER: &str = "T3RoZXIgc2VjcmV0IG9mIHRoaXJ0eS10d28gYnl0ZXM";

async fn works(app: &TestApp, token: &str) -> bool {
    let client = app.with_token(token).header("x-parent-origin", ORIGIN);
    let answer = client
        .post("/api/conversations/list", &json!({"page": {}}))
        .await;
    if answer.status == StatusCode::OK {
        return true;
    }
    assert_eq!(answer.code(), "401 TOKEN_INVALID");
    false
}

async fn renewed(app: &TestApp, token: &str) -> String {
    let answer = app
        .with_token(token)
        .post("/api/public/embed/refresh", &json!({}))
        .await;
    assert_eq!(answer.code(), "200 -");
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn kid(token: &str) -> Value {
    forge::decode(token, 0)["kid"].clone()
}

async fn access_token(app: &TestApp) -> Option<String> {
    let number = &app.acme.numbers[0].id;
    let texts = app.state.store.sealed_texts().await.unwrap();
    let text = texts
        .iter()
        .find(|text| text.place == SealedPlace::AccessToken && text.owner == number.as_str());
    app.unseal(number.as_str(), &text.unwrap().sealed)
}

#[tokio::test]
async fn tokens_and_sealed_texts_outlive_the_secret() {
    let mut app = TestApp::start().await;
    let old = std::fs::read_to_string(app.dir.path().join("data/signing-secret")).unwrap();
    let copilot = Copilot::of(&app, &app.acme).await;
    let (first, acme) = (app.token(&app.acme).await, app.acme.clone());
    assert_eq!(access_token(&app).await.as_deref(), Some("EAAG-token"));

    // First every server accepts the new one, and goes on with the old.
    app.reopen(&old, Some(NEW)).await.unwrap();
    assert!(works(&app, &first).await);
    let second = app.token(&acme).await;
    assert_eq!(kid(&second), kid(&first));

    // Then each goes over.
    app.reopen(NEW, Some(&old)).await.unwrap();
    assert!(works(&app, &first).await && works(&app, &second).await);
    let (third, minted) = (renewed(&app, &first).await, app.token(&acme).await);
    assert_ne!(kid(&third), kid(&first));
    assert_eq!(kid(&third), kid(&minted));
    assert!(works(&app, &third).await);
    assert_eq!(access_token(&app).await.as_deref(), Some("EAAG-token"));
    assert_eq!(exchange(&app, &copilot.token()).await.code(), "200 -");

    // One that has not yet done so starts again meanwhile: it knows the new tokens as well.
    app.reopen(&old, Some(NEW)).await.unwrap();
    assert!(works(&app, &third).await && works(&app, &second).await);
    assert_eq!(access_token(&app).await.as_deref(), Some("EAAG-token"));
    app.reopen(NEW, Some(&old)).await.unwrap();

    // The kid chooses among what is accepted, and is not believed: under another one's name no signature is right.
    let mut header = forge::decode(&third, 0);
    header["kid"] = kid(&second);
    let (_, rest) = third.split_once('.').unwrap();
    let renamed = format!("{}.{rest}", forge::encode(&header.to_string()));
    assert!(!works(&app, &renamed).await);

    // In the end the old one is not needed any more, for anything.
    app.reopen(NEW, None).await.unwrap();
    assert!(works(&app, &third).await && works(&app, &minted).await);
    assert!(!works(&app, &first).await && !works(&app, &second).await);
    assert_eq!(access_token(&app).await.as_deref(), Some("EAAG-token"));
    assert_eq!(exchange(&app, &copilot.token()).await.code(), "200 -");

    // The database is the new one's alone.
    for (secret, previous) in [(&*old, None), (OTHER, None), (OTHER, Some(&*old))] {
        let refused = app.reopen(secret, previous).await;
        assert!(
            matches!(
                refused,
                Err(StartError::Installation(InstallationError::ForeignSecret))
            ),
            "{secret} {previous:?}"
        );
    }
    app.reopen(NEW, None).await.unwrap();
    assert!(works(&app, &minted).await);
}
