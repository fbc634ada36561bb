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

#[tokio::test]
async fn a_webhook_is_signed_and_retried_until_200() {
    let world = World::new().await;
    world
        .product
        .answers
        .lock()
        .expect("lock")
        .extend([500, 500]);
    let answer = world.customer_writes(ANA, "Olá 😀 / @").await;
    assert_eq!(*world.product.attempts.lock().expect("lock"), 3);
    let bodies = world.product.bodies.lock().expect("lock").clone();
    assert_eq!(bodies.len(), 1, "acknowledged once, delivered once");
    assert_eq!(bodies[0]["entry"][0]["id"], "102290129340398");
    let value = &bodies[0]["entry"][0]["changes"][0]["value"];
    assert_eq!(
        value["metadata"],
        json!({"display_phone_number": "351220000000", "phone_number_id": NUMBER})
    );
    assert_eq!(value["contacts"][0]["profile"]["name"], "Zoë");
    assert_eq!(value["contacts"][0]["wa_id"], ANA);
    let message = &value["messages"][0];
    assert_eq!(
        (&message["id"], &message["from"]),
        (&answer["id"], &json!(ANA))
    );
    assert_eq!(message["text"]["body"], "Olá 😀 / @");
    assert!(message["timestamp"].is_string());
    let state = world.get("/state").await;
    assert_eq!(state["webhooks"]["failedAttempts"], 2);
    assert_eq!(state["webhooks"]["pending"], json!([]));
}

#[tokio::test]
async fn a_webhook_that_is_not_acknowledged_stays_pending_until_a_reset() {
    let world = World::new().await;
    world
        .product
        .answers
        .lock()
        .expect("lock")
        .extend([201; 50]);
    let (status, answer) = world
        .post(
            "/messages?wait=true&waitMs=50",
            json!({"from": ANA, "text": "x"}),
        )
        .await;
    assert_eq!((status, &answer["code"]), (504, &json!("NOT_ACKNOWLEDGED")));
    assert_eq!(
        world.get("/state").await["webhooks"]["pending"][0]["lastOutcome"],
        "answered 201"
    );
    world.simulator.reset();
    for _ in 0..100 {
        if world.get("/state").await["webhooks"]["pending"] == json!([]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still pending after the reset");
}

#[tokio::test]
async fn a_send_is_answered_recorded_delivered_and_read() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    let (status, answer) = world
        .product_sends("+351 912 345 678", "hi")
        .await
        .expect("answer");
    assert_eq!(
        (status, &answer["contacts"]),
        (200, &json!([{"input": "+351 912 345 678", "wa_id": ANA}]))
    );
    let id = answer["messages"][0]["id"].as_str().expect("id").to_owned();
    let statuses = world.product.wait_for("statuses", 2).await;
    assert_eq!(world.product.statuses(), ["sent", "delivered"]);
    assert!(statuses.iter().all(|status| status["id"] == id.as_str()
        && status["biz_opaque_callback_data"] == "msg_hi"
        && status["recipient_id"] == ANA
        && status["recipient_user_id"].is_string()));
    world
        .post("/read", json!({"phoneNumberId": NUMBER, "from": ANA}))
        .await;
    world.product.wait_for("statuses", 3).await;
    assert_eq!(world.product.statuses()[2], "read");
    // Opening the chat again says nothing new.
    let (_, again) = world.post("/read", json!({"from": ANA})).await;
    assert_eq!(again, json!({"ids": []}));
    let sent = world
        .get(&format!("/sent?to={ANA}&callbackData=msg_hi"))
        .await;
    assert_eq!(
        (&sent["total"], &sent["items"][0]["id"]),
        (&json!(1), &json!(id))
    );
    let chat = world.get(&format!("/chats/{NUMBER}/{ANA}")).await;
    assert_eq!(chat["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(chat["messages"][1]["status"], "read");
}

#[tokio::test]
async fn outside_the_window_a_send_fails_later() {
    let world = World::new().await;
    // Whether a stranger wrote before the simulator started is not known; be strict about it here.
    world.behave(json!({"enforceWindow": "always"})).await;
    let (status, _) = world.product_sends(ANA, "hi").await.expect("answer");
    assert_eq!(status, 200, "acceptance is not delivery");
    world.behave(json!({"enforceWindow": "known"})).await;
    let statuses = world.product.wait_for("statuses", 1).await;
    assert_eq!(statuses[0]["status"], "failed");
    assert_eq!(statuses[0]["errors"][0]["code"], 131_047);
    // An inbound message of two days ago does not open it, one of now does.
    world
        .post(
            "/messages?wait=true",
            json!({"from": ANA, "text": "old", "timestamp": super::unix_now() - 2 * 86_400}),
        )
        .await;
    world
        .product_sends(ANA, "still shut")
        .await
        .expect("answer");
    world.product.wait_for("statuses", 2).await;
    assert_eq!(world.product.statuses(), ["failed", "failed"]);
    world.customer_writes(ANA, "now").await;
    world.product_sends(ANA, "open").await.expect("answer");
    world.product.wait_for("statuses", 4).await;
    assert_eq!(world.product.statuses()[2..], ["sent", "delivered"]);
}

#[tokio::test]
async fn planned_failures_have_metas_bodies() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world.behave(json!({"failNext": [{"code": 130_429, "httpStatus": 429}, {"code": 131_026, "when": "status"}]})).await;
    let (status, answer) = world.product_sends(ANA, "a").await.expect("answer");
    assert_eq!((status, &answer["error"]["code"]), (429, &json!(130_429)));
    assert_eq!(answer["error"]["message"], "(#130429) Rate limit hit");
    world.product_sends(ANA, "b").await.expect("answer");
    let statuses = world.product.wait_for("statuses", 1).await;
    assert_eq!(statuses[0]["errors"][0]["title"], "Message undeliverable");
    assert!(statuses[0].get("recipient_user_id").is_none());
    assert_eq!(
        world.get("/sent").await["total"],
        1,
        "a refused send was not accepted"
    );
    let calls = world.get("/calls").await;
    assert_eq!(
        (&calls["items"][0]["outcome"], &calls["items"][1]["outcome"]),
        (&json!("refused"), &json!("accepted"))
    );
}

#[tokio::test]
async fn a_dropped_connection_leaves_the_outcome_unknown() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world
        .behave(json!({"dropConnection": 1, "dropBeforeProcessing": 1}))
        .await;
    let lost = world
        .product_sends(ANA, "lost")
        .await
        .expect_err("no answer");
    let kept = world
        .product_sends(ANA, "kept")
        .await
        .expect_err("no answer");
    assert!(
        lost.status().is_none() && kept.status().is_none(),
        "{lost} {kept}"
    );
    // Only the second one was processed; its statuses tell.
    let statuses = world.product.wait_for("statuses", 2).await;
    assert!(
        statuses
            .iter()
            .all(|status| status["biz_opaque_callback_data"] == "msg_kept")
    );
    assert_eq!(world.get("/sent").await["total"], 1);
    assert_eq!(
        world.product_sends(ANA, "fine").await.expect("answer").0,
        200
    );
}

#[tokio::test]
async fn http5xx_and_late_answers() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world
        .behave(json!({"http5xx": 1, "answerDelayMs": 80}))
        .await;
    assert_eq!(world.product_sends(ANA, "a").await.expect("answer").0, 503);
    let start = std::time::Instant::now();
    assert_eq!(world.product_sends(ANA, "b").await.expect("answer").0, 200);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn with_reorder_a_status_comes_before_the_answer() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world
        .behave(json!({"reorder": true, "duplicateRate": 1}))
        .await;
    world.product_sends(ANA, "a").await.expect("answer");
    assert_eq!(
        world.product.statuses().first().map(String::as_str),
        Some("delivered")
    );
    world.product.wait_for("statuses", 4).await;
    let mut statuses = world.product.statuses();
    statuses.sort();
    assert_eq!(statuses, ["delivered", "delivered", "sent", "sent"]);
}

