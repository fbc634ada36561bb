//! Links that open nothing, bodies that say nothing, and servers that connect nothing.

use super::world::{PHONE, World, link, text};
use crate::support::TestApp;
use axum::http::{Method, StatusCode};
use pilot_inbox::pairing::ConnectSettings;
use pilot_inbox::provider::GatewaySettings;
use serde_json::{Value, json};

/// What may be done by a link that is none: nothing, whatever it is.
async fn opens_nothing(world: &World, token: &str, reason: &str) {
    let (status, info) = world.get(&link(token, "")).await;
    assert_eq!(
        (status, info),
        (StatusCode::OK, json!({"valid": false, "reason": reason})),
        "{token}"
    );
    let said = world.status(token).await;
    assert_eq!(said["face"], reason, "{token}");
    for field in [
        "numberId",
        "redirectUrl",
        "failure",
        "pairingCode",
        "qrcodeSvg",
        "expiresAt",
    ] {
        assert_eq!(said[field], Value::Null, "{field}");
    }
    for (of, body) in [
        ("/connect", json!({})),
        (
            "/credentials",
            json!({"phoneNumberId": "1", "accessToken": "x"}),
        ),
        (
            "/signup",
            json!({"code": "x", "wabaId": "1", "phoneNumberId": "1"}),
        ),
    ] {
        let (status, refused) = world.post(&link(token, of), &body).await;
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::NOT_FOUND, &json!("LINK_INVALID")),
            "{token}{of}"
        );
    }
}

#[tokio::test]
async fn links_that_are_expired_used_unknown_or_malformed_open_nothing() {
    let world = World::open().await;
    let mut database = world.app.database().await;
    let unknown = format!("rp_{}", "A".repeat(43));
    for token in [
        "x",
        "rp_",
        "rp_x",
        "%00",
        "..%2f",
        "rp_%27%20OR%201=1",
        &"x".repeat(3_000),
        &unknown,
    ] {
        opens_nothing(&world, token, "UNKNOWN").await;
    }
    let expired = world.invite().await;
    world.start(&expired).await;
    assert_eq!(
        database
            .execute("UPDATE pairings SET expires_at = 1000")
            .await,
        1
    );
    opens_nothing(&world, &expired, "EXPIRED").await;
    let used = world.invite().await;
    let code = world.start(&used).await["pairingCode"].clone();
    world.scan(&json!({"pairingCode": code})).await;
    world.becomes(&used, "CONNECTED").await;
    database
        .execute("UPDATE pairings SET used_at = 1000 WHERE used_at IS NOT NULL")
        .await;
    opens_nothing(&world, &used, "USED").await;
    // A number that is taken away takes its links along.
    let gone = world.invite_with(&json!({"number": "5511977770000"})).await;
    let ids = database
        .texts("SELECT id FROM numbers WHERE phone = '5511977770000'")
        .await;
    let number = app::ids::NumberId::parse(ids[0].as_str()).unwrap();
    world.app.state.store.remove_number(&number).await.unwrap();
    opens_nothing(&world, &gone, "UNKNOWN").await;
    let (status, refused) = world
        .post_with_key(
            "/v1/numbers/remote-pairing",
            &json!({"name": "Sales", "number": "5511977770000"}),
        )
        .await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("NUMBER_SOFT_DELETED"))
    );
}

