//! Sending, over real connections: once, in order, and never again where it may have gone out.

use crate::support::app::ORIGIN;
use crate::support::graph::{Call, FakeGraph, Reaction};
use crate::support::meta;
use crate::support::recently;
use crate::support::{Client, TestApp, eventually};
use app::ids::ClientId;
use futures::future::join_all;
use pilot_inbox::store::NumberUpdate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// A program that works on its outbox, a Graph API, and an operator with one conversation.
pub struct Desk {
    pub app: TestApp,
    pub graph: FakeGraph,
    pub operator: Client,
    pub conversation: String,
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(TestApp::start().await).await
    }

    pub async fn with(mut app: TestApp) -> Self {
        let graph = FakeGraph::start().await;
        app.use_graph(&graph.base_url()).await;
        app.listen().await;
        app.deliver(&meta::one_text(
            "100",
            "wamid.in",
            "5511999",
            recently(),
            "hello",
        ))
        .await;
        let operator = app.operator().await;
        let list = operator
            .ask("/api/conversations/list", &json!({"page": {}}))
            .await;
        Self {
            conversation: list["items"][0]["id"].as_str().unwrap().to_owned(),
            app,
            graph,
            operator,
        }
    }

    pub async fn send(&self, text: &str) -> Value {
        send(&self.operator, &self.conversation, text).await
    }

    /// The message as it is now.
    pub async fn now(&self, message: &Value) -> Value {
        let body = json!({"conversation_id": self.conversation, "page": {}});
        let thread = self.operator.ask("/api/messages/list", &body).await;
        let found = thread["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["id"] == message["id"]);
        found.expect("it is there").clone()
    }

    pub async fn until(&self, message: &Value, status: &str) -> Value {
        eventually(&format!("the message to be {status}"), || async {
            Some(self.now(message).await).filter(|message| message["status"] == status)
        })
        .await
    }

    /// The message once it waits for this reason.
    pub async fn until_waiting(&self, message: &Value, reason: &str) -> Value {
        eventually(&format!("the message to wait: {reason}"), || async {
            Some(self.now(message).await).filter(|message| message["waiting"]["reason"] == reason)
        })
        .await
    }

    /// Meta reports how far a send got.
    pub async fn report(&self, call: &Call, status: &str) {
        let report = meta::status_of(call.wamid(), call.callback(), status, recently() + 1);
        self.app.deliver(&meta::statuses("100", &[report])).await;
    }

    /// Rows of the outbox in each state.
    pub async fn outbox(&self) -> Vec<String> {
        self.app
            .database()
            .await
            .texts("SELECT state FROM outbox ORDER BY message_id")
            .await
    }

    pub async fn until_outbox(&self, states: &[&str]) {
        eventually(&format!("the outbox to be {states:?}"), || async {
            (self.outbox().await == states).then_some(())
        })
        .await;
    }
}

async fn send(operator: &Client, conversation: &str, text: &str) -> Value {
    let id: ClientId = ClientId::parse(text.replace(' ', "-")).unwrap();
    let body = json!({"conversation_id": conversation, "client_id": id, "text": text});
    operator.ask("/api/messages/send", &body).await
}

#[tokio::test]
async fn a_reply_goes_out_as_meta_wants_it_and_its_ticks_follow() {
    let desk = Desk::open().await;
    let message = desk.send("a reply").await;
    assert_eq!(message["status"], "QUEUED");
    let calls = desk.graph.wait_for_calls(1).await;
    assert_eq!(
        (&*calls[0].path, &*calls[0].authorization),
        ("/v25.0/100/messages", "Bearer EAAG-token")
    );
    assert_eq!(
        calls[0].body,
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511999", "type": "text",
            "text": {"body": "a reply", "preview_url": false}, "biz_opaque_callback_data": message["id"]})
    );
    desk.until_outbox(&[]).await;
    assert_eq!(
        desk.now(&message).await["status"],
        "QUEUED",
        "taken is not sent: the tick is Meta's to give"
    );
    for (reported, shown) in [
        ("sent", "SENT"),
        ("delivered", "DELIVERED"),
        ("read", "READ"),
    ] {
        desk.report(&calls[0], reported).await;
        assert_eq!(desk.now(&message).await["status"], shown);
    }
    // The same send again is the same message, and nothing goes out again.
    desk.send("a reply").await;
    desk.send("another").await;
    assert_eq!(desk.graph.wait_for_calls(2).await[1].text(), "another");
}