#[tokio::test]
async fn lost_statuses_are_on_record_only() {
    let world = World::new().await;
    world.customer_writes(ANA, "Hello?").await;
    world.behave(json!({"lossRate": 1})).await;
    let (_, answer) = world.product_sends(ANA, "a").await.expect("answer");
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert!(world.product.statuses().is_empty());
    let id = answer["messages"][0]["id"]
        .as_str()
        .expect("id")
        .replace('/', "%2F")
        .replace('+', "%2B");
    let sent = world.get(&format!("/sent/{id}")).await;
    assert_eq!(
        sent["statuses"][1],
        json!({"status": "delivered", "at": sent["statuses"][1]["at"], "lost": true})
    );
    let (status, _) = world
        .post(
            &format!("/sent/{id}/status"),
            json!({"status": "failed", "code": 131_000}),
        )
        .await;
    assert_eq!(
        (status, world.product.statuses()),
        (200, vec!["failed".to_owned()])
    );
}

#[tokio::test]
async fn graph_refuses_as_graph_does() {
    let world = World::new().await;
    let url = format!("{}/graph/v25.0/{NUMBER}/messages", world.base);
    let answer = world
        .client
        .post(&url)
        .json(&json!({}))
        .send()
        .await
        .expect("answer");
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&body["error"]["code"], &body["error"]["type"]),
        (&json!(190), &json!("OAuthException"))
    );
    let (status, body) = world
        .product_sends(ANA, &"a".repeat(4097))
        .await
        .expect("answer");
    assert_eq!((status, &body["error"]["code"]), (400, &json!(100)));
    let url = url.replace(NUMBER, "999");
    let answer = world
        .client
        .post(&url)
        .bearer_auth("t")
        .json(&json!({}))
        .send()
        .await
        .expect("answer");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&body["error"]["code"], &body["error"]["error_subcode"]),
        (&json!(100), &json!(33))
    );
}

