//! What waits when the server is killed waits after the next start as well, and goes out when its time has come.

use crate::processes::{
    Caller, FakeGraph, Inbound, Installation, Replica, TEMPLATE, file_of, filled, now_ms, until,
};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(1);
/// WhatsApp's code for an access token that has ended.
const TOKEN_ENDED: i64 = 190;

/// A server whose number has templates, and an inbox with one conversation.
struct Desk {
    server: Replica,
    graph: FakeGraph,
    caller: Caller,
    token: String,
    conversation: String,
}

impl Desk {
    async fn open(installation: &mut Installation) -> Self {
        let graph = FakeGraph::start().await;
        installation.furnish(&graph.base_url());
        let (caller, server) = (installation.caller(), installation.replica("server"));
        graph.report_to(vec![server.webhook_url()]);
        server.start().await;
        let hello = Inbound {
            text: "hello",
            from: "5511999",
        };
        let answer = caller.deliver(&server.url, hello).await;
        assert!(answer.is_some_and(|answer| answer.is_good()));
        let token = caller.token(&server.url).await;
        until("the templates are there", PATIENCE, async || {
            (caller.templates(&server.url, &token).await > 0).then_some(())
        })
        .await;
        let conversations = caller.conversations(&server.url, &token).await;
        Self {
            conversation: conversations.into_values().next().unwrap(),
            server,
            graph,
            caller,
            token,
        }
    }

    /// Queues a draft. Returns the message.
    async fn send(&self, name: &str, draft: Value) -> Value {
        let (server, token) = (&self.server.url, &self.token);
        let sent = self
            .caller
            .send_draft(server, token, &self.conversation, name, &draft);
        let sent = sent.await.expect("the server answers");
        assert!(sent.is_good(), "{sent:?}");
        sent.body
    }

    /// The reason that each message of ours gives for waiting.
    async fn reasons(&self) -> Vec<Value> {
        let (server, token) = (&self.server.url, &self.token);
        let thread = self.caller.thread(server, token, &self.conversation).await;
        thread
            .iter()
            .filter(|message| message["direction"] == "OUTBOUND")
            .map(|message| message["waiting"]["reason"].clone())
            .collect()
    }

    async fn until_taken(&self, count: usize) {
        until("it goes out", PATIENCE, async || {
            (self.graph.taken().len() >= count).then_some(())
        })
        .await;
    }
}

fn template(order: &str) -> Value {
    let values = json!({"body": [{"name": "1", "text": order}]});
    json!({"type": "template", "name": TEMPLATE, "language": "en", "values": values})
}

fn text(body: &str) -> Value {
    json!({"content": {"type": "text", "body": body}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_that_was_paused_stays_so_and_what_waits_for_it_goes_out_whole() {
    let mut installation = Installation::on_sqlite();
    let desk = Desk::open(&mut installation).await;
    desk.graph.refuse(Some(TOKEN_ENDED));
    desk.send("a", text("refused")).await;
    until("the number is paused", PATIENCE, async || {
        (desk.reasons().await == ["PAUSED"]).then_some(())
    })
    .await;
    desk.send("b", json!({"content": template("b-17")})).await;
    let (server, token) = (&desk.server.url, &desk.token);
    let pdf = ("document", "application/pdf");
    let upload = desk
        .caller
        .upload(server, token, &desk.conversation, pdf, file_of("paper"));
    let media = upload.await.expect("the server answers").body["id"].clone();
    let content = json!({"type": "media", "media": media, "caption": "paper"});
    desk.send("c", json!({"content": content})).await;
    desk.server.kill();

    desk.graph.refuse(None);
    desk.server.start().await;
    let after = desk.send("d", text("after the start")).await;
    assert_eq!(after["waiting"]["reason"], "PAUSED", "{after}");
    assert_eq!(desk.reasons().await, ["PAUSED"; 4]);
    assert!(desk.graph.taken().is_empty(), "nothing has gone out");

    installation.renew_access_token("another");
    desk.until_taken(4).await;
    let gone = desk.graph.taken();
    let texts: Vec<&str> = gone.iter().map(|message| &*message.text).collect();
    assert_eq!(
        texts,
        ["refused", &filled("b-17"), "paper", "after the start"]
    );
    assert!(gone[2].file.as_deref() == Some(&*file_of("paper")));
    println!("counts: 4 messages waited for a paused number over a kill");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_put_off_goes_out_at_its_time_and_once() {
    let mut installation = Installation::on_sqlite();
    let desk = Desk::open(&mut installation).await;
    let later = now_ms() + 4_000;
    for order in ["a-1", "a-2"] {
        let draft = json!({"content": template(order), "deliverAt": later});
        let sent = desk.send(order, draft).await;
        assert_eq!(sent["waiting"]["reason"], "SCHEDULED", "{sent}");
    }
    desk.server.kill();
    desk.server.start().await;
    until("the first goes out", PATIENCE, async || {
        let gone = !desk.graph.taken().is_empty();
        assert!(!gone || now_ms() >= later, "it has gone out too early");
        gone.then_some(())
    })
    .await;
    desk.until_taken(2).await;
    desk.server.kill();
    desk.server.start().await;
    desk.send("b", text("the last")).await;
    desk.until_taken(3).await;
    let taken = desk.graph.taken().into_iter().map(|taken| taken.text);
    let expected = [filled("a-1"), filled("a-2"), "the last".into()];
    assert_eq!(taken.collect::<Vec<_>>(), expected);
    println!("counts: 2 messages put off over a kill");
}
