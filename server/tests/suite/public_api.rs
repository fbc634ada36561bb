//! The public API of conversations and messages, as a customer's backend sees it.

use crate::support::graph::FakeGraph;
use crate::support::{Answer, Client, TestApp, eventually, meta, recently};
use axum::http::{Method, StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use insta::assert_snapshot;
use pilot_inbox::store::IdempotencyKey;
use serde_json::{Value, json};

/// A phone that has written to the first number.
const ANA: &str = "5511999990001";

struct Backend {
    app: TestApp,
    graph: FakeGraph,
    /// With the first number's key.
    client: Client,
}

impl Backend {
    async fn open() -> Self {
        let graph = FakeGraph::start().await;
        let mut app = TestApp::start().await;
        app.use_graph(&graph.base_url()).await;
        app.listen().await;
        let client = app.with_key(&app.acme.numbers[0].key);
        let backend = Self { app, graph, client };
        backend.write(ANA, "wamid.first", "hello", recently()).await;
        backend
    }

    /// A contact writes to the first number.
    async fn write(&self, phone: &str, id: &str, text: &str, at: i64) {
        let body = meta::one_text(self.app.acme.first(), id, phone, at, text);
        self.app.deliver(&body).await;
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    async fn send(&self, body: &Value) -> Answer {
        self.client.post("/v1/messages/send", body).await
    }

    /// Sends it, and answers what WhatsApp gets.
    async fn arrives(&self, mut body: Value) -> Value {
        let before = self.graph.calls().len();
        body["destinationNumber"] = format!("+{ANA}").into();
        let answer = self.send(&body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        self.graph.wait_for_calls(before + 1).await[before]
            .body
            .clone()
    }

    async fn cancel(&self, ids: &Value) -> Answer {
        let body = json!({"messageIds": ids}).to_string().into_bytes();
        self.client
            .clone()
            .header("content-type", "application/json")
            .send(Method::DELETE, "/v1/messages/cancel", body)
            .await
    }
}

#[tokio::test]
async fn a_number_is_named_by_its_key_or_by_a_header() {
    let backend = Backend::open().await;
    let app = &backend.app;
    let tenant = app.with_key(&app.acme.key);
    let refused = tenant.get("/v1/conversations").await;
    assert_snapshot!(refused.shown(), @r#"403 {"error":"This key is of the whole workspace, and this request is about one number. Name it in the x-whatsapp-number-id header, or use the number's own key.","code":"TENANT_SCOPE_NOT_ALLOWED"}"#);
    let total = async |client: &Client| {
        let answer = client.get("/v1/messages/history").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["total"].as_i64().unwrap()
    };
    let (first, second) = (&app.acme.numbers[0], &app.acme.numbers[1]);
    let named = |number: &str| tenant.clone().header("x-whatsapp-number-id", number);
    assert_eq!(total(&named(first.id.as_str())).await, 1);
    assert_eq!(total(&named(second.id.as_str())).await, 0);
    for number in [app.globex.numbers[0].id.as_str(), "wn_unknown", "' OR 1=1"] {
        let refused = named(number).get("/v1/messages/history").await;
        assert_eq!(refused.code(), "404 NUMBER_NOT_FOUND", "{number}");
    }
    // A number's key acts on its number, whatever is named; and it may be named by its id.
    let key = backend.client.clone();
    assert_eq!(
        total(&key.header("x-whatsapp-number-id", second.id.as_str())).await,
        1
    );
    let by_id = app
        .anonymous()
        .header("x-api-key-id", app.acme.key_id.as_str())
        .header("x-whatsapp-number-id", first.id.as_str());
    assert_eq!(total(&by_id).await, 1);
    // Once the number is gone its key opens nothing.
    app.state.store.remove_number(&first.id).await.unwrap();
    let refused = backend.client.get("/v1/messages/history").await;
    assert_eq!(refused.code(), "404 NUMBER_NOT_FOUND");
}

#[tokio::test]
async fn what_was_said_is_read_in_numbered_pages() {
    let backend = Backend::open().await;
    let at = recently();
    backend
        .write("5511999990002", "wamid.2", "olá", at + 1)
        .await;
    backend.write(ANA, "wamid.3", "again", at + 2).await;
    let list = backend.get("/v1/conversations?pageSize=1").await;
    assert_eq!(
        (
            &list["total"],
            &list["totalPages"],
            &list["page"],
            &list["pageSize"]
        ),
        (&json!(2), &json!(2), &json!(1), &json!(1))
    );
    let row = &list["conversations"][0];
    assert_eq!(
        (
            &row["type"],
            &row["from"],
            &row["unreadCount"],
            &row["lastMessagePreview"]
        ),
        (
            &json!("DIRECT"),
            &json!("+5511999990001"),
            &json!(2),
            &json!("again")
        )
    );
    let list = backend.get("/v1/conversations?page=2&pageSize=1").await;
    assert_eq!(list["conversations"][0]["from"], "+5511999990002");
    let history = backend.get("/v1/messages/history").await;
    let texts: Vec<_> = history["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["text"])
        .collect();
    assert_eq!(texts, ["again", "olá", "hello"]);
    let newest = &history["messages"][0];
    assert_eq!(
        (
            &newest["direction"],
            &newest["externalMessageId"],
            &newest["messageType"],
            &newest["origin"],
            &newest["media"]
        ),
        (
            &json!("INBOUND"),
            &json!("wamid.3"),
            &json!("text"),
            &Value::Null,
            &Value::Null
        )
    );
    let since = pilot_inbox::clock::iso((at + 2) * 1000);
    let history = backend
        .get(&format!("/v1/messages/history?startDate={since}"))
        .await;
    assert_eq!(
        (&history["total"], &history["messages"][0]["text"]),
        (&json!(1), &json!("again"))
    );
    let unread = backend.get("/v1/messages/unread").await;
    assert_eq!(unread["total"], 3);
    let first = &unread["messages"][0];
    assert_eq!(
        (
            &first["content"],
            &first["conversationUnreadCount"],
            &first["from"],
            &first["readAt"]
        ),
        (
            &json!("again"),
            &json!(2),
            &json!("+5511999990001"),
            &Value::Null
        )
    );
    let behind = backend
        .get("/v1/messages/history?page=4000000000&pageSize=100")
        .await;
    assert_eq!(behind["messages"], json!([]));
}

#[tokio::test]
async fn a_query_out_of_range_is_refused() {
    let backend = Backend::open().await;
    for path in [
        "/v1/conversations",
        "/v1/messages",
        "/v1/messages/group",
        "/v1/messages/history",
        "/v1/messages/unread",
    ] {
        for (query, code) in [
            ("page=0", "400 PAGE_INVALID"),
            ("page=-1", "400 PAGE_INVALID"),
            ("page=4294967296", "400 PAGE_INVALID"),
            ("page=", "400 PAGE_INVALID"),
            ("page=one", "400 PAGE_INVALID"),
            ("pageSize=0", "400 PAGE_INVALID"),
            ("pageSize=101", "400 PAGE_INVALID"),
            ("page=1&page=2", "400 BODY_INVALID"),
        ] {
            let answer = backend.client.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.code(), code, "{path}?{query}");
        }
        if path.ends_with("unread") {
            continue;
        }
        for query in [
            "startDate=yesterday",
            "endDate=2026-02-30",
            "startDate=2026-06-28&endDate=2026-06-27",
            "startDate=%00",
        ] {
            let answer = backend.client.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.code(), "400 INVALID_DATE_RANGE", "{path}?{query}");
        }
    }
    let answer = backend
        .client
        .get("/v1/messages/history?pageSize=101")
        .await;
    assert_snapshot!(answer.shown(), @r#"400 {"error":"`pageSize` is a whole number from 1 to 100.","code":"PAGE_INVALID","field":"pageSize"}"#);
}

#[tokio::test]
async fn a_message_goes_out_and_tells_how_it_fares() {
    let backend = Backend::open().await;
    let token = backend.app.token(&backend.app.acme).await;
    let mut stream = backend.app.stream(&token, None).await;
    stream.ready().await;
    let body = json!({"destinationNumber": ANA, "text": "from the backend", "variables": {}});
    let answer = backend.send(&body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let accepted = answer.json();
    assert_eq!(
        (
            &accepted["status"],
            &accepted["origin"],
            &accepted["sourceNumber"]
        ),
        (&json!("QUEUED"), &json!("API"), &json!("55113000100"))
    );
    assert!(accepted.get("flowToken").is_none());
    // An open inbox shows it at once.
    while stream.text().await != "from the backend" {}
    let call = backend.graph.wait_for_calls(1).await.remove(0);
    assert_eq!(call.text(), "from the backend");
    let (id, correlation) = (
        accepted["id"].as_str().unwrap(),
        accepted["correlationId"].as_str().unwrap(),
    );
    backend
        .app
        .deliver(&meta::statuses(
            backend.app.acme.first(),
            &[meta::status_of(
                call.wamid(),
                call.callback(),
                "delivered",
                recently(),
            )],
        ))
        .await;
    let wamid =
        percent_encoding::utf8_percent_encode(call.wamid(), percent_encoding::NON_ALPHANUMERIC)
            .to_string();
    for name in [id, correlation, &wamid] {
        let shown = backend.get(&format!("/v1/messages/{name}")).await;
        assert_eq!(
            (
                &shown["id"],
                &shown["status"],
                &shown["correlationId"],
                &shown["externalMessageId"]
            ),
            (
                &json!(id),
                &json!("DELIVERED"),
                &json!(correlation),
                &json!(call.wamid())
            )
        );
        assert_eq!(
            (
                &shown["destinationNumber"],
                &shown["origin"],
                &shown["errorCode"]
            ),
            (&json!("+5511999990001"), &json!("API"), &Value::Null)
        );
        assert!(shown.get("template").is_none() && !shown["deliveredAt"].is_null());
    }
    // Whoever answers has read.
    assert_eq!(backend.get("/v1/messages/unread").await["total"], 0);
    let history = backend.get("/v1/messages/history?pageSize=1").await;
    assert_eq!(history["messages"][0]["origin"], "API");
    // The log has the same row, and what was written on the phone, which has no detail.
    let log = backend.get("/v1/messages").await;
    let shown = backend.get(&format!("/v1/messages/{id}")).await;
    assert_eq!(
        (&log["total"], &log["messages"]),
        (&json!(1), &json!([shown]))
    );
    let echo = json!({"id": "wamid.echo", "from": "551130000100", "to": ANA, "timestamp": recently().to_string(), "type": "text",
        "text": {"body": "from the phone"}});
    let value = json!({"metadata": {"phone_number_id": backend.app.acme.first()}, "message_echoes": [echo]});
    let echoes = json!({"field": "smb_message_echoes", "value": value});
    backend.app.deliver(&meta::envelope(vec![echoes])).await;
    let log = backend.get("/v1/messages?pageSize=1&page=2").await;
    assert_eq!((&log["total"], &log["totalPages"]), (&json!(2), &json!(2)));
    let of_phone = &log["messages"][0];
    assert_eq!(
        (&of_phone["origin"], &of_phone["correlationId"]),
        (&json!("APP"), &Value::Null)
    );
    // What came in was sent by nobody here.
    let unknown = backend.client.get("/v1/messages/wamid.first").await;
    assert_snapshot!(unknown.shown(), @r#"404 {"error":"No message of this id was sent from this number.","code":"NOT_FOUND"}"#);
    let other = backend.app.with_key(&backend.app.acme.numbers[1].key);
    assert_eq!(
        other.get(&format!("/v1/messages/{id}")).await.text(),
        unknown.text()
    );
}

#[tokio::test]
async fn a_failure_comes_as_the_status_of_the_message() {
    let backend = Backend::open().await;
    backend
        .graph
        .next([crate::support::graph::Reaction::Refuse(131_047)]);
    // To somebody who has never written: only WhatsApp knows whether it takes that.
    let answer = backend
        .send(&json!({"destinationNumber": "+5511999990009", "text": "hello"}))
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let path = format!("/v1/messages/{}", answer.json()["id"].as_str().unwrap());
    let shown = eventually("the failure", || async {
        let shown = backend.get(&path).await;
        (shown["status"] == "FAILED").then_some(shown)
    })
    .await;
    assert_eq!(shown["errorCode"], "META_OUTSIDE_24H_WINDOW");
    assert!(!shown["errorMessage"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn each_mode_arrives_as_whatsapp_wants_it() {
    let backend = Backend::open().await;
    let sent = backend
        .arrives(json!({"text": "see https://acme.test"}))
        .await;
    assert_eq!(
        sent["text"],
        json!({"body": "see https://acme.test", "preview_url": true})
    );
    assert_eq!(sent["to"], "+5511999990001");
    let sent = backend
        .arrives(json!({"media": "https://acme.test/a.pdf", "mediaType": "document", "caption": "Here", "fileName": "a.pdf"}))
        .await;
    assert_eq!(
        sent["document"],
        json!({"link": "https://acme.test/a.pdf", "caption": "Here", "filename": "a.pdf"})
    );
    // As the Python package sends a caption.
    let sent = backend
        .arrives(json!({"media": "https://acme.test/a.png", "mediaType": "image", "text": "Look"}))
        .await;
    assert_eq!(
        sent["image"],
        json!({"link": "https://acme.test/a.png", "caption": "Look"})
    );
    let sent = backend
        .arrives(json!({"media": "https://acme.test/a.ogg", "mediaType": "voice"}))
        .await;
    assert_eq!(
        sent["audio"],
        json!({"link": "https://acme.test/a.ogg", "voice": true})
    );
    let sent = backend
        .arrives(json!({"location": {"latitude": -23.55, "longitude": -46.63, "name": "Here"}}))
        .await;
    assert_eq!(sent["location"]["latitude"], "-23.55");
    let sent = backend
        .arrives(json!({"contacts": [{"name": "Bia", "details": [{"what": "phone", "value": "+5511988880000"}]}]}))
        .await;
    assert_eq!(sent["contacts"][0]["phones"][0]["phone"], "+5511988880000");
    let sent = backend
        .arrives(json!({"text": "Well?", "footer": "f", "header": {"type": "text", "content": "h"},
            "buttons": [{"type": "reply", "label": "Yes", "id": "y"}, {"type": "reply", "label": "No"}]}))
        .await;
    assert_eq!(
        sent["interactive"]["action"]["buttons"][0]["reply"],
        json!({"id": "y", "title": "Yes"})
    );
    assert_eq!(
        sent["interactive"]["action"]["buttons"][1]["reply"],
        json!({"id": "button_2", "title": "No"})
    );
    let sent = backend
        .arrives(json!({"text": "Shop", "buttons": [{"type": "url", "label": "Open", "url": "https://acme.test"}]}))
        .await;
    assert_eq!(sent["interactive"]["type"], "cta_url");
    let sent = backend
        .arrives(json!({"text": "Choose", "list": {"buttonText": "Open", "sections": [
            {"title": "One", "rows": [{"title": "a", "rowId": "r-a"}, {"title": "b", "description": "d"}]},
            {"title": "Two", "rows": [{"title": "c"}]}]}}))
        .await;
    let sections = &sent["interactive"]["action"]["sections"];
    assert_eq!(
        (&sections[0]["rows"][0]["id"], &sections[1]["rows"][0]["id"]),
        (&json!("r-a"), &json!("row_3"))
    );
    // An answer to what the contact wrote.
    let history = backend.get("/v1/messages/history").await;
    let first = history["messages"].as_array().unwrap().last().unwrap()["id"].clone();
    let sent = backend
        .arrives(json!({"text": "yes", "quotedMessageId": first}))
        .await;
    assert_eq!(sent["context"], json!({"message_id": "wamid.first"}));
    let history = backend.get("/v1/messages/history?pageSize=1").await;
    assert_eq!(history["messages"][0]["repliedToExternalId"], "wamid.first");
}

#[tokio::test]
async fn cards_and_flows_arrive_as_whatsapp_wants_them() {
    let backend = Backend::open().await;
    let card = |name: &str, button: Value| json!({"media": {"type": "image", "url": format!("https://acme.test/{name}.png")}, "body": name, "buttons": [button]});
    let url = json!({"type": "URL", "text": "Buy", "url": "https://acme.test"});
    let sent = backend
        .arrives(json!({"text": "Our lamps", "carousel": {"cardTemplate": {}, "cards": [card("One", url.clone()), card("Two", url)]}}))
        .await;
    let offered = &sent["interactive"];
    assert_eq!(
        (&offered["type"], &offered["body"]["text"]),
        (&json!("carousel"), &json!("Our lamps"))
    );
    assert_eq!(
        offered["action"]["cards"][1],
        json!({"card_index": 1, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://acme.test/Two.png"}},
            "body": {"text": "Two"}, "action": {"name": "cta_url", "parameters": {"display_text": "Buy", "url": "https://acme.test"}}})
    );
    let reply = json!({"type": "QUICK_REPLY", "text": "This one"});
    let sent = backend
        .arrives(json!({"text": "Choose", "carousel": {"cards": [card("One", reply.clone()), card("Two", reply)]}}))
        .await;
    let card = &sent["interactive"]["action"]["cards"][1];
    assert_eq!(
        card["action"]["buttons"],
        json!([{"type": "quick_reply", "quick_reply": {"id": "card_2_button_1", "title": "This one"}}])
    );
    assert!(card.get("type").is_none(), "{card}");
    let body = json!({"destinationNumber": ANA, "text": "Book a table", "footer": "Acme",
        "flow": {"flowId": "77", "cta": "Book", "screen": "FIRST", "data": {"name": "Ana"}, "mode": "draft"}});
    let client = backend.client.clone().header("idempotency-key", "flow-1");
    let first = client.post("/v1/messages/send", &body).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text());
    let token = first.json()["flowToken"].as_str().unwrap().to_owned();
    let call = backend.graph.wait_for_calls(3).await.remove(2);
    assert_eq!(
        call.body["interactive"]["action"],
        json!({"name": "flow", "parameters": {"flow_message_version": "3", "flow_token": token, "flow_id": "77", "flow_cta": "Book",
            "mode": "draft", "flow_action": "navigate", "flow_action_payload": {"screen": "FIRST", "data": {"name": "Ana"}}}})
    );
    // The same request again is the same message with the same token.
    let again = client.post("/v1/messages/send", &body).await;
    assert_eq!(again.json(), first.json());
    let history = backend.get("/v1/messages/history?pageSize=1").await;
    assert_eq!(history["messages"][0]["text"], "Book a table");
}

#[tokio::test]
async fn a_number_of_the_cloud_api_has_no_groups() {
    let backend = Backend::open().await;
    let shown = async |path: &str| backend.client.get(path).await.shown();
    assert_snapshot!(shown("/v1/groups").await, @r#"400 {"error":"WhatsApp's Cloud API writes to people here, and not to groups: the account of this number is not known to have any.","code":"META_GROUPS_NOT_ELIGIBLE"}"#);
    assert_snapshot!(shown("/v1/newsletters").await, @r#"400 {"error":"WhatsApp's Cloud API has no channels.","code":"NOT_SUPPORTED_FOR_META"}"#);
    assert_snapshot!(shown("/v1/messages/group?page=2&pageSize=5").await, @r#"200 {"messages":[],"total":0,"page":2,"pageSize":5,"totalPages":0}"#);
    let mut database = backend.app.database().await;
    let number = backend.app.acme.numbers[0].id.as_str();
    database
        .execute(&format!(
            "UPDATE numbers SET provider = 'PILOT_STATUS' WHERE id = '{number}'"
        ))
        .await;
    for path in ["/v1/groups", "/v1/newsletters"] {
        let answer = backend.client.get(path).await;
        assert_eq!(answer.code(), "400 GROUPS_NOT_SUPPORTED", "{path}");
    }
    let answer = backend
        .send(&json!({"groupId": "1@g.us", "text": "x"}))
        .await;
    assert_eq!(answer.code(), "400 GROUPS_NOT_SUPPORTED");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn what_cannot_be_sent_is_refused_and_changes_nothing() {
    let backend = Backend::open().await;
    let mut database = backend.app.database().await;
    let mut before = database.everything().await;
    for (body, code, field) in [
        (
            json!({"text": "x"}),
            "400 DESTINATION_INVALID",
            "destinationNumber",
        ),
        (
            json!({"destinationNumber": "123", "text": "x"}),
            "400 DESTINATION_INVALID",
            "destinationNumber",
        ),
        (
            json!({"groupId": "1@g.us", "text": "x"}),
            "400 META_GROUPS_NOT_ELIGIBLE",
            "groupId",
        ),
        (
            json!({"newsletterId": "1@newsletter", "text": "x"}),
            "400 NOT_SUPPORTED_FOR_META",
            "newsletterId",
        ),
        (json!({"destinationNumber": ANA}), "400 BODY_INVALID", ""),
        (
            json!({"destinationNumber": ANA, "text": " "}),
            "400 TEXT_EMPTY",
            "content.body",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x".repeat(4_097)}),
            "400 TEXT_TOO_LONG",
            "content.body",
        ),
        (
            json!({"destinationNumber": ANA, "text": 5}),
            "400 BODY_INVALID",
            "",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "carousel": {}}),
            "400 BODY_INVALID",
            "",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "carousel": {"cards": []}}),
            "400 DRAFT_INVALID",
            "content.cards",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "footer": "f", "carousel": {"cards": []}}),
            "400 DRAFT_INVALID",
            "footer",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "carousel": {"cards": [{"media": {"url": "https://acme.test/1.png"},
                "buttons": [{"type": "CALL", "text": "t"}]}]}}),
            "400 DRAFT_INVALID",
            "carousel.cards[0].buttons[0].type",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "flow": {"flowId": "1"}}),
            "400 BODY_INVALID",
            "",
        ),
        (
            json!({"destinationNumber": ANA, "flow": {"flowId": "1", "cta": "Book"}}),
            "400 DRAFT_INVALID",
            "content.body",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "flow": {"flowId": "1", "cta": "Book", "action": "jump"}}),
            "400 DRAFT_INVALID",
            "flow.action",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "flow": {"flowId": "1", "cta": "Book", "data": {}}}),
            "400 DRAFT_INVALID",
            "content.form.data",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "flow": {"flowId": "1", "cta": "Book"}, "buttons": [{"type": "reply", "label": "l"}]}),
            "400 BODY_INVALID",
            "flow",
        ),
        // Nobody with this phone has written, so the window is shut.
        (
            json!({"destinationNumber": "5511999990099", "text": "x", "flow": {"flowId": "1", "cta": "Book"}}),
            "409 FLOW_WINDOW_CLOSED",
            "",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "templateId": "t"}),
            "404 NOT_FOUND",
            "templateId",
        ),
        (
            json!({"destinationNumber": ANA, "media": "data:image/png;base64,AA=="}),
            "400 MEDIA_TYPE_INVALID",
            "media",
        ),
        (
            json!({"destinationNumber": ANA, "media": "ftp://acme.test/a"}),
            "400 DRAFT_INVALID",
            "content.url",
        ),
        (
            json!({"destinationNumber": ANA, "media": "https://acme.test/a", "mediaType": "gif"}),
            "400 DRAFT_INVALID",
            "mediaType",
        ),
        (
            json!({"destinationNumber": ANA, "media": "https://acme.test/a", "mediaType": "audio", "caption": "c"}),
            "400 DRAFT_INVALID",
            "content.caption",
        ),
        (
            json!({"destinationNumber": ANA, "media": "med_01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "404 NOT_FOUND",
            "content.media",
        ),
        (
            json!({"destinationNumber": ANA, "media": "https://acme.test/a", "location": {"latitude": 1, "longitude": 1}}),
            "400 BODY_INVALID",
            "location",
        ),
        (
            json!({"destinationNumber": ANA, "location": {"latitude": 91, "longitude": 0}}),
            "400 DRAFT_INVALID",
            "content.latitude",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "buttons": [{"type": "call", "label": "l"}]}),
            "400 NOT_SUPPORTED_FOR_META",
            "buttons[0].type",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "deliverAt": "tomorrow"}),
            "400 BODY_INVALID",
            "deliverAt",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "deliverUntil": "2020-01-01T00:00:00Z"}),
            "400 DRAFT_INVALID",
            "deliverUntil",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "labels": ["x".repeat(41)]}),
            "400 LABEL_INVALID",
            "labels",
        ),
        (
            json!({"destinationNumber": ANA, "text": "x", "quotedMessageId": "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "404 NOT_FOUND",
            "quoted",
        ),
        (json!([]), "400 BODY_INVALID", ""),
    ] {
        let answer = backend.send(&body).await;
        assert_eq!(answer.code(), code, "{body}: {}", answer.text());
        assert_eq!(
            answer.json()["field"].as_str().unwrap_or_default(),
            field,
            "{body}"
        );
    }
    let long = "k".repeat(256);
    for (key, expected) in [
        (long.as_str(), "400 IDEMPOTENCY_KEY_INVALID"),
        ("", "400 IDEMPOTENCY_KEY_INVALID"),
    ] {
        let client = backend.client.clone().header("idempotency-key", key);
        let answer = client
            .post(
                "/v1/messages/send",
                &json!({"destinationNumber": ANA, "text": "x"}),
            )
            .await;
        assert_eq!(answer.code(), expected);
    }
    for body in [&b"{"[..], b"\xff\xfe", b"null"] {
        let answer = backend
            .client
            .send(Method::POST, "/v1/messages/send", body.to_vec())
            .await;
        assert_eq!(answer.code(), "400 BODY_INVALID");
    }
    let large = vec![b' '; 300_000];
    let answer = backend
        .client
        .send(Method::POST, "/v1/messages/send", large)
        .await;
    assert_eq!(answer.code(), "413 BODY_TOO_LARGE");
    // A number nobody has written to yet.
    let other = backend.app.with_key(&backend.app.acme.numbers[1].key);
    let answer = other
        .post(
            "/v1/messages/send",
            &json!({"destinationNumber": ANA, "text": "x"}),
        )
        .await;
    assert_eq!(answer.code(), "409 NUMBER_NOT_READY");
    let mut after = database.everything().await;
    // What the server keeps for itself, and when it asks for templates again.
    for table in ["limits", "jobs", "numbers"] {
        before.remove(table);
        after.remove(table);
    }
    assert_eq!(before, after);
    assert!(backend.graph.calls().is_empty());
}

