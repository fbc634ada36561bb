//! Identity tokens and what they are exchanged for.

use crate::support::app::ORIGIN;
use crate::support::copilot::{Copilot, exchange, exchange_from, make_inbox, new_secret, now};
use crate::support::{TestApp, forge, meta};
use axum::http::{Method, StatusCode};
use pilot_inbox::store::FormerSecret;
use serde_json::{Value, json};
use std::time::Duration;

/// What taking access away may take.
const PROMPTLY: Duration = Duration::from_secs(1);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

fn seconds(iso: &str) -> i64 {
    iso.parse::<jiff::Timestamp>().unwrap().as_second()
}

#[tokio::test]
async fn a_good_token_opens_its_inbox_and_nothing_else() {
    let app = TestApp::start().await;
    let mut copilot = Copilot::of(&app, &app.acme).await;
    let (first, second) = (&app.acme.numbers[0], &app.acme.numbers[1]);
    copilot.inbox = make_inbox(
        &app,
        &app.acme,
        vec![first.id.clone()],
        &[ORIGIN, "https://b.test"],
    )
    .await;
    for number in [first, second] {
        app.deliver(&meta::one_text(
            &number.phone_number_id,
            &format!("wamid.{}", number.id),
            "5511",
            1_700_000_000,
            "hello",
        ))
        .await;
    }
    let token = copilot.token();
    let answer = exchange(&app, &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(body["surface"], "chat");
    assert_eq!(body["whatsappNumberIds"], json!([first.id]));
    assert_eq!(body["allowedOrigins"], json!([ORIGIN, "https://b.test"]));
    assert_eq!(
        body["inbox"],
        json!({"id": copilot.inbox, "name": "Support"})
    );
    let operator = &body["operator"];
    assert_eq!(
        (&operator["name"], &operator["email"], &operator["role"]),
        (&json!("Ana Souza"), &json!("ana@acme.test"), &json!("user"))
    );
    let left = seconds(text(&body["expiresAt"])) - now();
    assert!((895..=901).contains(&left), "{left}");
    let inbox = app
        .with_token(text(&body["token"]))
        .header("x-parent-origin", ORIGIN);
    let list = inbox
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    // Renewed as any other session, and of the same origins.
    let refreshed = inbox.post("/api/public/embed/refresh", &json!({})).await;
    assert_eq!(refreshed.code(), "200 -");
    let elsewhere = app
        .with_token(text(&body["token"]))
        .header("x-parent-origin", "https://c.test");
    let refused = elsewhere
        .post("/api/conversations/list", &json!({"page": {}}))
        .await;
    assert_eq!(refused.code(), "403 ORIGIN_NOT_ALLOWED");
    // As often as the page likes; the same person each time, by whom it is and not by the name.
    let again = exchange_from(
        &app,
        "https://b.test",
        &copilot.token_with(&json!({"name": "Ana", "email": null, "role": "admin"})),
    )
    .await
    .json();
    assert_eq!(
        again["operator"],
        json!({"id": operator["id"], "name": "Ana", "email": "ana@acme.test", "role": "admin"})
    );
    assert_ne!(again["id"], body["id"], "a session of its own");
    let other = exchange(
        &app,
        &copilot.token_with(&json!({"sub": "user-2", "name": null, "email": null, "role": null})),
    )
    .await
    .json();
    assert_ne!(other["operator"]["id"], operator["id"]);
    assert_eq!(other["operator"].as_object().unwrap().len(), 2, "{other}");
    assert_eq!(other["operator"]["role"], "user");
    let mut database = app.database().await;
    assert_eq!(database.number("SELECT count(*) FROM operators").await, 2);
    // The identity token itself opens nothing.
    for answer in [
        app.with_token(&token)
            .post("/api/conversations/list", &json!({"page": {}}))
            .await,
        app.with_token(&token)
            .post("/api/public/embed/refresh", &json!({}))
            .await,
        app.with_token(&token).get("/api/live").await,
    ] {
        assert_eq!(answer.code(), "401 TOKEN_INVALID");
    }
}

#[tokio::test]
async fn a_session_ends_with_its_identity_token_at_the_latest() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let exp = now() + 4;
    let body = exchange(&app, &copilot.token_with(&json!({"exp": exp})))
        .await
        .json();
    assert!(seconds(text(&body["expiresAt"])) <= exp, "{body}");
    let mut token = text(&body["token"]).to_owned();
    let mut stream = app.stream(&token, None).await;
    stream.ready().await;
    let renewing = async {
        loop {
            let answer = app
                .with_token(&token)
                .post("/api/public/embed/refresh", &json!({}))
                .await;
            if answer.status != StatusCode::OK {
                break answer;
            }
            let claims = forge::decode(text(&answer.json()["token"]), 1);
            assert!(
                claims["exp"].as_i64().unwrap() <= exp && claims["end"].as_i64().unwrap() <= exp,
                "{claims}"
            );
            token = text(&answer.json()["token"]).to_owned();
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
    };
    let last = renewing.await;
    assert!(
        ["401 TOKEN_EXPIRED", "401 SESSION_ENDED"].contains(&&*last.code()),
        "{}",
        last.text()
    );
    assert!(now() >= exp - 1);
    stream.ends_with("ended", Duration::from_secs(3)).await;
}

#[tokio::test]
async fn only_pages_of_the_inbox_may_exchange_and_frame() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let token = copilot.token();
    for origin in [
        "https://evil.test",
        "null",
        "*",
        "http://app.acme.test",
        "https://app.acme.test/",
        "https://app.acme.test.evil.test",
    ] {
        let answer = exchange_from(&app, origin, &token).await;
        assert_eq!(answer.code(), "403 ORIGIN_NOT_ALLOWED", "{origin}");
    }
    let nowhere = app
        .anonymous()
        .post("/api/public/embed/exchange", &json!({"token": token}))
        .await;
    assert_eq!(nowhere.code(), "403 ORIGIN_NOT_ALLOWED");
    let framed = async |query: &str| {
        let policy = app.anonymous().get(&format!("/?{query}")).await;
        let policy = policy.header("content-security-policy").to_owned();
        policy.split("frame-ancestors ").nth(1).unwrap().to_owned()
    };
    assert_eq!(
        framed("dialect=onpilot&parentOrigin=https%3A%2F%2Fapp.acme.test").await,
        ORIGIN
    );
    // Pages of this dialect say how they look after the inbox is ready; until then it looks as the reader's system says.
    let painted = async |query: &str| {
        let document = app.anonymous().get(&format!("/?{query}")).await.text();
        let (_, theme) = document.split_once("data-theme=\"").unwrap();
        theme.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(painted("dialect=onpilot").await, "system");
    assert_eq!(painted("dialect=onpilot&theme=dark").await, "dark");
    assert_eq!(painted("").await, "light");
    for query in [
        // The other dialect is for sessions that a key has minted, also while one of an operator lives.
        "parentOrigin=https%3A%2F%2Fapp.acme.test",
        "dialect=pilot-status&parentOrigin=https%3A%2F%2Fapp.acme.test",
        "dialect=onpilot",
        "dialect=onpilot&parentOrigin=https%3A%2F%2Fevil.test",
        "dialect=onpilot&parentOrigin=https%3A%2F%2Fapp.acme.test%2F",
        "dialect=onpilot&parentOrigin=*",
    ] {
        let session = exchange(&app, &token).await.json();
        app.with_token(text(&session["token"]))
            .post("/api/public/embed/refresh", &json!({}))
            .await;
        assert_eq!(framed(query).await, "'none'", "{query}");
    }
    // A session that a key has minted does not open the dialect of identity tokens.
    app.token_with(
        &app.acme,
        json!({"allowedOrigins": ["https://minted.test"]}),
    )
    .await;
    assert_eq!(
        framed("dialect=onpilot&parentOrigin=https%3A%2F%2Fminted.test").await,
        "'none'"
    );
    app.state.store.remove_inbox(&copilot.inbox).await.unwrap();
    assert_eq!(
        framed("dialect=onpilot&parentOrigin=https%3A%2F%2Fapp.acme.test").await,
        "'none'"
    );
}

#[tokio::test]
async fn an_inbox_that_is_taken_away_ends_its_sessions_within_a_second() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let session = exchange(&app, &copilot.token()).await.json();
    let mut stream = app.stream(text(&session["token"]), None).await;
    stream.ready().await;
    app.state.store.remove_inbox(&copilot.inbox).await.unwrap();
    stream.ends_with("ended", PROMPTLY).await;
    let answer = app
        .with_token(text(&session["token"]))
        .post("/api/conversations/list", &json!({"page": {}}))
        .await;
    assert_eq!(answer.code(), "401 SESSION_ENDED");
    assert_eq!(
        exchange(&app, &copilot.token()).await.code(),
        "401 TOKEN_INVALID"
    );
}

