//! Numbers of Meta's: by credentials that are tried at once, and by what Meta's window gave.

use super::world::{GRAPH_TOKEN, PHONE, World, link, text};
use axum::http::StatusCode;
use pilot_inbox::simulator::SimulatedNumber;
use serde_json::{Value, json};

fn number(id: &str, phone: &str) -> SimulatedNumber {
    SimulatedNumber {
        phone_number_id: id.into(),
        display_phone_number: phone.into(),
        verified_name: "Acme".into(),
        waba_id: Some("770000".into()),
    }
}

async fn refused(world: &World, token: &str, of: &str, body: Value) -> String {
    let (status, said) = world.post(&link(token, of), &body).await;
    format!(
        "{} {}: {}",
        status.as_u16(),
        text(&said["code"]),
        text(&said["error"])
    )
}

#[tokio::test]
async fn credentials_are_tried_at_once_and_the_webhooks_are_asked_for() {
    let world = World::open().await;
    world.simulator.add_number(number("5500", PHONE));
    world.simulator.add_number(number("5501", "5511900000001"));
    let token = world.invite_with(&json!({"metaFlow": "credentials"})).await;
    let info = world.get(&link(&token, "")).await.1;
    assert_eq!(
        (&info["provider"], &info["metaFlow"], &info["configured"]),
        (&json!("META"), &json!("credentials"), &json!(true))
    );
    let given = |id: &str, token: &str| json!({"phoneNumberId": id, "accessToken": token});
    let wrong = refused(&world, &token, "/credentials", given("5500", "EAAG-wrong")).await;
    assert!(
        wrong.starts_with(
            "400 CONNECTION_REFUSED: Meta does not know this number by this token: Invalid OAuth"
        ),
        "{wrong}"
    );
    assert_eq!(
        world.status(&token).await["failure"].as_str(),
        wrong.split_once(": ").map(|(_, said)| said)
    );
    let unknown = refused(&world, &token, "/credentials", given("123", GRAPH_TOKEN)).await;
    assert!(unknown.contains("'123' does not exist"), "{unknown}");
    let another = refused(&world, &token, "/credentials", given("5501", GRAPH_TOKEN)).await;
    assert!(
        another.starts_with("400 CONNECTION_REFUSED: This link is for +551198****0000"),
        "{another}"
    );
    let account = json!({"phoneNumberId": "5500", "accessToken": GRAPH_TOKEN, "wabaId": "1"});
    let account = refused(&world, &token, "/credentials", account).await;
    assert!(
        account.contains("does not belong to this WhatsApp Business Account"),
        "{account}"
    );
    // Neither a code nor Meta's window: this link has another way.
    let scanned = refused(&world, &token, "/connect", json!({})).await;
    assert!(
        scanned.starts_with("400 NOT_SUPPORTED_FOR_META"),
        "{scanned}"
    );
    let window = json!({"code": "AQ", "wabaId": "770000", "phoneNumberId": "5500"});
    let window = refused(&world, &token, "/signup", window).await;
    assert!(window.starts_with("400 PAIRING_INVALID"), "{window}");

    let (status, said) = world
        .post(&link(&token, "/credentials"), &given("5500", GRAPH_TOKEN))
        .await;
    assert_eq!(
        (status, &said["face"]),
        (StatusCode::OK, &json!("CONNECTED")),
        "{said}"
    );
    let (_, shown) = world
        .get_with_key(&format!("/v1/numbers/{}", text(&said["numberId"])))
        .await;
    assert_eq!(
        (&shown["state"], &shown["provider"]),
        (&json!("OPEN"), &json!("META"))
    );
    assert_eq!(shown["meta"]["phoneNumberId"], "5500");
    let asked = world.http.get(format!(
        "{}/simulator/graph/v25.0/770000/subscribed_apps",
        world.simulated()
    ));
    let apps: Value = asked
        .bearer_auth(GRAPH_TOKEN)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(apps["data"].as_array().unwrap().len(), 1);
    // The same number of Meta's is nobody else's.
    let second = world
        .invite_with(
            &json!({"number": null, "name": null, "provider": "META", "metaFlow": "credentials"}),
        )
        .await;
    let again = refused(&world, &second, "/credentials", given("5500", GRAPH_TOKEN)).await;
    assert!(again.starts_with("409 NUMBER_TAKEN"), "{again}");
}

#[tokio::test]
async fn metas_window_gives_a_code_that_is_good_once() {
    let world = World::open().await;
    let token = world.invite_with(&json!({"provider": "META"})).await;
    let info = world.get(&link(&token, "")).await.1;
    assert_eq!(
        (&info["metaFlow"], &info["metaAppId"]),
        (&json!("embedded"), &json!("app-1"))
    );
    let given = world
        .simulate("/signup", &json!({"phone": PHONE, "name": "Acme"}))
        .await;
    let mut wrong = given.clone();
    wrong["code"] = "AQ-of-nobody".into();
    let wrong = refused(&world, &token, "/signup", wrong).await;
    assert!(
        wrong.starts_with(
            "400 CONNECTION_REFUSED: Meta did not take this sign-up: Invalid verification code"
        ),
        "{wrong}"
    );
    let (status, said) = world.post(&link(&token, "/signup"), &given).await;
    assert_eq!(
        (status, &said["state"]),
        (StatusCode::OK, &json!("OPEN")),
        "{said}"
    );
    // It was not registered before.
    let asked = world.http.get(format!(
        "{}/simulator/graph/v25.0/{}",
        world.simulated(),
        text(&given["phoneNumberId"])
    ));
    let shown: Value = asked
        .bearer_auth(GRAPH_TOKEN)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&shown["status"], &shown["platform_type"]),
        (&json!("CONNECTED"), &json!("CLOUD_API"))
    );
    let other = world
        .invite_with(&json!({"provider": "META", "number": "5511977770000"}))
        .await;
    let again = refused(&world, &other, "/signup", given).await;
    assert!(again.starts_with("400 CONNECTION_REFUSED"), "{again}");
}
