//! Connecting numbers, over HTTP all the way: the link, the code, the phone that scans it, and what may go wrong.

mod meta;
mod page;
mod refused;
mod world;

use crate::support::eventually;
use axum::http::StatusCode;
use serde_json::{Value, json};
use world::{PHONE, World, link, text};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one way from end to end")]
async fn somebody_else_connects_a_number_and_it_is_an_inbox() {
    let world = World::open().await;
    let wanted = json!({"name": "Sales", "number": format!("+{PHONE}"), "redirectUrl": "https://app.acme.test/done", "externalRef": "customer-7",
        "brandingOverride": {"companyName": "Acme"}, "sendViaWhatsApp": true});
    let made = world.with_key("/v1/numbers/remote-pairing", &wanted).await;
    let token = text(&made["remotePairingToken"]).to_owned();
    assert!(token.starts_with("rp_") && token.len() == 46);
    assert_eq!(
        made["remotePairingUrl"],
        format!("{}/connect/{token}", world.base)
    );
    for (field, value) in [
        ("provider", json!("PILOT_STATUS")),
        ("metaFlow", Value::Null),
        ("maskedNumber", json!("+551198****0000")),
        ("messageSent", json!(false)),
        ("linkedApiKeyId", Value::Null),
        ("externalRef", json!("customer-7")),
        ("redirectUrl", json!("https://app.acme.test/done")),
    ] {
        assert_eq!(made[field], value, "{field}: {made}");
    }
    assert!(text(&made["messageError"]).contains("sends no links"));
    assert_eq!(made["branding"]["companyName"], "Acme");
    assert_eq!(made["brandingOverride"], made["branding"]);
    assert_eq!(
        (&made["instance"]["state"], &made["instance"]["number"]),
        (&json!("CLOSE"), &json!(PHONE))
    );
    assert_eq!(made["instance"]["id"], made["numberId"]);

    let (status, info) = world.get(&link(&token, "")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&info["valid"], &info["name"], &info["maskedNumber"]),
        (&json!(true), &json!("Sales"), &json!("+551198****0000"))
    );
    assert!(
        !info.to_string().contains(world.app.acme.id.as_str()) && !info.to_string().contains(PHONE)
    );
    let before = world.status(&token).await;
    assert_eq!(
        (&before["state"], &before["face"], &before["qrcodeSvg"]),
        (&json!("CLOSE"), &json!("OPEN"), &Value::Null)
    );

    let started = world.start(&token).await;
    assert!(text(&started["qrcodeBase64"]).starts_with("data:image/png;base64,"));
    let code = text(&started["pairingCode"]).to_owned();
    let waiting = world.status(&token).await;
    assert_eq!(
        (&waiting["state"], &waiting["pairingCode"]),
        (&json!("CONNECTING"), &json!(code))
    );
    assert!(text(&waiting["qrcodeSvg"]).starts_with("<svg "));
    assert_eq!(waiting["numberId"], Value::Null);
    assert_eq!(
        world.start(&token).await["pairingCode"],
        json!(code),
        "the same while it is good"
    );

    let scanned = world.scan(&json!({"pairingCode": code})).await;
    let now = world.becomes(&token, "CONNECTED").await;
    assert_eq!(
        (&now["state"], &now["isFullyConnected"]),
        (&json!("OPEN"), &json!(true))
    );
    assert_eq!(
        (&now["numberId"], &now["redirectUrl"]),
        (&made["numberId"], &json!("https://app.acme.test/done"))
    );
    assert_eq!(
        world.get(&link(&token, "")).await.1,
        json!({"valid": false, "reason": "USED"})
    );
    let (status, refused) = world.post(&link(&token, "/connect"), &json!({})).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("NUMBER_ALREADY_CONNECTED"))
    );

    // The secret is kept nowhere, and the access token only sealed.
    let stored = format!("{:?}", world.app.database().await.everything().await);
    assert!(!stored.contains(&token[3..]));
    assert!(!stored.contains("linked-ls_"));

    // Somebody wrote two days ago: a linked phone answers all the same.
    let number = text(&made["numberId"]);
    let inbox = world.inbox(number).await;
    world.behave(&json!({"enforceWindow": "never"})).await;
    let long_ago = pilot_inbox::clock::now_ms() / 1000 - 2 * 86_400;
    let written = json!({"from": "5511999990001", "name": "Ana", "text": "Hello", "timestamp": long_ago, "phoneNumberId": scanned["phoneNumberId"]});
    world.simulate("/messages?wait=true", &written).await;
    let list = inbox
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let conversation = &list["items"][0];
    assert_eq!(conversation["contact"]["phone"], "+5511999990001");
    assert_eq!(conversation["openEnded"], true, "{conversation}");
    let answer =
        json!({"conversation_id": conversation["id"], "client_id": "c-1", "text": "Hello Ana"});
    inbox.ask("/api/messages/send", &answer).await;
    let sent = eventually("the answer to arrive", || async {
        let (_, sent) = world.get("/simulator/sent?to=5511999990001").await;
        sent["items"].get(0).cloned()
    })
    .await;
    assert_eq!(sent["phoneNumberId"], scanned["phoneNumberId"]);
    assert_eq!(sent["text"], "Hello Ana");
}