#[tokio::test]
async fn a_backend_ends_the_session_of_an_operator_too() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let session = exchange(&app, &copilot.token()).await.json();
    let path = format!("/v1/embed/sessions/{}", text(&session["id"]));
    let end = async |key: &str| {
        app.with_key(key)
            .send(Method::DELETE, &path, Vec::new())
            .await
            .code()
    };
    assert_eq!(end(&app.globex.key).await, "404 NOT_FOUND");
    assert_eq!(
        end(&app.acme.numbers[0].key).await,
        "404 NOT_FOUND",
        "it is of two numbers"
    );
    let mut stream = app.stream(text(&session["token"]), None).await;
    stream.ready().await;
    assert_eq!(end(&app.acme.key).await, "204 -");
    stream.ends_with("ended", PROMPTLY).await;
}

#[tokio::test]
async fn the_embed_secret_is_rotated_without_a_gap_or_at_once() {
    let app = TestApp::start().await;
    let mut copilot = Copilot::of(&app, &app.acme).await;
    let first = copilot.token();
    let session = exchange(&app, &first).await.json();
    copilot.secret = new_secret(&app, &app.acme, FormerSecret::Kept).await;
    let second = copilot.token();
    for token in [&first, &second] {
        assert_eq!(exchange(&app, token).await.code(), "200 -");
    }
    copilot.secret = new_secret(&app, &app.acme, FormerSecret::Kept).await;
    assert_eq!(
        exchange(&app, &first).await.code(),
        "401 TOKEN_INVALID",
        "two rotations ago"
    );
    assert_eq!(exchange(&app, &second).await.code(), "200 -");
    let mut stream = app.stream(text(&session["token"]), None).await;
    stream.ready().await;
    let minted = app.token(&app.acme).await;
    // It has leaked.
    copilot.secret = new_secret(&app, &app.acme, FormerSecret::Revoked).await;
    stream.ends_with("ended", PROMPTLY).await;
    assert_eq!(exchange(&app, &second).await.code(), "401 TOKEN_INVALID");
    assert_eq!(exchange(&app, &copilot.token()).await.code(), "200 -");
    app.with_token(&minted)
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
}

