//! Numbers by the public API: changed, taken away, brought back, erased, and what is kept of what was said over them.

use crate::support::app::ORIGIN;
use crate::support::graph::FakeGraph;
use crate::support::receiver::Receiver;
use crate::support::{Answer, Client, TestApp, eventually, meta, recently};
use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use pilot_inbox::clock::now_ms;
use pilot_inbox::operations::{erase_all, redact_all};
use pilot_inbox::store::NumberUpdate;
use serde_json::{Value, json};
use std::time::Duration;

const ANA: &str = "5511999990001";
const PROMPTLY: Duration = Duration::from_secs(5);

fn path_of(app: &TestApp) -> String {
    format!("/v1/numbers/{}", app.acme.numbers[0].id)
}

fn workspace(app: &TestApp) -> Client {
    app.with_key(&app.acme.key)
}

async fn patch(client: &Client, path: &str, body: &Value) -> Answer {
    client
        .clone()
        .header("content-type", "application/json")
        .send(Method::PATCH, path, body.to_string().into_bytes())
        .await
}

async fn delete(client: &Client, path: &str) -> Answer {
    client.send(Method::DELETE, path, Vec::new()).await
}

async fn writes(app: &TestApp, id: &str, text: &str, at: i64) {
    let message = meta::one_text(app.acme.first(), id, ANA, at, text);
    app.deliver(&message).await;
}

#[tokio::test]
async fn a_number_is_changed() {
    let app = TestApp::start().await;
    let (path, client) = (path_of(&app), workspace(&app));
    let body = json!({"piiMode": "STORE_X_DAYS", "piiRetentionDays": 90,
        "settings": {"markReadOnSend": false, "alwaysOnline": true, "msgRejectCall": "x".repeat(1000), "future": 1}, "future": 1});
    let changed = patch(&client, &path, &body).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let changed = changed.json();
    assert_eq!(
        (&changed["piiMode"], &changed["piiRetentionDays"]),
        (&json!("STORE_X_DAYS"), &json!(90))
    );
    assert_eq!(
        (
            &changed["settings"]["markReadOnSend"],
            &changed["settings"]["alwaysOnline"]
        ),
        (&json!(false), &json!(true))
    );
    assert!(changed.get("settingsSync").is_none(), "nobody else is told");
    assert_eq!(client.get(&path).await.json(), changed);
    // The number's own key does as well, and null is as it was.
    let own = app.with_key(&app.acme.numbers[0].key);
    let body = json!({"piiMode": "STORE_INDEFINITE", "piiRetentionDays": 5,
        "settings": {"alwaysOnline": null, "msgRejectCall": null}});
    let changed = patch(&own, &path, &body).await.json();
    assert_eq!(
        (&changed["piiMode"], &changed["piiRetentionDays"]),
        (&json!("STORE_INDEFINITE"), &Value::Null)
    );
    assert_eq!(
        (
            &changed["settings"]["alwaysOnline"],
            &changed["settings"]["msgRejectCall"],
            &changed["settings"]["markReadOnSend"]
        ),
        (&Value::Null, &Value::Null, &json!(false))
    );
    for other in [
        &app.acme.numbers[1].key,
        &app.globex.key,
        &app.globex.numbers[0].key,
    ] {
        let refused = patch(&app.with_key(other), &path, &body).await;
        assert_eq!(refused.code(), "404 NUMBER_NOT_FOUND");
    }
}

