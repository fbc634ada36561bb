//! Sends that are refused, and sends that come more than once.

use crate::support::{Client, TestApp, meta};
use axum::http::{Method, StatusCode};
use futures::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// An operator and a conversation.
async fn conversation(app: &TestApp) -> (Client, String) {
    app.deliver(&meta::one_text(
        app.acme.first(),
        "wamid.in",
        "5511999",
        crate::support::recently(),
        "hello",
    ))
    .await;
    let inbox = app.operator().await;
    let list = inbox
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    (inbox, list["items"][0]["id"].as_str().unwrap().to_owned())
}

fn send(conversation: &str, client_id: &str, text: &str) -> Value {
    json!({"conversation_id": conversation, "client_id": client_id, "text": text})
}

#[tokio::test]
async fn texts_that_whatsapp_does_not_carry() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let post = async |text: &str| {
        inbox
            .post("/api/messages/send", &send(&conversation, "c-1", text))
            .await
    };
    assert_snapshot!(post(&"x".repeat(4_097)).await.shown(), @r#"400 {"error":"This message has 4097 characters; WhatsApp takes at most 4096. Shorten it or send it in parts.","code":"TEXT_TOO_LONG","field":"text"}"#);
    assert_snapshot!(post("").await.shown(), @r#"400 {"error":"Write something before you send it.","code":"TEXT_EMPTY","field":"text"}"#);
    assert_eq!(post(" \n\t\u{a0} ").await.code(), "400 TEXT_EMPTY");
    assert_eq!(post(&"😀".repeat(4_097)).await.code(), "400 TEXT_TOO_LONG");
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM outbox").await,
        0,
        "nothing was queued"
    );
    // Characters count, not bytes: 16 kB of four-byte characters are a message.
    let longest = "😀".repeat(4_096);
    let sent = post(&longest).await;
    assert_eq!(
        (sent.status, &sent.json()["text"]),
        (StatusCode::OK, &json!(longest))
    );
}

#[tokio::test]
async fn every_text_comes_back_as_it_was_written() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let texts = [
        "  two spaces around  ",
        "line\nbreak\r\n",
        "<script>alert(1)</script>",
        "'; DROP TABLE messages; --",
        "\u{202e}right to left",
        "\"quotes\" and \\ slashes",
        "e\u{301} and é",
        "👩‍👩‍👧‍👦",
        "{{1}}",
        "\u{feff}mark",
    ];
    for (index, text) in texts.iter().enumerate() {
        let sent = inbox
            .ask(
                "/api/messages/send",
                &send(&conversation, &format!("c-{index}"), text),
            )
            .await;
        assert_eq!(sent["text"], json!(text));
    }
    // NUL, which nothing behind us carries, is shown to be missing.
    let sent = inbox
        .ask("/api/messages/send", &send(&conversation, "c-nul", "a\0b"))
        .await;
    assert_eq!(sent["text"], "a\u{fffd}b");
    let again = inbox
        .ask("/api/messages/send", &send(&conversation, "c-nul", "a\0b"))
        .await;
    assert_eq!(sent, again, "the same text again, as it was sent");
}

