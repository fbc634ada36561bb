//! Reactions, edits and deletions.

use super::{AT, PHONE, assert_has, message, shown, thread_of};
use crate::support::TestApp;
use crate::support::meta;
use crate::support::recently;
use crate::webhooks::view::{conversations, only_conversation};
use pilot_inbox::store::Settlement;
use serde_json::{Value, json};

/// The year 2096: everything is due.
const LATER: i64 = 4_000_000_000_000;

fn reaction(id: &str, second: i64, target: &str, emoji: Value) -> Value {
    message(
        id,
        second,
        "reaction",
        json!({"message_id": target, "emoji": emoji}),
    )
}

fn edit(id: &str, second: i64, target: &str, inner: Value) -> Value {
    message(
        id,
        second,
        "edit",
        json!({"original_message_id": target, "message": inner}),
    )
}

fn text(words: &str) -> Value {
    json!({"type": "text", "text": {"body": words}})
}

#[tokio::test]
async fn a_reaction_is_put_changed_and_taken_away() {
    let app = TestApp::start().await;
    let target = message("wamid.1", 0, "text", json!({"body": "hello"}));
    let thread = shown(&app, &[target, reaction("r1", 1, "wamid.1", json!("👍"))]).await;
    assert_eq!(thread.len(), 1, "it is no message of its own");
    let expected = json!([{"emoji": "👍", "by": "CONTACT", "at": (AT + 1) * 1000}]);
    assert_eq!(thread[0]["reactions"], expected);
    for (id, second, emoji, shows) in [
        ("r2", 2, json!("❤️"), json!([{"emoji": "❤️"}])),
        // Late, and again.
        ("r1", 1, json!("👍"), json!([{"emoji": "❤️"}])),
        // Two in one second: the last one holds, and a retry of the first changes nothing.
        ("r3", 3, json!("😮"), json!([{"emoji": "😮"}])),
        ("r4", 3, json!("👏"), json!([{"emoji": "👏"}])),
        ("r3", 3, json!("😮"), json!([{"emoji": "👏"}])),
        ("r5", 4, json!(""), Value::Null),
        ("r4", 3, json!("👏"), Value::Null),
        ("r6", 5, json!("👍"), json!([{"emoji": "👍"}])),
        ("r7", 6, Value::Null, Value::Null),
    ] {
        let body = meta::messages("100", &[reaction(id, second, "wamid.1", emoji)]);
        app.deliver(&body).await;
        let thread = thread_of(&app).await;
        assert_has(&thread[0]["reactions"], &shows, id);
    }
    let conversation = only_conversation(&app.operator().await).await;
    assert_eq!(conversation["unread"], 1, "it does not wait to be read");
    assert_eq!(
        conversation["lastInboundAt"],
        (AT + 5) * 1000,
        "who reacts has been there"
    );
    assert_eq!(conversation["lastMessageAt"], AT * 1000);
}

#[tokio::test]
async fn what_comes_before_its_message_waits_for_it() {
    let app = TestApp::start().await;
    let target = || message("wamid.1", 0, "text", json!({"body": "hello"}));
    let early = [
        reaction("r1", 1, "wamid.1", json!("👍")),
        edit("e1", 2, "wamid.1", text("hello there")),
        reaction("r2", 1, "wamid.never", json!("👍")),
    ];
    app.deliver(&meta::messages("100", &early)).await;
    app.deliver(&meta::messages("100", &early)).await;
    let operator = app.operator().await;
    assert!(conversations(&operator).await.is_empty());
    let mut database = app.database().await;
    let held = "SELECT count(*) FROM held_changes";
    assert_eq!(database.number(held).await, 3);
    let thread = shown(&app, &[target()]).await;
    assert_has(
        &thread[0],
        &json!({"text": "hello there", "reactions": [{"emoji": "👍"}]}),
        "late target",
    );
    assert_eq!(database.number(held).await, 1);
}

