//! Webhooks out, as a customer's backend sees them: it makes them by the API, and a real server of its own hears of events.

use crate::support::graph::FakeGraph;
use crate::support::receiver::{Hit, Receiver, Reply};
use crate::support::{Client, TestApp, eventually, meta, recently};
use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::{Value, json};

const ANA: &str = "5511999990001";
const BO: &str = "5511999990002";

/// A webhook of the first number that goes there.
async fn tells(app: &TestApp, receiver: &Receiver, events: &Value) -> Value {
    let body = json!({"url": receiver.url(), "name": "Backend", "events": events});
    let made = backend(app).post("/v1/webhooks", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()
}

fn backend(app: &TestApp) -> Client {
    app.with_key(&app.acme.numbers[0].key)
}

async fn writes(app: &TestApp, phone: &str, text: &str, at: i64) {
    let id = format!("wamid.{phone}.{text}");
    app.deliver(&meta::one_text(app.acme.first(), &id, phone, at, text))
        .await;
}

async fn patch(app: &TestApp, webhook: &Value, body: &Value) -> Value {
    let path = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    let answer = backend(app)
        .header("content-type", "application/json")
        .send(Method::PATCH, &path, body.to_string().into_bytes())
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn log(app: &TestApp, webhook: &Value) -> Vec<Value> {
    let path = format!("/v1/webhooks/{}/logs", webhook["id"].as_str().unwrap());
    let answer = backend(app).get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_webhook_is_made_shown_changed_and_taken_away() {
    let app = TestApp::start().await;
    let client = backend(&app);
    let body = json!({"url": "https://backend.test/hook", "events": ["message.received", "lead.received", "message.received"]});
    let made = client.post("/v1/webhooks", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let mut made = made.json();
    let secret = made["secret"].take().as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() > 40);
    made.as_object_mut().unwrap().remove("secret");
    assert_eq!(
        (
            &made["name"],
            &made["events"],
            &made["active"],
            &made["environment"]
        ),
        (
            &json!("backend.test"),
            &json!(["message.received"]),
            &json!(true),
            &json!("LIVE")
        )
    );
    assert_eq!(made["whatsappNumberIds"], json!([app.acme.numbers[0].id]));
    assert_eq!(made["tenantId"], json!(app.acme.id));
    let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.json(), made);
    assert_eq!(client.get("/v1/webhooks").await.json(), json!([made]));
    // The secret is in no answer but the first, and in no table as it is.
    let everything = format!("{:?}", app.database().await.everything().await);
    assert!(!everything.contains(&secret));
    let changed = patch(
        &app,
        &made,
        &json!({"name": "Olá", "events": ["*"], "active": false}),
    )
    .await;
    assert_eq!(
        (
            &changed["name"],
            &changed["events"],
            &changed["active"],
            &changed["url"]
        ),
        (
            &json!("Olá"),
            &json!(["*"]),
            &json!(false),
            &json!("https://backend.test/hook")
        )
    );
    // The key of the workspace sees those of all numbers, or of the one that it names.
    let tenant = app.with_key(&app.acme.key);
    assert_eq!(tenant.get("/v1/webhooks").await.json(), json!([changed]));
    let other = tenant
        .clone()
        .header("x-whatsapp-number-id", app.acme.numbers[1].id.as_str());
    assert_eq!(other.get("/v1/webhooks").await.json(), json!([]));
    assert_eq!(other.get(&path).await.code(), "404 WEBHOOK_NOT_FOUND");
    let gone = client.send(Method::DELETE, &path, Vec::new()).await;
    assert_eq!(gone.code(), "204 -");
    assert_eq!(client.get(&path).await.code(), "404 WEBHOOK_NOT_FOUND");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    let (own, other) = (&app.acme.numbers[0].id, &app.acme.numbers[1].id);
    let client = backend(&app);
    let url = "https://backend.test/hook";
    let long = format!("https://backend.test/{}", "x".repeat(2_100));
    for (body, code, field) in [
        (json!({}), "400 BODY_INVALID", None),
        (json!({"url": 7}), "400 BODY_INVALID", None),
        (
            json!({"url": url, "events": "message.read"}),
            "400 BODY_INVALID",
            None,
        ),
        (json!({"url": ""}), "400 WEBHOOK_INVALID", Some("url")),
        (
            json!({"url": "backend.test"}),
            "400 WEBHOOK_INVALID",
            Some("url"),
        ),
        (
            json!({"url": "ftp://backend.test"}),
            "400 WEBHOOK_INVALID",
            Some("url"),
        ),
        (
            json!({"url": "https://u:p@backend.test"}),
            "400 WEBHOOK_INVALID",
            Some("url"),
        ),
        (json!({"url": long}), "400 WEBHOOK_INVALID", Some("url")),
        (
            json!({"url": url, "name": " "}),
            "400 WEBHOOK_INVALID",
            Some("name"),
        ),
        (
            json!({"url": url, "name": "a\u{0}b"}),
            "400 WEBHOOK_INVALID",
            Some("name"),
        ),
        (
            json!({"url": url, "name": "x".repeat(101)}),
            "400 WEBHOOK_INVALID",
            Some("name"),
        ),
        (
            json!({"url": url, "events": vec!["message.read"; 101]}),
            "400 WEBHOOK_INVALID",
            Some("events"),
        ),
        (
            json!({"url": url, "whatsappNumberId": other}),
            "400 NUMBER_MISMATCH",
            Some("whatsappNumberId"),
        ),
    ] {
        let refused = client.post("/v1/webhooks", &body).await;
        assert_eq!(refused.code(), code, "{body}: {}", refused.text());
        assert_eq!(refused.json()["field"].as_str(), field, "{body}");
    }
    let tenant = app.with_key(&app.acme.key);
    let body = json!({"url": url});
    let refused = tenant.post("/v1/webhooks", &body).await;
    assert_snapshot!(refused.shown(), @r#"400 {"error":"A webhook belongs to one number. Name it in `whatsappNumberId` or in the x-whatsapp-number-id header.","code":"NUMBER_REQUIRED","field":"whatsappNumberId"}"#);
    for foreign in [app.globex.numbers[0].id.as_str(), "wn_unknown", "' OR 1=1"] {
        let body = json!({"url": url, "whatsappNumberId": foreign});
        assert_eq!(
            tenant.post("/v1/webhooks", &body).await.code(),
            "404 NUMBER_NOT_FOUND"
        );
    }
    assert_eq!(
        app.database()
            .await
            .number("SELECT count(*) FROM webhooks")
            .await,
        0
    );
    let body = json!({"url": url, "whatsappNumberId": own});
    let made = tenant.post("/v1/webhooks", &body).await.json();
    assert_eq!(made["events"], json!([]), "which tells nothing");
    let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    for query in ["?limit=0", "?limit=51", "?limit=x"] {
        let refused = client.get(&format!("{path}/logs{query}")).await;
        assert_eq!(refused.code(), "400 PAGE_INVALID", "{query}");
    }
    let refused = client
        .post(&format!("{path}/secret"), &json!({"overlapHours": 169}))
        .await;
    assert_eq!(refused.code(), "400 WEBHOOK_INVALID");
    assert_eq!(
        client.get("/v1/webhooks/%27%20OR%201=1").await.code(),
        "404 WEBHOOK_NOT_FOUND"
    );
}

#[tokio::test]
async fn nothing_inside_is_called_unless_the_operator_allows_it() {
    let mut app = TestApp::confined().await;
    let client = backend(&app);
    for url in [
        "http://backend.test/hook",
        "https://127.0.0.1/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/hook",
    ] {
        let refused = client.post("/v1/webhooks", &json!({"url": url})).await;
        assert_eq!(refused.code(), "400 WEBHOOK_INVALID", "{url}");
    }
    // One that was written down while it was allowed.
    let receiver = Receiver::start().await;
    let body = json!({"url": "https://backend.test/hook", "events": ["*"]});
    let made = client.post("/v1/webhooks", &body).await.json();
    let statement = format!("UPDATE webhooks SET url = '{}'", receiver.url());
    assert_eq!(app.database().await.execute(&statement).await, 1);
    app.listen().await;
    writes(&app, ANA, "hello", recently()).await;
    let row = eventually("a try", || async {
        log(&app, &made).await.into_iter().next()
    })
    .await;
    assert_eq!(
        (&row["status"], &row["statusCode"], &row["response"]),
        (
            &json!("FAILED"),
            &Value::Null,
            &json!("the address must begin with https://")
        )
    );
    assert_eq!(receiver.hits().len(), 0);
}

#[tokio::test]
async fn a_message_is_told_signed_and_once() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    let webhook = tells(&app, &receiver, &json!(["*"])).await;
    app.listen().await;
    writes(&app, ANA, "olá 🦄", recently()).await;
    // The same webhook of Meta again is no event.
    writes(&app, ANA, "olá 🦄", recently()).await;
    let hit = receiver.wait_for(1).await.remove(0);
    let secret = webhook["secret"].as_str().unwrap();
    assert!(hit.is_signed_with(secret) && !hit.is_signed_with("another"));
    let body = hit.body();
    assert_eq!(body["event"], "message.received");
    assert_eq!(hit.header("content-type"), "application/json");
    assert_eq!(hit.header("x-pilot-status-event"), "message.received");
    assert_eq!(
        hit.header("x-pilot-status-event-id"),
        body["id"].as_str().unwrap()
    );
    assert_eq!(hit.header("x-pilot-status-signature-previous"), "");
    let data = &body["data"];
    assert_eq!(data["numberId"], json!(app.acme.numbers[0].id));
    assert_eq!(
        (
            &data["content"],
            &data["from"],
            &data["to"],
            &data["fromMe"],
            &data["messageId"],
            &data["type"]
        ),
        (
            &json!("olá 🦄"),
            &json!("+5511999990001"),
            &json!("+55113000100"),
            &json!(false),
            &json!("wamid.5511999990001.olá 🦄"),
            &json!("text")
        )
    );
    assert_eq!(
        data["createdAt"],
        pilot_inbox::clock::iso(recently() * 1000)
    );
    let row = eventually("the log", || async {
        log(&app, &webhook).await.into_iter().next()
    })
    .await;
    assert_eq!(
        (
            &row["status"],
            &row["statusCode"],
            &row["event"],
            &row["payload"],
            &row["response"],
            &row["attempts"]
        ),
        (
            &json!("SUCCESS"),
            &json!(200),
            &json!("message.received"),
            &body,
            &json!("thanks"),
            &json!(1)
        )
    );
    assert_eq!(receiver.hits().len(), 1);
}

#[tokio::test]
async fn the_steps_of_a_message_are_told_in_their_order() {
    let graph = FakeGraph::start().await;
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    app.use_graph(&graph.base_url()).await;
    writes(&app, ANA, "hello", recently()).await;
    tells(&app, &receiver, &json!(["*"])).await;
    app.listen().await;
    let body = json!({"destinationNumber": format!("+{ANA}"), "text": "on its way"});
    let sent = backend(&app).post("/v1/messages/send", &body).await.json();
    let call = graph.wait_for_calls(1).await.remove(0);
    for (status, at) in [("sent", 1), ("delivered", 2), ("read", 3)] {
        let report = meta::status_of(call.wamid(), call.callback(), status, recently() + at);
        app.deliver(&meta::statuses(app.acme.first(), &[report]))
            .await;
    }
    let hits = receiver.wait_for(3).await;
    let events: Vec<String> = hits.iter().map(Hit::event).collect();
    assert_eq!(
        events,
        ["message.sent", "message.delivered", "message.read"]
    );
    for hit in &hits {
        let data = &hit.body()["data"];
        assert_eq!(
            (
                &data["id"],
                &data["correlationId"],
                &data["messageId"],
                &data["fromMe"],
                &data["to"]
            ),
            (
                &sent["id"],
                &sent["correlationId"],
                &json!(call.wamid()),
                &json!(true),
                &json!("+5511999990001")
            )
        );
    }
    assert_eq!(
        hits[2].body()["data"]["createdAt"],
        pilot_inbox::clock::iso((recently() + 3) * 1000)
    );
    // What fails says why.
    let failing = json!({"destinationNumber": format!("+{ANA}"), "text": "too late"});
    backend(&app).post("/v1/messages/send", &failing).await;
    let call = graph.wait_for_calls(2).await.remove(1);
    let report = meta::failed(call.wamid(), recently() + 9, 131_047);
    app.deliver(&meta::statuses(app.acme.first(), &[report]))
        .await;
    let hits = receiver.wait_for(4).await;
    let data = &hits[3].body()["data"];
    assert_eq!(hits[3].event(), "message.failed");
    assert_eq!(data["errorCode"], "META_OUTSIDE_24H_WINDOW");
    assert!(
        data["error"]
            .as_str()
            .is_some_and(|error| !error.is_empty())
    );
}

#[tokio::test]
async fn what_changes_a_message_is_no_message() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    tells(&app, &receiver, &json!(["*"])).await;
    app.listen().await;
    writes(&app, ANA, "hello", recently()).await;
    let target = format!("wamid.{ANA}.hello");
    let reaction = json!({"id": "wamid.r", "from": ANA, "timestamp": (recently() + 1).to_string(), "type": "reaction",
        "reaction": {"message_id": target, "emoji": "👍"}});
    let edit = json!({"id": "wamid.e", "from": ANA, "timestamp": (recently() + 2).to_string(), "type": "edit",
        "edit": {"original_message_id": target, "message": {"type": "text", "text": {"body": "Hello"}}}});
    app.deliver(&meta::messages(app.acme.first(), &[reaction, edit]))
        .await;
    let answer = json!({"id": "wamid.a", "from": ANA, "timestamp": (recently() + 3).to_string(), "type": "text",
        "text": {"body": "and more"}, "context": {"from": ANA, "id": target}});
    app.deliver(&meta::messages(app.acme.first(), &[answer]))
        .await;
    let hits = receiver.wait_for(2).await;
    let events: Vec<String> = hits.iter().map(Hit::event).collect();
    assert_eq!(events, ["message.received", "message.reply"]);
    let data = &hits[1].body()["data"];
    assert_eq!(
        (&data["quotedMessageId"], &data["contentReplied"]),
        (&json!(target), &json!("Hello"))
    );
}

#[tokio::test]
async fn each_webhook_is_told_what_it_chose_of_its_own_number() {
    let app = TestApp::start().await;
    let (all, few, none) = (
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    );
    tells(&app, &all, &json!(["*"])).await;
    tells(&app, &few, &json!(["message.read", "message.reply"])).await;
    let nothing = tells(&app, &none, &json!([])).await;
    let mut app = app;
    app.listen().await;
    let elsewhere = &app.acme.numbers[1].phone_number_id;
    app.deliver(&meta::one_text(
        elsewhere,
        "wamid.2",
        ANA,
        recently(),
        "elsewhere",
    ))
    .await;
    writes(&app, ANA, "here", recently()).await;
    assert_eq!(all.wait_for(1).await[0].content(), "here");
    patch(&app, &nothing, &json!({"events": ["message.received"]})).await;
    writes(&app, ANA, "again", recently() + 1).await;
    assert_eq!(none.wait_for(1).await[0].content(), "again");
    assert_eq!(all.wait_for(2).await.len(), 2);
    assert_eq!(few.hits().len(), 0);
}

#[tokio::test]
async fn a_conversation_waits_for_what_was_refused_and_others_do_not() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    let webhook = tells(&app, &receiver, &json!(["*"])).await;
    app.listen().await;
    receiver.next([Reply::Status(500)]);
    writes(&app, ANA, "a1", recently()).await;
    receiver.wait_for(1).await;
    writes(&app, ANA, "a2", recently() + 1).await;
    writes(&app, BO, "b1", recently() + 2).await;
    assert_eq!(receiver.wait_for(2).await[1].content(), "b1");
    let row = &log(&app, &webhook).await;
    let refused = row
        .iter()
        .find(|row| row["payload"]["data"]["content"] == "a1")
        .unwrap();
    assert_eq!(
        (&refused["status"], &refused["statusCode"]),
        (&json!("FAILED"), &json!(500))
    );
    assert!(refused["nextAttemptAt"].is_string(), "{refused}");
    let path = format!(
        "/v1/webhooks/{}/logs/{}/resend",
        webhook["id"].as_str().unwrap(),
        refused["id"].as_str().unwrap()
    );
    let refused = backend(&app).post(&path, &json!({})).await;
    assert_eq!(refused.code(), "409 NOT_RESENDABLE");
    // After a while it is tried again, as the same event to the byte.
    let hits = receiver.wait_for(4).await;
    let told: Vec<String> = hits.iter().map(Hit::content).collect();
    assert_eq!(told, ["a1", "b1", "a1", "a2"]);
    assert_eq!(hits[0].bytes, hits[2].bytes);
    // Now it can be told once more.
    let again = eventually("it is settled", || async {
        let answer = backend(&app).post(&path, &json!({})).await;
        (answer.status == StatusCode::ACCEPTED).then_some(answer)
    })
    .await;
    assert!(again.json()["nextAttemptAt"].is_string());
    assert_eq!(receiver.wait_for(5).await[4].bytes, hits[0].bytes);
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_slows_nobody() {
    let app = TestApp::start().await;
    let (dead, well) = (Receiver::start().await, Receiver::start().await);
    dead.always(Reply::Silence);
    tells(&app, &dead, &json!(["*"])).await;
    tells(&app, &well, &json!(["*"])).await;
    let mut app = app;
    app.listen().await;
    for n in 0..40 {
        let phone = format!("55119999{n:05}");
        writes(&app, &phone, &format!("text {n}"), recently() + n).await;
    }
    well.wait_for(40).await;
    assert!(dead.hits().len() <= 8, "so many at once and no more");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let app = TestApp::start().await;
    let (door, inside) = (Receiver::start().await, Receiver::start().await);
    door.always(Reply::Redirect(inside.url()));
    let webhook = tells(&app, &door, &json!(["*"])).await;
    let mut app = app;
    app.listen().await;
    writes(&app, ANA, "hello", recently()).await;
    let row = eventually("the log", || async {
        log(&app, &webhook).await.into_iter().next()
    })
    .await;
    assert_eq!(
        (&row["status"], &row["statusCode"]),
        (&json!("FAILED"), &json!(307))
    );
    assert_eq!((door.hits().len(), inside.hits().len()), (1, 0));
}

#[tokio::test]
async fn a_server_that_was_away_loses_nothing() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    tells(&app, &receiver, &json!(["*"])).await;
    // Nobody works yet: what comes is in the log alone.
    writes(&app, ANA, "before", recently()).await;
    let listening = app.listen().await;
    assert_eq!(receiver.wait_for(1).await[0].content(), "before");
    receiver.always(Reply::Silence);
    writes(&app, ANA, "unanswered", recently() + 1).await;
    receiver.wait_for(2).await;
    app.state.shutdown.cancel();
    listening.task.await.unwrap().unwrap();
    receiver.always(Reply::Status(200));
    app.restart().await;
    writes(&app, ANA, "after", recently() + 2).await;
    app.listen().await;
    // What was under way is tried again when its lease has ended, and what follows it keeps its place.
    let hits = receiver.wait_for(4).await;
    let told: Vec<String> = hits.iter().map(Hit::content).collect();
    assert_eq!(told, ["before", "unanswered", "unanswered", "after"]);
    let ids: Vec<Value> = hits.iter().map(|hit| hit.body()["id"].clone()).collect();
    assert_eq!(ids[1], ids[2]);
}