#[tokio::test]
async fn one_link_is_asked_only_so_often() {
    let world = World::open().await;
    let token = world.invite().await;
    let address = format!("{}{}", world.base, link(&token, "/connect"));
    let mut refused = None;
    for _ in 0..30 {
        let answer = world.http.post(&address).send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is a limit");
    assert!(refused.headers().contains_key("retry-after"));
    let said: Value = serde_json::from_str(&refused.text().await.unwrap()).unwrap();
    assert_eq!(said["code"], "RATE_LIMITED");
    assert!(said["retryAfterSeconds"].as_u64().unwrap() >= 1);
}

#[tokio::test]
async fn a_server_without_a_gateway_says_so_and_makes_nothing() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let before = database.everything().await;
    let client = app.with_key(&app.acme.key);
    let linked = json!({"name": "Sales", "number": PHONE});
    let embedded = json!({"name": "Sales", "number": PHONE, "metaFlow": "embedded"});
    for (path, body) in [
        ("/v1/numbers", &linked),
        ("/v1/numbers/remote-pairing", &linked),
        ("/v1/numbers/remote-pairing", &embedded),
    ] {
        let answer = client.post(path, body).await;
        assert_eq!(answer.code(), "503 PROVIDER_NOT_CONFIGURED", "{path}");
        assert!(answer.text().contains("whoever runs it"));
    }
    assert_eq!(before, database.everything().await, "nothing was made");
    // By credentials it can.
    let meta = client
        .post(
            "/v1/numbers/remote-pairing",
            &json!({"provider": "META", "metaFlow": "credentials"}),
        )
        .await;
    assert_eq!(meta.status, StatusCode::CREATED, "{}", meta.text());
    assert_eq!(meta.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_gateway_that_is_away_is_said_to_be() {
    let app = TestApp::connecting(ConnectSettings {
        gateway: Some(GatewaySettings {
            url: "http://127.0.0.1:9/gateway".into(),
            token: "x".into(),
        }),
        ..ConnectSettings::default()
    })
    .await;
    let client = app.with_key(&app.acme.key);
    let body = json!({"name": "Sales", "number": PHONE});
    let mut made = None;
    // The number is there after the first, and the same request goes on with it.
    for _ in 0..2 {
        let answer = client.post("/v1/numbers", &body).await;
        assert_eq!(answer.code(), "503 UPSTREAM_ERROR", "{}", answer.text());
        let numbers = client.get("/v1/numbers").await.json();
        let numbers = numbers.as_array().unwrap().clone();
        assert_eq!(numbers.len(), 3);
        let number = numbers
            .into_iter()
            .find(|it| it["number"] == PHONE)
            .unwrap();
        assert_eq!(
            (&number["state"], &number["isFullyConnected"]),
            (&json!("CLOSE"), &json!(false))
        );
        assert_eq!(
            *made.get_or_insert_with(|| number["id"].clone()),
            number["id"]
        );
    }
}

#[tokio::test]
async fn a_number_key_connects_nothing() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let before = database.everything().await;
    let own = &app.acme.numbers[0];
    let client = app.with_key(&own.key);
    let body = json!({"name": "Sales", "number": PHONE, "metaFlow": "credentials"});
    let answers = [
        client.post("/v1/numbers", &body).await,
        client.post("/v1/numbers/remote-pairing", &body).await,
        client.get(&format!("/v1/numbers/{}/connect", own.id)).await,
    ];
    for answer in answers {
        assert_eq!(answer.code(), "403 NUMBER_SCOPE_NOT_ALLOWED");
    }
    assert_eq!(before, database.everything().await);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn what_is_of_the_wrong_form_is_refused_and_named() {
    let world = World::open().await;
    let app = &world.app;
    let client = app.with_key(&app.acme.key);
    let mut database = app.database().await;
    let before = database.everything().await;
    let good = json!({"name": "Sales", "number": PHONE});
    let long = "x".repeat(101);
    for (path, field, values) in [
        (
            "/v1/numbers",
            "number",
            vec![
                json!("123"),
                json!("not a phone"),
                json!(""),
                json!("+0511988880000"),
                json!("1".repeat(5_000)),
            ],
        ),
        (
            "/v1/numbers",
            "name",
            vec![json!(""), json!(" "), json!("a\u{0}b"), json!(long)],
        ),
        (
            "/v1/numbers/remote-pairing",
            "number",
            vec![json!("123"), Value::Null, json!("1e9")],
        ),
        (
            "/v1/numbers/remote-pairing",
            "name",
            vec![json!(""), Value::Null, json!("a\nb")],
        ),
        (
            "/v1/numbers/remote-pairing",
            "provider",
            vec![json!("EVO"), json!(""), json!("meta")],
        ),
        (
            "/v1/numbers/remote-pairing",
            "metaFlow",
            vec![json!("window"), json!("")],
        ),
        (
            "/v1/numbers/remote-pairing",
            "externalRef",
            vec![json!("x".repeat(201)), json!("a\u{0}")],
        ),
        (
            "/v1/numbers/remote-pairing",
            "redirectUrl",
            vec![
                json!("javascript:alert(1)"),
                json!("http://acme.test/"),
                json!("/done"),
                json!(""),
            ],
        ),
    ] {
        for value in values {
            let mut body = good.clone();
            body[field] = value.clone();
            let answer = client.post(path, &body).await;
            assert_eq!(
                answer.code(),
                "400 PAIRING_INVALID",
                "{path} {field} {value}: {}",
                answer.text()
            );
            assert_eq!(answer.json()["field"], field);
        }
    }
    for (field, value) in [
        ("name", json!(7)),
        ("number", json!(["1"])),
        ("linkToApiKey", json!("yes")),
        ("settings", json!({"rejectCall": "no"})),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert_eq!(
            client.post("/v1/numbers", &body).await.code(),
            "400 BODY_INVALID",
            "{field}"
        );
    }
    let both = json!({"name": "Sales", "number": PHONE, "branding": {"companyName": "A"}, "brandingOverride": {"companyName": "B"}});
    assert_eq!(
        client
            .post("/v1/numbers/remote-pairing", &both)
            .await
            .code(),
        "400 PAIRING_INVALID"
    );
    let colour = json!({"name": "Sales", "number": PHONE, "branding": {"primaryColor": "red"}});
    assert_eq!(
        client
            .post("/v1/numbers/remote-pairing", &colour)
            .await
            .code(),
        "400 BRANDING_OVERRIDE_INVALID"
    );
    let flow = json!({"name": "Sales", "number": PHONE, "provider": "PILOT_STATUS", "metaFlow": "embedded"});
    assert_eq!(
        client
            .post("/v1/numbers/remote-pairing", &flow)
            .await
            .code(),
        "400 PAIRING_INVALID"
    );
    for body in [
        &b"not json"[..],
        b"[]",
        b"null",
        b"\xff\xfe",
        &b"[".repeat(5_000),
    ] {
        for path in ["/v1/numbers", "/v1/numbers/remote-pairing"] {
            let answer = client.send(Method::POST, path, body.to_vec()).await;
            assert_eq!(answer.code(), "400 BODY_INVALID", "{path}");
        }
    }
    assert_eq!(before, database.everything().await, "nothing was made");
    let secondary = client
        .get(&format!(
            "/v1/numbers/{}/connect?link=secondary",
            app.acme.numbers[0].id
        ))
        .await;
    assert_eq!(secondary.code(), "400 PAIRING_INVALID");

    // By a link as well.
    let token = world.invite_with(&json!({"metaFlow": "credentials"})).await;
    for (field, value) in [
        ("phoneNumberId", "12a"),
        ("phoneNumberId", ""),
        ("accessToken", ""),
        ("accessToken", "a b"),
        ("wabaId", "../1"),
        ("pin", "12345"),
        ("pin", "abcdef"),
    ] {
        let mut body = json!({"phoneNumberId": "1", "accessToken": "x"});
        body[field] = value.into();
        let (status, refused) = world.post(&link(&token, "/credentials"), &body).await;
        assert_eq!(
            (status, text(&refused["code"]), text(&refused["field"])),
            (StatusCode::BAD_REQUEST, "PAIRING_INVALID", field),
            "{value}"
        );
    }
}
