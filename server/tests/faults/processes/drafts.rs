//! What an inbox does beside plain texts: files, templates, signs.

use super::caller::answer;
use super::{Answer, Caller};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Addresses that are asked for at once.
const ADDRESSES: usize = 100;

impl Caller {
    /// Uploads a file for a conversation.
    pub async fn upload(
        &self,
        server: &str,
        token: &str,
        conversation: &str,
        (kind, mime): (&str, &str),
        bytes: Vec<u8>,
    ) -> Option<Answer> {
        let address = format!("{server}/api/media?conversation={conversation}&kind={kind}");
        let request = self.client.post(address).bearer_auth(token);
        answer(request.header("content-type", mime).body(bytes)).await
    }

    /// Queues a draft under a name as client id.
    pub async fn send_draft(
        &self,
        server: &str,
        token: &str,
        conversation: &str,
        name: &str,
        draft: &Value,
    ) -> Option<Answer> {
        let body = json!({"conversation_id": conversation, "client_id": name, "draft": draft});
        self.call(server, token, "messages/send_draft", &body).await
    }

    /// Puts a sign on a message.
    pub async fn react(
        &self,
        server: &str,
        token: &str,
        message: &str,
        emoji: &str,
    ) -> Option<Answer> {
        let body = json!({"message_id": message, "emoji": emoji});
        self.call(server, token, "messages/react", &body).await
    }

    /// How many templates the number has.
    pub async fn templates(&self, server: &str, token: &str) -> usize {
        let body = json!({"number_id": self.number, "query": "", "language": null});
        let list = self.call(server, token, "templates/list", &body).await;
        let list = list.expect("the server answers");
        list.body.as_array().unwrap().len()
    }

    /// The bytes of files, by their ids.
    pub async fn files(
        &self,
        server: &str,
        token: &str,
        ids: &[String],
    ) -> BTreeMap<String, Bytes> {
        let mut files = BTreeMap::new();
        for ids in ids.chunks(ADDRESSES) {
            let links = self
                .call(server, token, "media/urls", &json!({"ids": ids}))
                .await;
            for link in links.expect("the server answers").body.as_array().unwrap() {
                let address = format!("{server}{}", link["url"].as_str().unwrap());
                let file = self.client.get(address).send().await.unwrap();
                assert_eq!(file.status(), 200, "{link}");
                let id = link["id"].as_str().unwrap().to_owned();
                files.insert(id, file.bytes().await.unwrap());
            }
        }
        files
    }
}
