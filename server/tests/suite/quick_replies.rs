//! Quick replies over HTTP.

use crate::support::copilot::{Copilot, exchange};
use crate::support::{Client, TestApp};
use serde_json::{Value, json};

async fn list(inbox: &Client) -> Value {
    inbox.ask("/api/quick_replies/list", &json!({})).await
}

#[tokio::test]
async fn a_quick_reply_is_made_changed_and_deleted() {
    let app = TestApp::start().await;
    let inbox = app.operator().await;
    assert_eq!(list(&inbox).await, json!({"items": []}));
    let body = json!({"shortcut": "/Hello", "text": "Hi {{contact.first_name}}"});
    let made = inbox.ask("/api/quick_replies/create", &body).await;
    assert_eq!(made["shortcut"], "hello");
    assert_eq!(list(&inbox).await, json!({"items": [made]}));

    let id = &made["id"];
    let body = json!({"id": id, "shortcut": "hi", "text": "Hi"});
    let changed = inbox.ask("/api/quick_replies/update", &body).await;
    assert_eq!(changed, json!({"id": id, "shortcut": "hi", "text": "Hi"}));
    assert_eq!(list(&inbox).await, json!({"items": [changed]}));

    let delete = json!({"id": id});
    assert_eq!(
        inbox.ask("/api/quick_replies/delete", &delete).await,
        json!(true)
    );
    let again = inbox.post("/api/quick_replies/delete", &delete).await;
    assert_eq!(again.code(), "404 NOT_FOUND");
    assert_eq!(list(&inbox).await, json!({"items": []}));
}

#[tokio::test]
async fn what_is_no_quick_reply_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let inbox = app.operator().await;
    let body = json!({"shortcut": "hello", "text": "Hi"});
    let made = inbox.ask("/api/quick_replies/create", &body).await;
    let mut database = app.database().await;
    let before = database.everything().await;
    let long = "x".repeat(4_097);
    for (shortcut, text, code, field) in [
        ("", "x", "400 QUICK_REPLY_INVALID", "shortcut"),
        ("two words", "x", "400 QUICK_REPLY_INVALID", "shortcut"),
        ("a", " ", "400 QUICK_REPLY_INVALID", "text"),
        ("a", &long, "400 QUICK_REPLY_INVALID", "text"),
        ("a", "\0", "400 QUICK_REPLY_INVALID", "text"),
        ("HELLO", "x", "409 SHORTCUT_TAKEN", "shortcut"),
    ] {
        let body = json!({"shortcut": shortcut, "text": text});
        let answer = inbox.post("/api/quick_replies/create", &body).await;
        assert_eq!(answer.code(), code, "{shortcut}: {}", answer.text());
        assert_eq!(answer.json()["field"], field);
        if code.starts_with("400") {
            let body = json!({"id": made["id"], "shortcut": shortcut, "text": text});
            let answer = inbox.post("/api/quick_replies/update", &body).await;
            assert_eq!(answer.code(), code, "{shortcut}: {}", answer.text());
        }
    }
    for body in [json!({}), json!({"shortcut": 1, "text": "x"}), json!(null)] {
        let answer = inbox.post("/api/quick_replies/create", &body).await;
        assert_eq!(answer.code(), "400 BODY_INVALID", "{body}");
    }
    assert_eq!(before, database.everything().await);
}

#[tokio::test]
async fn an_operator_has_a_name_to_sign_with() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let session = exchange(&app, &copilot.token()).await.json();
    let inbox = app.with_token(session["token"].as_str().unwrap());
    assert_eq!(list(&inbox).await["operator"], "Ana Souza");
}
