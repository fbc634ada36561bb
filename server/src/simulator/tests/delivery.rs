//! Webhooks on their way: signed, repeated, in order.

use std::time::Duration;

use serde_json::json;

use super::{ANA, NUMBER, World};

#[tokio::test]
async fn a_webhook_is_signed_and_retried_until_200() {
    let world = World::new().await;
    world
        .product
        .answers
        .lock()
        .expect("lock")
        .extend([500, 500]);
    let answer = world.customer_writes(ANA, "Olá 😀 / @").await;
    assert_eq!(*world.product.attempts.lock().expect("lock"), 3);
    let bodies = world.product.bodies.lock().expect("lock").clone();
    assert_eq!(bodies.len(), 1, "acknowledged once, delivered once");
    assert_eq!(bodies[0]["entry"][0]["id"], "102290129340398");
    let value = &bodies[0]["entry"][0]["changes"][0]["value"];
    assert_eq!(
        value["metadata"],
        json!({"display_phone_number": "351220000000", "phone_number_id": NUMBER})
    );
    assert_eq!(value["contacts"][0]["profile"]["name"], "Zoë");
    assert_eq!(value["contacts"][0]["wa_id"], ANA);
    let message = &value["messages"][0];
    assert_eq!(
        (&message["id"], &message["from"]),
        (&answer["id"], &json!(ANA))
    );
    assert_eq!(message["text"]["body"], "Olá 😀 / @");
    assert!(message["timestamp"].is_string());
    let state = world.get("/state").await;
    assert_eq!(state["webhooks"]["failedAttempts"], 2);
    assert_eq!(state["webhooks"]["pending"], json!([]));
}

#[tokio::test]
async fn a_webhook_that_is_not_acknowledged_stays_pending_until_a_reset() {
    let world = World::new().await;
    world
        .product
        .answers
        .lock()
        .expect("lock")
        .extend([201; 50]);
    let (status, answer) = world
        .post(
            "/messages?wait=true&waitMs=50",
            json!({"from": ANA, "text": "x"}),
        )
        .await;
    assert_eq!((status, &answer["code"]), (504, &json!("NOT_ACKNOWLEDGED")));
    assert_eq!(
        world.get("/state").await["webhooks"]["pending"][0]["lastOutcome"],
        "answered 201"
    );
    world.simulator.reset();
    for _ in 0..100 {
        if world.get("/state").await["webhooks"]["pending"] == json!([]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still pending after the reset");
}

#[tokio::test]
async fn messages_of_one_chat_arrive_in_order() {
    let world = World::new().await;
    world
        .post(
            "/messages?wait=true",
            json!({"from": ANA, "text": "n", "count": 40}),
        )
        .await;
    let texts: Vec<_> = world
        .product
        .got("messages")
        .iter()
        .map(|m| m["text"]["body"].clone())
        .collect();
    let expected: Vec<_> = (1..=40).map(|n| json!(format!("n {n}"))).collect();
    assert_eq!(texts, expected);
}
