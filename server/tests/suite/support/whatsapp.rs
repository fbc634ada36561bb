//! The simulator on a port, as the Graph API of a test.

use super::app::TestApp;
use super::meta::{APP_SECRET, VERIFY_TOKEN, WABA};
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pilot_inbox::simulator::{SimulatedNumber, Simulator, SimulatorConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Meta's ids of example files, with the type of message that carries each.
pub const EXAMPLES: [(&str, &str); 9] = [
    ("1001", "image"),
    ("1002", "video"),
    ("1003", "audio"),
    ("1004", "document"),
    ("1005", "sticker"),
    ("1006", "image"),
    ("1007", "audio"),
    ("1008", "document"),
    ("1009", "sticker"),
];

pub struct WhatsApp {
    base: String,
    client: reqwest::Client,
}

impl WhatsApp {
    /// With Acme's numbers, which are set up to use it.
    pub async fn of(app: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/simulator", listener.local_addr().unwrap());
        let number = |id: &String| SimulatedNumber {
            phone_number_id: id.clone(),
            display_phone_number: "551130000100".into(),
            verified_name: "Acme".into(),
            waba_id: None,
        };
        let simulator = Simulator::new(SimulatorConfig {
            // Tests deliver by themselves.
            webhook_url: "http://127.0.0.1:9/".into(),
            app_secret: APP_SECRET.into(),
            verify_token: VERIFY_TOKEN.into(),
            waba_id: WABA.into(),
            access_token: Some("EAAG-token".into()),
            numbers: app
                .acme
                .numbers
                .iter()
                .map(|n| number(&n.phone_number_id))
                .collect(),
        })
        .unwrap();
        let router = Router::new().nest("/simulator", simulator.router());
        tokio::spawn(async move { axum::serve(listener, router).await });
        app.use_graph(&format!("{base}/graph/v25.0")).await;
        Self {
            base,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// What goes wrong with the next fetches of files.
    pub async fn fail_media(&self, troubles: &[&str]) {
        let answer = self
            .client
            .put(format!("{}/behaviour", self.base))
            .json(&json!({"failMedia": troubles}))
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
    }

    /// Troubles that have not been used up.
    pub async fn troubles_left(&self) -> usize {
        let behaviour = self.json("behaviour").await;
        behaviour["failMedia"].as_array().unwrap().len()
    }

    /// A file of a customer's. Returns Meta's id of it.
    pub async fn file(&self, mime: &str, bytes: impl Into<Bytes>) -> String {
        let answer = self
            .client
            .post(format!("{}/media", self.base))
            .header("content-type", mime)
            .body(bytes.into())
            .send()
            .await
            .unwrap();
        answer.json::<Value>().await.unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The bytes of a file, as WhatsApp has them.
    pub async fn bytes(&self, id: &str) -> Bytes {
        let answer = self
            .client
            .get(format!("{}/media/{id}", self.base))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success());
        answer.bytes().await.unwrap()
    }

    /// Files that the product has uploaded, oldest first.
    pub async fn uploads(&self) -> Vec<Value> {
        let all = self.json("media").await;
        let items = all["items"].as_array().unwrap().iter();
        items
            .filter(|file| !file["phoneNumberId"].is_null())
            .cloned()
            .collect()
    }

    /// A message with a file, as a webhook carries it.
    pub async fn message(&self, wamid: &str, kind: &str, file: &str) -> Value {
        let all = self.json("media").await;
        let found = all["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|known| known["id"] == file)
            .expect("there is this file");
        let hex = found["sha256"].as_str().unwrap();
        let digest: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        json!({"id": wamid, "from": "5511999990001", "timestamp": "1700000000", "type": kind,
            kind: {"id": file, "mime_type": found["mimeType"], "sha256": STANDARD.encode(digest),
                "filename": found["fileName"]}})
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self
            .client
            .get(format!("{}/{path}", self.base))
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }
}
