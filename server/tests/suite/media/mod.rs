//! Files: fetched from WhatsApp, shown by signed addresses, taken from operators, given to WhatsApp.

mod backend;
mod bucket;
mod disguises;
mod fetching;
mod giving;
mod hosts;
mod serving;
mod unused;
mod uploading;

use crate::support::meta;
use crate::support::whatsapp::WhatsApp;
use crate::support::{Answer, Client, TestApp, eventually};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// The app with a conversation of Acme's first number, not listening.
struct Scene {
    app: TestApp,
    operator: Client,
    conversation: String,
}

impl Scene {
    async fn set() -> Self {
        let app = TestApp::start().await;
        app.deliver(&meta::one_text(
            app.acme.first(),
            "wamid.first",
            "5511999990001",
            1_600_000_000,
            "hello",
        ))
        .await;
        let operator = app.operator().await;
        let list = operator
            .ask("/api/conversations/list", &json!({"page": {}}))
            .await;
        Self {
            conversation: list["items"][0]["id"].as_str().unwrap().to_owned(),
            operator,
            app,
        }
    }

    /// Delivers a message with a file, whatever becomes of it.
    async fn receive(&self, whatsapp: &WhatsApp, kind: &str, file: &str) -> String {
        let wamid = format!("wamid.{kind}.{file}");
        let message = whatsapp.message(&wamid, kind, file).await;
        self.app
            .deliver(&meta::messages(self.app.acme.first(), &[message]))
            .await;
        let newest = self.thread().await;
        newest.last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn thread(&self) -> Vec<Value> {
        let thread = self
            .operator
            .ask(
                "/api/messages/list",
                &json!({"conversation_id": self.conversation, "page": {"limit": 100}}),
            )
            .await;
        thread["items"].as_array().unwrap().clone()
    }

    async fn media_of(&self, message: &str) -> Value {
        let thread = self.thread().await;
        let found = thread.iter().find(|known| known["id"] == message);
        found.expect("the message is there")["content"]["media"].clone()
    }

    /// Waits until a file is no longer on its way.
    async fn settled(&self, message: &str) -> Value {
        eventually("the file to be fetched or given up", || async {
            let media = self.media_of(message).await;
            (media["state"] != "PENDING").then_some(media)
        })
        .await
    }

    async fn links(&self, media: &Value) -> Value {
        let links = self
            .operator
            .ask("/api/media/urls", &json!({"ids": [media]}))
            .await;
        links[0].clone()
    }

    /// The bytes of a file by its address.
    async fn open(&self, link: &Value) -> Answer {
        let answer = self.app.anonymous().get(link.as_str().unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer
    }

    async fn upload(&self, kind: &str, mime: &str, bytes: Vec<u8>) -> Answer {
        let path = format!("/api/media?conversation={}&kind={kind}", self.conversation);
        self.operator
            .clone()
            .header("content-type", mime)
            .send(Method::POST, &path, bytes)
            .await
    }

    /// Uploads a document and returns its id.
    async fn document(&self, mime: &str, name: &str, bytes: &[u8]) -> Value {
        let path = format!(
            "/api/media?conversation={}&kind=document",
            self.conversation
        );
        let answer = self
            .operator
            .clone()
            .header("content-type", mime)
            .header("x-file-name", name)
            .send(Method::POST, &path, bytes.to_vec())
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["id"].clone()
    }

    /// Files in the media folder.
    fn blobs(&self) -> Vec<String> {
        fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    found.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.app.dir.path().join("data/media"), &mut found);
        found.sort();
        found
    }
}
