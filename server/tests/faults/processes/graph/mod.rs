//! A Graph API that counts what it took, takes and answers late now and then, and reports `sent` until some server takes the report.

mod files;
mod templates;

pub use files::file_of;
pub use templates::{TEMPLATE, filled};

use super::{APP_SECRET, PHONE_NUMBER_ID};
use aws_lc_rs::hmac;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Between two attempts to deliver a report.
const AGAIN: Duration = Duration::from_millis(50);

/// Some messages are taken only after it.
const MOMENT: Duration = Duration::from_millis(15);

/// Some reports come after it.
const LATE_WORD: Duration = Duration::from_millis(300);

/// Shared by all who look at it.
#[derive(Clone)]
pub struct FakeGraph(Arc<Shared>);

struct Shared {
    taken: Mutex<Vec<Taken>>,
    webhook_urls: Mutex<Vec<String>>,
    delays: Mutex<BTreeMap<String, Duration>>,
    refusal: Mutex<Option<i64>>,
    uploads: Mutex<BTreeMap<String, Bytes>>,
    signs: Mutex<BTreeMap<String, String>>,
    under_way: AtomicUsize,
    interruptions: AtomicUsize,
    address: std::net::SocketAddr,
    client: reqwest::Client,
}

/// A message that it took.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The phone it is for, with a plus sign.
    pub to: String,
    /// What it says: its text, what stands below its file, or the filled words of its template.
    pub text: String,
    /// The file that it carries.
    pub file: Option<Bytes>,
}

impl FakeGraph {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph = Self(Arc::new(Shared {
            taken: Mutex::default(),
            webhook_urls: Mutex::default(),
            delays: Mutex::default(),
            refusal: Mutex::default(),
            uploads: Mutex::default(),
            signs: Mutex::default(),
            under_way: AtomicUsize::default(),
            interruptions: AtomicUsize::default(),
            address: listener.local_addr().unwrap(),
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build()
                .unwrap(),
        }));
        let router = axum::Router::new()
            .route("/{id}/messages", post(take))
            .route("/{id}/media", post(files::upload))
            .route("/{id}/message_templates", get(templates::list))
            .route("/{id}", get(files::locate))
            .route("/files/{id}", get(files::give))
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

    /// Whatever is sent is refused with this code from now on.
    pub fn refuse(&self, code: Option<i64>) {
        *self.0.refusal.lock().unwrap() = code;
    }

    /// The sign that stands on each message, by WhatsApp's id of it.
    pub fn signs(&self) -> BTreeMap<String, String> {
        self.0.signs.lock().unwrap().clone()
    }

    /// How many sends have no answer yet.
    pub fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::Relaxed)
    }

    /// How many senders died before they had their answer.
    pub fn interruptions(&self) -> usize {
        self.0.interruptions.load(Ordering::Relaxed)
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

/// Requests are of three kinds, by what they say: one is taken at once; one in a moment, if whoever sent it still lives then; and one
/// in a moment whoever dies. So nobody can tell from a sender's death whether its last message went out.
async fn take(State(graph): State<FakeGraph>, Json(body): Json<Value>) -> Response {
    if body["status"] == "read" {
        return Json(json!({"success": true})).into_response();
    }
    let refusal = *graph.0.refusal.lock().unwrap();
    if let Some(code) = refusal {
        let error =
            json!({"error": {"code": code, "message": "refused", "type": "OAuthException"}});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let text = text_of(&body);
    let under_way = UnderWay::begin(&graph);
    let count = {
        let (graph, body) = (graph.clone(), body.clone());
        async move { graph.count(&body) }
    };
    let provider_id = at_some_time(&text, count).await;
    // Taken, and not yet answered: the moment in which a kill hurts most.
    let late = Duration::from_millis(text.len() as u64 * 7 % 23);
    let slow = graph.0.delays.lock().unwrap().get(&text).copied();
    tokio::time::sleep(slow.unwrap_or(late)).await;
    under_way.answer();
    let answer = json!({"messaging_product": "whatsapp", "contacts": [{"input": body["to"]}], "messages": [{"id": provider_id}]});
    Json(answer).into_response()
}

/// A send, until it is answered or its connection ends.
struct UnderWay<'g> {
    graph: &'g FakeGraph,
    answered: bool,
}

impl<'g> UnderWay<'g> {
    fn begin(graph: &'g FakeGraph) -> Self {
        graph.0.under_way.fetch_add(1, Ordering::Relaxed);
        Self {
            graph,
            answered: false,
        }
    }

    fn answer(mut self) {
        self.answered = true;
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let graph = &self.graph.0;
        graph.under_way.fetch_sub(1, Ordering::Relaxed);
        let cut = usize::from(!self.answered);
        graph.interruptions.fetch_add(cut, Ordering::Relaxed);
    }
}

/// Does something in one of the three ways, by its name.
async fn at_some_time<T: Send + 'static>(
    name: &str,
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    match name.bytes().map(usize::from).sum::<usize>() % 3 {
        0 => work.await,
        1 => {
            tokio::time::sleep(MOMENT).await;
            work.await
        }
        _ => {
            let whoever_dies = tokio::spawn(async move {
                tokio::time::sleep(MOMENT).await;
                work.await
            });
            whoever_dies.await.unwrap()
        }
    }
}

/// What a message says, as the thread shows it.
fn text_of(body: &Value) -> String {
    let text = match body["type"].as_str().unwrap() {
        "text" => &body["text"]["body"],
        "template" => {
            let value = &body["template"]["components"][0]["parameters"][0]["text"];
            return filled(value.as_str().unwrap());
        }
        "reaction" => &body["reaction"]["emoji"],
        kind => &body[kind]["caption"],
    };
    text.as_str().unwrap().to_owned()
}

impl FakeGraph {
    /// Takes a message. Returns its id at WhatsApp.
    fn count(&self, body: &Value) -> String {
        let text = text_of(body);
        if body["type"] == "reaction" {
            let target = body["reaction"]["message_id"].as_str().unwrap().to_owned();
            let id = format!("wamid.sign.{target}");
            self.0.signs.lock().unwrap().insert(target, text);
            return id;
        }
        let file = body["type"]
            .as_str()
            .and_then(|kind| body[kind]["id"].as_str());
        let file = file.map(|id| self.0.uploads.lock().unwrap()[id].clone());
        let slow = self.0.delays.lock().unwrap().get(&text).copied();
        let mut taken = self.0.taken.lock().unwrap();
        let provider_id = format!("wamid.{text}.{}", taken.len() + 1);
        taken.push(Taken {
            to: body["to"].as_str().unwrap().to_owned(),
            text,
            file,
        });
        let (graph, id) = (self.clone(), provider_id.clone());
        let callback = body["biz_opaque_callback_data"].clone();
        // Its word comes before the answer, or well after it.
        let word = LATE_WORD * u32::from(!taken.len().is_multiple_of(3));
        tokio::spawn(async move {
            tokio::time::sleep(slow.unwrap_or(word)).await;
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