#[tokio::test]
async fn a_client_id_belongs_to_one_message() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let first = inbox
        .ask("/api/messages/send", &send(&conversation, "c-1", "one"))
        .await;
    let other = inbox
        .post("/api/messages/send", &send(&conversation, "c-1", "two"))
        .await;
    assert_snapshot!(other.shown(), @r#"409 {"error":"This client id already belongs to another message of this conversation. Use a new one for each message.","code":"CLIENT_ID_REUSED","field":"client_id"}"#);
    let again = inbox
        .ask("/api/messages/send", &send(&conversation, "c-1", "one"))
        .await;
    assert_eq!(first, again);
    for bad in ["", "a b", "é", "c\0", &"x".repeat(65), "../x"] {
        for body in [send(&conversation, bad, "one"), send(bad, "c-2", "one")] {
            let answer = inbox.post("/api/messages/send", &body).await;
            assert_eq!(answer.code(), "400 BODY_INVALID", "{body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_duplicates_of_one_send_at_once_are_one_message() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let sends = (0..1_000).map(|_| {
        let (inbox, body) = (inbox.clone(), send(&conversation, "c-1", "once"));
        tokio::spawn(async move { inbox.ask("/api/messages/send", &body).await })
    });
    let mut answers: Vec<Value> = join_all(sends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "the answers are identical");
    let mut database = app.database().await;
    assert_eq!(
        database
            .number("SELECT count(*) FROM messages WHERE direction = 'OUTBOUND'")
            .await,
        1
    );
    assert_eq!(database.number("SELECT count(*) FROM outbox").await, 1);
    assert_eq!(
        database
            .number("SELECT count(*) FROM events WHERE payload LIKE '%OUTBOUND%'")
            .await,
        1
    );
}

#[tokio::test]
async fn bodies_of_the_wrong_shape() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let raw = async |body: Vec<u8>| {
        let inbox = inbox.clone().header("content-type", "application/json");
        inbox.send(Method::POST, "/api/messages/send", body).await
    };
    for body in [
        &b""[..],
        b"null",
        b"[]",
        b"{}",
        b"{\"conversation_id\":",
        &[0xff],
    ] {
        assert_eq!(
            raw(body.to_vec()).await.code(),
            "400 BODY_INVALID",
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    let mut wrong = send(&conversation, "c-1", "x");
    wrong["text"] = json!(7);
    assert_eq!(
        raw(wrong.to_string().into()).await.code(),
        "400 BODY_INVALID"
    );
    // Half of a character. A browser has only whole ones to send.
    let halved = send(&conversation, "c-1", "CUT")
        .to_string()
        .replace("CUT", r"\ud83d");
    assert_eq!(raw(halved.into()).await.code(), "400 BODY_INVALID");
    let large = raw(send(&conversation, "c-1", &"x".repeat(300 * 1024))
        .to_string()
        .into())
    .await;
    assert_snapshot!(large.shown(), @r#"413 {"error":"The request is larger than this address takes.","code":"BODY_TOO_LARGE"}"#);
    // As a form or in the address it is no call: there is nothing that another site's page could submit.
    let form = inbox
        .clone()
        .header("content-type", "application/x-www-form-urlencoded");
    let query = format!("conversation_id={conversation}&client_id=c-1&text=x");
    assert_eq!(
        form.send(Method::POST, "/api/messages/send", query.clone().into())
            .await
            .code(),
        "400 BODY_INVALID"
    );
    assert_eq!(
        inbox
            .get(&format!("/api/messages/send?{query}"))
            .await
            .code(),
        "405 METHOD_NOT_ALLOWED"
    );
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM outbox").await,
        0,
        "nothing was queued"
    );
}

#[tokio::test]
async fn pages_that_do_not_exist() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let bad = inbox
        .post("/api/conversations/list", &json!({"page": {"older": "x"}}))
        .await;
    assert_snapshot!(bad.shown(), @r#"400 {"error":"This page does not exist. Load the list from its beginning.","code":"CURSOR_INVALID","field":"page"}"#);
    for cursor in [
        "",
        ".",
        "1",
        "x.conv_1",
        "99999999999999999999.conv_1",
        "1;DROP",
        "1.\0",
        "1.conv_\0",
        "\0.conv_1",
        "1.conv_é",
    ] {
        for direction in ["older", "newer"] {
            let list = inbox
                .post(
                    "/api/conversations/list",
                    &json!({"page": {direction: cursor}}),
                )
                .await;
            assert_eq!(list.code(), "400 CURSOR_INVALID", "{cursor}");
            let body = json!({"conversation_id": conversation, "page": {direction: cursor}});
            assert_eq!(
                inbox.post("/api/messages/list", &body).await.code(),
                "400 CURSOR_INVALID",
                "{cursor}"
            );
        }
    }
    // A size that makes no sense is brought into range.
    for limit in [0, 1_000_000] {
        let page = inbox
            .ask(
                "/api/conversations/list",
                &json!({"page": {"limit": limit}}),
            )
            .await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn retries_of_what_did_not_fail() {
    let app = TestApp::start().await;
    let (inbox, conversation) = conversation(&app).await;
    let thread = inbox
        .ask(
            "/api/messages/list",
            &json!({"conversation_id": conversation, "page": {}}),
        )
        .await;
    let inbound = inbox
        .post(
            "/api/messages/retry",
            &json!({"message_id": thread["items"][0]["id"]}),
        )
        .await;
    assert_snapshot!(inbound.shown(), @r#"400 {"error":"Only a message of yours that was not sent can be sent again.","code":"NOT_RETRYABLE"}"#);
    let queued = inbox
        .ask("/api/messages/send", &send(&conversation, "c-1", "one"))
        .await;
    let again = inbox
        .ask("/api/messages/retry", &json!({"message_id": queued["id"]}))
        .await;
    assert_eq!(queued, again, "it is on its way already");
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist() {
    let app = TestApp::start().await;
    let inbox = app.operator().await;
    assert_snapshot!(app.anonymous().get("/nowhere").await.shown(), @r#"404 {"error":"There is nothing at this address.","code":"NOT_FOUND"}"#);
    assert_snapshot!(app.anonymous().send(Method::DELETE, "/v1/numbers", Vec::new()).await.shown(), @r#"405 {"error":"This address exists, but not for this method.","code":"METHOD_NOT_ALLOWED"}"#);
    for path in [
        "/api/nowhere",
        "/api/messages",
        "/api/messages/send/x",
        "/v1",
        "/v1/numbers/",
        "/api/../v1/numbers",
        "/pkg/",
        "/pkg/nowhere.js",
    ] {
        let answer = inbox.post(path, &json!({})).await;
        assert!(
            matches!(&*answer.code(), "404 NOT_FOUND" | "405 METHOD_NOT_ALLOWED"),
            "{path}: {}",
            answer.shown()
        );
    }
    for path in [
        "/pkg/../data/signing-secret",
        "/pkg/..%2f..%2fdata%2fsigning-secret",
        "/pkg/%2e%2e/%2e%2e/data/signing-secret",
    ] {
        assert_eq!(
            app.anonymous().get(path).await.code(),
            "404 NOT_FOUND",
            "{path}"
        );
    }
}
