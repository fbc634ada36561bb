//! Messages of every type, alone, together and again.

use super::shapes::{BASE64, inbound};
use super::{AT, PHONE, assert_has, message, shown, thread_of};
use crate::support::TestApp;
use crate::support::meta;
use crate::webhooks::view::only_conversation;
use serde_json::{Value, json};

#[tokio::test]
async fn every_documented_message_is_shown_with_all_that_it_has() {
    let app = TestApp::start().await;
    let shapes = inbound();
    let messages: Vec<Value> = shapes.iter().map(|shape| shape.message.clone()).collect();
    let thread = shown(&app, &messages).await;
    assert_eq!(thread.len(), shapes.len());
    for (shape, message) in shapes.iter().zip(&thread) {
        assert_has(message, &shape.shows, shape.name);
    }
    let mut database = app.database().await;
    let plain = "SELECT count(*) FROM messages WHERE kind = 'text' AND content IS NOT NULL";
    assert_eq!(
        database.number(plain).await,
        2,
        "those with a product and a referral"
    );
    assert_eq!(
        database
            .number("SELECT count(*) FROM messages WHERE raw IS NULL")
            .await,
        0
    );
    assert_eq!(database.number("SELECT count(*) FROM inspections").await, 0);
}

#[tokio::test]
async fn a_quoted_message_is_named_by_our_id() {
    let app = TestApp::start().await;
    let mut answer = message("wamid.2", 1, "text", json!({"body": "yes"}));
    answer["context"] = json!({"from": PHONE, "id": "wamid.1"});
    let question = message("wamid.1", 0, "text", json!({"body": "q".repeat(500)}));
    let thread = shown(&app, &[question, answer.clone()]).await;
    let quote = &thread[1]["quote"];
    assert_eq!(quote["messageId"], thread[0]["id"]);
    assert_eq!(quote["text"].as_str().unwrap().chars().count(), 120);
    // Another person who names it learns nothing of it.
    answer["id"] = json!("wamid.3");
    answer["from"] = json!("5522");
    app.deliver(&meta::messages("100", &[answer])).await;
    let mut database = app.database().await;
    let leaked = "SELECT count(*) FROM messages WHERE quote LIKE '%messageId%'";
    assert_eq!(database.number(leaked).await, 1);
}

#[tokio::test]
async fn the_same_message_thrice_in_a_body_and_in_five_retries_is_one() {
    let app = TestApp::start().await;
    for shape in inbound() {
        let body = meta::messages("100", &vec![shape.message; 3]);
        for _ in 0..6 {
            app.deliver(&body).await;
        }
    }
    let thread = thread_of(&app).await;
    assert_eq!(thread.len(), inbound().len());
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    let waiting = thread.iter().filter(|m| m["kind"] != "system").count();
    assert_eq!(conversation["unread"], waiting);
}

#[tokio::test]
async fn an_album_in_one_body_is_thirty_pictures_of_one_conversation() {
    let app = TestApp::start().await;
    let album: Vec<Value> = (0..30)
        .map(|index| {
            let part = json!({"id": format!("media.{index}"), "mime_type": "image/jpeg", "sha256": BASE64});
            message(&format!("wamid.{index}"), 0, "image", part)
        })
        .collect();
    let thread = shown(&app, &album).await;
    let ids: std::collections::BTreeSet<&str> = thread
        .iter()
        .map(|m| m["content"]["media"]["id"].as_str().unwrap())
        .collect();
    assert_eq!((thread.len(), ids.len()), (30, 30));
}

