//! A Graph API that counts what it took, takes and answers late now and then, and reports `sent` until some server takes the report.

use super::{APP_SECRET, PHONE_NUMBER_ID};
use aws_lc_rs::hmac;
use axum::Json;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Between two attempts to deliver a report.
const AGAIN: Duration = Duration::from_millis(50);

/// Some messages are taken only after it.
const MOMENT: Duration = Duration::from_millis(15);

/// Shared by all who look at it.
#[derive(Clone)]
pub struct FakeGraph(Arc<Shared>);

struct Shared {
    taken: Mutex<Vec<Taken>>,
    webhook_urls: Mutex<Vec<String>>,
    delays: Mutex<BTreeMap<String, Duration>>,
    address: std::net::SocketAddr,
    client: reqwest::Client,
}

/// A message that it took.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The phone it is for, with a plus sign.
    pub to: String,
    pub text: String,
}

impl FakeGraph {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph = Self(Arc::new(Shared {
            taken: Mutex::default(),
            webhook_urls: Mutex::default(),
            delays: Mutex::default(),
            address: listener.local_addr().unwrap(),
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build()
                .unwrap(),
        }));
        let router = axum::Router::new()
            .route("/{number}/messages", post(take))
            .with_state(graph.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        graph
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Reports go to any of these from now on.
    pub fn report_to(&self, webhook_urls: Vec<String>) {
        *self.0.webhook_urls.lock().unwrap() = webhook_urls;
    }

    /// The answer for this text takes so long.
    pub fn delay(&self, text: &str, delay: Duration) {
        self.0.delays.lock().unwrap().insert(text.to_owned(), delay);
    }

    /// All that it took, in the order in which it came.
    pub fn taken(&self) -> Vec<Taken> {
        self.0.taken.lock().unwrap().clone()
    }

    /// How often each text was taken.
    pub fn sent(&self) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        for taken in self.taken() {
            *counts.entry(taken.text).or_default() += 1;
        }
        counts
    }
}

/// Requests are of three kinds, by their texts: one is taken at once; one in a moment, if whoever sent it still lives then; and one in a
/// moment whoever dies. So nobody can tell from a sender's death whether its last message went out.
async fn take(State(graph): State<FakeGraph>, Json(body): Json<Value>) -> Json<Value> {
    let text = body["text"]["body"].as_str().unwrap().to_owned();
    let provider_id = match text.bytes().map(usize::from).sum::<usize>() % 3 {
        0 => graph.count(&body),
        1 => {
            tokio::time::sleep(MOMENT).await;
            graph.count(&body)
        }
        _ => {
            let (graph, body) = (graph.clone(), body.clone());
            let whoever_dies = tokio::spawn(async move {
                tokio::time::sleep(MOMENT).await;
                graph.count(&body)
            });
            whoever_dies.await.unwrap()
        }
    };
    // Taken, and not yet answered: the moment in which a kill hurts most.
    let late = Duration::from_millis(text.len() as u64 * 7 % 23);
    let slow = graph.0.delays.lock().unwrap().get(&text).copied();
    tokio::time::sleep(slow.unwrap_or(late)).await;
    Json(
        json!({"messaging_product": "whatsapp", "contacts": [{"input": body["to"]}], "messages": [{"id": provider_id}]}),
    )
}

impl FakeGraph {
    /// Takes a message. Returns its id at WhatsApp.
    fn count(&self, body: &Value) -> String {
        let text = body["text"]["body"].as_str().unwrap().to_owned();
        let slow = self.0.delays.lock().unwrap().get(&text).copied();
        let mut taken = self.0.taken.lock().unwrap();
        let provider_id = format!("wamid.{text}.{}", taken.len() + 1);
        taken.push(Taken {
            to: body["to"].as_str().unwrap().to_owned(),
            text,
        });
        let (graph, id) = (self.clone(), provider_id.clone());
        let callback = body["biz_opaque_callback_data"].clone();
        tokio::spawn(async move {
            tokio::time::sleep(slow.unwrap_or_default()).await;
            report(graph, id, callback).await;
        });
        provider_id
    }
}

/// As Meta does: again and again, until it is taken.
async fn report(graph: FakeGraph, provider_id: String, callback: Value) {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "551130000000", "phone_number_id": PHONE_NUMBER_ID},
        "statuses": [{"id": provider_id, "status": "sent", "timestamp": "1795000001", "recipient_id": "5511999",
                      "biz_opaque_callback_data": callback}]
    }}]}]})
    .to_string();
    let signature = sign(APP_SECRET, body.as_bytes());
    // Reports spread over the servers.
    let mut attempt = provider_id.len();
    loop {
        attempt += 1;
        let url = {
            let urls = graph.0.webhook_urls.lock().unwrap();
            urls.get(attempt % urls.len().max(1)).cloned()
        };
        if let Some(url) = url {
            let answer = graph
                .0
                .client
                .post(url)
                .header("x-hub-signature-256", &signature)
                .body(body.clone())
                .send()
                .await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// `X-Hub-Signature-256` of a body.
pub(super) fn sign(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    tag.as_ref()
        .iter()
        .fold("sha256=".to_owned(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}
