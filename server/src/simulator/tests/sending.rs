//! The product sends through Graph, in fair weather and foul.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ANA, NUMBER, World};

#[tokio::test]
async fn a_send_is_answered_recorded_delivered_and_read() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    let (status, answer) = world
        .product_sends("+351 912 345 678", "hi")
        .await
        .expect("answer");
    assert_eq!(
        (status, &answer["contacts"]),
        (200, &json!([{"input": "+351 912 345 678", "wa_id": ANA}]))
    );
    let id = answer["messages"][0]["id"].as_str().expect("id").to_owned();
    let statuses = world.product.wait_for("statuses", 2).await;
    assert_eq!(world.product.statuses(), ["sent", "delivered"]);
    assert!(statuses.iter().all(|status| status["id"] == id.as_str()
        && status["biz_opaque_callback_data"] == "msg_hi"
        && status["recipient_id"] == ANA
        && status["recipient_user_id"].is_string()));
    world
        .post("/read", json!({"phoneNumberId": NUMBER, "from": ANA}))
        .await;
    world.product.wait_for("statuses", 3).await;
    assert_eq!(world.product.statuses()[2], "read");
    // Opening the chat again says nothing new.
    let (_, again) = world.post("/read", json!({"from": ANA})).await;
    assert_eq!(again, json!({"ids": []}));
    let sent = world
        .get(&format!("/sent?to={ANA}&callbackData=msg_hi"))
        .await;
    assert_eq!(
        (&sent["total"], &sent["items"][0]["id"]),
        (&json!(1), &json!(id))
    );
    let chat = world.get(&format!("/chats/{NUMBER}/{ANA}")).await;
    assert_eq!(chat["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(chat["messages"][1]["status"], "read");
}

#[tokio::test]
async fn outside_the_window_a_send_fails_later() {
    let world = World::new().await;
    // Whether a stranger wrote before the simulator started is not known; be strict about it here.
    world.behave(json!({"enforceWindow": "always"})).await;
    let (status, _) = world.product_sends(ANA, "hi").await.expect("answer");
    assert_eq!(status, 200, "acceptance is not delivery");
    world.behave(json!({"enforceWindow": "known"})).await;
    let statuses = world.product.wait_for("statuses", 1).await;
    assert_eq!(statuses[0]["status"], "failed");
    assert_eq!(statuses[0]["errors"][0]["code"], 131_047);
    // An inbound message of two days ago does not open it, one of now does.
    world
        .post(
            "/messages?wait=true",
            json!({"from": ANA, "text": "old", "timestamp": super::super::unix_now() - 2 * 86_400}),
        )
        .await;
    world
        .product_sends(ANA, "still shut")
        .await
        .expect("answer");
    world.product.wait_for("statuses", 2).await;
    assert_eq!(world.product.statuses(), ["failed", "failed"]);
    world.customer_writes(ANA, "now").await;
    world.product_sends(ANA, "open").await.expect("answer");
    world.product.wait_for("statuses", 4).await;
    assert_eq!(world.product.statuses()[2..], ["sent", "delivered"]);
}

#[tokio::test]
async fn planned_failures_have_metas_bodies() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world.behave(json!({"failNext": [{"code": 130_429, "httpStatus": 429}, {"code": 131_026, "when": "status"}]})).await;
    let (status, answer) = world.product_sends(ANA, "a").await.expect("answer");
    assert_eq!((status, &answer["error"]["code"]), (429, &json!(130_429)));
    assert_eq!(answer["error"]["message"], "(#130429) Rate limit hit");
    world.product_sends(ANA, "b").await.expect("answer");
    let statuses = world.product.wait_for("statuses", 1).await;
    assert_eq!(statuses[0]["errors"][0]["title"], "Message undeliverable");
    assert!(statuses[0].get("recipient_user_id").is_none());
    assert_eq!(
        world.get("/sent").await["total"],
        1,
        "a refused send was not accepted"
    );
    let calls = world.get("/calls").await;
    assert_eq!(
        (&calls["items"][0]["outcome"], &calls["items"][1]["outcome"]),
        (&json!("refused"), &json!("accepted"))
    );
}

#[tokio::test]
async fn a_dropped_connection_leaves_the_outcome_unknown() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world
        .behave(json!({"dropConnection": 1, "dropBeforeProcessing": 1}))
        .await;
    let lost = world
        .product_sends(ANA, "lost")
        .await
        .expect_err("no answer");
    let kept = world
        .product_sends(ANA, "kept")
        .await
        .expect_err("no answer");
    assert!(
        lost.status().is_none() && kept.status().is_none(),
        "{lost} {kept}"
    );
    // Only the second one was processed; its statuses tell.
    let statuses = world.product.wait_for("statuses", 2).await;
    assert!(
        statuses
            .iter()
            .all(|status| status["biz_opaque_callback_data"] == "msg_kept")
    );
    assert_eq!(world.get("/sent").await["total"], 1);
    assert_eq!(
        world.product_sends(ANA, "fine").await.expect("answer").0,
        200
    );
}

#[tokio::test]
async fn http5xx_and_late_answers() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world
        .behave(json!({"http5xx": 1, "answerDelayMs": 80}))
        .await;
    assert_eq!(world.product_sends(ANA, "a").await.expect("answer").0, 503);
    let start = std::time::Instant::now();
    assert_eq!(world.product_sends(ANA, "b").await.expect("answer").0, 200);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn with_reorder_a_status_comes_before_the_answer() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world
        .behave(json!({"reorder": true, "duplicateRate": 1}))
        .await;
    world.product_sends(ANA, "a").await.expect("answer");
    assert_eq!(
        world.product.statuses().first().map(String::as_str),
        Some("delivered")
    );
    world.product.wait_for("statuses", 4).await;
    let mut statuses = world.product.statuses();
    statuses.sort();
    assert_eq!(statuses, ["delivered", "delivered", "sent", "sent"]);
}