#[tokio::test]
async fn the_same_key_is_answered_with_the_same_message() {
    let mut backend = Backend::open().await;
    let body = json!({"destinationNumber": ANA, "text": "once"});
    let client =
        |backend: &Backend, key: &str| backend.client.clone().header("idempotency-key", key);
    let first = client(&backend, "order-1")
        .post("/v1/messages/send", &body)
        .await;
    assert_eq!(
        (first.status, first.header("idempotent-replayed")),
        (StatusCode::ACCEPTED, "")
    );
    let again = client(&backend, "order-1")
        .post("/v1/messages/send", &body)
        .await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (StatusCode::ACCEPTED, "true")
    );
    assert_eq!(again.json(), first.json());
    // The order of members says nothing.
    let turned = format!(r#"{{ "text": "once", "destinationNumber": "{ANA}" }}"#);
    let again = client(&backend, "order-1")
        .send(Method::POST, "/v1/messages/send", turned.into_bytes())
        .await;
    assert_eq!(again.json(), first.json());
    let other = json!({"destinationNumber": ANA, "text": "twice"});
    let refused = client(&backend, "order-1")
        .post("/v1/messages/send", &other)
        .await;
    assert_snapshot!(refused.shown(), @r#"409 {"error":"This Idempotency-Key was used within the last 24 hours for another message. Use a new one for each message.","code":"IDEMPOTENCY_KEY_REUSED"}"#);
    // Only what was taken is remembered.
    let wrong = json!({"destinationNumber": "1", "text": "once"});
    let refused = client(&backend, "order-2")
        .post("/v1/messages/send", &wrong)
        .await;
    assert_eq!(refused.code(), "400 DESTINATION_INVALID");
    let right = client(&backend, "order-2")
        .post("/v1/messages/send", &body)
        .await;
    assert_eq!(right.status, StatusCode::ACCEPTED);
    backend.graph.wait_for_calls(2).await;
    // It survives a restart.
    backend.app.restart().await;
    let anew = backend.app.with_key(&backend.app.acme.numbers[0].key);
    let again = anew
        .header("idempotency-key", "order-1")
        .post("/v1/messages/send", &body)
        .await;
    assert_eq!(
        (again.json(), again.header("idempotent-replayed")),
        (first.json(), "true")
    );
    assert_eq!(backend.graph.calls().len(), 2);
}

#[tokio::test]
async fn a_key_in_use_is_told_and_free_again() {
    let backend = Backend::open().await;
    let number = &backend.app.acme.numbers[0];
    let body = json!({"destinationNumber": ANA, "text": "once"});
    let send = async || {
        let client = backend.client.clone().header("idempotency-key", "order-1");
        client.post("/v1/messages/send", &body).await
    };
    // As a first request that has not ended.
    let access = &backend.app.state.access;
    let scope = access.key(Some(&number.key), None).await.unwrap().scope;
    let key = IdempotencyKey {
        key: "order-1".into(),
        body: Vec::new(),
    };
    let store = &backend.app.state.store;
    let held = store.hold_key(&scope, &number.id, &key).await.unwrap();
    assert_snapshot!(send().await.shown(), @r#"409 {"error":"The first request under this Idempotency-Key is still under way. Ask again in a moment: its answer is then yours as well.","code":"IDEMPOTENCY_KEY_IN_USE"}"#);
    assert!(backend.graph.calls().is_empty());
    drop(held);
    let first = send().await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text());
    // Many at once: each is answered like the first, or told to wait.
    let again = futures::future::join_all((0..20).map(|_| send())).await;
    for answer in again {
        match &*answer.code() {
            "202 -" => assert_eq!(answer.json(), first.json()),
            code => assert_eq!(code, "409 IDEMPOTENCY_KEY_IN_USE"),
        }
    }
    backend.graph.wait_for_calls(1).await;
}

#[tokio::test]
async fn what_waits_can_be_taken_back() {
    let backend = Backend::open().await;
    let later = pilot_inbox::clock::iso(pilot_inbox::clock::now_ms() + 3_600_000);
    let send = async || {
        let body = json!({"destinationNumber": ANA, "text": "later", "deliverAt": later});
        backend.send(&body).await.json()
    };
    let (one, two) = (send().await, send().await);
    // It has not been answered yet.
    assert_eq!(backend.get("/v1/messages/unread").await["total"], 1);
    let answer = backend
        .cancel(&json!([
            one["id"],
            two["correlationId"],
            "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "wamid.none"
        ]))
        .await;
    assert_eq!(
        answer.json(),
        json!({"cancelled": [one["id"], two["correlationId"]], "notFound": 2, "failed": [
            {"id": "msg_01ARZ3NDEKTSV4RRFFQ69G5FAV", "reason": "NOT_FOUND"}, {"id": "wamid.none", "reason": "NOT_FOUND"}]})
    );
    let shown = backend
        .get(&format!("/v1/messages/{}", one["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (&shown["status"], &shown["errorCode"]),
        (&json!("CANCELED"), &Value::Null)
    );
    let again = backend.cancel(&json!([one["id"]])).await.json();
    assert_eq!(
        again["failed"],
        json!([{"id": one["id"], "reason": "NOT_CANCELLABLE"}])
    );
    // Another number's key does not reach it.
    let third = send().await;
    let other = backend.app.with_key(&backend.app.acme.numbers[1].key);
    let body = json!({"messageIds": [third["id"]]})
        .to_string()
        .into_bytes();
    let answer = other
        .send(Method::DELETE, "/v1/messages/cancel", body)
        .await;
    assert_eq!(answer.json()["notFound"], 1);
    for ids in [json!([]), json!(vec!["msg_1"; 101])] {
        assert_eq!(backend.cancel(&ids).await.code(), "400 TOO_MANY_IDS");
    }
    assert_eq!(
        backend.cancel(&json!("msg_1")).await.code(),
        "400 BODY_INVALID"
    );
    assert!(backend.graph.calls().is_empty());
}

#[tokio::test]
async fn typing_is_shown_to_who_has_written() {
    let backend = Backend::open().await;
    let typing = |to: &str| json!({"destinationNumber": to});
    let answer = backend
        .client
        .post("/v1/messages/typing", &typing(ANA))
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (StatusCode::OK, json!({"ok": true}))
    );
    let receipts = backend.graph.wait_for_receipts(1).await;
    assert_eq!(receipts[0]["message_id"], "wamid.first");
    assert_eq!(backend.get("/v1/messages/unread").await["total"], 0);
    let answer = backend
        .client
        .post("/v1/messages/typing", &typing("5511999990009"))
        .await;
    assert_eq!(answer.code(), "404 NOT_FOUND");
    let answer = backend
        .client
        .post("/v1/messages/typing", &typing("x"))
        .await;
    assert_eq!(answer.code(), "400 DESTINATION_INVALID");
    let answer = backend.client.post("/v1/messages/typing", &json!({})).await;
    assert_eq!(answer.code(), "400 BODY_INVALID");
}

#[tokio::test]
async fn labels_of_a_send_are_labels_of_the_conversation() {
    let backend = Backend::open().await;
    for labels in [json!(["VIP", "order"]), json!(["vip"]), json!(null)] {
        let body =
            json!({"destinationNumber": ANA, "text": "hello", "labels": labels, "markRead": false});
        let answer = backend.send(&body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    }
    let list = backend.get("/v1/conversations").await;
    let row = &list["conversations"][0];
    assert_eq!(row["labels"].as_array().unwrap().len(), 2);
    assert_eq!(row["unreadCount"], 1, "nobody said that it was read");
}

#[tokio::test]
async fn templates_are_found_filled_and_sent() {
    let backend = Backend::open().await;
    let number = &backend.app.acme.numbers[0].id;
    let template = |name: &str, language: &str, status: &str| {
        serde_json::from_value(json!({"name": name, "language": language, "category": "AUTHENTICATION", "status": status,
            "named": true, "headerFormat": "TEXT", "header": "Hello {{name}}", "body": "Your code is {{code}}, {{name}}.",
            "buttons": [{"kind": "COPY_CODE", "text": "Copy"}]}))
        .unwrap()
    };
    let all = vec![
        template("code", "en", "REJECTED"),
        template("code", "pt_BR", "APPROVED"),
    ];
    backend
        .app
        .state
        .store
        .put_templates(number, all, i64::MAX)
        .await
        .unwrap();
    let list = backend.get("/v1/templates").await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let shown = &list[1];
    assert_eq!(
        (
            &shown["id"],
            &shown["category"],
            &shown["sendable"],
            &shown["variables"]
        ),
        (
            &json!("tpl_code-pt_BR"),
            &json!("OTP"),
            &json!(true),
            &json!(["name", "code"])
        )
    );
    assert_eq!(backend.get("/v1/templates/tpl_code-pt_BR").await, *shown);
    assert_eq!(
        backend.get("/v1/templates/code").await,
        *shown,
        "the one that can be sent"
    );
    let unknown = backend.client.get("/v1/templates/none").await;
    assert_eq!(unknown.code(), "404 NOT_FOUND");
    let filled = |variables: Value| json!({"destinationNumber": ANA, "templateId": "code", "variables": variables});
    let missing = backend.send(&filled(json!({"name": "Ana"}))).await;
    assert_snapshot!(missing.shown(), @r#"400 {"error":"The template tpl_code-pt_BR needs these variables as well: code, button_0.","code":"MISSING_TEMPLATE_VARIABLES","field":"variables"}"#);
    let sent = backend
        .arrives(filled(
            json!({"name": "Ana", "code": 1234, "button_0": "1234"}),
        ))
        .await;
    assert_eq!(sent["template"]["name"], "code");
    let history = backend.get("/v1/messages/history?pageSize=1").await;
    let newest = &history["messages"][0];
    assert_eq!(
        (&newest["text"], &newest["kind"], &newest["messageType"]),
        (
            &json!("Your code is 1234, Ana."),
            &json!("template"),
            &json!("text")
        )
    );
    let shown = backend
        .get(&format!("/v1/messages/{}", newest["id"].as_str().unwrap()))
        .await;
    assert_eq!(shown["template"], "code");
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one conversation from its first message on"
)]
async fn a_conversation_is_worked_on_as_in_the_inbox() {
    let backend = Backend::open().await;
    let at = recently();
    for n in 1..6 {
        backend
            .write(ANA, &format!("wamid.{n}"), &format!("text {n}"), at + n)
            .await;
    }
    let list = backend.get("/v1/conversations").await;
    let path = format!(
        "/v1/conversations/{}",
        list["conversations"][0]["id"].as_str().unwrap()
    );
    let thread = backend.get(&format!("{path}/messages?limit=4")).await;
    let texts = |thread: &Value| -> Vec<String> {
        let all = thread["messages"].as_array().unwrap().iter();
        all.map(|it| it["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(texts(&thread), ["text 5", "text 4", "text 3", "text 2"]);
    let older = thread["older"].as_str().unwrap();
    let before = backend
        .get(&format!("{path}/messages?limit=4&older={older}"))
        .await;
    assert_eq!(
        (texts(&before), &before["older"]),
        (vec!["text 1".to_owned(), "hello".to_owned()], &Value::Null)
    );
    let newer = before["newer"].as_str().unwrap();
    let after = backend
        .get(&format!("{path}/messages?limit=4&newer={newer}"))
        .await;
    assert_eq!(texts(&after), texts(&thread));
    for (query, code) in [
        ("limit=0", "400 PAGE_INVALID"),
        ("limit=101", "400 PAGE_INVALID"),
        ("older=x", "400 CURSOR_INVALID"),
    ] {
        let answer = backend
            .client
            .get(&format!("{path}/messages?{query}"))
            .await;
        assert_eq!(answer.code(), code, "{query}");
    }
    // Read up to somewhere, and then all of it.
    let body = json!({"messageId": thread["messages"][2]["id"]});
    let row = backend.client.ask(&format!("{path}/read"), &body).await;
    assert_eq!(row["unreadCount"], 2);
    let row = backend
        .client
        .ask(&format!("{path}/read"), &json!({}))
        .await;
    assert_eq!(row["unreadCount"], 0);
    // Nothing at all is asked as an empty object is.
    let row = backend
        .client
        .ask(&format!("{path}/read"), &Value::Null)
        .await;
    assert_eq!(row["unreadCount"], 0);
    backend.graph.wait_for_receipts(1).await;
    // A note is for colleagues.
    let note = backend
        .client
        .post(&format!("{path}/notes"), &json!({"text": "look"}))
        .await;
    assert_eq!(note.status, StatusCode::CREATED, "{}", note.text());
    assert_eq!(
        (&note.json()["direction"], &note.json()["kind"]),
        (&json!("INTERNAL"), &json!("note"))
    );
    let history = backend.get("/v1/messages/history").await;
    assert_eq!(history["total"], 6);
    let change = async |body: Value| {
        backend
            .client
            .clone()
            .header("content-type", "application/json")
            .send(Method::PATCH, &path, body.to_string().into_bytes())
            .await
    };
    let row = change(json!({"state": "resolved", "pinned": true}))
        .await
        .json();
    assert_eq!(
        (&row["state"], &row["pinned"]),
        (&json!("resolved"), &json!(true))
    );
    let until = pilot_inbox::clock::iso(pilot_inbox::clock::now_ms() + 3_600_000);
    let row = change(json!({"state": "snoozed", "snoozedUntil": until}))
        .await
        .json();
    assert_eq!(
        (&row["state"], &row["snoozedUntil"]),
        (&json!("snoozed"), &json!(until))
    );
    let row = change(json!({"state": "open", "assigneeId": null}))
        .await
        .json();
    assert_eq!(
        (&row["state"], &row["assigneeId"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(backend.get(&path).await["state"], "open");
    for (body, code) in [
        (json!({"state": "gone"}), "400 WORK_INVALID"),
        (json!({"state": "snoozed"}), "400 WORK_INVALID"),
        (
            json!({"state": "snoozed", "snoozedUntil": "2020-01-01"}),
            "400 WORK_INVALID",
        ),
        (json!({"addLabels": "x"}), "400 BODY_INVALID"),
        (
            json!({"addLabels": ["lb_01ARZ3NDEKTSV4RRFFQ69G5FAV"]}),
            "404 NOT_FOUND",
        ),
        (
            json!({"assigneeId": "op_01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "404 NOT_FOUND",
        ),
        (json!([]), "400 BODY_INVALID"),
    ] {
        assert_eq!(change(body.clone()).await.code(), code, "{body}");
    }
    let other = backend.app.with_key(&backend.app.acme.numbers[1].key);
    assert_eq!(other.get(&path).await.code(), "404 NOT_FOUND");
    assert_eq!(
        other.get(&format!("{path}/messages")).await.code(),
        "404 NOT_FOUND"
    );
}

#[tokio::test]
async fn a_number_and_its_keys_are_shown_and_nothing_that_opens() {
    let backend = Backend::open().await;
    let app = &backend.app;
    let (first, second) = (&app.acme.numbers[0], &app.acme.numbers[1]);
    let path = format!("/v1/numbers/{}", first.id);
    let shown = backend.get(&path).await;
    assert_eq!(
        (
            &shown["id"],
            &shown["number"],
            &shown["provider"],
            &shown["state"],
            &shown["piiMode"]
        ),
        (
            &json!(first.id),
            &json!("55113000100"),
            &json!("META"),
            &json!("OPEN"),
            &json!("STORE_INDEFINITE")
        )
    );
    assert_eq!(
        (
            &shown["health"]["sendable"],
            &shown["settings"]["markReadOnSend"],
            &shown["meta"]["phoneNumberId"]
        ),
        (&json!(true), &json!(true), &json!(first.phone_number_id))
    );
    let status = backend.get(&format!("{path}/status")).await;
    assert_eq!(
        status,
        json!({"id": first.id, "state": "OPEN", "isFullyConnected": true, "stale": false})
    );
    let tenant = app.with_key(&app.acme.key);
    for path in ["", "/status"] {
        let path = format!("/v1/numbers/{}{path}", second.id);
        assert_eq!(tenant.get(&path).await.status, StatusCode::OK);
        assert_eq!(
            backend.client.get(&path).await.code(),
            "404 NUMBER_NOT_FOUND"
        );
        assert_eq!(
            app.with_key(&app.globex.key).get(&path).await.code(),
            "404 NUMBER_NOT_FOUND"
        );
    }
    let keys = tenant.get("/v1/api-keys").await;
    let all = keys.json();
    let numbers: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["numberId"])
        .collect();
    assert_eq!(numbers, [&json!(first.id), &json!(second.id)]);
    assert_eq!(
        (&all[0]["key"], &all[0]["revealable"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(all[0]["keyLast4"], first.key[first.key.len() - 4..]);
    let own = backend.client.get("/v1/api-keys").await;
    assert_eq!(own.json().as_array().unwrap().len(), 1);
    assert_eq!(own.json()[0]["whatsappInstance"]["id"], json!(first.id));
    assert_eq!(own.json()[0]["id"], all[0]["keyId"]);
    // An id opens as much as its key: neither is told.
    let ids = app.state.store.api_keys(&app.acme.id).await.unwrap();
    for id in ids {
        assert!(!keys.text().contains(id.id.as_str()) && !own.text().contains(id.id.as_str()));
    }
    assert!(!keys.text().contains(&first.key) && !own.text().contains(&first.key));
}

#[tokio::test]
async fn a_file_is_uploaded_and_read_again() {
    let backend = Backend::open().await;
    let upload = async |kind: &str, mime: &str, bytes: &[u8]| {
        backend
            .client
            .clone()
            .header("content-type", mime)
            .header("x-file-name", "rela%C3%A7%C3%A3o.txt")
            .send(
                Method::POST,
                &format!("/v1/media?kind={kind}"),
                bytes.to_vec(),
            )
            .await
    };
    // More than what other routes take.
    let bytes = vec![b'x'; 400_000];
    let uploaded = upload("document", "text/plain", &bytes).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    let id = uploaded.json()["id"].as_str().unwrap().to_owned();
    let shown = backend
        .get(&format!("/v1/media/{id}?phoneNumberId=100"))
        .await;
    assert_eq!(
        (&shown["mediaId"], &shown["mimeType"], &shown["fileName"]),
        (&json!(id), &json!("text/plain"), &json!("relação.txt"))
    );
    let expected = format!("data:text/plain;base64,{}", STANDARD.encode(&bytes));
    assert!(shown["base64"] == expected.as_str());
    // It is of its number and of no other.
    let other = backend.app.with_key(&backend.app.acme.numbers[1].key);
    for (client, path) in [
        (&other, format!("/v1/media/{id}")),
        (&backend.client, format!("/v1/media/{id}?phoneNumberId=101")),
        (
            &backend.client,
            "/v1/media/med_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        ),
        (&backend.client, "/v1/media/%27".to_owned()),
    ] {
        assert_eq!(client.get(&path).await.code(), "404 NOT_FOUND", "{path}");
    }
    // A message carries it.
    let body =
        json!({"destinationNumber": ANA, "media": id, "mediaType": "document", "caption": "Here"});
    let answer = backend.send(&body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let history = backend.get("/v1/messages/history?pageSize=1").await;
    let newest = &history["messages"][0];
    assert_eq!(
        (&newest["media"]["id"], &newest["text"]),
        (&json!(id), &json!("Here"))
    );
    for (kind, mime, code) in [
        ("image", "text/plain", "400 MEDIA_TYPE_INVALID"),
        ("image", "image/png", "400 MEDIA_TYPE_INVALID"),
        ("gif", "image/gif", "400 BODY_INVALID"),
        ("image&kind=video", "image/png", "400 BODY_INVALID"),
    ] {
        assert_eq!(
            upload(kind, mime, b"no picture").await.code(),
            code,
            "{kind} {mime}"
        );
    }
    assert_eq!(
        upload("document", "text/plain", b"").await.code(),
        "400 BODY_INVALID"
    );
    // Whoever has no key is told that before anything else.
    for path in ["/v1/media", "/v1/media?kind=document"] {
        let refused = backend.app.anonymous().post(path, &json!({})).await;
        assert_eq!(refused.code(), "401 API_KEY_MISSING", "{path}");
    }
}

#[tokio::test]
async fn a_sign_is_put_on_a_message_and_taken_away() {
    let backend = Backend::open().await;
    let history = backend.get("/v1/messages/history").await;
    let id = history["messages"][0]["id"].as_str().unwrap();
    let path = format!("/v1/messages/{id}/reaction");
    for (count, emoji) in [(1, "👍"), (2, "")] {
        let shown = backend.client.ask(&path, &json!({"emoji": emoji})).await;
        assert_eq!(shown["id"], json!(id));
        let calls = backend.graph.wait_for_calls(count).await;
        assert_eq!(
            calls[count - 1].body["reaction"],
            json!({"message_id": "wamid.first", "emoji": emoji})
        );
    }
    let waiting = json!({"destinationNumber": ANA, "text": "later", "deliverAt": pilot_inbox::clock::iso((recently() + 7_200) * 1000)});
    let waiting = backend.send(&waiting).await.json();
    let of_waiting = format!("/v1/messages/{}/reaction", waiting["id"].as_str().unwrap());
    let refused = backend
        .client
        .post(&of_waiting, &json!({"emoji": "👍"}))
        .await;
    assert_eq!(
        (refused.code().as_str(), &refused.json()["field"]),
        ("400 DRAFT_INVALID", &json!("id"))
    );
    for (path, body, code) in [
        (&*path, json!({"emoji": "thanks"}), "400 DRAFT_INVALID"),
        (&*path, json!({}), "400 BODY_INVALID"),
        (
            "/v1/messages/msg_01ARZ3NDEKTSV4RRFFQ69G5FAV/reaction",
            json!({"emoji": "👍"}),
            "404 NOT_FOUND",
        ),
    ] {
        assert_eq!(backend.client.post(path, &body).await.code(), code);
    }
}

#[tokio::test]
async fn a_message_tells_from_which_advertisement_it_came() {
    let backend = Backend::open().await;
    let mut text = meta::text("wamid.ad", ANA, recently() + 1, "I saw your lamp");
    text["referral"] = json!({"source_url": "https://fb.me/x", "source_id": "55", "source_type": "ad",
        "headline": "Sale", "body": "Until Friday", "media_type": "image", "ctwa_clid": "click-1"});
    let body = meta::messages(backend.app.acme.first(), &[text]);
    backend.app.deliver(&body).await;
    let history = backend.get("/v1/messages/history").await;
    // Every field that clients declare, also where nothing is known.
    assert_eq!(
        history["messages"][0]["referral"],
        json!({"sourceId": "55", "sourceType": "ad", "sourceUrl": "https://fb.me/x", "headline": "Sale", "body": "Until Friday",
            "mediaType": null, "imageUrl": null, "videoUrl": null, "thumbnailUrl": null, "ctwaClid": "click-1", "adName": null,
            "adsetId": null, "adsetName": null, "campaignId": null, "campaignName": null, "namesResolvedAt": null})
    );
    assert_eq!(history["messages"][1]["referral"], Value::Null);
}