#[tokio::test]
async fn exchanging_has_a_pace_for_each_person() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    let (busy, other) = (
        copilot.token(),
        copilot.token_with(&json!({"sub": "user-2"})),
    );
    let mut refused = None;
    for _ in 0..200 {
        let answer = exchange(&app, &busy).await;
        if answer.status != StatusCode::OK {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is a limit");
    assert_eq!(refused.code(), "429 RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(
        exchange(&app, &other).await.code(),
        "200 -",
        "another person"
    );
    let mut database = app.database().await;
    let buckets = database
        .texts("SELECT bucket FROM limits WHERE bucket LIKE 'exchange:%'")
        .await;
    assert!(
        buckets.len() >= 2 && !buckets.iter().any(|bucket| bucket.contains("user-")),
        "{buckets:?}"
    );
}

#[tokio::test]
async fn a_body_that_is_no_request_is_refused() {
    let app = TestApp::start().await;
    let copilot = Copilot::of(&app, &app.acme).await;
    for body in [
        json!(null),
        json!([]),
        json!({}),
        json!({"token": 1}),
        json!({"token": null}),
        json!(copilot.token()),
    ] {
        let answer = app
            .anonymous()
            .header("x-parent-origin", ORIGIN)
            .post("/api/public/embed/exchange", &body)
            .await;
        assert_eq!(answer.code(), "400 BODY_INVALID", "{body}");
    }
    let huge = exchange(&app, &"x".repeat(300 * 1024)).await;
    assert_eq!(huge.code(), "413 BODY_TOO_LARGE");
}