#[tokio::test]
async fn somebody_without_a_phone_is_addressed_by_user_id() {
    let desk = Desk::open().await;
    let message = meta::text_by_user("wamid.u", "BR.1A2B", recently() + 5, "no phone");
    desk.app.deliver(&meta::messages("100", &[message])).await;
    let list = desk
        .operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    send(
        &desk.operator,
        list["items"][0]["id"].as_str().unwrap(),
        "hi",
    )
    .await;
    let calls = desk.graph.wait_for_calls(1).await;
    assert_eq!(
        (&calls[0].body["recipient"], calls[0].body.get("to")),
        (&json!("BR.1A2B"), None)
    );
}

#[tokio::test]
async fn what_meta_refuses_for_good_fails_with_a_sentence() {
    for (reaction, code, sentence, retryable) in [
        (
            Reaction::Refuse(131_026),
            "131026",
            "could not deliver",
            true,
        ),
        (Reaction::Refuse(100), "100", "As the test asked", false),
        (
            Reaction::Refuse(987_654),
            "987654",
            "As the test asked",
            false,
        ),
        (Reaction::Page(404), "404", "404", false),
    ] {
        let desk = Desk::open().await;
        desk.graph.next([reaction.clone()]);
        let message = desk.send("refused").await;
        let failed = desk.until(&message, "FAILED").await;
        let failure = &failed["failure"];
        assert_eq!(
            (&failure["code"], &failure["retryable"]),
            (&json!(code), &json!(retryable)),
            "{reaction:?}"
        );
        assert!(
            failure["sentence"].as_str().unwrap().contains(sentence),
            "{reaction:?}: {failure}"
        );
        // What comes after it goes out, and it does not.
        desk.send("after").await;
        let texts: Vec<String> = desk
            .graph
            .wait_for_calls(2)
            .await
            .iter()
            .map(|call| call.text().to_owned())
            .collect();
        assert_eq!(texts, ["refused", "after"]);
        desk.until_outbox(&[]).await;
        // An operator may send it again.
        let again = desk
            .operator
            .ask("/api/messages/retry", &json!({"message_id": message["id"]}))
            .await;
        assert_eq!(
            (&again["status"], again.get("failure")),
            (&json!("QUEUED"), None)
        );
        let calls = desk.graph.wait_for_calls(3).await;
        // WhatsApp's word about the first attempt must not be taken for one about the second.
        let second = format!("{}.2", message["id"].as_str().unwrap());
        assert_eq!(
            (calls[2].text(), calls[2].callback()),
            ("refused", &*second)
        );
        desk.report(&calls[2], "delivered").await;
        assert_eq!(desk.now(&message).await["status"], "DELIVERED");
    }
}

#[tokio::test]
async fn what_meta_asks_to_repeat_is_repeated_after_a_while() {
    let desk = Desk::open().await;
    // The pair rate, a throttled number as a proxy says it, and an overloaded service.
    desk.graph.next([
        Reaction::Refuse(131_056),
        Reaction::Page(429),
        Reaction::Accept,
    ]);
    let started = Instant::now();
    let message = desk.send("again and again").await;
    let calls = desk.graph.wait_for_calls(3).await;
    assert!(
        started.elapsed() >= Duration::from_secs(3),
        "1 s, then 2 s: {:?}",
        started.elapsed()
    );
    assert!(
        calls
            .iter()
            .all(|call| call.callback() == message["id"].as_str().unwrap())
    );
    desk.until_outbox(&[]).await;
    assert_eq!(desk.now(&message).await.get("failure"), None);
}