#[tokio::test]
async fn a_new_secret_and_the_one_before_sign_side_by_side() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    let webhook = tells(&app, &receiver, &json!(["*"])).await;
    app.listen().await;
    let path = format!("/v1/webhooks/{}/secret", webhook["id"].as_str().unwrap());
    let rotated = backend(&app).post(&path, &json!({})).await;
    assert_eq!(rotated.status, StatusCode::OK, "{}", rotated.text());
    let rotated = rotated.json();
    let (old, new) = (
        webhook["secret"].as_str().unwrap(),
        rotated["secret"].as_str().unwrap(),
    );
    assert_ne!(old, new);
    writes(&app, ANA, "one", recently()).await;
    let hit = receiver.wait_for(1).await.remove(0);
    assert!(hit.is_signed_with(old) && hit.is_signed_with(new));
    let rotated = backend(&app)
        .post(&path, &json!({"overlapHours": 0}))
        .await
        .json();
    writes(&app, ANA, "two", recently() + 1).await;
    let hit = receiver.wait_for(2).await.remove(1);
    assert!(hit.is_signed_with(rotated["secret"].as_str().unwrap()));
    assert!(!hit.is_signed_with(old) && !hit.is_signed_with(new));
}

#[tokio::test]
async fn one_that_was_paused_says_so_and_goes_on_where_it_stopped() {
    let (mut app, receiver) = (TestApp::start().await, Receiver::start().await);
    let webhook = tells(&app, &receiver, &json!(["*"])).await;
    let mut database = app.database().await;
    let paused = "UPDATE webhooks SET paused_at = 1782554400000, pause_reason = 'The receiver is gone.', failing_since = 1782295200000";
    assert_eq!(database.execute(paused).await, 1);
    app.listen().await;
    writes(&app, ANA, "meanwhile", recently()).await;
    let path = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    let shown = backend(&app).get(&path).await.json();
    assert_eq!(
        (&shown["active"], &shown["pausedAt"], &shown["pauseReason"]),
        (
            &json!(true),
            &json!("2026-06-27T10:00:00.000Z"),
            &json!("The receiver is gone.")
        )
    );
    let shown = patch(&app, &webhook, &json!({"active": true})).await;
    assert_eq!(
        (&shown["pausedAt"], &shown["failingSince"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(receiver.wait_for(1).await[0].content(), "meanwhile");
}
