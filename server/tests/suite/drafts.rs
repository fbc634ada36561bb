//! Everything that can be sent, from the server function to the body that WhatsApp gets.

use crate::outbox::Desk;
use crate::support::eventually;
use serde_json::{Value, json};

impl Desk {
    async fn send_draft(&self, id: &str, draft: &Value) -> Value {
        let body = json!({"conversation_id": self.conversation, "client_id": id, "draft": draft});
        self.operator.ask("/api/messages/send_draft", &body).await
    }

    async fn thread(&self) -> Vec<Value> {
        let body = json!({"conversation_id": self.conversation, "page": {}});
        let thread = self.operator.ask("/api/messages/list", &body).await;
        thread["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_draft_of_every_type_reaches_whatsapp() {
    let desk = Desk::open().await;
    let inbound = desk.thread().await[0]["id"].clone();
    let contents = [
        json!({"type": "text", "body": "see https://a.test"}),
        json!({"type": "location", "latitude": "1", "longitude": "2"}),
        json!({"type": "contacts", "cards": [{"name": "Ana Silva", "details": [{"what": "phone", "value": "+1"}]}]}),
        json!({"type": "buttons", "body": "b", "buttons": [{"id": "1", "title": "Yes"}]}),
        json!({"type": "list", "body": "b", "action": "Open", "rows": [{"id": "1", "title": "One"}]}),
        json!({"type": "link", "body": "b", "action": "Go", "url": "https://a.test"}),
    ];
    for (n, content) in contents.iter().enumerate() {
        let draft = json!({"content": content, "quoted": inbound});
        let sent = desk.send_draft(&format!("c-{n}"), &draft).await;
        assert_eq!(sent["quote"]["messageId"], inbound, "{sent}");
        let calls = desk.graph.wait_for_calls(n + 1).await;
        let body = &calls[n].body;
        assert_eq!(body["type"], sent["kind"], "{body}");
        assert_eq!(body["context"], json!({"message_id": "wamid.in"}));
        assert_eq!(body["biz_opaque_callback_data"], sent["id"]);
        assert!(body[sent["kind"].as_str().unwrap()].is_object() || sent["kind"] == "contacts");
        desk.until_outbox(&[]).await;
    }
}

#[tokio::test]
async fn a_draft_that_whatsapp_would_refuse_is_refused_before_it_is_stored() {
    let desk = Desk::open().await;
    let before = desk.thread().await;
    for (content, code, field) in [
        (
            json!({"type": "text", "body": " "}),
            "400 TEXT_EMPTY",
            "content.body",
        ),
        (
            json!({"type": "location", "latitude": "91", "longitude": "2"}),
            "400 DRAFT_INVALID",
            "content.latitude",
        ),
        // No file has been uploaded.
        (
            json!({"type": "media", "media": "med_01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "404 NOT_FOUND",
            "content.media",
        ),
        (
            json!({"type": "poll", "question": "?"}),
            "400 BODY_INVALID",
            "",
        ),
    ] {
        let body = json!({"conversation_id": desk.conversation, "client_id": "c-1", "draft": {"content": content}});
        let answer = desk.operator.post("/api/messages/send_draft", &body).await;
        assert_eq!(answer.code(), code, "{}", answer.text());
        assert_eq!(answer.json()["field"].as_str().unwrap_or_default(), field);
    }
    assert_eq!(desk.thread().await, before);
}

#[tokio::test]
async fn what_is_put_off_waits_and_can_be_taken_back() {
    let desk = Desk::open().await;
    let soon = pilot_inbox::clock::now_ms() + 3_600_000;
    let draft = json!({"content": {"type": "text", "body": "later"}, "deliverAt": soon});
    let later = desk.send_draft("c-later", &draft).await;
    assert_eq!(
        later["waiting"],
        json!({"reason": "SCHEDULED", "until": soon})
    );
    desk.send("now").await;
    assert_eq!(desk.graph.wait_for_calls(1).await[0].text(), "now");
    let cancelled = desk
        .operator
        .ask("/api/messages/cancel", &json!({"message_id": later["id"]}))
        .await;
    assert_eq!(cancelled["failure"]["code"], "CANCELLED");
    eventually("an empty outbox", || async {
        desk.outbox().await.is_empty().then_some(())
    })
    .await;
    assert_eq!(desk.graph.calls().len(), 1);
}