#[tokio::test]
async fn a_refused_credential_marks_the_number_until_it_is_renewed() {
    let desk = Desk::open().await;
    let number = async || {
        let all = desk
            .app
            .with_key(&desk.app.acme.key)
            .get("/v1/numbers")
            .await
            .json();
        json!([all[0]["state"], all[0]["isFullyConnected"]])
    };
    assert_eq!(number().await, json!(["OPEN", true]));
    desk.graph.next([Reaction::Refuse(190)]);
    let message = desk.send("with an old token").await;
    let paused = desk.until_waiting(&message, "PAUSED").await;
    let sentence = paused["waiting"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("access token"), "{paused}");
    assert_eq!(paused["status"], "QUEUED");
    // What is written meanwhile says so at once.
    let after = desk.send("after it").await;
    assert_eq!(after["waiting"]["sentence"], sentence);
    let body = json!({"parent_origin": ORIGIN, "open": null});
    let screen = desk.operator.ask("/api/bootstrap", &body).await;
    assert_eq!(screen["numbers"][0]["refusal"], sentence);
    assert_eq!(number().await, json!(["CLOSE", false]));
    // An administrator acts.
    let sealed = desk.app.seal(&desk.app.acme.numbers[0].id, "EAAG-renewed");
    let update = NumberUpdate {
        access_token: Some(sealed),
        graph_base_url: None,
    };
    desk.app
        .state
        .store
        .update_number(&desk.app.acme.numbers[0].id, update)
        .await
        .unwrap();
    assert_eq!(number().await, json!(["OPEN", true]));
    // All goes out by itself, in order.
    let calls = desk.graph.wait_for_calls(3).await;
    assert_eq!(calls[1].authorization, "Bearer EAAG-renewed");
    assert_eq!(
        [calls[1].text(), calls[2].text()],
        ["with an old token", "after it"]
    );
    desk.until_outbox(&[]).await;
    assert!(desk.now(&message).await["waiting"].is_null());
}

