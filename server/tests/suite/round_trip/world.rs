//! The program on a port with the simulator beside it, as in the demo, and everybody who talks to them over HTTP.

use crate::support::app::ORIGIN;
use crate::support::meta::{APP_SECRET, VERIFY_TOKEN, WABA};
use crate::support::{TestApp, eventually};
use axum::Router;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pilot_inbox::demo::simulated_numbers;
use pilot_inbox::simulator::{Simulator, SimulatorConfig};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub struct World {
    /// Meta's id of the number that customers write to.
    pub number: String,
    app: TestApp,
    base: String,
    http: reqwest::Client,
    token: String,
}

impl World {
    pub async fn open() -> Self {
        let mut app = TestApp::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let simulator = Simulator::new(SimulatorConfig {
            webhook_url: format!("{base}/webhooks/whatsapp"),
            app_secret: APP_SECRET.into(),
            verify_token: VERIFY_TOKEN.into(),
            waba_id: WABA.into(),
            access_token: Some("EAAG-token".into()),
            numbers: simulated_numbers(&app.state.store).await.unwrap(),
        })
        .unwrap();
        app.use_graph(&format!("{base}/simulator/graph/v25.0"))
            .await;
        app.listen_on(
            listener,
            Router::new().nest("/simulator", simulator.router()),
        );
        simulator.verify_webhook().await.unwrap();
        let mut world = Self {
            number: app.acme.first().to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            token: String::new(),
            app,
            base,
        };
        world.token = world.mint().await;
        let quick = json!({"delayMs": {"sent": 5, "delivered": 10, "read": 15}});
        world.behave(&quick).await;
        world
    }

    /// How WhatsApp behaves from now on.
    pub async fn behave(&self, patch: &Value) {
        let set = self.http.put(self.url("/simulator/behaviour"));
        told(set.json(patch)).await;
    }