#[tokio::test]
async fn what_the_business_writes_on_its_phone_is_outbound() {
    let app = TestApp::start().await;
    let echoes: Vec<Value> = inbound()
        .into_iter()
        .filter(|shape| ["text", "image", "document", "video"].contains(&shape.name))
        .map(|shape| {
            let mut echo = shape.message;
            echo["to"] = echo["from"].take();
            echo["from"] = json!("551130000100");
            echo
        })
        .collect();
    let mut delivery = meta::delivery("100", json!({"message_echoes": echoes}));
    delivery["entry"][0]["changes"][0]["field"] = json!("smb_message_echoes");
    app.deliver(&delivery).await;
    let thread = thread_of(&app).await;
    assert_eq!(thread.len(), 4);
    for message in &thread {
        assert_eq!(
            (&message["direction"], &message["status"]),
            (&json!("OUTBOUND"), &json!("SENT"))
        );
    }
    assert_has(
        &thread[1],
        &json!({"kind": "image", "content": {"media": {"state": "PENDING"}}}),
        "echo",
    );
    // It is taken back and edited there too, and only there.
    let about = |id: &str, kind: &str, target: &str| {
        let mut about = json!({"id": id, "from": "551130000100", "to": PHONE, "timestamp": (AT + 90).to_string(), "type": kind});
        about[kind] = json!({"original_message_id": target, "message": {"type": "text", "text": {"body": "edited"}}});
        about
    };
    let mut by_the_customer = about("wamid.r0", "revoke", "wamid.text==");
    by_the_customer["from"] = json!(PHONE);
    app.deliver(&meta::messages("100", &[by_the_customer]))
        .await;
    assert_eq!(thread_of(&app).await[0]["revokedAt"], Value::Null);
    let changes = [
        about("wamid.r1", "revoke", "wamid.image=="),
        about("wamid.r2", "edit", "wamid.text=="),
    ];
    delivery["entry"][0]["changes"][0]["value"]["message_echoes"] = json!(changes);
    app.deliver(&delivery).await;
    let thread = thread_of(&app).await;
    assert_eq!(thread[0]["text"], "edited");
    assert_has(
        &thread[1],
        &json!({"revokedAt": (AT + 90) * 1000, "content": null, "text": null}),
        "revoked",
    );
}

#[tokio::test]
async fn what_comes_again_changes_nothing_at_all() {
    let app = TestApp::start().await;
    let of = |id: &str, kind: &str, part: Value| message(id, 200, kind, part);
    let edited = json!({"type": "text", "text": {"body": "edited"}});
    let number = json!({"type": "user_changed_number", "wa_id": "5511777", "body": "x"});
    let mut messages: Vec<Value> = inbound().into_iter().map(|shape| shape.message).collect();
    messages.extend([
        of(
            "a1",
            "reaction",
            json!({"message_id": "wamid.text==", "emoji": "👍"}),
        ),
        of(
            "a2",
            "reaction",
            json!({"message_id": "wamid.unknown", "emoji": "👍"}),
        ),
        of(
            "a3",
            "edit",
            json!({"original_message_id": "wamid.text==", "message": edited}),
        ),
        of(
            "a4",
            "revoke",
            json!({"original_message_id": "wamid.image=="}),
        ),
        of("a5", "system", number),
    ]);
    let mut deliveries: Vec<Value> = messages
        .into_iter()
        .map(|message| meta::messages("100", &vec![message; 3]))
        .collect();
    let echo = json!({"id": "wamid.echo", "from": "551130000100", "to": PHONE, "timestamp": AT.to_string(), "type": "text",
        "text": {"body": "ours"}});
    let mut echoes = meta::delivery("100", json!({"message_echoes": [echo, echo, echo]}));
    echoes["entry"][0]["changes"][0]["field"] = json!("smb_message_echoes");
    deliveries.push(echoes);
    for status in [
        meta::status("wamid.echo", "read", AT + 1),
        meta::failed("wamid.unknown", AT + 1, 131_026),
    ] {
        deliveries.push(meta::statuses("100", &vec![status; 3]));
    }
    for delivery in &deliveries {
        app.deliver(delivery).await;
    }
    let mut database = app.database().await;
    let before = database.everything().await;
    assert!(before["messages"].len() > inbound().len());
    for _ in 0..5 {
        for delivery in &deliveries {
            app.deliver(delivery).await;
        }
    }
    let after = database.everything().await;
    for (table, rows) in &before {
        assert_eq!(&after[table], rows, "{table}");
    }
}
