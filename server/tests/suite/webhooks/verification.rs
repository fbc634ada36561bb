//! `GET /webhooks/whatsapp`, and the signatures of the protocol's own examples.

use crate::support::meta::{APP_SECRET, VERIFY_TOKEN, signature};
use crate::support::{Answer, TestApp};
use axum::http::{Method, StatusCode};
use insta::assert_snapshot;

async fn verify(app: &TestApp, query: &str) -> Answer {
    app.anonymous()
        .get(&format!("/webhooks/whatsapp?{query}"))
        .await
}

#[tokio::test]
async fn the_challenge_comes_back_as_it_was() {
    let app = TestApp::start().await;
    for (challenge, echoed) in [
        ("1158201444", "1158201444"),
        ("0017", "0017"),
        ("a%20b%26c", "a b&c"),
        ("%3Cscript%3E", "<script>"),
    ] {
        let answer = verify(
            &app,
            &format!(
                "hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={VERIFY_TOKEN}"
            ),
        )
        .await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (StatusCode::OK, echoed)
        );
        assert!(
            answer.header("content-type").starts_with("text/plain"),
            "never read as HTML"
        );
    }
}

#[tokio::test]
async fn whoever_does_not_know_the_token_gets_nothing_back() {
    let app = TestApp::start().await;
    let wrong = verify(
        &app,
        "hub.mode=subscribe&hub.challenge=42&hub.verify_token=guess",
    )
    .await;
    assert_snapshot!(wrong.shown(), @r#"403 {"error":"The verify token is wrong. Set the same one here and in the Meta app.","code":"VERIFY_TOKEN_INVALID"}"#);
    for query in [
        "",
        "hub.challenge=42",
        "hub.mode=subscribe&hub.challenge=42",
        "hub.mode=subscribe&hub.challenge=42&hub.verify_token=",
        "hub.mode=subscribe&hub.challenge=42&hub.verify_token=verify-m",
        "hub.mode=subscribe&hub.challenge=42&hub.verify_token=verify-mee",
        "hub.mode=subscribe&hub.challenge=42&hub.verify_token=VERIFY-ME",
        "hub.mode=unsubscribe&hub.challenge=42&hub.verify_token=verify-me",
        "hub.challenge=42&hub.verify_token=verify-me",
        "hub_mode=subscribe&hub_challenge=42&hub_verify_token=verify-me",
    ] {
        let answer = verify(&app, query).await;
        assert_eq!(answer.text(), wrong.text(), "{query}");
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{query}");
    }
    // The same name twice is no request of Meta's.
    let twice = verify(
        &app,
        "hub.mode=subscribe&hub.challenge=42&hub.verify_token=guess&hub.verify_token=verify-me",
    )
    .await;
    assert_eq!(twice.code(), "400 BODY_INVALID");
}

/// Made for the protocol's page, with other software.
const VECTORS: [(&str, &str); 2] = [
    (
        r#"{"object":"whatsapp_business_account","entry":[]}"#,
        "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61",
    ),
    (
        r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[{"type":"text","text":{"body":"ol\u00e1 \ud83d\ude00"}}]}}]}]}"#,
        "sha256=478b71feda83e358d80a916219eedd93e95e38e03f38033f963d62373d04f7b6",
    ),
];

#[tokio::test]
async fn the_examples_of_the_protocol_are_taken() {
    let app = TestApp::start().await;
    let post = async |body: &str, signature: &str| {
        let client = app.anonymous().header("x-hub-signature-256", signature);
        client
            .send(Method::POST, "/webhooks/whatsapp", body.as_bytes().to_vec())
            .await
    };
    for (body, expected) in VECTORS {
        assert_eq!(signature(APP_SECRET, body.as_bytes()), expected);
        assert_eq!(post(body, expected).await.status, StatusCode::OK);
        assert_eq!(
            post(&format!("{body} "), expected).await.status,
            StatusCode::FORBIDDEN
        );
    }
    // A proxy on the way has decoded the escapes: it parses to the same value, and the signature is over the escaped form.
    let (escaped, expected) = VECTORS[1];
    let decoded = escaped.replace(r"\u00e1 \ud83d\ude00", "á 😀");
    assert_eq!(post(&decoded, expected).await.status, StatusCode::OK);
    // Another header of Meta's, of the weaker kind, is not enough.
    let old = app.anonymous().header(
        "x-hub-signature",
        "sha1=0000000000000000000000000000000000000000",
    );
    assert_eq!(
        old.send(Method::POST, "/webhooks/whatsapp", escaped.into())
            .await
            .code(),
        "401 SIGNATURE_MISSING"
    );
}