    async fn mint(&self) -> String {
        let body = json!({"surface": "chat", "allowedOrigins": [ORIGIN], "whatsappNumberIds": self.app.acme.number_ids()});
        let asked = self.http.post(self.url("/v1/embed/sessions")).json(&body);
        let minted = told(asked.header("x-api-key", &self.app.acme.key)).await;
        text(&minted["token"]).to_owned()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    // ---- the customer

    /// A customer writes; returns WhatsApp's id of it, once the inbox has acknowledged it.
    pub async fn write(&self, from: &str, message: &Value) -> String {
        let written = self.write_all(from, message).await;
        text(&written["id"]).to_owned()
    }

    /// The same, with all that the simulator answers.
    pub async fn write_all(&self, from: &str, message: &Value) -> Value {
        let mut message = message.clone();
        message["from"] = from.into();
        message["phoneNumberId"] = self.number.as_str().into();
        let asked = self.http.post(self.url("/simulator/messages?wait=true"));
        told(asked.json(&message)).await
    }

    /// A customer opens the chat.
    pub async fn read(&self, from: &str) {
        let body = json!({"from": from, "phoneNumberId": self.number});
        told(self.http.post(self.url("/simulator/read")).json(&body)).await;
    }

    /// What WhatsApp reports next of something that the inbox has sent.
    pub async fn report(&self, sent: &Value, status: &str) {
        let path = format!("/simulator/sent/{}/status", escaped(&sent["id"]));
        let body = json!({"status": status});
        told(self.http.post(self.url(&path)).json(&body)).await;
    }

    /// A bubble of the customer's phone, as soon as it is there.
    pub async fn bubble(&self, customer: &str, id: &Value) -> Value {
        eventually("a bubble on the phone", || async {
            let path = format!("/simulator/chats/{}/{customer}", self.number);
            let chat = told(self.http.get(self.url(&path))).await;
            let found = list(&chat["messages"]).iter().find(|m| m["id"] == *id);
            found.cloned()
        })
        .await
    }

    /// Everything that has been sent to a customer, as Graph received it.
    pub async fn sent(&self, customer: &str) -> Vec<Value> {
        let path = format!("/simulator/sent?to={customer}");
        let sent = told(self.http.get(self.url(&path))).await;
        list(&sent["items"]).to_vec()
    }

    /// A file as WhatsApp has it.
    pub async fn whatsapp_file(&self, id: &str) -> Bytes {
        let asked = self
            .http
            .get(self.url(&format!("/simulator/media/{id}")))
            .send();
        asked
            .await
            .unwrap()
            .error_for_status()
            .unwrap()
            .bytes()
            .await
            .unwrap()
    }

    /// What WhatsApp knows of a file.
    pub async fn whatsapp_facts(&self, id: &str) -> Value {
        let all = told(self.http.get(self.url("/simulator/media"))).await;
        let found = list(&all["items"]).iter().find(|file| file["id"] == id);
        found.expect("WhatsApp has this file").clone()
    }

    // ---- the operator

    /// Calls a server function of the inbox.
    pub async fn ask(&self, path: &str, body: &Value) -> Value {
        let asked = self.http.post(self.url(path)).bearer_auth(&self.token);
        told(asked.json(body)).await
    }

    /// The same, where it must be refused; returns the code.
    pub async fn ask_in_vain(&self, path: &str, body: &Value) -> String {
        let asked = self.http.post(self.url(path)).bearer_auth(&self.token);
        let answer = asked.json(body).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{}", answer.status());
        let error: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        text(&error["code"]).to_owned()
    }

    /// The conversation with this phone.
    pub async fn conversation(&self, phone: &str) -> Value {
        let body = json!({"page": {"limit": 100}});
        let page = self.ask("/api/conversations/list", &body).await;
        let all = list(&page["items"]);
        let mut of_phone = all
            .iter()
            .filter(|c| c["contact"]["phone"] == format!("+{phone}"));
        let found = of_phone
            .next()
            .unwrap_or_else(|| panic!("{phone} has no conversation: {all:?}"));
        assert!(of_phone.next().is_none(), "one with each contact");
        found.clone()
    }

    /// Its newest hundred messages, oldest first.
    pub async fn thread(&self, conversation: &Value) -> Vec<Value> {
        let body = json!({"conversation_id": conversation, "page": {"limit": 100}});
        let page = self.ask("/api/messages/list", &body).await;
        list(&page["items"]).to_vec()
    }

    /// A message of a conversation.
    pub async fn message(&self, conversation: &Value, id: &Value) -> Value {
        let thread = self.thread(conversation).await;
        let found = thread.into_iter().find(|message| message["id"] == *id);
        found.expect("the message is there")
    }

    /// Waits until a message is in this state.
    pub async fn becomes(&self, conversation: &Value, id: &Value, status: &str) {
        eventually(&format!("{status} of {id}"), || async {
            let message = self.message(conversation, id).await;
            (message["status"] == status).then_some(())
        })
        .await;
    }

    /// The bytes of a message's file by the address that the inbox gives for it; asked for whole and in a part.
    pub async fn file(&self, conversation: &Value, message: &Value) -> Bytes {
        let media = eventually("the file to be fetched", || async {
            let media = self.message(conversation, message).await["content"]["media"].clone();
            (media["state"] != "PENDING").then_some(media)
        })
        .await;
        assert_eq!(media["state"], "READY", "{media}");
        let links = self
            .ask("/api/media/urls", &json!({"ids": [media["id"]]}))
            .await;
        let address = self.url(text(&links[0]["url"]));
        // The address is its own key: no header goes along.
        let whole = self.http.get(&address).send().await.unwrap();
        assert_eq!(whole.status(), StatusCode::OK);
        let whole = whole.bytes().await.unwrap();
        assert_eq!(media["size"], whole.len(), "{media}");
        let end = whole.len() - 2;
        let part = self.http.get(&address);
        let part = part.header("range", format!("bytes=7-{end}")).send().await;
        let part = part.unwrap();
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        let range = format!("bytes 7-{end}/{}", whole.len());
        assert_eq!(part.headers()["content-range"], range.as_str());
        assert_eq!(part.bytes().await.unwrap(), whole[7..=end]);
        whole
    }

    /// Uploads a file for a conversation; returns our id of it.
    pub async fn upload(
        &self,
        conversation: &Value,
        kind: &str,
        mime: &str,
        name: &str,
        bytes: Bytes,
    ) -> Value {
        let path = format!("/api/media?conversation={}&kind={kind}", text(conversation));
        let asked = self.http.post(self.url(&path));
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
        let asked = asked
            .bearer_auth(&self.token)
            .header("content-type", mime)
            .header("x-file-name", name);
        told(asked.body(bytes)).await["id"].clone()
    }

    /// Waits until the inbox has WhatsApp's templates: it asks for them once a webhook has told of which account the number is.
    pub async fn templates(&self) {
        let number = &self.app.acme.numbers[0].id;
        let body = json!({"number_id": number, "query": "", "language": null});
        eventually("the templates", || async {
            let all = self.ask("/api/templates/list", &body).await;
            (!list(&all).is_empty()).then_some(())
        })
        .await;
    }
}

/// The JSON of an answer that must be a good one.
async fn told(request: RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    let (status, address) = (answer.status(), answer.url().clone());
    let body = answer.text().await.unwrap();
    assert!(status.is_success(), "{address}: {status} {body}");
    serde_json::from_str(&body).unwrap()
}

fn escaped(id: &Value) -> String {
    utf8_percent_encode(text(id), NON_ALPHANUMERIC).to_string()
}

pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

pub fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("{value} is no list"))
}
