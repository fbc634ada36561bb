//! `kill -9`, again and again, in the middle of taking webhooks and of sending: what was acknowledged is there once, what was
//! queued went out once.
//!
//! The program runs as a process of its own, the one in `PILOT_INBOX_BIN` if that is set (the release build, say).

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "crash"]
mod crash {
    pub mod graph;
    pub mod server;
}

use crash::graph::FakeGraph;
use crash::server::{APP_SECRET, Server, Setup};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KILLS: u32 = 50;
const PATIENCE: Duration = Duration::from_mins(1);

/// What one side of the test has been promised.
#[derive(Default)]
struct Ledger {
    acknowledged: Mutex<BTreeSet<String>>,
    unanswered: Mutex<Vec<String>>,
    next: AtomicU32,
}

impl Ledger {
    /// The next thing to try: what got no answer before (as Meta and a browser do), or something new.
    fn next(&self, kind: &str) -> String {
        let again = self.unanswered.lock().unwrap().pop();
        again.unwrap_or_else(|| format!("{kind}-{}", self.next.fetch_add(1, Ordering::Relaxed)))
    }

    fn answered(&self, name: String, good: bool) {
        if good {
            self.acknowledged.lock().unwrap().insert(name);
        } else {
            self.unanswered.lock().unwrap().push(name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_and_nothing_goes_out_twice() {
    let setup = Setup::new();
    let graph = FakeGraph::start(setup.webhook_url(), APP_SECRET).await;
    setup.connect_number(&graph.base_url());
    let inbound = Arc::new(Ledger::default());
    let outbound = Arc::new(Ledger::default());

    let server = setup.start().await;
    assert!(
        server.deliver("first", "hello").await,
        "the conversation begins"
    );
    let token = server.mint().await;
    let conversation = server.only_conversation(&token).await;
    drop(server);

    for round in 0..KILLS {
        let server = setup.start().await;
        let work = (0..4).map(|lane| {
            let (server, token, conversation) =
                (server.clone(), token.clone(), conversation.clone());
            let (inbound, outbound) = (inbound.clone(), outbound.clone());
            tokio::spawn(async move {
                loop {
                    if lane % 2 == 0 {
                        let name = inbound.next("in");
                        let good = server.deliver(&name, &name).await;
                        inbound.answered(name, good);
                    } else {
                        let name = outbound.next("out");
                        let good = server.send(&token, &conversation, &name).await;
                        outbound.answered(name, good);
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    if !server.is_running() {
                        return;
                    }
                }
            })
        });
        let work: Vec<_> = work.collect();
        // Every kill at another point of the work.
        tokio::time::sleep(Duration::from_millis(20 + u64::from(round * 37 % 90))).await;
        server.kill();
        for lane in work {
            lane.await.unwrap();
        }
    }

    let server = setup.start().await;
    settle(&server, &graph, &token, &conversation).await;

    let stored = texts(&server.all_messages(&token, &conversation).await);
    for (name, count) in &stored {
        assert_eq!(*count, 1, "{name} is there {count} times");
    }
    let lost: Vec<_> = [&inbound, &outbound]
        .into_iter()
        .flat_map(|ledger| ledger.acknowledged.lock().unwrap().clone())
        .filter(|name| !stored.contains_key(name))
        .collect();
    assert_eq!(lost, Vec::<String>::new(), "acknowledged and lost");

    let sent = graph.sent();
    let queued: Vec<_> = stored
        .keys()
        .filter(|name| name.starts_with("out-"))
        .collect();
    let wrong: Vec<_> = queued
        .iter()
        .map(|name| (name, sent.get(name.as_str()).copied().unwrap_or(0)))
        .filter(|(_, count)| *count != 1)
        .collect();
    assert!(
        wrong.is_empty(),
        "queued, and gone out another number of times than once: {wrong:?}"
    );
    assert!(
        sent.keys().all(|name| stored.contains_key(name)),
        "nothing went out that is not stored"
    );

    let (messages, sends) = (inbound.acknowledged.lock().unwrap().len(), queued.len());
    println!("{KILLS} kills: {messages} messages taken, {sends} sent");
    assert!(
        messages > 100 && sends > 100,
        "the test was busy: {messages} messages, {sends} sends"
    );
}

/// Waits until every message of ours has an end. Where nobody can know whether a message went out, the program asks a person: here the
/// person looks at the phone, and sends again what did not arrive.
async fn settle(server: &Server, graph: &FakeGraph, token: &str, conversation: &str) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let messages = server.all_messages(token, conversation).await;
        let sent = graph.sent();
        let mut open = 0;
        for message in messages
            .iter()
            .filter(|message| message["direction"] == "OUTBOUND")
        {
            let arrived = sent.contains_key(message["text"].as_str().unwrap());
            match message["status"].as_str().unwrap() {
                "QUEUED" => open += 1,
                "FAILED" => {
                    assert_eq!(message["failure"]["code"], "UNCONFIRMED", "{message}");
                    open += 1;
                    if !arrived {
                        server.retry(token, message["id"].as_str().unwrap()).await;
                    }
                }
                _ => {}
            }
        }
        if open == 0 {
            return;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "{open} messages have no end yet"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn texts(messages: &[Value]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for message in messages {
        *counts
            .entry(message["text"].as_str().unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    counts
}

/// A signed delivery holds this.
pub fn text_webhook(provider_id: &str, text: &str, phone_number_id: &str) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "551130000000", "phone_number_id": phone_number_id},
        "contacts": [{"wa_id": "5511999", "profile": {"name": "Ana"}}],
        "messages": [{"id": provider_id, "from": "5511999", "timestamp": "1795000000", "type": "text", "text": {"body": text}}]
    }}]}]})
}
