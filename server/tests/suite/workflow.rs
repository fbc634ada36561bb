//! Work on conversations, as the inbox does it: two operators who see each other's, and requests that are refused.

use crate::support::app::ORIGIN;
use crate::support::{Client, TestApp, meta};
use pilot_inbox::clock::now_ms;
use serde_json::{Value, json};

struct Desk {
    app: TestApp,
    ana: Client,
    bruno: Client,
    bruno_id: String,
    conversation: String,
}

pub async fn operator(app: &TestApp, name: &str) -> Client {
    let operator = json!({"id": name, "name": name, "email": format!("{name}@acme.test")});
    let token = app
        .token_with(&app.acme, json!({"operator": operator}))
        .await;
    app.with_token(&token)
}

pub async fn first_screen(client: &Client) -> Value {
    let body = json!({"parent_origin": ORIGIN, "open": null});
    client.ask("/api/bootstrap", &body).await
}

pub async fn list(client: &Client, view: &str) -> Vec<Value> {
    let body = json!({"page": {}, "filter": {"view": view}});
    let page = client.ask("/api/conversations/list", &body).await;
    page["items"].as_array().unwrap().clone()
}

impl Desk {
    async fn open() -> Self {
        let app = TestApp::start().await;
        app.deliver(&meta::one_text(
            app.acme.first(),
            "wamid.1",
            "5511",
            1_700_000_000,
            "Hi",
        ))
        .await;
        let (ana, bruno) = (operator(&app, "Ana").await, operator(&app, "Bruno").await);
        let bruno_id = first_screen(&bruno).await["me"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let conversation = list(&ana, "all").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            app,
            ana,
            bruno,
            bruno_id,
            conversation,
        }
    }

    async fn post(&self, work: &Value) -> String {
        let body = json!({"ids": [self.conversation], "work": work});
        self.ana
            .post("/api/conversations/change", &body)
            .await
            .code()
    }
}

#[tokio::test]
async fn what_one_assigns_is_the_others() {
    let desk = Desk::open().await;
    let people = desk.ana.ask("/api/operators/list", &json!({})).await;
    assert_eq!(
        (
            people[0]["name"].as_str(),
            people[1]["name"].as_str(),
            people[1]["email"].as_str()
        ),
        (Some("Ana"), Some("Bruno"), Some("Bruno@acme.test"))
    );
    let work = json!({"type": "assign", "operator": desk.bruno_id});
    let body = json!({"ids": [desk.conversation], "work": work});
    let rows = desk.ana.ask("/api/conversations/change", &body).await;
    assert_eq!(
        rows[0]["assignee"],
        json!({"id": desk.bruno_id, "name": "Bruno"})
    );
    assert_eq!(list(&desk.bruno, "mine").await, [rows[0].clone()]);
    assert!(list(&desk.ana, "mine").await.is_empty());
    assert!(list(&desk.ana, "unassigned").await.is_empty());
    let counts = |of: Value| {
        [
            of["all"].clone(),
            of["mine"].clone(),
            of["unassigned"].clone(),
        ]
    };
    let totals = desk.bruno.ask("/api/totals", &json!({})).await;
    assert_eq!(
        counts(totals["counts"].clone()),
        [json!(1), json!(1), json!(0)]
    );
    let screen = first_screen(&desk.ana).await;
    assert_eq!(
        counts(screen["counts"].clone()),
        [json!(1), json!(0), json!(0)]
    );
    // The thread tells of it, in data and not in words.
    let body = json!({"conversation_id": desk.conversation, "page": {}});
    let thread = desk.bruno.ask("/api/messages/list", &body).await;
    let told = &thread["items"][1];
    assert_eq!(
        (&told["direction"], &told["kind"]),
        (&json!("INTERNAL"), &json!("activity"))
    );
    assert_eq!(
        told["content"]["activity"],
        json!({"what": "assigned", "by": "Ana", "whom": "Bruno"})
    );
    assert_eq!(told["text"], Value::Null);
    // It is no message to answer to, and none to put a sign on.
    let quoting = json!({"conversation_id": desk.conversation, "client_id": "c-1",
        "draft": {"content": {"type": "text", "text": "?"}, "quoted": told["id"]}});
    let refused = desk.ana.post("/api/messages/send_draft", &quoting).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
    let sign = json!({"message_id": told["id"], "emoji": "👍"});
    let refused = desk.ana.post("/api/messages/react", &sign).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
}