#[tokio::test]
async fn lost_statuses_are_on_record_only() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world.behave(json!({"lossRate": 1})).await;
    let (_, answer) = world.product_sends(ANA, "a").await.expect("answer");
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert!(world.product.statuses().is_empty());
    let id = answer["messages"][0]["id"]
        .as_str()
        .expect("id")
        .replace('/', "%2F")
        .replace('+', "%2B");
    let sent = world.get(&format!("/sent/{id}")).await;
    assert_eq!(
        sent["statuses"][1],
        json!({"status": "delivered", "at": sent["statuses"][1]["at"], "lost": true})
    );
    let (status, _) = world
        .post(
            &format!("/sent/{id}/status"),
            json!({"status": "failed", "code": 131_000}),
        )
        .await;
    assert_eq!(
        (status, world.product.statuses()),
        (200, vec!["failed".to_owned()])
    );
}

#[tokio::test]
async fn graph_refuses_as_graph_does() {
    let world = World::new().await;
    let url = format!("{}/graph/v25.0/{NUMBER}/messages", world.base);
    let answer = world
        .client
        .post(&url)
        .json(&json!({}))
        .send()
        .await
        .expect("answer");
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&body["error"]["code"], &body["error"]["type"]),
        (&json!(190), &json!("OAuthException"))
    );
    let (status, body) = world
        .product_sends(ANA, &"a".repeat(4097))
        .await
        .expect("answer");
    assert_eq!((status, &body["error"]["code"]), (400, &json!(100)));
    let url = url.replace(NUMBER, "999");
    let answer = world
        .client
        .post(&url)
        .bearer_auth("t")
        .json(&json!({}))
        .send()
        .await
        .expect("answer");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&body["error"]["code"], &body["error"]["error_subcode"]),
        (&json!(100), &json!(33))
    );
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn a_wrong_body_of_any_type_is_refused_as_graph_does() {
    let world = World::new().await;
    let post = async |kind: &str, object: Value| {
        let body = json!({"messaging_product": "whatsapp", "to": ANA, "type": kind, kind: object});
        let (status, answer) = world.product_posts(&body).await.expect("answer");
        (status, answer["error"]["code"].as_i64().unwrap_or_default())
    };
    let rows = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({"id": n.to_string(), "title": "t"}))
            .collect()
    };
    let list = |rows: Value| json!({"type": "list", "body": {"text": "b"}, "action": {"button": "Open", "sections": [{"rows": rows}]}});
    let button = |title: &str| {
        json!({"type": "button", "body": {"text": "b"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": title}}]}})
    };
    let template = |name: &str, count: usize| {
        let parameters: Value = (0..count)
            .map(|_| json!({"type": "text", "text": "x"}))
            .collect();
        json!({"name": name, "language": {"code": "en"}, "components": [{"type": "body", "parameters": parameters}]})
    };
    let cards = |ids: &[&str]| {
        let card = |(index, id): (usize, &&str)| {
            json!({"card_index": index, "header": {"type": "image", "image": {"link": "https://a.test/1.png"}},
                "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": id, "title": "This"}}]}})
        };
        let cards: Vec<Value> = ids.iter().enumerate().map(card).collect();
        json!({"type": "carousel", "body": {"text": "b"}, "action": {"cards": cards}})
    };
    let flow = |payload: &Value| {
        json!({"type": "flow", "body": {"text": "b"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3",
            "flow_token": "t", "flow_id": "1", "flow_cta": "Book", "flow_action_payload": payload}}})
    };
    for (kind, good, bad, code) in [
        (
            "image",
            json!({"id": "1"}),
            json!({"caption": "c"}),
            131_008,
        ),
        (
            "audio",
            json!({"id": "1", "voice": true}),
            json!({"id": "1", "caption": "c"}),
            131_009,
        ),
        (
            "location",
            json!({"latitude": "1", "longitude": 2}),
            json!({"latitude": 91, "longitude": 2}),
            131_009,
        ),
        (
            "contacts",
            json!([{"name": {"formatted_name": "A B", "first_name": "A"}}]),
            json!([{"name": {"formatted_name": "A"}}]),
            131_009,
        ),
        (
            "reaction",
            json!({"message_id": "wamid.1", "emoji": ""}),
            json!({"message_id": "1", "emoji": ""}),
            131_009,
        ),
        ("interactive", list(rows(10)), list(rows(11)), 131_009),
        (
            "interactive",
            button("Yes"),
            button(&"x".repeat(21)),
            131_009,
        ),
        ("interactive", cards(&["1", "2"]), cards(&["1"]), 131_009),
        (
            "interactive",
            cards(&["1", "2"]),
            cards(&["1", ""]),
            131_008,
        ),
        (
            "interactive",
            flow(&json!({"screen": "A", "data": {"a": 1}})),
            flow(&json!({"data": {}})),
            131_009,
        ),
        (
            "template",
            template("summer_code", 1),
            template("summer_code", 2),
            132_000,
        ),
        (
            "template",
            template("summer_code", 1),
            template("unheard_of", 0),
            132_001,
        ),
        (
            "template",
            template("summer_code", 1),
            template("how_to", 0),
            132_015,
        ),
    ] {
        assert_eq!(post(kind, good).await.0, 200, "{kind}");
        let (_, refused) = post(kind, bad.clone()).await;
        assert_eq!(refused, code, "{kind}: {bad}");
    }
}
