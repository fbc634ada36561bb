//! The program on a port, with a pretend WhatsApp on another that is its gateway and its Graph API.

use crate::support::app::{Listening, ORIGIN};
use crate::support::meta::{APP_SECRET, VERIFY_TOKEN, WABA};
use crate::support::{Client, TestApp, eventually};
use axum::Router;
use axum::http::StatusCode;
use pilot_inbox::pairing::ConnectSettings;
use pilot_inbox::provider::GatewaySettings;
use pilot_inbox::provider::cloud_api::MetaApp;
use pilot_inbox::simulator::{GATEWAY_PATH, Simulator, SimulatorConfig};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// The number that is connected.
pub const PHONE: &str = "5511988880000";
/// The only access token that Graph takes.
pub const GRAPH_TOKEN: &str = "EAAG-right";

pub struct World {
    pub app: TestApp,
    /// Where the program is.
    pub base: String,
    pub http: reqwest::Client,
    pub simulator: Simulator,
    simulated: String,
    address: SocketAddr,
    listening: Option<Listening>,
}

impl World {
    pub async fn open() -> Self {
        let own = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let others = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = own.local_addr().unwrap();
        let base = format!("http://{address}");
        let simulated = format!("http://{}", others.local_addr().unwrap());
        let simulator = Simulator::new(SimulatorConfig {
            webhook_url: format!("{base}/webhooks/whatsapp"),
            app_secret: APP_SECRET.into(),
            verify_token: VERIFY_TOKEN.into(),
            waba_id: WABA.into(),
            access_token: Some(GRAPH_TOKEN.into()),
            numbers: Vec::new(),
        })
        .unwrap();
        let router = Router::new().nest("/simulator", simulator.router());
        tokio::spawn(axum::serve(others, router).into_future());
        let mut app = TestApp::connecting(ConnectSettings {
            gateway: Some(GatewaySettings {
                url: format!("{simulated}{GATEWAY_PATH}"),
                token: "gateway".into(),
            }),
            meta_app: Some(MetaApp {
                id: "app-1".into(),
                secret: APP_SECRET.into(),
                login_config_id: Some("simulated-login".into()),
            }),
            graph_base_url: Some(format!("{simulated}/simulator/graph/v25.0")),
        })
        .await;
        let listening = app.listen_on(own, Router::new());
        Self {
            app,
            base,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            simulator,
            simulated,
            address,
            listening: Some(listening),
        }
    }

    pub async fn stop(&mut self) {
        self.app.state.shutdown.cancel();
        let listening = self.listening.take().unwrap();
        listening.task.await.unwrap().unwrap();
    }

    pub async fn start_again(&mut self) {
        self.app.restart().await;
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.listening = Some(self.app.listen_on(listener, Router::new()));
    }

    /// Where the pretend WhatsApp is.
    pub fn simulated(&self) -> &str {
        &self.simulated
    }

    fn url(&self, path: &str) -> String {
        let base = if path.starts_with("/simulator") {
            &self.simulated
        } else {
            &self.base
        };
        format!("{base}{path}")
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        answered(self.http.get(self.url(path))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        answered(self.http.post(self.url(path)).json(body)).await
    }

    pub async fn get_with_key(&self, path: &str) -> (StatusCode, Value) {
        answered(
            self.http
                .get(self.url(path))
                .header("x-api-key", &self.app.acme.key),
        )
        .await
    }

    pub async fn post_with_key(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let asked = self.http.post(self.url(path)).json(body);
        answered(asked.header("x-api-key", &self.app.acme.key)).await
    }

    /// Makes something by the key of the workspace.
    pub async fn with_key(&self, path: &str, body: &Value) -> Value {
        let (status, made) = self.post_with_key(path, body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }

    /// The secret of a link for a phone that is linked by a code.
    pub async fn invite(&self) -> String {
        self.invite_with(&json!({})).await
    }

    /// The same with these fields.
    pub async fn invite_with(&self, fields: &Value) -> String {
        let mut body = json!({"name": "Sales", "number": PHONE});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.with_key("/v1/numbers/remote-pairing", &body).await;
        text(&made["remotePairingToken"]).to_owned()
    }

    pub async fn status(&self, token: &str) -> Value {
        let (status, said) = self.get(&link(token, "/status")).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said
    }

    pub async fn start(&self, token: &str) -> Value {
        let (status, said) = self.post(&link(token, "/connect"), &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said
    }

    /// Waits until the link has this face.
    pub async fn becomes(&self, token: &str, face: &str) -> Value {
        eventually(face, || async {
            let (status, said) = self.get(&link(token, "/status")).await;
            if status == StatusCode::TOO_MANY_REQUESTS {
                // A link may be asked four times a second.
                tokio::time::sleep(Duration::from_millis(300)).await;
                return None;
            }
            assert_eq!(status, StatusCode::OK, "{said}");
            (said["face"] == face).then_some(said)
        })
        .await
    }

    /// A phone scans.
    pub async fn scan(&self, code: &Value) -> Value {
        self.simulate("/linked/scan", code).await
    }

    /// A call of the simulator's that must be a good one.
    pub async fn simulate(&self, path: &str, body: &Value) -> Value {
        let (status, said) = self.post(&format!("/simulator{path}"), body).await;
        assert!(status.is_success(), "{path}: {status} {said}");
        said
    }

    pub async fn behave(&self, patch: &Value) {
        let set = self.http.put(self.url("/simulator/behaviour")).json(patch);
        let (status, said) = answered(set).await;
        assert!(status.is_success(), "{said}");
    }

    /// An inbox with this number.
    pub async fn inbox(&self, number: &str) -> Client {
        let asked = json!({"whatsappNumberIds": [number]});
        let token = self.app.token_with(&self.app.acme, asked).await;
        self.app
            .with_token(&token)
            .header("x-parent-origin", ORIGIN)
    }
}

async fn answered(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body = answer.text().await.unwrap();
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// The address of something that a link does.
pub fn link(token: &str, of: &str) -> String {
    format!("/v1/remote-pairing/{token}{of}")
}
