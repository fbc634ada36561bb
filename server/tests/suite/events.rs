//! `GET /v1/events`: a backend's stream, with the same cursor as the inbox's.

use crate::support::stream::EventStream;
use crate::support::{PATIENCE, TestApp, meta, recently};
use app::ids::NumberId;
use axum::http::{Method, StatusCode};
use pilot_inbox::fresh;
use pilot_inbox::store::NewNumber;
use serde_json::{Value, json};
use std::time::Duration;

/// What taking access away may take.
const PROMPTLY: Duration = Duration::from_secs(1);

async fn write(app: &TestApp, number: &str, text: &str) {
    let body = meta::one_text(
        number,
        &format!("wamid.{number}.{text}"),
        "5511",
        recently(),
        text,
    );
    app.deliver(&body).await;
}

fn text(event: &Value) -> &str {
    event["message"]["text"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_backend_hears_its_number_or_all_of_them() {
    let app = TestApp::start().await;
    let acme = &app.acme;
    let (first, second) = (&acme.numbers[0], &acme.numbers[1]);
    let router = || app.router.clone();
    let mut of_number = EventStream::of_backend(router(), &first.key, "").await;
    let mut of_all = EventStream::of_backend(router(), &acme.key, "").await;
    let mut of_named = EventStream::of_backend_at(router(), &acme.key, second.id.as_str(), 0).await;
    for stream in [&mut of_number, &mut of_all, &mut of_named] {
        assert_eq!(stream.begins().await, 0);
    }
    write(&app, app.globex.first(), "theirs").await;
    write(&app, &second.phone_number_id, "to the second").await;
    write(&app, &first.phone_number_id, "to the first").await;
    let (seq, event) = of_number.told().await;
    assert_eq!((seq, text(&event)), (2, "to the first"));
    for (seq, expected) in [(1, "to the second"), (2, "to the first")] {
        let (at, event) = of_all.told().await;
        assert_eq!((at, text(&event)), (seq, expected));
    }
    let (_, event) = of_named.told().await;
    assert_eq!(text(&event), "to the second");
    // From where it was, by the header before the address; and from the beginning by the address.
    let mut resumed = EventStream::of_backend_at(router(), &first.key, "whatever", 1).await;
    assert_eq!(resumed.begins().await, 1);
    assert_eq!(text(&resumed.told().await.1), "to the first");
    let mut all = EventStream::of_backend(router(), &acme.key, "?after=0&follow=false").await;
    assert_eq!(all.begins().await, 0);
    assert_eq!(text(&all.told().await.1), "to the second");
    assert_eq!(text(&all.told().await.1), "to the first");
    assert!(all.next().await.is_none(), "it ends with what there is");
    let mut now = EventStream::of_backend(router(), &acme.key, "?follow=false").await;
    assert_eq!(now.begins().await, 2);
    assert!(now.next().await.is_none());
    for stream in [&of_number, &of_named, &resumed] {
        let wire = String::from_utf8_lossy(&stream.wire);
        assert!(!wire.contains("theirs"), "{wire}");
    }
    assert_eq!(of_number.headers["content-type"], "text/event-stream");
    assert_eq!(of_number.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn an_event_is_told_in_the_words_of_the_public_api() {
    let app = TestApp::start().await;
    let client = app.with_key(&app.acme.numbers[0].key);
    let mut stream = EventStream::of_backend(app.router.clone(), &app.acme.key, "").await;
    stream.begins().await;
    write(&app, app.acme.first(), "hello").await;
    let (_, event) = stream.told().await;
    assert_eq!(
        (&event["type"], &event["event"], &event["numberId"]),
        (
            &json!("message"),
            &json!("message.received"),
            &json!(app.acme.numbers[0].id)
        )
    );
    let id = event["conversationId"].as_str().unwrap().to_owned();
    let thread = client
        .get(&format!("/v1/conversations/{id}/messages"))
        .await
        .json();
    assert_eq!(event["message"], thread["messages"][0]);
    let shown = client.get(&format!("/v1/conversations/{id}")).await.json();
    assert_eq!(event["conversation"], shown);
    // What only colleagues see is told, and no webhook tells of it.
    let note = client
        .post(
            &format!("/v1/conversations/{id}/notes"),
            &json!({"text": "look"}),
        )
        .await
        .json();
    let (_, event) = stream.told().await;
    assert_eq!(
        (&event["message"]["id"], &event["message"]["direction"]),
        (&note["id"], &json!("INTERNAL"))
    );
    assert!(event.get("event").is_none(), "{event}");
    let path = format!("/v1/conversations/{id}/read");
    let read = client.post(&path, &json!({})).await.json();
    let (_, event) = stream.told().await;
    assert_eq!(
        (&event["type"], &event["conversation"]["unreadCount"]),
        (&json!("conversation"), &json!(0))
    );
    assert_eq!(event["conversation"], read);
    let inbox = app.operator().await;
    inbox
        .ask(
            "/api/labels/create",
            &json!({"name": "VIP", "colour": "ok"}),
        )
        .await;
    let (_, event) = stream.told().await;
    assert_eq!(event["type"], "labels");
    // Nothing that the app alone understands.
    for word in ["lastMessageAt\":1", "clientId", "\"seq\""] {
        let wire = String::from_utf8_lossy(&stream.wire);
        assert!(!wire.contains(word), "{word}: {wire}");
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_key_or_its_number() {
    let app = TestApp::start().await;
    let [first, second] = &app.acme.numbers[..] else {
        panic!("two numbers")
    };
    let store = &app.state.store;
    let open = async |key: &str| {
        let mut stream = EventStream::of_backend(app.router.clone(), key, "").await;
        stream.begins().await;
        stream
    };
    let (mut of_first, mut of_second) = (open(&first.key).await, open(&second.key).await);
    let mut of_all = open(&app.acme.key).await;
    let mut theirs = open(&app.globex.key).await;
    store.remove_number(&first.id).await.unwrap();
    of_first.ends_soon_with("ended", PROMPTLY).await;
    store.revoke_api_key(&second.key_id).await.unwrap();
    of_second.ends_with("ended", PROMPTLY).await;
    // A number that comes later is heard by the key of the workspace.
    let number = fresh!(NumberId);
    let new = NewNumber {
        access_token: app.seal(&number, "EAAG-token"),
        id: number,
        tenant: app.acme.id.clone(),
        name: "Acme 3".into(),
        phone: "551130000999".into(),
        phone_number_id: "999".into(),
        graph_base_url: "http://127.0.0.1:9".into(),
    };
    store.create_number(new).await.unwrap();
    write(&app, "999", "new here").await;
    let mut heard = of_all.told().await.1;
    // That the first one went is told as well, if there was still time.
    while heard["type"] == "number" {
        heard = of_all.told().await.1;
    }
    assert_eq!(text(&heard), "new here");
    store.revoke_api_key(&app.acme.key_id).await.unwrap();
    of_all.ends_with("ended", PROMPTLY).await;
    write(&app, app.globex.first(), "still here").await;
    assert_eq!(text(&theirs.told().await.1), "still here");
}

#[tokio::test]
async fn a_cursor_that_is_too_old_or_none_is_told_apart() {
    let app = TestApp::start().await;
    for index in 0..5 {
        write(&app, app.acme.first(), &index.to_string()).await;
    }
    app.state.store.prune(i64::MAX).await.unwrap();
    for query in ["?after=0", "?after=4&follow=false", "?after=1000"] {
        let mut stream = EventStream::of_backend(app.router.clone(), &app.acme.key, query).await;
        stream.begins().await;
        stream.ends_with("reset", PATIENCE).await;
    }
    let client = app.with_key(&app.acme.key);
    for (query, code) in [
        ("?after=", "400 CURSOR_INVALID"),
        ("?after=-1", "400 CURSOR_INVALID"),
        ("?after=x", "400 CURSOR_INVALID"),
        ("?after=99999999999999999999", "400 CURSOR_INVALID"),
        ("?after=1&after=2", "400 BODY_INVALID"),
        ("?follow=maybe", "400 BODY_INVALID"),
    ] {
        let answer = client.get(&format!("/v1/events{query}")).await;
        assert_eq!(answer.code(), code, "{query}");
    }
    let answer = client
        .clone()
        .header("last-event-id", "wamid.1")
        .get("/v1/events?after=5")
        .await;
    assert_eq!(answer.code(), "400 CURSOR_INVALID");
    let nowhere = client
        .header("x-whatsapp-number-id", app.globex.numbers[0].id.as_str())
        .get("/v1/events")
        .await;
    assert_eq!(nowhere.code(), "404 NUMBER_NOT_FOUND");
    let posted = app
        .with_key(&app.acme.key)
        .send(Method::POST, "/v1/events", Vec::new())
        .await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}