#[tokio::test]
async fn work_that_cannot_be_is_refused_and_changes_nothing() {
    let desk = Desk::open().await;
    let mut database = desk.app.database().await;
    let before = database.everything().await;
    let now = now_ms();
    for (work, code) in [
        (
            json!({"type": "snooze", "until": now - 1}),
            "400 WORK_INVALID",
        ),
        (
            json!({"type": "snooze", "until": now + 400 * 86_400_000}),
            "400 WORK_INVALID",
        ),
        (json!({"type": "snooze"}), "400 BODY_INVALID"),
        (json!({"type": "explode"}), "400 BODY_INVALID"),
        (
            json!({"type": "assign", "operator": "a b"}),
            "400 BODY_INVALID",
        ),
        (
            json!({"type": "assign", "operator": "op_unknown"}),
            "404 NOT_FOUND",
        ),
        (
            json!({"type": "label", "label": "lb_unknown", "on": true}),
            "404 NOT_FOUND",
        ),
    ] {
        assert_eq!(desk.post(&work).await, code, "{work}");
    }
    let many: Vec<String> = (0..101).map(|n| format!("conv_{n}")).collect();
    let body = json!({"ids": many, "work": {"type": "resolve"}});
    let refused = desk.ana.post("/api/conversations/change", &body).await;
    assert_eq!(refused.code(), "400 TOO_MANY_IDS");
    for name in ["", "  ", "a\nb", &"n".repeat(41)] {
        let label = json!({"name": name, "colour": "ok"});
        let refused = desk.ana.post("/api/labels/create", &label).await;
        assert_eq!(refused.code(), "400 LABEL_INVALID", "{name:?}");
    }
    let purple = json!({"name": "VIP", "colour": "purple"});
    let refused = desk.ana.post("/api/labels/create", &purple).await;
    assert_eq!(refused.code(), "400 BODY_INVALID");
    let body = json!({"page": {}, "filter": {"view": "everything"}});
    let refused = desk.ana.post("/api/conversations/list", &body).await;
    assert_eq!(refused.code(), "400 BODY_INVALID");
    assert_eq!(before, database.everything().await, "nothing was written");
    let vip = json!({"name": " VIP ", "colour": "ok"});
    assert_eq!(
        desk.ana.ask("/api/labels/create", &vip).await[0]["name"],
        "VIP"
    );
    assert_eq!(
        desk.ana.post("/api/labels/create", &vip).await.code(),
        "409 LABEL_EXISTS"
    );
}

#[tokio::test]
async fn who_listens_hears_of_work_and_of_labels() {
    let desk = Desk::open().await;
    let token = desk
        .app
        .token_for(&desk.app.acme, &desk.app.acme.numbers[0].id)
        .await;
    let elsewhere = desk
        .app
        .token_for(&desk.app.acme, &desk.app.acme.numbers[1].id)
        .await;
    let mut here = desk.app.stream(&token, None).await;
    let mut there = desk.app.stream(&elsewhere, None).await;
    here.ready().await;
    there.ready().await;
    assert_eq!(desk.post(&json!({"type": "resolve"})).await, "200 -");
    let label = json!({"name": "VIP", "colour": "ok"});
    desk.ana.ask("/api/labels/create", &label).await;
    let first = here.event().await.json;
    assert_eq!(first["conversation"]["state"], "resolved");
    assert_eq!(first["message"]["content"]["activity"]["by"], "Ana");
    // Ana has all numbers, and so has the label: each session hears of its own, which to the other one is the first.
    for (stream, number) in [(&mut here, 0), (&mut there, 1)] {
        let event = stream.event().await.json;
        let number = &desk.app.acme.numbers[number].id;
        assert_eq!(event, json!({"type": "labels", "numberId": number}));
    }
}
