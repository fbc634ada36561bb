//! Conversations of the past.

use serde_json::json;

use super::super::unix_now;
use super::super::{Customer, HistoryError, PastMessage, PastStatus, derived_wamid};
use super::{ANA, NUMBER, World};

fn past(from_customer: bool, minutes: i64, text: &str, statuses: Vec<PastStatus>) -> PastMessage {
    PastMessage {
        customer: Customer::of_phone("Ana", ANA),
        from_customer,
        id: derived_wamid(ANA, from_customer, text),
        at: unix_now() - minutes * 60,
        kind: "text".into(),
        object: json!({"body": text}),
        statuses,
    }
}

#[tokio::test]
async fn history_is_told_in_order_of_time_by_the_webhooks_it_caused() {
    let world = World::new().await;
    let at = unix_now() - 29 * 60;
    let read = vec![
        PastStatus {
            status: "sent",
            at,
            code: None,
        },
        PastStatus {
            status: "read",
            at,
            code: None,
        },
    ];
    let failed = vec![PastStatus {
        status: "failed",
        at,
        code: Some(131_047),
    }];
    // Given out of order on purpose.
    let history = [
        past(true, 2, "thanks", Vec::new()),
        past(false, 30, "yes", read),
        past(true, 40, "open?", Vec::new()),
        past(false, 30, "never arrived", failed),
    ];
    let webhooks = world
        .simulator
        .play_history(NUMBER, &history)
        .await
        .expect("acknowledged");
    assert_eq!(webhooks, 1);
    let body = world.product.bodies.lock().expect("lock")[0].clone();
    let changes = body["entry"][0]["changes"]
        .as_array()
        .cloned()
        .expect("changes");
    let fields: Vec<_> = changes
        .iter()
        .map(|change| change["field"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        fields,
        ["messages", "smb_message_echoes", "messages", "messages"]
    );
    let echo = &changes[1]["value"]["message_echoes"][0];
    assert_eq!(
        (&echo["from"], &echo["to"]),
        (&json!("351220000000"), &json!(ANA))
    );
    let statuses = &changes[2]["value"]["statuses"];
    assert_eq!(
        (&statuses[0]["id"], &statuses[1]["status"]),
        (&echo["id"], &json!("read"))
    );
    assert_eq!(statuses[2]["errors"][0]["code"], 131_047);

    let chat = world.get(&format!("/chats/{NUMBER}/{ANA}")).await;
    let shown: Vec<_> = chat["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|m| (&m["text"], &m["status"]))
        .collect();
    let expected = [("open?", "read"), ("yes", "read"), ("thanks", "delivered")]
        .map(|(text, status)| (json!(text), json!(status)));
    assert_eq!(
        shown,
        expected
            .iter()
            .map(|(text, status)| (text, status))
            .collect::<Vec<_>>()
    );
    assert_eq!(chat["windowOpen"], true);

    // Playing it again is harmless.
    world
        .simulator
        .play_history(NUMBER, &history)
        .await
        .expect("acknowledged");
    let again = world.get(&format!("/chats/{NUMBER}/{ANA}")).await;
    assert_eq!(again["messages"], chat["messages"]);
}

#[tokio::test]
async fn history_of_an_unknown_number_is_refused() {
    let world = World::new().await;
    let refused = world
        .simulator
        .play_history("999", &[past(true, 1, "x", Vec::new())])
        .await;
    assert!(matches!(refused, Err(HistoryError::UnknownNumber(id)) if id == "999"));
}
