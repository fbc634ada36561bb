//! The simulator over real HTTP, against a small product that only writes down what it gets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{SimulatedNumber, Simulator, SimulatorConfig, signature};

mod control;
mod delivery;
mod face;
mod history;
mod phone;
mod sending;

const SECRET: &str = "app-secret-for-tests";
const NUMBER: &str = "106540352242922";

/// What the pretend product got, and how it answers next.
#[derive(Clone, Default)]
struct Product {
    bodies: Arc<Mutex<Vec<Value>>>,
    /// Statuses for the next webhooks; 200 when used up.
    answers: Arc<Mutex<VecDeque<u16>>>,
    attempts: Arc<Mutex<u32>>,
}

impl Product {
    /// All members of this list in what was acknowledged, in order of arrival.
    fn got(&self, list: &str) -> Vec<Value> {
        let bodies = self.bodies.lock().expect("lock");
        let entries = bodies
            .iter()
            .flat_map(|body| body["entry"].as_array().cloned().unwrap_or_default());
        let changes =
            entries.flat_map(|entry| entry["changes"].as_array().cloned().unwrap_or_default());
        changes
            .flat_map(|change| {
                change["value"][list]
                    .as_array()
                    .cloned()
                    .unwrap_or_default()
            })
            .collect()
    }

    fn statuses(&self) -> Vec<String> {
        self.got("statuses")
            .iter()
            .map(|status| status["status"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Waits until so many members of this list have arrived.
    async fn wait_for(&self, list: &str, count: usize) -> Vec<Value> {
        for _ in 0..500 {
            let got = self.got(list);
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count} {list} arrived", self.got(list).len());
    }
}

async fn webhook(
    Extract(product): Extract<Product>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let given = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok());
    if given != Some(&signature(SECRET, &body)) {
        return StatusCode::UNAUTHORIZED;
    }
    *product.attempts.lock().expect("lock") += 1;
    let answer = product
        .answers
        .lock()
        .expect("lock")
        .pop_front()
        .unwrap_or(200);
    if answer == 200 {
        assert!(body.is_ascii(), "Meta's bodies are plain ASCII");
        let value =
            serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body)));
        product.bodies.lock().expect("lock").push(value);
    }
    StatusCode::from_u16(answer).expect("status")
}

async fn verification(RawQuery(query): RawQuery) -> Result<String, StatusCode> {
    let query = query.unwrap_or_default();
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name))
            .unwrap_or_default()
            .to_owned()
    };
    if value("hub.mode=") == "subscribe" && value("hub.verify_token=") == "verify-me" {
        Ok(value("hub.challenge="))
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}

/// A product, a simulator beside it, and a client that calls the simulator.
struct World {
    product: Product,
    simulator: Simulator,
    base: String,
    client: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        let product = Product::default();
        let receiver = Router::new()
            .route(
                "/webhooks/whatsapp",
                axum::routing::post(webhook).get(verification),
            )
            .with_state(product.clone());
        let receiver = serve(receiver).await;
        let simulator = Simulator::new(SimulatorConfig {
            webhook_url: format!("{receiver}/webhooks/whatsapp"),
            app_secret: SECRET.into(),
            verify_token: "verify-me".into(),
            waba_id: "102290129340398".into(),
            access_token: None,
            numbers: vec![SimulatedNumber {
                phone_number_id: NUMBER.into(),
                display_phone_number: "351220000000".into(),
                verified_name: "Casa Luz".into(),
                waba_id: None,
            }],
        })
        .expect("simulator");
        let base = serve(Router::new().nest("/simulator", simulator.router())).await + "/simulator";
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("client");
        let world = Self {
            product,
            simulator,
            base,
            client,
        };
        world
            .behave(json!({"delayMs": {"sent": 10, "delivered": 20, "read": 30}}))
            .await;
        world
    }

    async fn behave(&self, patch: Value) {
        let answer = self
            .client
            .put(format!("{}/behaviour", self.base))
            .json(&patch)
            .send()
            .await
            .expect("answer");
        assert_eq!(
            answer.status(),
            200,
            "{}",
            answer.text().await.unwrap_or_default()
        );
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self
            .client
            .post(format!("{}{path}", self.base))
            .json(&body)
            .send()
            .await
            .expect("answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self
            .client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .expect("answer");
        answer.json().await.expect("JSON")
    }

    /// A customer writes, so that the window is open.
    async fn customer_writes(&self, from: &str, text: &str) -> Value {
        let (status, answer) = self
            .post(
                "/messages?wait=true",
                json!({"from": from, "name": "Zoë", "text": text}),
            )
            .await;
        assert_eq!(
            (status, &answer["acknowledged"]),
            (200, &json!(true)),
            "{answer}"
        );
        answer
    }

    /// The product sends a text through Graph.
    async fn product_sends(&self, to: &str, text: &str) -> Result<(u16, Value), reqwest::Error> {
        let body = json!({
            "messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text},
            "biz_opaque_callback_data": format!("msg_{text}"),
        });
        self.product_posts(&body).await
    }

    async fn product_posts(&self, body: &Value) -> Result<(u16, Value), reqwest::Error> {
        let url = format!("{}/graph/v25.0/{NUMBER}/messages", self.base);
        let answer = self
            .client
            .post(url)
            .bearer_auth("token")
            .json(body)
            .send()
            .await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await.unwrap_or_default()))
    }
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("port");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

const ANA: &str = "351912345678";
