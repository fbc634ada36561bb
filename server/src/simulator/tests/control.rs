//! The HTTP API with which tests play WhatsApp.

use serde_json::json;

use super::{ANA, World};

#[tokio::test]
async fn every_shape_of_inbound_message_can_be_made() {
    let world = World::new().await;
    for body in [
        json!({"from": "PT.AB12", "username": "rita", "text": "no phone"}),
        json!({"from": ANA, "userId": null, "text": "as before April 2026"}),
        json!({"from": ANA, "type": "location", "location": {"latitude": 1.5, "longitude": 2}}),
        json!({"from": ANA, "type": "image"}),
        json!({"from": ANA, "raw": {"type": "hologram", "hologram": {"x": 1}, "timestamp": 12, "from": null}}),
    ] {
        let (status, answer) = world.post("/messages?wait=true", body).await;
        assert_eq!(status, 200, "{answer}");
    }
    let got = world.product.got("messages");
    assert!(got[0].get("from").is_none() && got[0]["from_user_id"] == "PT.AB12");
    assert!(got[1].get("from_user_id").is_none() && got[1]["from"] == ANA);
    assert_eq!(got[2]["location"]["latitude"], 1.5);
    assert_eq!(got[3]["image"]["mime_type"], "image/jpeg");
    assert!(
        got[4].get("from").is_none() && got[4]["timestamp"] == 12 && got[4]["hologram"]["x"] == 1
    );
    let (status, answer) = world
        .post("/messages", json!({"from": ANA, "type": "hologram"}))
        .await;
    assert_eq!((status, &answer["code"]), (400, &json!("INVALID")));
    let (_, many) = world
        .post(
            "/messages?wait=true",
            json!({"from": ANA, "text": "n", "count": 5, "batch": true}),
        )
        .await;
    assert_eq!(many["ids"].as_array().map(Vec::len), Some(5));
    let bodies = world.product.bodies.lock().expect("lock");
    let last = &bodies.last().expect("a body")["entry"][0]["changes"][0]["value"]["messages"];
    assert_eq!(
        (last.as_array().map(Vec::len), &last[4]["text"]["body"]),
        (Some(5), &json!("n 5"))
    );
}

#[tokio::test]
async fn examples_have_forms_and_both_sides_take_words_back() {
    let world = World::new().await;
    let write = async |body: serde_json::Value| {
        let (status, answer) = world.post("/messages?wait=true", body).await;
        assert_eq!(status, 200, "{answer}");
        answer["id"].as_str().expect("an id").to_owned()
    };
    for (kind, variant, path, expected) in [
        (
            "interactive",
            "list_reply",
            "/interactive/type",
            "list_reply",
        ),
        ("interactive", "flow", "/interactive/nfm_reply/name", "flow"),
        (
            "interactive",
            "address",
            "/interactive/nfm_reply/name",
            "address_message",
        ),
        (
            "interactive",
            "call_permission",
            "/interactive/type",
            "call_permission_reply",
        ),
        ("audio", "file", "/audio/mime_type", "audio/mpeg"),
        ("unsupported", "gif", "/unsupported/type", "gif"),
        (
            "system",
            "identity",
            "/system/type",
            "customer_identity_changed",
        ),
        ("image", "ad", "/referral/source_type", "ad"),
        (
            "image",
            "product",
            "/context/referred_product/catalog_id",
            "2001",
        ),
    ] {
        write(json!({"from": ANA, "type": kind, "variant": variant})).await;
        let got = world.product.got("messages");
        let last = got.last().expect("a message");
        assert_eq!(
            last.pointer(path),
            Some(&json!(expected)),
            "{variant}: {last}"
        );
    }
    let first = write(json!({"from": ANA, "text": "mine"})).await;
    let echo = write(json!({"from": ANA, "text": "ours", "byBusiness": true})).await;
    write(json!({"from": ANA, "type": "revoke"})).await;
    write(json!({"from": ANA, "type": "edit", "byBusiness": true})).await;
    let got = world.product.got("messages");
    assert_eq!(
        got.last().expect("one")["revoke"]["original_message_id"],
        first
    );
    let echoes = world.product.got("message_echoes");
    assert!(echoes[0]["to"] == ANA && echoes[0].get("from_user_id").is_none());
    assert_eq!(echoes[1]["edit"]["original_message_id"], echo);
    let chat = world.get(&format!("/chats/{}/{ANA}", super::NUMBER)).await;
    let texts: Vec<&str> = chat["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .rev()
        .take(2)
        .map(|message| message["text"].as_str().expect("text"))
        .collect();
    assert_eq!(texts, ["Edited", "This message was deleted"]);
}

#[tokio::test]
async fn arbitrary_webhooks_and_verification() {
    let world = World::new().await;
    for (body, expected) in [
        (json!({"value": {"messages": []}}), 200),
        (json!({"body": "not json"}), 200),
        (json!({"value": {}, "signature": "wrong"}), 401),
        (json!({"value": {}, "signature": "missing"}), 401),
    ] {
        assert_eq!(world.post("/webhooks", body).await.1["status"], expected);
    }
    world.simulator.verify_webhook().await.expect("verified");
    let (_, refused) = world
        .post("/webhooks/verify", json!({"verifyToken": "wrong"}))
        .await;
    assert_eq!(
        (&refused["verified"], &refused["status"]),
        (&json!(false), &json!(403))
    );
}

#[tokio::test]
async fn numbers_stay_in_the_order_in_which_they_came() {
    let world = World::new().await;
    for id in ["1", "999999999999999", "2"] {
        let number = json!({"phoneNumberId": id, "displayPhoneNumber": "3511", "verifiedName": id});
        assert_eq!(world.post("/numbers", number).await.0, 201);
    }
    // Said again, it stays where it is.
    let number = json!({"phoneNumberId": "1", "displayPhoneNumber": "3512"});
    assert_eq!(world.post("/numbers", number).await.0, 201);
    let state = world.get("/state").await;
    let ids = state["numbers"].as_array().expect("numbers").iter();
    let ids: Vec<_> = ids.map(|number| number["phoneNumberId"].as_str()).collect();
    // The first is the one that the phone opens with.
    assert_eq!(
        ids,
        [
            Some(super::NUMBER),
            Some("1"),
            Some("999999999999999"),
            Some("2")
        ]
    );
    assert_eq!(state["numbers"][1]["displayPhoneNumber"], "3512");
}
