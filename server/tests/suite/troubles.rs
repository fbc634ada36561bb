//! Whatever the Graph API answers: nothing is doubled, nothing is lost, and nobody else gets the token.

use crate::outbox::Desk;
use crate::support::trouble::{Ask, FILE, Trouble, TroubledGraph};
use crate::support::{TestApp, eventually, meta, recently};
use axum::http::Method;
use pilot_inbox::provider::cloud_api::{GraphClient, Route, SendOutcome};
use serde_json::{Value, json};
use std::time::Duration;

/// What becomes of a message whose send was answered like this.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It did not go out, and goes out by itself.
    Again,
    /// It did not go out, and a person hears of it.
    Failed,
    /// Nobody knows: WhatsApp's word decides.
    Unknown,
}

fn end_of(trouble: Trouble) -> End {
    match trouble {
        Trouble::Page(429) => End::Again,
        Trouble::Page(400..500) | Trouble::Redirect(_) => End::Failed,
        _ => End::Unknown,
    }
}

/// The inbox of a troubled Graph API.
async fn desk() -> (Desk, TroubledGraph) {
    let desk = Desk::open().await;
    let graph = TroubledGraph::start().await;
    desk.app.use_graph(&graph.base_url()).await;
    (desk, graph)
}

#[tokio::test]
async fn a_send_goes_out_once_whatever_is_answered() {
    for trouble in Trouble::ALL {
        // A silent answer ends after half a minute: its test is below.
        if trouble == Trouble::Silence {
            continue;
        }
        let (desk, graph) = desk().await;
        graph.next(Ask::Send, trouble);
        let message = desk.send("once").await;
        let expected = match end_of(trouble) {
            End::Again => 2,
            End::Failed => {
                let failed = desk.until(&message, "FAILED").await;
                assert!(
                    failed["failure"]["sentence"].is_string(),
                    "{trouble:?}: {failed}"
                );
                1
            }
            End::Unknown => {
                desk.until_outbox(&["unconfirmed"]).await;
                let callback = message["id"].as_str().unwrap();
                let report = meta::status_of("wamid.once", callback, "sent", recently());
                desk.app.deliver(&meta::statuses("100", &[report])).await;
                1
            }
        };
        desk.send("after it").await;
        desk.until_outbox(&[]).await;
        let sent = graph.asked(Ask::Send);
        let times = |text: &str| sent.iter().filter(|body| body.contains(text)).count();
        assert_eq!(
            (times("\"once\""), times("after it")),
            (expected, 1),
            "{trouble:?}: {sent:?}"
        );
        graph.assert_over(&format!("{trouble:?}"));
    }
}

#[tokio::test]
async fn a_send_without_an_answer_is_neither_sent_nor_failed() {
    let graph = TroubledGraph::start().await;
    let client = GraphClient::waiting(Duration::from_secs(2)).unwrap();
    let base_url = graph.base_url();
    let route = Route {
        base_url: &base_url,
        phone_number_id: "100",
        access_token: "EAAG-token",
    };
    graph.next(Ask::Send, Trouble::Silence);
    let outcome = client.post_message(route, &json!({"type": "text"})).await;
    assert!(matches!(outcome, SendOutcome::Unknown(_)), "{outcome:?}");
    assert_eq!(graph.asked(Ask::Send).len(), 1);
    graph.assert_over("silence");
}

#[tokio::test]
async fn templates_are_read_whole_or_not_at_all() {
    let graph = TroubledGraph::start().await;
    let client = GraphClient::waiting(Duration::from_secs(2)).unwrap();
    let base_url = graph.base_url();
    let route = Route {
        base_url: &base_url,
        phone_number_id: "1",
        access_token: "EAAG-token",
    };
    for trouble in Trouble::ALL {
        graph.next(Ask::Templates, trouble);
        assert_eq!(client.templates(route).await, None, "{trouble:?}");
        assert_eq!(
            client.templates(route).await.unwrap().len(),
            1,
            "after {trouble:?}"
        );
        graph.assert_over(&format!("{trouble:?}"));
    }
}