#[tokio::test]
async fn an_edit_gives_a_message_other_words_and_keeps_its_file() {
    let app = TestApp::start().await;
    let part = json!({"id": "1", "mime_type": "image/png", "caption": "before"});
    let caption = |words: &str| json!({"type": "image", "image": {"id": "1", "mime_type": "image/png", "caption": words}});
    let before = shown(&app, &[message("wamid.1", 0, "image", part)]).await;
    let edits = [
        edit("e2", 9, "wamid.1", caption("twice")),
        edit("e1", 8, "wamid.1", caption("once")),
    ];
    let after = shown(&app, &edits).await;
    assert_eq!(after.len(), 1);
    assert_has(
        &after[0],
        &json!({"text": "twice", "editedAt": (AT + 9) * 1000, "content": before[0]["content"]}),
        "edited",
    );
    let conversation = only_conversation(&app.operator().await).await;
    assert_eq!(conversation["preview"]["text"], "twice");
    assert_eq!(conversation["unread"], 1);
}

#[tokio::test]
async fn what_is_taken_back_is_gone() {
    let app = TestApp::start().await;
    let messages = [
        message("wamid.1", 0, "text", json!({"body": "a secret"})),
        reaction("r1", 1, "wamid.1", json!("👍")),
        message("v1", 2, "revoke", json!({"original_message_id": "wamid.1"})),
        edit("e1", 3, "wamid.1", text("again")),
        reaction("r2", 4, "wamid.1", json!("👍")),
    ];
    let thread = shown(&app, &messages).await;
    assert_eq!(thread.len(), 1);
    assert_has(
        &thread[0],
        &json!({"text": null, "reactions": null, "editedAt": null, "revokedAt": (AT + 2) * 1000}),
        "revoked",
    );
    let conversation = only_conversation(&app.operator().await).await;
    assert_has(
        &conversation["preview"],
        &json!({"kind": "revoke", "text": null}),
        "preview",
    );
    let mut database = app.database().await;
    let left = "SELECT count(*) FROM messages WHERE text IS NOT NULL OR raw IS NOT NULL OR reactions IS NOT NULL";
    assert_eq!(database.number(left).await, 0);
}

#[tokio::test]
async fn nobody_changes_what_another_person_wrote() {
    let app = TestApp::start().await;
    app.deliver(&meta::messages(
        "100",
        &[
            message("wamid.1", 0, "text", json!({"body": "mine"})),
            meta::text("wamid.2", "5522", AT, "another's"),
        ],
    ))
    .await;
    for (id, kind) in [("x1", "edit"), ("x2", "revoke"), ("x3", "reaction")] {
        let mut about = message(
            id,
            5,
            kind,
            json!({"original_message_id": "wamid.1", "message_id": "wamid.1", "emoji": "👎", "message": text("not mine")}),
        );
        for foreign in [json!("5522"), json!("5533")] {
            about["from"] = foreign;
            app.deliver(&meta::messages("100", std::slice::from_ref(&about)))
                .await;
        }
        // The same id at another number is another message.
        about["from"] = json!(PHONE);
        let second = &app.acme.numbers[1].phone_number_id;
        app.deliver(&meta::messages(second, &[about])).await;
    }
    let mut database = app.database().await;
    let touched = "SELECT count(*) FROM messages WHERE edited_at IS NOT NULL OR revoked_at IS NOT NULL OR reactions IS NOT NULL";
    assert_eq!(database.number(touched).await, 0);
}

#[tokio::test]
async fn a_reaction_can_overtake_the_answer_to_our_own_request() {
    let app = TestApp::start().await;
    // A moment ago: an answer is possible.
    let mut question = message("wamid.1", 0, "text", json!({"body": "hello?"}));
    question["timestamp"] = recently().to_string().into();
    app.deliver(&meta::messages("100", &[question])).await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    let body = json!({"conversation_id": conversation["id"], "client_id": "c-1", "text": "yes"});
    operator.ask("/api/messages/send", &body).await;
    let store = &app.state.store;
    let claims = store.claim_outbox(LATER, LATER, 1).await.unwrap();
    let early = reaction("r1", 1, "wamid.ours", json!("👍"));
    app.deliver(&meta::messages("100", &[early])).await;
    assert_eq!(thread_of(&app).await[1]["reactions"], Value::Null);
    let accepted = Settlement::Accepted {
        provider_id: "wamid.ours".into(),
    };
    store.settle(&claims[0], accepted).await.unwrap();
    assert_has(
        &thread_of(&app).await[1],
        &json!({"text": "yes", "reactions": [{"emoji": "👍", "by": "CONTACT"}]}),
        "ours",
    );
    let mut database = app.database().await;
    let held = "SELECT count(*) FROM held_changes";
    assert_eq!(database.number(held).await, 0);
}
