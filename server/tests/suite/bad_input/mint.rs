//! Requests for embed sessions that are refused, with the field at fault.

use crate::support::app::ORIGIN;
use crate::support::{TestApp, forge};
use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn origins_that_no_browser_sends() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let refuse = async |origins: Value| {
        app.mint(&app.acme, json!({"allowedOrigins": origins}))
            .await
            .shown()
    };
    assert_snapshot!(refuse(json!(["https://app.acme.test/inbox"])).await, @r#"400 {"error":"Each origin must be exactly what the browser sends: scheme://host[:port] in lower case, with no path, no trailing slash, no wildcard and no default port.","code":"ALLOWED_ORIGINS_INVALID","field":"allowedOrigins[0]"}"#);
    assert_snapshot!(refuse(json!([ORIGIN, "https://app.acme.test/"])).await, @r#"400 {"error":"Each origin must be exactly what the browser sends: scheme://host[:port] in lower case, with no path, no trailing slash, no wildcard and no default port.","code":"ALLOWED_ORIGINS_INVALID","field":"allowedOrigins[1]"}"#);
    for (index, origin) in [
        "https://*.acme.test",
        "https://acme.test;sandbox",
        "https://acme.test,https://evil.test",
        "https://acme'test",
        "*",
        "null",
        "",
        "https://App.acme.test",
        "HTTPS://app.acme.test",
        "https://app.acme.test:443",
        "http://app.acme.test:80",
        "https://app.acme.test?x",
        "https://app.acme.test#x",
        "https://user@app.acme.test",
        "app.acme.test",
        "//app.acme.test",
        "ftp://app.acme.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        " https://app.acme.test",
        "https://app.acme.test ",
        "https://app.acme.test\n",
        "https://a.test; script-src *",
        "https://ü.test",
        "https://app.acme.test:99999",
        "https://[::1",
        "blob:https://app.acme.test/1",
        "chrome-extension://abc",
    ]
    .iter()
    .enumerate()
    {
        let answer = app
            .mint(&app.acme, json!({"allowedOrigins": [ORIGIN, origin]}))
            .await;
        assert_eq!(
            answer.code(),
            "400 ALLOWED_ORIGINS_INVALID",
            "{index}: {origin:?}"
        );
        assert_eq!(answer.json()["field"], "allowedOrigins[1]", "{origin:?}");
    }
    for entry in [
        json!(null),
        json!(7),
        json!({"origin": ORIGIN}),
        json!([ORIGIN]),
    ] {
        let answer = app
            .mint(&app.acme, json!({"allowedOrigins": [entry]}))
            .await;
        assert_eq!(
            (answer.code().as_str(), &answer.json()["field"]),
            ("400 ALLOWED_ORIGINS_INVALID", &json!("allowedOrigins[0]"))
        );
    }
    assert_eq!(
        database.number("SELECT count(*) FROM embed_sessions").await,
        0,
        "nothing was minted"
    );
}

#[tokio::test]
async fn lists_of_origins_of_the_wrong_length_or_form() {
    let app = TestApp::start().await;
    let many = |count: usize| {
        json!(
            (0..count)
                .map(|i| format!("https://app{i}.acme.test"))
                .collect::<Vec<_>>()
        )
    };
    let too_many = app
        .mint(&app.acme, json!({"allowedOrigins": many(21)}))
        .await;
    assert_snapshot!(too_many.shown(), @r#"400 {"error":"`allowedOrigins` must list 1 to 20 origins, such as \"https://app.yoursaas.com\".","code":"ALLOWED_ORIGINS_INVALID","field":"allowedOrigins"}"#);
    for origins in [json!([]), json!(null), json!(ORIGIN), json!({"0": ORIGIN})] {
        let answer = app
            .mint(&app.acme, json!({"allowedOrigins": origins}))
            .await;
        assert_eq!(answer.text(), too_many.text(), "{origins}");
    }
    let twenty = app
        .mint(&app.acme, json!({"allowedOrigins": many(20)}))
        .await;
    assert_eq!(twenty.status, StatusCode::CREATED);
    assert_eq!(twenty.json()["allowedOrigins"], many(20));
    let good = [
        "http://localhost:3000",
        "http://127.0.0.1:4000",
        "http://[::1]:8080",
        "https://xn--tda.test",
    ];
    assert_eq!(
        app.mint(&app.acme, json!({"allowedOrigins": good}))
            .await
            .status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn numbers_that_are_not_the_callers() {
    let app = TestApp::start().await;
    let own = &app.acme.numbers[0].id;
    let with = async |numbers: Value| {
        app.mint(&app.acme, json!({"whatsappNumberIds": numbers}))
            .await
    };
    let foreign = with(json!([own, app.globex.numbers[0].id])).await;
    assert_snapshot!(foreign.shown(), @r#"404 {"error":"There is no such number in this workspace. GET /v1/numbers lists yours.","code":"NUMBER_NOT_FOUND","field":"whatsappNumberIds[1]"}"#);
    let unknown = with(json!([own, "wn_unknown"])).await;
    assert_eq!(foreign.text(), unknown.text(), "foreign as unknown");
    assert_snapshot!(with(json!([])).await.shown(), @r#"400 {"error":"Name the numbers that this inbox shows in `whatsappNumberIds`; GET /v1/numbers lists yours.","code":"NUMBER_REQUIRED","field":"whatsappNumberIds"}"#);
    assert_snapshot!(with(json!(null)).await.shown(), @r#"400 {"error":"Name the numbers that this inbox shows in `whatsappNumberIds`; GET /v1/numbers lists yours.","code":"NUMBER_REQUIRED","field":"whatsappNumberIds"}"#);
    assert_snapshot!(with(json!(own)).await.shown(), @r#"400 {"error":"`whatsappNumberIds` must be a list of at most 100 number ids.","code":"WHATSAPP_NUMBER_IDS_INVALID","field":"whatsappNumberIds"}"#);
    assert_snapshot!(with(json!([own, 7])).await.shown(), @r#"400 {"error":"Each entry must be a number id, such as \"wn_…\".","code":"WHATSAPP_NUMBER_IDS_INVALID","field":"whatsappNumberIds[1]"}"#);
    assert_eq!(
        with(json!(["../x"])).await.code(),
        "400 WHATSAPP_NUMBER_IDS_INVALID"
    );
    let many: Vec<String> = (0..101).map(|i| format!("wn_{i}")).collect();
    assert_eq!(
        with(json!(many)).await.code(),
        "400 WHATSAPP_NUMBER_IDS_INVALID"
    );
    // Named twice is named once.
    assert_eq!(
        with(json!([own, own])).await.json()["whatsappNumberIds"],
        json!([own])
    );
    // A number that was taken away is unknown.
    app.state.store.remove_number(own).await.unwrap();
    assert_eq!(with(json!([own])).await.code(), "404 NUMBER_NOT_FOUND");
}

#[tokio::test]
async fn surfaces_lifetimes_and_branding() {
    let app = TestApp::start().await;
    assert_snapshot!(app.mint(&app.acme, json!({"surface": "dashboard"})).await.shown(), @r#"400 {"error":"`surface` must be \"chat\" or \"connect\".","code":"SURFACE_INVALID","field":"surface"}"#);
    for surface in [json!(null), json!("Chat"), json!(""), json!(["chat"])] {
        assert_eq!(
            app.mint(&app.acme, json!({"surface": surface}))
                .await
                .code(),
            "400 SURFACE_INVALID",
            "{surface}"
        );
    }
    assert_snapshot!(app.mint(&app.acme, json!({"ttlSeconds": 0})).await.shown(), @r#"400 {"error":"`ttlSeconds` must be a whole number from 1 to 3600.","code":"TTL_SECONDS_INVALID","field":"ttlSeconds"}"#);
    for ttl in [
        json!(3601),
        json!(-1),
        json!(1.5),
        json!("900"),
        json!(900.0),
        json!(true),
        json!([900]),
        json!(1e300),
        json!(i64::MAX),
    ] {
        let answer = app.mint(&app.acme, json!({"ttlSeconds": ttl})).await;
        assert_eq!(
            (answer.code().as_str(), &answer.json()["field"]),
            ("400 TTL_SECONDS_INVALID", &json!("ttlSeconds")),
            "{ttl}"
        );
    }
    let branding = json!({"primaryColor": "red; background: url(//evil)"});
    assert_snapshot!(app.mint(&app.acme, json!({"brandingOverride": branding})).await.shown(), @r#"400 {"error":"`primaryColor` must be a colour of the form #RRGGBB.","code":"BRANDING_OVERRIDE_INVALID","field":"brandingOverride.primaryColor"}"#);
}

#[tokio::test]
async fn bodies_that_are_no_objects() {
    let app = TestApp::start().await;
    let send = async |body: &[u8]| {
        app.with_key(&app.acme.key)
            .header("content-type", "application/json")
            .send(Method::POST, "/v1/embed/sessions", body.to_vec())
            .await
    };
    assert_snapshot!(send(b"").await.shown(), @r#"400 {"error":"Send a JSON object as the body.","code":"BODY_INVALID"}"#);
    for body in [
        &b"[]"[..],
        b"null",
        b"\"chat\"",
        b"7",
        b"{",
        b"{\"surface\":\"chat\"",
        &[0xff, 0xfe],
        b"surface=chat",
    ] {
        assert_eq!(
            send(body).await.code(),
            "400 BODY_INVALID",
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    assert_snapshot!(send(&vec![b' '; 300 * 1024]).await.shown(), @r#"413 {"error":"The request is larger than this address takes.","code":"BODY_TOO_LARGE"}"#);
}

#[tokio::test]
async fn credentials_of_an_api() {
    let app = TestApp::start().await;
    assert_snapshot!(app.anonymous().get("/v1/numbers").await.shown(), @r#"401 {"error":"Send your API key in the x-api-key header.","code":"API_KEY_MISSING"}"#);
    assert_snapshot!(app.with_key("ps_wrong").get("/v1/numbers").await.shown(), @r#"401 {"error":"This API key is unknown or was revoked. Create one and use it from your backend only.","code":"API_KEY_INVALID"}"#);
    let by_id = app
        .anonymous()
        .header("x-api-key-id", app.acme.key_id.as_str());
    assert_eq!(
        by_id.get("/v1/numbers").await.status,
        StatusCode::OK,
        "a key's id does as well"
    );
    // The raw key counts where both are sent.
    assert_eq!(
        by_id
            .header("x-api-key", "ps_wrong")
            .get("/v1/numbers")
            .await
            .code(),
        "401 API_KEY_INVALID"
    );
}

#[tokio::test]
async fn what_a_good_request_gets() {
    let app = TestApp::start().await;
    let minted = app
        .mint(
            &app.acme,
            json!({"ttlSeconds": 3600, "unheardOf": {"x": 1}}),
        )
        .await;
    assert_eq!(minted.status, StatusCode::CREATED);
    let body = minted.json();
    let names: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "allowedOrigins",
            "expiresAt",
            "id",
            "surface",
            "token",
            "whatsappNumberIds"
        ]
    );
    let claims = forge::decode(body["token"].as_str().unwrap(), 1);
    assert_eq!(claims["sid"], body["id"]);
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert!((3600..=3601).contains(&life), "{life}");
    for (surface, default) in [("chat", 900), ("connect", 1800)] {
        let minted = app
            .mint(&app.acme, json!({"surface": surface}))
            .await
            .json();
        let claims = forge::decode(minted["token"].as_str().unwrap(), 1);
        let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert!((default..=default + 1).contains(&life), "{surface}: {life}");
    }
}

#[tokio::test]
async fn operators_that_cannot_be() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let long = "n".repeat(201);
    for (operator, field) in [
        (json!("u-1"), "operator"),
        (json!([]), "operator"),
        (json!({}), "operator.id"),
        (json!({"id": ""}), "operator.id"),
        (json!({"id": " "}), "operator.id"),
        (json!({"id": 7}), "operator.id"),
        (json!({"id": "a\u{0}b"}), "operator.id"),
        (json!({"id": "i".repeat(256)}), "operator.id"),
        (json!({"id": "u", "name": 7}), "operator.name"),
        (json!({"id": "u", "name": long}), "operator.name"),
        (json!({"id": "u", "email": {}}), "operator.email"),
        (json!({"id": "u", "email": long}), "operator.email"),
        (json!({"id": "u", "role": "user"}), "operator.role"),
        (json!({"id": "u", "role": "Admin"}), "operator.role"),
        (json!({"id": "u", "role": 1}), "operator.role"),
    ] {
        let answer = app.mint(&app.acme, json!({"operator": operator})).await;
        assert_eq!(answer.code(), "400 OPERATOR_INVALID", "{operator}");
        assert_eq!(answer.json()["field"], field, "{operator}");
    }
    assert_eq!(
        database.number("SELECT count(*) FROM embed_sessions").await,
        0,
        "nothing was minted"
    );
    assert_eq!(database.number("SELECT count(*) FROM operators").await, 0);
    for operator in [
        json!(null),
        json!({"id": "ü".repeat(255), "name": "é".repeat(200), "role": "read-only"}),
    ] {
        let answer = app.mint(&app.acme, json!({"operator": operator})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
}