#[tokio::test]
async fn a_list_of_templates_that_cannot_be_read_stays_as_it_is() {
    let (desk, graph) = desk().await;
    let body = json!({"number_id": desk.app.acme.numbers[0].id, "query": "", "language": null});
    let templates = async || desk.operator.ask("/api/templates/list", &body).await;
    eventually("the templates", || async {
        (templates().await.as_array().unwrap().len() == 1).then_some(())
    })
    .await;
    graph.next(Ask::Templates, Trouble::HalfBody);
    let known = graph.asked(Ask::Templates).len();
    let mut database = desk.app.database().await;
    database
        .execute("UPDATE numbers SET templates_due_at = 0")
        .await;
    eventually("the next fetch", || async {
        (graph.asked(Ask::Templates).len() > known).then_some(())
    })
    .await;
    graph.assert_over("half a list");
    assert_eq!(templates().await.as_array().unwrap().len(), 1);
}

impl Desk {
    async fn document(&self) -> Value {
        let path = format!(
            "/api/media?conversation={}&kind=document",
            self.conversation
        );
        let client = self.operator.clone().header("content-type", "text/plain");
        client
            .send(Method::POST, &path, FILE.as_bytes().to_vec())
            .await
            .json()["id"]
            .clone()
    }
}

#[tokio::test]
async fn a_file_is_given_and_its_message_goes_out_once_whatever_is_answered() {
    for trouble in Trouble::ALL {
        let (desk, graph) = desk().await;
        let media = desk.document().await;
        graph.next(Ask::Upload, trouble);
        let content = json!({"type": "media", "media": media});
        let body = json!({"conversation_id": desk.conversation, "client_id": "c-1", "draft": {"content": content}});
        let message = desk.operator.ask("/api/messages/send_draft", &body).await;
        if matches!(trouble, Trouble::Page(400..429)) {
            desk.until(&message, "FAILED").await;
            assert!(graph.asked(Ask::Send).is_empty(), "{trouble:?}");
            let again = json!({"message_id": message["id"]});
            desk.operator.ask("/api/messages/retry", &again).await;
        }
        desk.until_outbox(&[]).await;
        let uploads = graph.asked(Ask::Upload);
        assert_eq!(uploads.len(), 2, "{trouble:?}");
        assert!(
            uploads.iter().all(|body| body.contains(FILE)),
            "{trouble:?}"
        );
        let sent = graph.asked(Ask::Send);
        assert_eq!(sent.len(), 1, "{trouble:?}: {sent:?}");
        assert!(sent[0].contains("up-1"), "{trouble:?}: {sent:?}");
        graph.assert_over(&format!("{trouble:?}"));
    }
}

#[tokio::test]
async fn a_file_arrives_whole_whatever_was_answered_before() {
    for ask in [Ask::Locate, Ask::Fetch] {
        let mut app = TestApp::start().await;
        let graph = TroubledGraph::start().await;
        app.use_graph(&graph.base_url()).await;
        app.listen().await;
        let operator = app.operator().await;
        for (index, trouble) in Trouble::ALL.into_iter().enumerate() {
            // Bytes are bytes: what is garbage elsewhere is told here by its length.
            graph.next(ask, trouble);
            let document = json!({"id": format!("file-{index}"), "mime_type": "text/plain", "filename": "x.txt"});
            let message = json!({"id": format!("wamid.{index}"), "from": "5511", "timestamp": recently().to_string(),
                "type": "document", "document": document});
            app.deliver(&meta::messages("100", &[message])).await;
            let media = eventually("the file to be fetched or given up", || async {
                let list = operator
                    .ask("/api/conversations/list", &json!({"page": {}}))
                    .await;
                let body =
                    json!({"conversation_id": list["items"][0]["id"], "page": {"limit": 100}});
                let thread = operator.ask("/api/messages/list", &body).await;
                let media = thread["items"][index]["content"]["media"].clone();
                (media["state"] != "PENDING").then_some(media)
            })
            .await;
            assert_eq!(media["state"], "READY", "{ask:?} {trouble:?}: {media}");
            let links = operator
                .ask("/api/media/urls", &json!({"ids": [media["id"]]}))
                .await;
            let file = app.anonymous().get(links[0]["url"].as_str().unwrap()).await;
            assert_eq!(file.text(), FILE, "{ask:?} {trouble:?}");
            graph.assert_over(&format!("{ask:?} {trouble:?}"));
        }
    }
}
