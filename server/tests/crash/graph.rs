//! A Graph API that counts what it took, answers late now and then, and reports `sent` until our server takes the report.

use aws_lc_rs::hmac;
use axum::Json;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone)]
pub struct FakeGraph {
    sent: Arc<Mutex<BTreeMap<String, u32>>>,
    address: std::net::SocketAddr,
}

#[derive(Clone)]
struct Behind {
    sent: Arc<Mutex<BTreeMap<String, u32>>>,
    webhook_url: String,
    app_secret: String,
    client: reqwest::Client,
}

impl FakeGraph {
    pub async fn start(webhook_url: String, app_secret: &str) -> Self {
        let sent = Arc::new(Mutex::new(BTreeMap::new()));
        let behind = Behind {
            sent: sent.clone(),
            webhook_url,
            app_secret: app_secret.to_owned(),
            client: reqwest::Client::new(),
        };
        let router = axum::Router::new()
            .route("/{number}/messages", post(take))
            .with_state(behind);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { sent, address }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often each text was taken.
    pub fn sent(&self) -> BTreeMap<String, u32> {
        self.sent.lock().unwrap().clone()
    }
}

async fn take(State(behind): State<Behind>, Json(body): Json<Value>) -> Json<Value> {
    let text = body["text"]["body"].as_str().unwrap().to_owned();
    let callback = body["biz_opaque_callback_data"].clone();
    let count = {
        let mut sent = behind.sent.lock().unwrap();
        let count = sent.entry(text.clone()).or_insert(0);
        *count += 1;
        *count
    };
    let provider_id = format!("wamid.{text}.{count}");
    tokio::spawn(report(behind, provider_id.clone(), callback));
    // Taken, and not yet answered: the moment in which a kill hurts most.
    let late = text.len() as u64 * 7 % 23;
    tokio::time::sleep(Duration::from_millis(late)).await;
    Json(
        json!({"messaging_product": "whatsapp", "contacts": [{"input": body["to"]}], "messages": [{"id": provider_id}]}),
    )
}

/// As Meta does: again and again, until it is taken.
async fn report(behind: Behind, provider_id: String, callback: Value) {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "551130000000", "phone_number_id": super::server::PHONE_NUMBER_ID},
        "statuses": [{"id": provider_id, "status": "sent", "timestamp": "1795000001", "recipient_id": "5511999",
                      "biz_opaque_callback_data": callback}]
    }}]}]})
    .to_string();
    let signature = sign(&behind.app_secret, body.as_bytes());
    loop {
        let answer = behind
            .client
            .post(&behind.webhook_url)
            .header("x-hub-signature-256", &signature)
            .body(body.clone())
            .send()
            .await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub fn sign(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    tag.as_ref()
        .iter()
        .fold("sha256=".to_owned(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}
