//! Templates, from Meta's list to the message that is sent: against the simulator, over HTTP.

use crate::support::client::Client;
use crate::support::{TestApp, eventually, meta, recently};
use axum::Router;
use pilot_inbox::simulator::{SimulatedNumber, Simulator, SimulatorConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;

struct Shop {
    app: TestApp,
    operator: Client,
    simulator: Router,
    /// Its contact wrote two days ago.
    conversation: String,
}

impl Shop {
    async fn open() -> Self {
        let simulator = Simulator::new(SimulatorConfig {
            webhook_url: "http://127.0.0.1:9/webhooks/whatsapp".into(),
            app_secret: meta::APP_SECRET.into(),
            verify_token: meta::VERIFY_TOKEN.into(),
            waba_id: meta::WABA.into(),
            access_token: None,
            numbers: vec![SimulatedNumber {
                phone_number_id: "100".into(),
                display_phone_number: "551130000100".into(),
                verified_name: "Acme".into(),
                waba_id: None,
            }],
        })
        .unwrap();
        let router = Router::new().nest("/simulator", simulator.router());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, router.clone()).into_future());
        let mut app = TestApp::start().await;
        app.use_graph(&format!("http://{address}/simulator/graph/v25.0"))
            .await;
        app.listen().await;
        let long_ago = recently() - 2 * 24 * 3_600;
        app.deliver(&meta::one_text(
            "100",
            "wamid.old",
            "5511999",
            long_ago,
            "hello",
        ))
        .await;
        let operator = app.operator().await;
        let list = operator
            .ask("/api/conversations/list", &json!({"page": {}}))
            .await;
        Self {
            conversation: list["items"][0]["id"].as_str().unwrap().to_owned(),
            simulator: router,
            operator,
            app,
        }
    }

    async fn list(&self, query: &str, language: Option<&str>) -> Vec<Value> {
        let number = &self.app.acme.numbers[0].id;
        let body = json!({"number_id": number, "query": query, "language": language});
        let list = self.operator.ask("/api/templates/list", &body).await;
        list.as_array().unwrap().clone()
    }

    async fn send(&self, id: &str, name: &str, language: &str, values: Value) -> (String, Value) {
        let content =
            json!({"type": "template", "name": name, "language": language, "values": values});
        let body = json!({"conversation_id": self.conversation, "client_id": id, "draft": {"content": content}});
        let answer = self.operator.post("/api/messages/send_draft", &body).await;
        (answer.code(), answer.json())
    }
}

#[tokio::test]
async fn a_template_goes_out_when_nothing_else_may() {
    let shop = Shop::open().await;
    let all = eventually("the templates", || async {
        Some(shop.list("", None).await).filter(|list| !list.is_empty())
    })
    .await;
    assert_eq!(all.len(), 13, "all pages");
    let unapproved = all.iter().position(|t| t["status"] != "APPROVED").unwrap();
    let rest = &all[unapproved..];
    assert!(
        rest.iter().all(|t| t["status"] != "APPROVED"),
        "those come last"
    );
    let names = |list: Vec<Value>| -> Vec<String> {
        let name = |t: &Value| format!("{}/{}", t["name"], t["language"]).replace('"', "");
        list.iter().map(name).collect()
    };
    let found = names(shop.list(" SHIPPED", Some("pt_BR")).await);
    assert_eq!(found, ["order_shipped/pt_BR"]);
    let found = names(shop.list("te esperamos", None).await);
    assert_eq!(found, ["appointment/es"]);

    let text = json!({"conversation_id": shop.conversation, "client_id": "c-0", "text": "free"});
    let refused = shop.operator.post("/api/messages/send", &text).await;
    assert_eq!(refused.code(), "409 WINDOW_SHUT");
    let values = json!({"header": [{"name": "1", "text": "A-17"}],
        "body": [{"name": "2", "text": "A-17"}, {"name": "1", "text": "Ana"}],
        "buttons": [{"index": 0, "kind": "URL", "text": "a17"}]});
    let (_, sent) = shop.send("c-1", "order_shipped", "en", values).await;
    assert_eq!(sent["kind"], "template", "{sent}");
    assert_eq!(sent["text"], "Hi Ana, your order A-17 is on its way.");
    let shown = &sent["content"]["template"];
    assert_eq!(shown["header"], "Order A-17");
    assert_eq!(
        shown["buttons"][0]["value"],
        "https://shop.example/track/a17"
    );
    let simulator = Client::new(shop.simulator.clone());
    let body = eventually("the template to arrive", || async {
        let sent = simulator.get("/simulator/sent").await.json();
        Some(sent["items"][0]["body"]["template"].clone()).filter(|t| !t.is_null())
    })
    .await;
    let text = |text: &str| json!({"type": "text", "text": text});
    assert_eq!(
        body,
        json!({"name": "order_shipped", "language": {"code": "en"}, "components": [
            {"type": "header", "parameters": [text("A-17")]}, {"type": "body", "parameters": [text("Ana"), text("A-17")]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [text("a17")]}]})
    );

    for (name, language, values, code, field) in [
        (
            "order_shipped",
            "fr",
            json!({}),
            "404 NOT_FOUND",
            "content.name",
        ),
        (
            "rejected_offer",
            "en",
            json!({}),
            "400 DRAFT_INVALID",
            "content.name",
        ),
        (
            "summer_code",
            "en",
            json!({}),
            "400 DRAFT_INVALID",
            "content.values.body",
        ),
        (
            "invoice",
            "en",
            json!({"body": [{"name": "1", "text": "May"}]}),
            "400 DRAFT_INVALID",
            "content.values.media",
        ),
    ] {
        let (refused, answer) = shop.send("c-2", name, language, values).await;
        assert_eq!(
            (&*refused, &answer["field"]),
            (code, &json!(field)),
            "{answer}"
        );
    }
}