#[tokio::test]
async fn another_phone_connects_nothing_and_the_right_one_may_still() {
    let world = World::open().await;
    let token = world.invite().await;
    let code = world.start(&token).await["pairingCode"].clone();
    let scanned = world
        .scan(&json!({"pairingCode": code, "phone": "5511900000001"}))
        .await;
    let failed = eventually("the refusal", || async {
        let status = world.status(&token).await;
        status["failure"].is_string().then_some(status)
    })
    .await;
    assert!(
        text(&failed["failure"]).contains("+551198****0000"),
        "{failed}"
    );
    assert_eq!(
        (&failed["state"], &failed["face"]),
        (&json!("CLOSE"), &json!("OPEN"))
    );
    // The stranger's phone is logged out.
    eventually("the session to be closed", || async {
        let (_, sessions) = world.get("/simulator/linked").await;
        let all = sessions["items"].as_array().unwrap().clone();
        all.iter()
            .any(|it| it["sessionId"] == scanned["sessionId"] && it["state"] == "CLOSE")
            .then_some(())
    })
    .await;
    let code = world.start(&token).await["pairingCode"].clone();
    assert_eq!(world.status(&token).await["failure"], Value::Null);
    world.scan(&json!({"pairingCode": code})).await;
    world.becomes(&token, "CONNECTED").await;
}

#[tokio::test]
async fn a_code_that_is_over_is_renewed_while_somebody_looks() {
    let world = World::open().await;
    let token = world.invite().await;
    let first = world.start(&token).await["pairingCode"].clone();
    let (_, sessions) = world.get("/simulator/linked").await;
    let session = json!({"sessionId": sessions["items"][0]["sessionId"]});
    world.simulate("/linked/expire", &session).await;
    let second = eventually("another code", || async {
        let status = world.status(&token).await;
        (status["pairingCode"].is_string() && status["pairingCode"] != first)
            .then(|| status["pairingCode"].clone())
    })
    .await;
    world.scan(&json!({"pairingCode": second})).await;
    world.becomes(&token, "CONNECTED").await;
}

#[tokio::test]
async fn a_server_that_was_away_goes_on_where_it_was() {
    let mut world = World::open().await;
    let token = world.invite().await;
    let code = world.start(&token).await["pairingCode"].clone();
    world.stop().await;
    world.scan(&json!({"pairingCode": code})).await;
    world.start_again().await;
    let now = world.becomes(&token, "CONNECTED").await;
    assert_eq!(now["state"], "OPEN");
}

#[tokio::test]
async fn a_stream_tells_how_far_it_is_and_ends() {
    let world = World::open().await;
    let token = world.invite().await;
    let address = format!("{}{}", world.base, link(&token, "/events"));
    let stream = tokio::spawn(world.http.get(address).send());
    let code = world.start(&token).await["pairingCode"].clone();
    world.scan(&json!({"pairingCode": code})).await;
    let answer = stream.await.unwrap().unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let told = answer.text().await.unwrap();
    let statuses: Vec<Value> = told
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect();
    assert!(told.starts_with("event: status\n"), "{told}");
    assert_eq!(statuses.last().unwrap()["face"], "CONNECTED");
    assert!(
        statuses.windows(2).all(|two| two[0] != two[1]),
        "only what changes"
    );
}

#[tokio::test]
async fn a_key_of_the_workspace_shows_the_code_itself() {
    let world = World::open().await;
    let body = json!({"name": "Sales", "number": PHONE, "linkToApiKey": true, "settings": {"markReadOnSend": false}});
    let made = world.with_key("/v1/numbers", &body).await;
    assert_eq!(made["instance"]["state"], "CONNECTING", "{made}");
    assert_eq!(made["instance"]["provider"], "PILOT_STATUS");
    assert_eq!(made["primaryLink"]["pairingCode"], made["pairingCode"]);
    assert_eq!(
        (&made["secondaryLink"], &made["linkedApiKeyId"]),
        (&Value::Null, &Value::Null)
    );
    let number = text(&made["instance"]["id"]);
    let connect = format!("/v1/numbers/{number}/connect");
    let (status, code) = world.get_with_key(&connect).await;
    assert_eq!(
        (status, &code["pairingCode"]),
        (StatusCode::OK, &made["pairingCode"])
    );
    let again = world.with_key("/v1/numbers", &body).await;
    assert_eq!(
        again["instance"]["id"], made["instance"]["id"],
        "the same number"
    );
    world
        .scan(&json!({"pairingCode": again["pairingCode"]}))
        .await;
    eventually("the number to be connected", || async {
        let (_, shown) = world.get_with_key(&format!("/v1/numbers/{number}")).await;
        (shown["state"] == "OPEN").then(|| assert_eq!(shown["settings"]["markReadOnSend"], false))
    })
    .await;
    for (path, body) in [
        (connect.as_str(), None),
        ("/v1/numbers", Some(&body)),
        ("/v1/numbers/remote-pairing", Some(&body)),
    ] {
        let (status, refused) = match body {
            None => world.get_with_key(path).await,
            Some(body) => world.post_with_key(path, body).await,
        };
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::CONFLICT, &json!("NUMBER_ALREADY_CONNECTED")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_phone_is_logged_out_when_its_number_is_taken_away() {
    let world = World::open().await;
    let token = world.invite().await;
    let started = world.start(&token).await;
    let scanned = world
        .scan(&json!({"pairingCode": started["pairingCode"]}))
        .await;
    let number = world.becomes(&token, "CONNECTED").await["numberId"].clone();
    let gone = world
        .http
        .delete(format!("{}/v1/numbers/{}", world.base, text(&number)))
        .header("x-api-key", &world.app.acme.key)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::OK);
    eventually("the session is closed", || async {
        let (_, sessions) = world.get("/simulator/linked").await;
        let items = sessions["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .find(|it| it["sessionId"] == scanned["sessionId"] && it["state"] == "CLOSE")
    })
    .await;
}
