//! The inbox as an operator sees it, without what differs from run to run (ids, log positions), so that two runs can be compared.

use crate::support::{Client, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Everything of a tenant's inbox, by contact.
pub async fn inbox(app: &TestApp) -> BTreeMap<String, Value> {
    let client = app.operator().await;
    let mut seen = BTreeMap::new();
    for conversation in conversations(&client).await {
        let contact = &conversation["contact"];
        let name = format!(
            "{} {} {}",
            conversation["numberId"].as_str().unwrap(),
            contact["userId"].as_str().unwrap_or("-"),
            contact["phone"].as_str().unwrap_or("-")
        );
        let messages: Vec<Value> = thread(&client, &conversation["id"])
            .await
            .iter()
            .map(|m| {
                json!([
                    m["sentAt"],
                    m["direction"],
                    m["kind"],
                    m["text"],
                    m["status"],
                    m["failure"]
                ])
            })
            .collect();
        let row = json!({"name": contact["name"], "unread": conversation["unread"], "at": conversation["lastMessageAt"],
            "inbound": conversation["lastInboundAt"], "preview": conversation["preview"], "messages": messages});
        assert!(
            seen.insert(name, row).is_none(),
            "one conversation with each contact"
        );
    }
    seen
}

/// The list, of which a test never has more than a page.
pub async fn conversations(client: &Client) -> Vec<Value> {
    let page = client
        .ask("/api/conversations/list", &json!({"page": {"limit": 100}}))
        .await;
    assert_eq!(page["older"], Value::Null);
    page["items"].as_array().unwrap().clone()
}

/// The only conversation.
pub async fn only_conversation(client: &Client) -> Value {
    let mut all = conversations(client).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// All messages of a conversation, oldest first.
pub async fn thread(client: &Client, conversation: &Value) -> Vec<Value> {
    let mut messages = Vec::new();
    let mut page = json!({"limit": 100});
    loop {
        let answer = client
            .ask(
                "/api/messages/list",
                &json!({"conversation_id": conversation, "page": page}),
            )
            .await;
        let mut older = answer["items"].as_array().unwrap().clone();
        older.append(&mut messages);
        messages = older;
        match &answer["older"] {
            Value::Null => return messages,
            cursor => page = json!({"limit": 100, "older": cursor}),
        }
    }
}

/// The texts of a conversation, oldest first.
pub async fn texts(client: &Client, conversation: &Value) -> Vec<String> {
    let messages = thread(client, conversation).await;
    messages
        .iter()
        .map(|m| m["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}
