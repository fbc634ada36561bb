//! The program as a process, and what its callers do.

use super::graph::sign;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const PHONE_NUMBER_ID: &str = "100200300";
pub const APP_SECRET: &str = "app-secret-of-the-crash-test";
const ORIGIN: &str = "https://app.example.com";

/// One data directory, and how to start a program on it.
pub struct Setup {
    folder: tempfile::TempDir,
    port: u16,
    tenant: String,
    key: String,
}

impl Setup {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site/pkg");
        std::fs::create_dir_all(&site).unwrap();
        for name in ["inbox.a.js", "inbox.a.wasm", "inbox.a.css"] {
            std::fs::write(site.join(name), "").unwrap();
        }
        // Taken and given back: the program binds it again and again, always the same, as a webhook address is.
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut setup = Self {
            folder,
            port,
            tenant: String::new(),
            key: String::new(),
        };
        setup.tenant = setup.run(&["tenant", "create", "--name", "Acme"], "PILOT_TENANT_ID");
        setup.key = setup.run(
            &["key", "create", "--tenant", &setup.tenant],
            "PILOT_API_KEY",
        );
        setup
    }

    pub fn webhook_url(&self) -> String {
        format!("http://127.0.0.1:{}/webhooks/whatsapp", self.port)
    }

    pub fn connect_number(&self, graph_base_url: &str) {
        self.run(
            &[
                "number",
                "add",
                "--tenant",
                &self.tenant,
                "--name",
                "Support",
                "--phone",
                "551130000000",
                "--phone-number-id",
                PHONE_NUMBER_ID,
                "--access-token",
                "t",
                "--graph-base-url",
                graph_base_url,
            ],
            "PILOT_NUMBER_ID",
        );
    }

    pub async fn start(&self) -> Server {
        let child = self
            .command()
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{}", self.port),
                "--log",
                "error",
            ])
            .args(["--app-secret", APP_SECRET, "--confirmation-seconds", "2"])
            .arg("--site-root")
            .arg(self.folder.path().join("site"))
            .spawn()
            .unwrap();
        let server = Server {
            child: Arc::new(Mutex::new(Some(child))),
            url: format!("http://127.0.0.1:{}", self.port),
            key: self.key.clone(),
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build()
                .unwrap(),
        };
        let begun = Instant::now();
        while server
            .client
            .get(format!("{}/healthz", server.url))
            .send()
            .await
            .is_err()
        {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "the program did not start"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server
    }

    fn command(&self) -> Command {
        let program = std::env::var_os("PILOT_INBOX_BIN").map_or_else(
            || PathBuf::from(env!("CARGO_BIN_EXE_pilot-inbox")),
            PathBuf::from,
        );
        let mut command = Command::new(program);
        command.env("PILOT_DATA_DIR", self.folder.path().join("data"));
        command
    }

    fn run(&self, arguments: &[&str], wanted: &str) -> String {
        let output = self
            .command()
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(wanted)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("{arguments:?} printed {text:?}"))
            .to_owned()
    }
}

/// A running program. The last handle to go kills it.
#[derive(Clone)]
pub struct Server {
    child: Arc<Mutex<Option<Child>>>,
    url: String,
    key: String,
    client: reqwest::Client,
}

impl Server {
    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn is_running(&self) -> bool {
        self.child.lock().unwrap().is_some()
    }

    /// A message arrives; true if it was acknowledged.
    pub async fn deliver(&self, name: &str, text: &str) -> bool {
        let body = crate::text_webhook(&format!("wamid.{name}"), text, PHONE_NUMBER_ID).to_string();
        let answer = self
            .client
            .post(format!("{}/webhooks/whatsapp", self.url))
            .header("x-hub-signature-256", sign(APP_SECRET, body.as_bytes()))
            .body(body)
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }

    pub async fn mint(&self) -> String {
        let numbers: Value = self
            .client
            .get(format!("{}/v1/numbers", self.url))
            .header("x-api-key", &self.key)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let session: Value = self
            .client
            .post(format!("{}/v1/embed/sessions", self.url))
            .header("x-api-key", &self.key)
            .json(&json!({"surface": "chat", "whatsappNumberIds": [numbers[0]["id"]], "allowedOrigins": [ORIGIN], "ttlSeconds": 3600}))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        session["token"].as_str().unwrap().to_owned()
    }

    /// Queues a text under its own name as client id; true if it was acknowledged.
    pub async fn send(&self, token: &str, conversation: &str, name: &str) -> bool {
        let body = json!({"conversation_id": conversation, "client_id": name, "text": name});
        self.call(token, "messages/send", &body).await.is_some()
    }

    pub async fn retry(&self, token: &str, message: &str) {
        let retried = self
            .call(token, "messages/retry", &json!({"message_id": message}))
            .await;
        assert!(
            retried.is_some(),
            "an unconfirmed message can be sent again"
        );
    }

    pub async fn only_conversation(&self, token: &str) -> String {
        let list = self
            .call(token, "conversations/list", &json!({"page": {}}))
            .await
            .unwrap();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        list["items"][0]["id"].as_str().unwrap().to_owned()
    }

    pub async fn all_messages(&self, token: &str, conversation: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut older = Value::Null;
        loop {
            let body =
                json!({"conversation_id": conversation, "page": {"older": older, "limit": 100}});
            let page = self
                .call(token, "messages/list", &body)
                .await
                .expect("the thread can be read");
            all.extend(page["items"].as_array().unwrap().clone());
            older = page["older"].clone();
            if older.is_null() {
                return all;
            }
        }
    }

    async fn call(&self, token: &str, function: &str, body: &Value) -> Option<Value> {
        let answer = self
            .client
            .post(format!("{}/api/{function}", self.url))
            .bearer_auth(token)
            .json(body)
            .send()
            .await
            .ok()?;
        if answer.status() != 200 {
            return None;
        }
        answer.json().await.ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if Arc::strong_count(&self.child) == 1 {
            self.kill();
        }
    }
}
