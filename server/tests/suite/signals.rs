//! What goes out beside messages: reactions, read receipts, typing.

use crate::outbox::Desk;
use crate::support::graph::Reaction;
use crate::support::{eventually, recently};
use serde_json::{Value, json};

impl Desk {
    async fn inbound(&self) -> Value {
        let body = json!({"conversation_id": self.conversation, "page": {}});
        let thread = self.operator.ask("/api/messages/list", &body).await;
        thread["items"][0].clone()
    }

    async fn react(&self, message: &Value, emoji: &str) -> Value {
        let body = json!({"message_id": message["id"], "emoji": emoji});
        self.operator.ask("/api/messages/react", &body).await
    }
}

#[tokio::test]
async fn a_reaction_goes_out_and_comes_back_if_it_is_refused() {
    let desk = Desk::open().await;
    let message = desk.inbound().await;
    let shown = desk.react(&message, "👍").await;
    assert_eq!(shown["reactions"][0]["emoji"], "👍");
    let calls = desk.graph.wait_for_calls(1).await;
    let mut body = calls[0].body.clone();
    let callback = body
        .as_object_mut()
        .unwrap()
        .remove("biz_opaque_callback_data");
    assert!(callback.unwrap().as_str().unwrap().starts_with("sig_"));
    assert_eq!(
        body,
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511999", "type": "reaction",
            "reaction": {"message_id": "wamid.in", "emoji": "👍"}})
    );
    desk.graph.next([Reaction::Refuse(131_009)]);
    // It may be settled before the second is asked for, or not: the first is what comes back in either case, or nothing.
    eventually("the first to be settled", || async {
        let mut database = desk.app.database().await;
        let open = "SELECT count(*) FROM signals WHERE state <> 'accepted'";
        (database.number(open).await == 0).then_some(())
    })
    .await;
    desk.react(&message, "❤️").await;
    let back = eventually("the first to be back", || async {
        Some(desk.now(&message).await).filter(|m| m["reactionFailure"].is_object())
    })
    .await;
    assert_eq!(back["reactions"][0]["emoji"], "👍");
    assert_eq!(back["reactionFailure"]["code"], "131009");
    for bad in ["two words", "x"] {
        let body = json!({"message_id": message["id"], "emoji": bad});
        let refused = desk.operator.post("/api/messages/react", &body).await;
        assert_eq!(refused.code(), "400 DRAFT_INVALID");
    }
}

#[tokio::test]
async fn a_contact_sees_that_all_was_read_and_that_somebody_types() {
    let desk = Desk::open().await;
    let typing = json!({"conversation_id": desk.conversation});
    let asked = desk
        .operator
        .ask("/api/conversations/typing", &typing)
        .await;
    assert_eq!(asked, false, "typing implies read, and nobody has seen it");
    let message = desk.inbound().await;
    let body = json!({"conversation_id": desk.conversation, "up_to": message["id"]});
    desk.operator
        .ask("/api/conversations/mark_read", &body)
        .await;
    let receipt =
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.in"});
    let receipts = desk.graph.wait_for_receipts(1).await;
    assert_eq!(receipts[0], receipt);
    let asked = desk
        .operator
        .ask("/api/conversations/typing", &typing)
        .await;
    assert_eq!(asked, true);
    let receipts = desk.graph.wait_for_receipts(2).await;
    assert_eq!(receipts[1]["typing_indicator"], json!({"type": "text"}));
    // Again and again it is said once.
    desk.operator
        .ask("/api/conversations/mark_read", &body)
        .await;
    let asked = desk
        .operator
        .ask("/api/conversations/typing", &typing)
        .await;
    assert_eq!(asked, false);
    desk.app
        .deliver(&crate::support::meta::one_text(
            "100",
            "wamid.next",
            "5511999",
            recently() + 1,
            "and?",
        ))
        .await;
    desk.send("an answer").await;
    desk.graph.wait_for_calls(1).await;
    assert_eq!(desk.graph.wait_for_receipts(2).await.len(), 2);
}