#[tokio::test]
async fn reading_and_typing_show_on_the_phone() {
    let world = World::new().await;
    let written = world.customer_writes(ANA, "Hello?").await;
    let body = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": written["id"],
        "typing_indicator": {"type": "text"},
    });
    assert_eq!(
        world.product_posts(&body).await.expect("answer"),
        (200, json!({"success": true}))
    );
    let chat = world.get(&format!("/chats/{NUMBER}/{ANA}")).await;
    assert_eq!(chat["messages"][0]["status"], "read");
    assert!(chat["typingMs"].as_u64().is_some_and(|ms| ms > 20_000));
}

#[tokio::test]
async fn every_shape_of_inbound_message_can_be_made() {
    let world = World::new().await;
    for body in [
        json!({"from": "PT.AB12", "username": "rita", "text": "no phone"}),
        json!({"from": ANA, "userId": null, "text": "as before April 2026"}),
        json!({"from": ANA, "type": "location", "location": {"latitude": 1.5, "longitude": 2}}),
        json!({"from": ANA, "type": "image"}),
        json!({"from": ANA, "raw": {"type": "hologram", "hologram": {"x": 1}, "timestamp": 12, "from": null}}),
    ] {
        let (status, answer) = world.post("/messages?wait=true", body).await;
        assert_eq!(status, 200, "{answer}");
    }
    let got = world.product.got("messages");
    assert!(got[0].get("from").is_none() && got[0]["from_user_id"] == "PT.AB12");
    assert!(got[1].get("from_user_id").is_none() && got[1]["from"] == ANA);
    assert_eq!(got[2]["location"]["latitude"], 1.5);
    assert_eq!(got[3]["image"]["mime_type"], "image/jpeg");
    assert!(
        got[4].get("from").is_none() && got[4]["timestamp"] == 12 && got[4]["hologram"]["x"] == 1
    );
    let (status, answer) = world
        .post("/messages", json!({"from": ANA, "type": "hologram"}))
        .await;
    assert_eq!((status, &answer["code"]), (400, &json!("INVALID")));
    let (_, many) = world
        .post(
            "/messages?wait=true",
            json!({"from": ANA, "text": "n", "count": 5, "batch": true}),
        )
        .await;
    assert_eq!(many["ids"].as_array().map(Vec::len), Some(5));
    let bodies = world.product.bodies.lock().expect("lock");
    let last = &bodies.last().expect("a body")["entry"][0]["changes"][0]["value"]["messages"];
    assert_eq!(
        (last.as_array().map(Vec::len), &last[4]["text"]["body"]),
        (Some(5), &json!("n 5"))
    );
}

#[tokio::test]
async fn messages_of_one_chat_arrive_in_order() {
    let world = World::new().await;
    world
        .post(
            "/messages?wait=true",
            json!({"from": ANA, "text": "n", "count": 40}),
        )
        .await;
    let texts: Vec<_> = world
        .product
        .got("messages")
        .iter()
        .map(|m| m["text"]["body"].clone())
        .collect();
    let expected: Vec<_> = (1..=40).map(|n| json!(format!("n {n}"))).collect();
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn arbitrary_webhooks_and_verification() {
    let world = World::new().await;
    for (body, expected) in [
        (json!({"value": {"messages": []}}), 200),
        (json!({"body": "not json"}), 200),
        (json!({"value": {}, "signature": "wrong"}), 401),
        (json!({"value": {}, "signature": "missing"}), 401),
    ] {
        assert_eq!(world.post("/webhooks", body).await.1["status"], expected);
    }
    world.simulator.verify_webhook().await.expect("verified");
    let (_, refused) = world
        .post("/webhooks/verify", json!({"verifyToken": "wrong"}))
        .await;
    assert_eq!(
        (&refused["verified"], &refused["status"]),
        (&json!(false), &json!(403))
    );
}

#[tokio::test]
async fn the_phone_page_is_strict_and_its_events_end_with_the_simulator() {
    let world = World::new().await;
    let page = world
        .client
        .get(format!("{}/phone", world.base))
        .send()
        .await
        .expect("answer");
    let csp = page.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"));
    let html = page.text().await.expect("text");
    assert!(html.contains("data-testid=\"phone-composer\""));
    for inline in [" style=", "<style", " onclick=", "javascript:"] {
        assert!(
            !html.contains(inline),
            "{inline} would be blocked by the page's own policy"
        );
    }
    let events = world
        .client
        .get(format!("{}/phone/events", world.base))
        .send()
        .await
        .expect("answer");
    world.customer_writes(ANA, "x").await;
    world.simulator.stop();
    let text = events.text().await.expect("the stream ends by itself");
    assert!(
        text.contains(&format!(
            r#"{{"kind":"chat","phoneNumberId":"{NUMBER}","customer":"{ANA}"}}"#
        )),
        "{text}"
    );
}
