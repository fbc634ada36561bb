//! What callers do: WhatsApp delivers, a backend mints, an inbox lists and sends. Any of it on any server.

use super::graph::sign;
use super::{APP_SECRET, ORIGIN, PHONE_NUMBER_ID};
use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// A little more than the program takes for what it cannot do.
const ANSWER: Duration = Duration::from_secs(20);

/// Knows the key and the number.
#[derive(Clone)]
pub struct Caller {
    key: String,
    pub(super) number: String,
    pub(super) client: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// In seconds.
    pub retry_after: Option<u64>,
    pub body: Value,
}

/// A text message that arrives.
#[derive(Debug, Clone)]
pub struct Inbound<'t> {
    pub text: &'t str,
    /// Who wrote it, digits.
    pub from: &'t str,
}

impl Caller {
    pub(super) fn new(key: &str, number: &str) -> Self {
        Self {
            key: key.to_owned(),
            number: number.to_owned(),
            client: reqwest::Client::builder().timeout(ANSWER).build().unwrap(),
        }
    }

    /// The same with another key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: key.to_owned(),
            ..self.clone()
        }
    }

    /// A message arrives; its text is its id as well.
    pub async fn deliver(&self, server: &str, message: Inbound<'_>) -> Option<Answer> {
        let text = json!({"type": "text", "text": {"body": message.text}});
        self.deliver_any(server, message, text).await
    }

    /// A message of any type arrives, under the id that its text would give it.
    pub async fn deliver_any(
        &self,
        server: &str,
        message: Inbound<'_>,
        content: Value,
    ) -> Option<Answer> {
        let body = message.webhook(content).to_string();
        let request = self
            .client
            .post(format!("{server}/webhooks/whatsapp"))
            .header("x-hub-signature-256", sign(APP_SECRET, body.as_bytes()))
            .body(body);
        answer(request).await
    }

    /// Asks for a token that lives for `ttl_seconds`.
    pub async fn mint(&self, server: &str, ttl_seconds: u32) -> Option<Answer> {
        let request = self
            .client
            .post(format!("{server}/v1/embed/sessions"))
            .header("x-api-key", &self.key)
            .json(&json!({"surface": "chat", "whatsappNumberIds": [self.number], "allowedOrigins": [ORIGIN], "ttlSeconds": ttl_seconds}));
        answer(request).await
    }

    /// A token for an hour.
    pub async fn token(&self, server: &str) -> String {
        let minted = self.mint(server, 3600).await.expect("the server answers");
        assert_eq!(minted.status, 201, "{minted:?}");
        minted.token()
    }

    /// Renews a token.
    pub async fn refresh(&self, server: &str, token: &str) -> Option<Answer> {
        let address = format!("{server}/api/public/embed/refresh");
        answer(self.client.post(address).bearer_auth(token)).await
    }

    /// Makes a webhook of the number that tells everything to `url`. Returns its secret.
    pub async fn webhook(&self, server: &str, url: &str) -> String {
        let request = self
            .client
            .post(format!("{server}/v1/webhooks"))
            .header("x-api-key", &self.key)
            .json(&json!({"url": url, "events": ["*"], "whatsappNumberId": self.number}));
        let made = answer(request).await.expect("the server answers");
        assert_eq!(made.status, 201, "{made:?}");
        made.body["secret"].as_str().unwrap().to_owned()
    }

    /// Queues a text under its own name as client id.
    pub async fn send(
        &self,
        server: &str,
        token: &str,
        conversation: &str,
        text: &str,
    ) -> Option<Answer> {
        let body = json!({"conversation_id": conversation, "client_id": text, "text": text});
        self.call(server, token, "messages/send", &body).await
    }

    /// Sends a failed message again.
    pub async fn retry(&self, server: &str, token: &str, message: &str) -> Option<Answer> {
        let body = json!({"message_id": message});
        self.call(server, token, "messages/retry", &body).await
    }

    /// The first page of the list.
    pub async fn list(&self, server: &str, token: &str) -> Option<Answer> {
        self.call(server, token, "conversations/list", &json!({"page": {}}))
            .await
    }

    /// The ids of the conversations of the first page, by the phone of their contacts.
    pub async fn conversations(&self, server: &str, token: &str) -> BTreeMap<String, String> {
        let list = self.list(server, token).await.expect("the server answers");
        assert_eq!(list.status, 200, "{list:?}");
        let rows = list.body["items"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        rows.iter()
            .map(|row| (text(&row["contact"]["phone"]), text(&row["id"])))
            .collect()
    }

    /// Every message of a conversation, in the order of the screen.
    pub async fn thread(&self, server: &str, token: &str, conversation: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut older = Value::Null;
        loop {
            let body =
                json!({"conversation_id": conversation, "page": {"older": older, "limit": 100}});
            let page = self
                .call(server, token, "messages/list", &body)
                .await
                .expect("the server answers");
            assert_eq!(page.status, 200, "{page:?}");
            let mut items = page.body["items"].as_array().unwrap().clone();
            items.append(&mut all);
            all = items;
            older = page.body["older"].clone();
            if older.is_null() {
                return all;
            }
        }
    }

    /// Asks a function of the inbox.
    pub(super) async fn call(
        &self,
        server: &str,
        token: &str,
        function: &str,
        body: &Value,
    ) -> Option<Answer> {
        let address = format!("{server}/api/{function}");
        answer(self.client.post(address).bearer_auth(token).json(body)).await
    }
}

impl Answer {
    /// Whether it was done.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The token in it.
    pub fn token(&self) -> String {
        self.body["token"].as_str().unwrap().to_owned()
    }
}

impl Inbound<'_> {
    fn webhook(&self, mut message: Value) -> Value {
        message["id"] = format!("wamid.{}", self.text).into();
        message["from"] = self.from.into();
        message["timestamp"] = (now_ms() / 1000).to_string().into();
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "551130000000", "phone_number_id": PHONE_NUMBER_ID},
            "contacts": [{"wa_id": self.from, "profile": {"name": "Ana"}}],
            "messages": [message]
        }}]}]})
    }
}

/// `None` if there is no answer, or only a part of one.
pub(super) async fn answer(request: RequestBuilder) -> Option<Answer> {
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let body = response.bytes().await.ok()?;
    Some(Answer {
        status,
        retry_after,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

/// How often each text is there.
pub fn texts<'m>(messages: impl IntoIterator<Item = &'m Value>) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for message in messages {
        *counts
            .entry(message["text"].as_str().unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    counts
}

/// Now, in milliseconds: whoever wrote just now may be answered.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap())
}
