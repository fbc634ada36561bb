//! Notes, as colleagues write them: with their names, live, and out of reach of the contact.

use crate::support::app::ORIGIN;
use crate::support::{Client, TestApp, meta};
use crate::workflow::{first_screen, list, operator};
use serde_json::{Value, json};

struct Desk {
    app: TestApp,
    ana: Client,
    bruno: Client,
    bruno_id: String,
    conversation: String,
}

impl Desk {
    async fn open() -> Self {
        let app = TestApp::start().await;
        // Long ago: the window is shut.
        let text = meta::one_text(app.acme.first(), "wamid.1", "5511", 1_700_000_000, "Hi");
        app.deliver(&text).await;
        let (ana, bruno) = (operator(&app, "Ana").await, operator(&app, "Bruno").await);
        let me = first_screen(&bruno).await;
        Self {
            bruno_id: me["me"]["id"].as_str().unwrap().to_owned(),
            conversation: list(&ana, "all").await[0]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
            app,
            ana,
            bruno,
        }
    }

    fn note(&self, client_id: &str, text: &str, mentions: &[&str]) -> Value {
        json!({"conversation_id": self.conversation, "client_id": client_id, "text": text, "mentions": mentions})
    }
}

#[tokio::test]
async fn colleagues_read_a_note_and_nobody_else_does() {
    let desk = Desk::open().await;
    let token = desk
        .app
        .token_for(&desk.app.acme, &desk.app.acme.numbers[0].id)
        .await;
    let mut stream = desk.app.stream(&token, None).await;
    stream.ready().await;
    let before = list(&desk.bruno, "all").await;
    let body = desk.note("n-1", "@Bruno <b>look</b>", &[&desk.bruno_id]);
    let note = desk.ana.ask("/api/notes/write", &body).await;
    assert_eq!(
        (&note["direction"], &note["kind"], &note["text"]),
        (
            &json!("INTERNAL"),
            &json!("note"),
            &json!("@Bruno <b>look</b>")
        )
    );
    let parts = &note["content"]["note"];
    assert_eq!(parts["author"]["name"], "Ana");
    assert_eq!(parts["author"]["email"], Value::Null);
    assert_eq!(
        parts["mentions"],
        json!([{"id": desk.bruno_id, "name": "Bruno"}])
    );
    assert_eq!(stream.event().await.json["message"], note);
    let thread = json!({"conversation_id": desk.conversation, "page": {}});
    let thread = desk.bruno.ask("/api/messages/list", &thread).await;
    assert_eq!(thread["items"][1], note);
    let mut after = list(&desk.bruno, "all").await;
    after[0]["seq"] = before[0]["seq"].clone();
    assert_eq!(after, before);
    let mut database = desk.app.database().await;
    for waiting in [
        "SELECT count(*) FROM outbox",
        "SELECT count(*) FROM signals",
    ] {
        assert_eq!(database.number(waiting).await, 0, "{waiting}");
    }
    // Again it is the same one.
    let everything = database.everything().await;
    assert_eq!(desk.ana.ask("/api/notes/write", &body).await, note);
    assert_eq!(everything, database.everything().await);
}

#[tokio::test]
async fn who_is_nobody_may_write_a_note_and_who_only_looks_reads_it() {
    let desk = Desk::open().await;
    let nobody = desk.app.with_token(&desk.app.token(&desk.app.acme).await);
    let note = nobody
        .ask("/api/notes/write", &desk.note("n-1", "look", &[]))
        .await;
    assert_eq!(note["content"]["note"], json!({}));
    let looker = json!({"operator": {"id": "u-1", "name": "Lena", "role": "read-only"}});
    let token = desk.app.token_with(&desk.app.acme, looker).await;
    let looker = desk
        .app
        .with_token(&token)
        .header("x-parent-origin", ORIGIN);
    let thread = json!({"conversation_id": desk.conversation, "page": {}});
    let thread = looker.ask("/api/messages/list", &thread).await;
    assert_eq!(thread["items"][1], note);
    let refused = looker
        .post("/api/notes/write", &desk.note("n-2", "look", &[]))
        .await;
    assert_eq!(refused.code(), "403 READ_ONLY");
}

#[tokio::test]
async fn a_note_that_cannot_be_is_refused_and_changes_nothing() {
    let desk = Desk::open().await;
    let mut database = desk.app.database().await;
    let before = database.everything().await;
    let long = "é".repeat(4097);
    let many: Vec<&str> = std::iter::repeat_n(&*desk.bruno_id, 51).collect();
    for (body, code) in [
        (desk.note("n-1", "", &[]), "400 TEXT_EMPTY"),
        (desk.note("n-1", " \n", &[]), "400 TEXT_EMPTY"),
        (desk.note("n-1", &long, &[]), "400 TEXT_TOO_LONG"),
        (desk.note("n-1", "look", &["op_unknown"]), "404 NOT_FOUND"),
        (desk.note("n-1", "look", &["a b"]), "400 BODY_INVALID"),
        (desk.note("n-1", "look", &many), "400 TOO_MANY_IDS"),
        (desk.note("", "look", &[]), "400 BODY_INVALID"),
        (json!({"text": "look"}), "400 BODY_INVALID"),
    ] {
        let refused = desk.ana.post("/api/notes/write", &body).await;
        assert_eq!(refused.code(), code, "{}", refused.text());
    }
    assert_eq!(before, database.everything().await, "nothing was written");
    let whole = desk.note("n-1", &"é".repeat(4096), &[]);
    desk.ana.ask("/api/notes/write", &whole).await;
}