#[tokio::test]
async fn what_cannot_be_of_a_number_is_refused() {
    let app = TestApp::start().await;
    let (path, client) = (path_of(&app), workspace(&app));
    let before = client.get(&path).await.json();
    for (body, code, field) in [
        (json!({}), "400 EMPTY_PATCH", None),
        (json!({"settings": {}}), "400 EMPTY_PATCH", None),
        (json!({"name": "Sales"}), "400 EMPTY_PATCH", None),
        (
            json!({"settings": {"markReadOnSend": null}}),
            "400 EMPTY_PATCH",
            None,
        ),
        (json!([]), "400 BODY_INVALID", None),
        (json!({"piiMode": 1}), "400 BODY_INVALID", None),
        (
            json!({"settings": {"markReadOnSend": "no"}}),
            "400 BODY_INVALID",
            None,
        ),
        (
            json!({"settings": {"msgRejectCall": 1}}),
            "400 BODY_INVALID",
            None,
        ),
        (
            json!({"piiMode": "STORE_NOTHING"}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiMode"),
        ),
        (
            json!({"piiMode": "RELAY_ONLY"}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiMode"),
        ),
        (
            json!({"piiMode": "STORE_X_DAYS"}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiRetentionDays"),
        ),
        (
            json!({"piiMode": "STORE_X_DAYS", "piiRetentionDays": null}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiRetentionDays"),
        ),
        (
            json!({"piiMode": "STORE_X_DAYS", "piiRetentionDays": 0}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiRetentionDays"),
        ),
        (
            json!({"piiMode": "STORE_X_DAYS", "piiRetentionDays": 3651}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiRetentionDays"),
        ),
        (
            json!({"piiRetentionDays": -1}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("piiRetentionDays"),
        ),
        (json!({"piiRetentionDays": 1.5}), "400 BODY_INVALID", None),
        (
            json!({"settings": {"msgRejectCall": "x".repeat(1001)}}),
            "400 NUMBER_SETTINGS_INVALID",
            Some("settings.msgRejectCall"),
        ),
    ] {
        let refused = patch(&client, &path, &body).await;
        assert_eq!(refused.code(), code, "{body}: {}", refused.text());
        assert_eq!(refused.json()["field"].as_str(), field, "{body}");
    }
    let nothing = client.send(Method::PATCH, &path, Vec::new()).await;
    assert_snapshot!(nothing.shown(), @r#"400 {"error":"Name something to change: `piiMode`, `piiRetentionDays` or a member of `settings`.","code":"EMPTY_PATCH"}"#);
    let deep = "[".repeat(10_000).into_bytes();
    for body in [b"\xff\xfe".to_vec(), deep, b"{".to_vec()] {
        let refused = client.send(Method::PATCH, &path, body).await;
        assert_eq!(refused.code(), "400 BODY_INVALID");
    }
    for wrong in ["/v1/numbers/wn_unknown", "/v1/numbers/%27%20OR%201=1"] {
        let body = json!({"piiMode": "STORE_INDEFINITE"});
        assert_eq!(
            patch(&client, wrong, &body).await.code(),
            "404 NUMBER_NOT_FOUND"
        );
        assert_eq!(delete(&client, wrong).await.code(), "404 NUMBER_NOT_FOUND");
        assert_eq!(
            delete(&client, &format!("{wrong}/purge")).await.code(),
            "404 NUMBER_NOT_FOUND"
        );
        let restored = client.post(&format!("{wrong}/restore"), &json!({})).await;
        assert_eq!(restored.code(), "404 NUMBER_NOT_FOUND");
    }
    assert_eq!(
        client.get(&path).await.json(),
        before,
        "nothing has changed"
    );
}

#[tokio::test]
async fn who_sends_has_read_unless_the_number_says_otherwise() {
    let app = TestApp::start().await;
    let own = app.with_key(&app.acme.numbers[0].key);
    let unread = async |body: Value| {
        let answer = own.post("/v1/messages/send", &body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        let list = own.get("/v1/conversations").await.json();
        list["conversations"][0]["unreadCount"].as_i64().unwrap()
    };
    let to_ana = json!({"destinationNumber": ANA, "text": "hello"});
    writes(&app, "wamid.1", "one", recently()).await;
    assert_eq!(unread(to_ana.clone()).await, 0);
    let set = json!({"settings": {"markReadOnSend": false}});
    assert_eq!(
        patch(&own, &path_of(&app), &set).await.status,
        StatusCode::OK
    );
    writes(&app, "wamid.2", "two", recently() + 1).await;
    assert_eq!(unread(to_ana.clone()).await, 1);
    let mut read = to_ana.clone();
    read["markRead"] = true.into();
    assert_eq!(unread(read).await, 0, "a send's own word counts more");
    let set = json!({"settings": {"markReadOnSend": true}});
    assert_eq!(
        patch(&own, &path_of(&app), &set).await.status,
        StatusCode::OK
    );
    writes(&app, "wamid.3", "three", recently() + 2).await;
    assert_eq!(unread(to_ana).await, 0);
}

#[tokio::test]
async fn a_number_goes_and_comes_back() {
    let graph = FakeGraph::start().await;
    let mut app = TestApp::start().await;
    app.use_graph(&graph.base_url()).await;
    app.listen().await;
    let (path, client, own) = (
        path_of(&app),
        workspace(&app),
        app.with_key(&app.acme.numbers[0].key),
    );
    let number = &app.acme.numbers[0].id;
    writes(&app, "wamid.1", "before", recently()).await;
    let restore = format!("{path}/restore");
    assert_eq!(
        client.post(&restore, &json!({})).await.code(),
        "409 NUMBER_ALREADY_ACTIVE"
    );
    let mut stream = app
        .stream(&app.token_for(&app.acme, number).await, None)
        .await;
    stream.ready().await;
    let removed = delete(&client, &path).await;
    assert_eq!(removed.status, StatusCode::OK, "{}", removed.text());
    let removed = removed.json();
    let in_thirty_days = now_ms() + 30 * 24 * 3_600_000;
    let until = removed["restorableUntil"].as_str().unwrap();
    assert!(removed["ok"] == true && *until <= *pilot_inbox::clock::iso(in_thirty_days));
    assert!(*until > *pilot_inbox::clock::iso(in_thirty_days - 60_000));
    assert_eq!(stream.event().await.json["type"], "number");
    stream.ends_with("ended", PROMPTLY).await;
    assert_eq!(delete(&client, &path).await.code(), "404 NUMBER_NOT_FOUND");
    assert_eq!(client.get(&path).await.code(), "404 NUMBER_NOT_FOUND");
    assert_eq!(
        own.get("/v1/conversations").await.code(),
        "404 NUMBER_NOT_FOUND"
    );
    writes(&app, "wamid.2", "while it was gone", recently()).await;
    for key in [
        &app.globex.key,
        &app.globex.numbers[0].key,
        &app.acme.numbers[0].key,
        &app.acme.numbers[1].key,
    ] {
        let refused = app.with_key(key).post(&restore, &json!({})).await;
        let expected = if *key == app.globex.key {
            "404 NUMBER_NOT_FOUND"
        } else {
            "403 NUMBER_SCOPE_NOT_ALLOWED"
        };
        assert_eq!(refused.code(), expected);
    }
    let back = client.post(&restore, &json!({})).await;
    assert_eq!(back.shown(), r#"200 {"ok":true,"requiresReconnect":true}"#);
    let shown = client.get(&path).await.json();
    assert_eq!(
        (&shown["state"], &shown["isFullyConnected"]),
        (&json!("CLOSE"), &json!(false))
    );
    let history = own.get("/v1/messages/history").await.json();
    assert_eq!(
        (&history["total"], &history["messages"][0]["text"]),
        (&json!(1), &json!("before"))
    );
    // What is sent waits until somebody connects it, and the inbox says so.
    let sent = own
        .post(
            "/v1/messages/send",
            &json!({"destinationNumber": ANA, "text": "waits"}),
        )
        .await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text());
    let screen = app
        .with_token(&app.token_for(&app.acme, number).await)
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": ORIGIN, "open": null}),
        )
        .await;
    assert_eq!(
        screen["numbers"][0]["refusal"],
        "It is not connected. Whoever manages the workspace has to connect it again."
    );
    assert_eq!(graph.calls().len(), 0);
    app.state
        .store
        .update_number(number, NumberUpdate::default())
        .await
        .unwrap();
    app.state.outbox.wake();
    eventually("the message to go out", || async {
        let sent = graph.calls();
        sent.iter()
            .any(|call| call.body["text"]["body"] == "waits")
            .then_some(())
    })
    .await;
    assert_eq!(client.get(&path).await.json()["state"], "OPEN");
}

#[tokio::test]
async fn a_number_is_erased_for_good() {
    let app = TestApp::start().await;
    let (path, client) = (path_of(&app), workspace(&app));
    writes(&app, "wamid.1", "a secret", recently()).await;
    let purge = format!("{path}/purge");
    for key in [&app.acme.numbers[0].key, &app.acme.numbers[1].key] {
        assert_eq!(
            delete(&app.with_key(key), &purge).await.code(),
            "403 NUMBER_SCOPE_NOT_ALLOWED"
        );
        assert_eq!(
            delete(&app.with_key(key), &path).await.code(),
            "403 NUMBER_SCOPE_NOT_ALLOWED"
        );
    }
    assert_eq!(
        delete(&app.with_key(&app.globex.key), &purge).await.code(),
        "404 NUMBER_NOT_FOUND"
    );
    assert_eq!(delete(&client, &purge).await.shown(), r#"200 {"ok":true}"#);
    let own = app.with_key(&app.acme.numbers[0].key);
    assert_eq!(own.get("/v1/numbers").await.code(), "401 API_KEY_INVALID");
    assert_eq!(delete(&client, &purge).await.code(), "404 NUMBER_NOT_FOUND");
    let restored = client.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(restored.code(), "404 NUMBER_NOT_FOUND");
    erase_all(&*app.state.store).await.unwrap();
    let everything = format!("{:?}", app.database().await.everything().await);
    assert!(!everything.contains("a secret") && !everything.contains(ANA));
}

#[tokio::test]
async fn a_number_gets_a_new_key() {
    let app = TestApp::start().await;
    let (client, number) = (workspace(&app), &app.acme.numbers[0]);
    let body = json!({"whatsappNumberId": number.id});
    let made = client.post("/v1/api-keys", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made = made.json();
    let key = made["key"].as_str().unwrap();
    assert_eq!(made["numberId"], json!(number.id));
    assert!(key.starts_with(made["keyPrefix"].as_str().unwrap()));
    assert!(key.ends_with(made["keyLast4"].as_str().unwrap()));
    assert_eq!(
        app.with_key(&number.key).get("/v1/numbers").await.code(),
        "401 API_KEY_INVALID"
    );
    assert_eq!(
        app.with_key(key).get("/v1/numbers").await.status,
        StatusCode::OK
    );
    let listed = client.get("/v1/api-keys").await.json();
    let of_number: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["numberId"] == json!(number.id))
        .collect();
    assert_eq!(of_number.len(), 1);
    assert_eq!(
        (&of_number[0]["keyId"], &of_number[0]["key"]),
        (&made["keyId"], &Value::Null)
    );
    assert_eq!(
        app.with_key(key).post("/v1/api-keys", &body).await.code(),
        "403 NUMBER_SCOPE_NOT_ALLOWED"
    );
    for (wrong, code) in [
        (json!({}), "400 BODY_INVALID"),
        (json!({"whatsappNumberId": 1}), "400 BODY_INVALID"),
        (
            json!({"whatsappNumberId": "' OR 1=1"}),
            "404 NUMBER_NOT_FOUND",
        ),
        (
            json!({"whatsappNumberId": app.globex.numbers[0].id}),
            "404 NUMBER_NOT_FOUND",
        ),
    ] {
        assert_eq!(
            client.post("/v1/api-keys", &wrong).await.code(),
            code,
            "{wrong}"
        );
    }
    assert_eq!(
        app.with_key(key).get("/v1/numbers").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_happens_to_a_number_is_told() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    let events = json!([
        "number.removed",
        "number.restored",
        "number.connected",
        "lead.received"
    ]);
    let body = json!({"url": receiver.url(), "events": events});
    let own = app.with_key(&app.acme.numbers[0].key);
    let made = own.post("/v1/webhooks", &body).await.json();
    assert_eq!(
        made["events"],
        json!(["number.removed", "number.restored", "number.connected"])
    );
    app.listen().await;
    let (path, client) = (path_of(&app), workspace(&app));
    assert_eq!(delete(&client, &path).await.status, StatusCode::OK);
    assert_eq!(receiver.wait_for(1).await[0].event(), "number.removed");
    let back = client.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(back.status, StatusCode::OK);
    app.state
        .store
        .update_number(&app.acme.numbers[0].id, NumberUpdate::default())
        .await
        .unwrap();
    let hits = receiver.wait_for(3).await;
    let told: Vec<String> = hits
        .iter()
        .map(crate::support::receiver::Hit::event)
        .collect();
    assert_eq!(
        told,
        ["number.removed", "number.restored", "number.connected"]
    );
    let data = hits[2].body()["data"].clone();
    assert_eq!(
        (&data["numberId"], &data["phone"], &data["displayName"]),
        (
            &json!(app.acme.numbers[0].id),
            &json!("+55113000100"),
            &json!("Acme 0")
        )
    );
    assert!(data["createdAt"].is_string() && data.as_object().unwrap().len() == 4);
}

#[tokio::test]
async fn what_is_not_kept_is_left_out_at_once_and_for_good() {
    let app = TestApp::start().await;
    let (path, own) = (path_of(&app), app.with_key(&app.acme.numbers[0].key));
    let long_ago = recently() - 40 * 24 * 3600;
    writes(&app, "wamid.old", "an old secret", long_ago).await;
    let list = async || own.get("/v1/conversations").await.json()["conversations"][0].clone();
    let history = async || own.get("/v1/messages/history").await.json()["messages"].clone();
    assert!(list().await.get("redacted").is_none());
    assert!(history().await[0].get("redacted").is_none());
    let set = json!({"piiMode": "STORE_X_DAYS", "piiRetentionDays": 30});
    assert_eq!(patch(&own, &path, &set).await.status, StatusCode::OK);
    for upkeep_has_come_by in [false, true] {
        if upkeep_has_come_by {
            assert!(redact_all(&*app.state.store).await.unwrap() > 0);
        }
        let row = list().await;
        for field in [
            "from",
            "fromName",
            "userId",
            "username",
            "lastMessagePreview",
        ] {
            assert_eq!(row[field], Value::Null, "{field}");
        }
        assert_eq!(
            (&row["redacted"], &row["unreadCount"]),
            (&json!(true), &json!(1))
        );
        let message = history().await[0].clone();
        for field in [
            "text",
            "media",
            "participantName",
            "participantPhone",
            "participantUserId",
        ] {
            assert_eq!(message[field], Value::Null, "{field}");
        }
        assert_eq!(
            (
                &message["redacted"],
                &message["messageType"],
                &message["status"],
                &message["externalMessageId"]
            ),
            (
                &json!(true),
                &json!("text"),
                &json!("DELIVERED"),
                &json!("wamid.old")
            )
        );
        let unread = own.get("/v1/messages/unread").await.json();
        let message = &unread["messages"][0];
        assert_eq!(
            (&message["content"], &message["from"], &message["fromName"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!(
            (&message["redacted"], &unread["total"]),
            (&json!(true), &json!(1))
        );
        let thread = own
            .get(&format!(
                "/v1/conversations/{}/messages",
                row["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(thread.json()["messages"][0]["redacted"], true);
        // What came late stands in the log for as long as the log reaches.
        let mut everything = app.database().await.everything().await;
        everything.remove("events");
        let is_there = format!("{everything:?}").contains("an old secret");
        assert_ne!(is_there, upkeep_has_come_by);
    }
    // The inbox shows a sentence in its place.
    let operator = app.operator().await;
    let rows = operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let body = json!({"conversation_id": rows["items"][0]["id"], "page": {}});
    let thread = operator.ask("/api/messages/list", &body).await;
    assert_eq!(thread["items"][0]["content"], json!({"redacted": true}));
    // Whoever writes now is known, and all of it is kept.
    writes(&app, "wamid.new", "hello again", recently()).await;
    let row = list().await;
    assert_eq!(
        (&row["from"], &row["lastMessagePreview"]),
        (&json!(format!("+{ANA}")), &json!("hello again"))
    );
    assert!(row.get("redacted").is_none());
    // What is gone stays gone, whatever is wanted from now on.
    let set = json!({"piiMode": "STORE_INDEFINITE"});
    assert_eq!(patch(&own, &path, &set).await.status, StatusCode::OK);
    let all = history().await;
    assert_eq!(
        (&all[0]["text"], &all[1]["redacted"]),
        (&json!("hello again"), &json!(true))
    );
    assert_eq!(all[1]["participantPhone"], Value::Null);
}