#[tokio::test]
async fn a_paused_number_is_asked_about_and_taken_again() {
    let desk = Desk::open().await;
    desk.graph.next([Reaction::Refuse(131_042)]);
    let message = desk.send("unpaid").await;
    desk.until_waiting(&message, "PAUSED").await;
    let mut database = desk.app.database().await;
    database
        .execute("UPDATE numbers SET probe_at = 0 WHERE refusal IS NOT NULL")
        .await;
    let calls = desk.graph.wait_for_calls(2).await;
    assert_eq!(calls[1].text(), "unpaid");
    let asked = desk.graph.questions();
    assert!(
        asked.contains(&"/v25.0/100?fields=status".to_owned()),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_payment_that_fails_later_pauses_the_number_too() {
    let desk = Desk::open().await;
    let message = desk.send("taken").await;
    let calls = desk.graph.wait_for_calls(1).await;
    desk.until_outbox(&[]).await;
    let mut report = meta::failed(calls[0].wamid(), recently(), 131_042);
    report["biz_opaque_callback_data"] = message["id"].clone();
    desk.app.deliver(&meta::statuses("100", &[report])).await;
    assert_eq!(desk.now(&message).await["status"], "FAILED");
    assert_eq!(desk.send("the next").await["waiting"]["reason"], "PAUSED");
}

#[tokio::test]
async fn only_the_conversation_that_is_too_fast_waits() {
    let desk = Desk::open().await;
    desk.app
        .deliver(&meta::one_text(
            "100",
            "wamid.other",
            "5522",
            recently() + 1,
            "hello",
        ))
        .await;
    let list = desk
        .operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let other = list["items"][0]["id"].as_str().unwrap();
    desk.graph.next((0..3).map(|_| Reaction::Refuse(131_056)));
    let message = desk.send("too fast").await;
    let waiting = desk.until_waiting(&message, "PAIR_RATE").await;
    assert!(waiting["waiting"]["until"].is_i64(), "{waiting}");
    desk.graph.wait_for_calls(3).await;
    send(&desk.operator, other, "elsewhere").await;
    let calls = desk.graph.wait_for_calls(4).await;
    assert_eq!(calls[3].text(), "elsewhere");
    desk.graph.wait_for_calls(5).await;
    desk.until_outbox(&[]).await;
}

#[tokio::test]
async fn a_shut_window_takes_no_free_text_until_the_contact_writes() {
    let desk = Desk::open().await;
    let day = 24 * 3_600;
    desk.app
        .deliver(&meta::one_text(
            "100",
            "wamid.old",
            "5533",
            recently() - day,
            "long ago",
        ))
        .await;
    let list = desk
        .operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let shut = list["items"][1]["id"].as_str().unwrap();
    let body = json!({"conversation_id": shut, "client_id": "c-1", "text": "too late"});
    let refused = desk.operator.post("/api/messages/send", &body).await;
    assert_eq!(refused.code(), "409 WINDOW_SHUT", "{}", refused.text());
    assert!(desk.outbox().await.is_empty());
    // For a time after its end it is shut as well.
    let later =
        json!({"content": {"type": "text", "body": "x"}, "deliverAt": (recently() + day) * 1000});
    let body = json!({"conversation_id": desk.conversation, "client_id": "c-2", "draft": later});
    let refused = desk.operator.post("/api/messages/send_draft", &body).await;
    assert_eq!(refused.code(), "409 WINDOW_SHUT");
    // The next message opens it.
    desk.app
        .deliver(&meta::one_text(
            "100",
            "wamid.new",
            "5533",
            recently(),
            "still there?",
        ))
        .await;
    send(&desk.operator, shut, "yes").await;
    assert_eq!(desk.graph.wait_for_calls(1).await[0].text(), "yes");
}

#[tokio::test]
async fn what_whatsapp_says_of_the_window_counts() {
    for at_once in [true, false] {
        let desk = Desk::open().await;
        if at_once {
            desk.graph.next([Reaction::Refuse(131_047)]);
        }
        let message = desk.send("reckoned to be open").await;
        let calls = desk.graph.wait_for_calls(1).await;
        if !at_once {
            desk.until_outbox(&[]).await;
            let mut report = meta::failed(calls[0].wamid(), recently(), 131_047);
            report["biz_opaque_callback_data"] = message["id"].clone();
            desk.app.deliver(&meta::statuses("100", &[report])).await;
        }
        let failed = desk.until(&message, "FAILED").await;
        assert_eq!(failed["failure"]["code"], "131047");
        let row = eventually("the window to be shut", || async {
            let list = desk
                .operator
                .ask("/api/conversations/list", &json!({"page": {}}))
                .await;
            Some(list["items"][0].clone()).filter(|row| row["lastInboundAt"].is_null())
        })
        .await;
        assert_eq!(row["id"], desk.conversation);
        let body = json!({"message_id": message["id"]});
        let refused = desk.operator.post("/api/messages/retry", &body).await;
        assert_eq!(refused.code(), "409 WINDOW_SHUT");
        desk.app
            .deliver(&meta::one_text(
                "100",
                "wamid.again",
                "5511999",
                recently() + 5,
                "hi",
            ))
            .await;
        desk.operator.ask("/api/messages/retry", &body).await;
        desk.graph.wait_for_calls(2).await;
    }
}

#[tokio::test]
async fn an_access_token_of_another_installation_is_a_refused_credential() {
    let desk = Desk::open().await;
    let update = NumberUpdate {
        access_token: Some(b"sealed elsewhere".to_vec()),
        graph_base_url: None,
    };
    desk.app
        .state
        .store
        .update_number(&desk.app.acme.numbers[0].id, update)
        .await
        .unwrap();
    let message = desk.send("unsendable").await;
    desk.until_waiting(&message, "PAUSED").await;
    assert!(desk.graph.calls().is_empty(), "nothing went out");
}

#[tokio::test]
async fn while_graph_cannot_be_reached_messages_wait_and_then_go_out_once() {
    let desk = Desk::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    desk.app.use_graph(&format!("http://{address}/v25.0")).await;
    let message = desk.send("patience").await;
    let attempts = async || {
        desk.app
            .database()
            .await
            .number("SELECT coalesce(max(attempts), 0) FROM outbox WHERE state = 'ready'")
            .await
    };
    eventually("a few attempts", || async {
        (attempts().await >= 2).then_some(())
    })
    .await;
    assert_eq!(
        desk.now(&message).await["status"],
        "QUEUED",
        "it is not lost"
    );
    let graph = FakeGraph::on(TcpListener::bind(address).await.unwrap());
    graph.wait_for_calls(1).await;
    desk.until_outbox(&[]).await;
    desk.send("the next").await;
    let texts: Vec<String> = graph
        .wait_for_calls(2)
        .await
        .iter()
        .map(|call| call.text().to_owned())
        .collect();
    assert_eq!(texts, ["patience", "the next"]);
}

#[tokio::test]
async fn what_may_have_gone_out_is_settled_by_a_status_and_never_repeated() {
    for reaction in [Reaction::HangUp, Reaction::Page(503), Reaction::Page(200)] {
        let desk = Desk::open().await;
        desk.graph.next([reaction.clone()]);
        let message = desk.send("who knows").await;
        desk.until_outbox(&["unconfirmed"]).await;
        // What was written after it waits, so that the order stays.
        desk.send("after it").await;
        desk.until_outbox(&["unconfirmed", "ready"]).await;
        assert_eq!(desk.now(&message).await["status"], "QUEUED");
        let call = &desk.graph.calls()[0];
        let report = meta::status_of("wamid.processed", call.callback(), "sent", recently());
        desk.app.deliver(&meta::statuses("100", &[report])).await;
        assert_eq!(desk.now(&message).await["status"], "SENT", "{reaction:?}");
        let texts: Vec<String> = desk
            .graph
            .wait_for_calls(2)
            .await
            .iter()
            .map(|call| call.text().to_owned())
            .collect();
        assert_eq!(
            texts,
            ["who knows", "after it"],
            "{reaction:?}: once each, in order"
        );
    }
}

#[tokio::test]
async fn where_no_status_comes_a_person_decides() {
    let desk =
        Desk::with(TestApp::waiting_for_confirmation(Duration::from_millis(300)).await).await;
    desk.graph.next([Reaction::HangUp]);
    let message = desk.send("who knows").await;
    let failed = desk.until(&message, "FAILED").await;
    assert_eq!(
        (&failed["failure"]["code"], &failed["failure"]["retryable"]),
        (&json!("UNCONFIRMED"), &json!(true))
    );
    assert_eq!(desk.graph.calls().len(), 1, "not by itself");
    // It had gone out after all: the report comes late, and success wins.
    desk.report(&desk.graph.calls()[0], "delivered").await;
    let now = desk.now(&message).await;
    assert_eq!(
        (&now["status"], now.get("failure")),
        (&json!("DELIVERED"), None)
    );
    let retry = desk
        .operator
        .post("/api/messages/retry", &json!({"message_id": message["id"]}))
        .await;
    assert_eq!(retry.code(), "400 NOT_RETRYABLE");
}

#[tokio::test]
async fn one_conversation_keeps_its_order_and_holds_up_no_other() {
    let desk = Desk::open().await;
    desk.app
        .deliver(&meta::one_text(
            "100",
            "wamid.other",
            "5522",
            recently() + 1,
            "another person",
        ))
        .await;
    let list = desk
        .operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let other = list["items"][0]["id"].as_str().unwrap();
    // The first answer is the slowest.
    desk.graph.next(
        [300, 20, 80, 5, 40, 10, 0].map(|ms| Reaction::AcceptAfter(Duration::from_millis(ms))),
    );
    for index in 0..6 {
        desk.send(&format!("ours {index}")).await;
        send(&desk.operator, other, &format!("theirs {index}")).await;
    }
    let calls = desk.graph.wait_for_calls(12).await;
    let texts = |to: &str| -> Vec<&str> {
        calls
            .iter()
            .filter(|call| call.body["to"] == to)
            .map(Call::text)
            .collect()
    };
    assert_eq!(
        texts("+5511999"),
        ["ours 0", "ours 1", "ours 2", "ours 3", "ours 4", "ours 5"]
    );
    assert_eq!(
        texts("+5522"),
        [
            "theirs 0", "theirs 1", "theirs 2", "theirs 3", "theirs 4", "theirs 5"
        ]
    );
    assert!(
        calls.iter().any(|call| call.under_way > 0),
        "two conversations go at the same time"
    );
    assert!(
        calls.iter().all(|call| call.under_way < 2),
        "and each of them one by one"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_conversations_go_out_at_once_and_each_message_once() {
    let desk = Desk::open().await;
    let people: Vec<Value> = (0..60)
        .map(|i| {
            meta::text(
                &format!("wamid.{i}"),
                &format!("55{i:04}"),
                recently() + i,
                "hello",
            )
        })
        .collect();
    desk.app.deliver(&meta::messages("100", &people)).await;
    let list = desk
        .operator
        .ask("/api/conversations/list", &json!({"page": {"limit": 100}}))
        .await;
    let conversations: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    let sends = conversations
        .iter()
        .enumerate()
        .flat_map(|(index, conversation)| {
            let operator = &desk.operator;
            (0..3).map(move |part| async move {
                send(operator, conversation, &format!("{index} part {part}")).await
            })
        });
    let sent: BTreeSet<String> = join_all(sends)
        .await
        .iter()
        .map(|m| m["id"].as_str().unwrap().to_owned())
        .collect();
    desk.graph.wait_for_calls(sent.len()).await;
    desk.until_outbox(&[]).await;
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for call in desk.graph.calls() {
        *times.entry(call.callback().to_owned()).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "each once");
    assert_eq!(times.into_keys().collect::<BTreeSet<_>>(), sent);
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way_and_ends_streams_within_five_seconds() {
    let mut app = TestApp::start().await;
    let graph = FakeGraph::start().await;
    app.use_graph(&graph.base_url()).await;
    let listening = app.listen().await;
    let token = app.token(&app.acme).await;
    // A stream over a real connection, and a send that takes its time.
    let stream = reqwest::Client::builder().no_proxy().build().unwrap();
    let stream = stream
        .get(format!("http://{}/api/live", listening.address))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200);
    app.deliver(&meta::one_text(
        "100",
        "wamid.in",
        "5511",
        recently(),
        "hello",
    ))
    .await;
    let operator = app.with_token(&token);
    let list = operator
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    graph.next([Reaction::AcceptAfter(Duration::from_millis(250))]);
    let message = send(
        &operator,
        list["items"][0]["id"].as_str().unwrap(),
        "on its way",
    )
    .await;
    graph.wait_for_calls(1).await;
    let started = Instant::now();
    app.state.shutdown.cancel();
    listening.task.await.unwrap().unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    let rest = stream
        .bytes()
        .await
        .expect("the stream ends as a whole answer");
    assert!(rest.starts_with(b"event: ready"), "{rest:?}");
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM outbox").await,
        0,
        "the answer was waited for"
    );
    let kept = database
        .texts("SELECT provider_id FROM messages WHERE direction = 'OUTBOUND'")
        .await;
    assert_eq!(kept, [graph.calls()[0].wamid()]);
    assert_eq!(
        database
            .texts("SELECT id FROM messages WHERE direction = 'OUTBOUND'")
            .await,
        [message["id"].as_str().unwrap()]
    );
}

#[tokio::test]
async fn what_was_under_way_at_the_end_is_not_sent_again_at_the_start() {
    let mut app = TestApp::start().await;
    let graph = FakeGraph::start().await;
    app.use_graph(&graph.base_url()).await;
    let listening = app.listen().await;
    app.deliver(&meta::one_text(
        "100",
        "wamid.in",
        "5511",
        recently(),
        "hello",
    ))
    .await;
    let token = app.token(&app.acme).await;
    let list = app
        .with_token(&token)
        .ask("/api/conversations/list", &json!({"page": {}}))
        .await;
    let conversation = list["items"][0]["id"].as_str().unwrap().to_owned();
    graph.next([Reaction::AcceptAfter(Duration::from_secs(30))]);
    send(&app.with_token(&token), &conversation, "cut off").await;
    let call = graph.wait_for_calls(1).await.remove(0);
    let started = Instant::now();
    app.state.shutdown.cancel();
    listening.task.await.unwrap().unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    app.restart().await;
    app.listen().await;
    let states = async || app.database().await.texts("SELECT state FROM outbox").await;
    eventually("the start to look at what was left", || async {
        (states().await == ["unconfirmed"]).then_some(())
    })
    .await;
    // Its report comes, and only then the next one goes out.
    let operator = app.with_token(&token);
    send(&operator, &conversation, "after the start").await;
    let report = meta::status_of("wamid.cut", call.callback(), "sent", recently());
    app.deliver(&meta::statuses("100", &[report])).await;
    let texts: Vec<String> = graph
        .wait_for_calls(2)
        .await
        .iter()
        .map(|call| call.text().to_owned())
        .collect();
    assert_eq!(texts, ["cut off", "after the start"]);
}
