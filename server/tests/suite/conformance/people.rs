//! Who a person is when WhatsApp says that the ids have changed.

use super::{AT, PHONE, assert_has, message, thread_of};
use crate::support::TestApp;
use crate::support::meta;
use crate::webhooks::view::{conversations, only_conversation, texts};
use serde_json::{Value, json};

fn changed_number(id: &str, kind: &str, field: &str) -> Value {
    let mut part = json!({"type": kind, "body": "User A changed from 5511999 to 5511888"});
    part[field] = json!("5511888");
    message(id, 5, "system", part)
}

#[tokio::test]
async fn a_new_phone_is_the_same_conversation() {
    for (kind, field) in [
        ("user_changed_number", "wa_id"),
        ("customer_changed_number", "new_wa_id"),
    ] {
        let app = TestApp::start().await;
        let note = changed_number("wamid.s", kind, field);
        for message in [
            message("wamid.1", 0, "text", json!({"body": "before"})),
            note.clone(),
            meta::text("wamid.2", "5511888", AT + 9, "after"),
            // Told again, when the old phone has been given to somebody else.
            meta::text("wamid.3", PHONE, AT + 10, "a stranger"),
            note,
        ] {
            app.deliver(&meta::messages("100", &[message])).await;
        }
        let operator = app.operator().await;
        let all = conversations(&operator).await;
        assert_eq!(all.len(), 2, "{kind}");
        let ours = all
            .iter()
            .find(|c| c["contact"]["phone"] == "+5511888")
            .unwrap();
        let note = "User A changed from 5511999 to 5511888";
        assert_eq!(
            texts(&operator, &ours["id"]).await,
            ["before", note, "after"]
        );
        assert_eq!(ours["unread"], 2, "the note does not wait");
    }
}

#[tokio::test]
async fn somebody_known_by_both_phones_is_one_person() {
    let app = TestApp::start().await;
    let messages = [
        message("wamid.1", 0, "text", json!({"body": "from the old one"})),
        meta::text("wamid.2", "5511888", AT + 1, "from the new one"),
        changed_number("wamid.s", "user_changed_number", "wa_id"),
    ];
    app.deliver(&meta::messages("100", &messages)).await;
    let thread = thread_of(&app).await;
    assert_eq!(thread.len(), 3);
    assert_has(
        &thread[2]["content"]["system"],
        &json!({"kind": "user_changed_number", "previous": PHONE, "current": "5511888"}),
        "note",
    );
    let conversation = only_conversation(&app.operator().await).await;
    assert_eq!(conversation["contact"]["phone"], "+5511888");
}

#[tokio::test]
async fn a_new_user_id_is_the_same_person() {
    let app = TestApp::start().await;
    let deliver = async |value: Value, field: &str| {
        let mut delivery = meta::delivery("100", value);
        delivery["entry"][0]["changes"][0]["field"] = json!(field);
        app.deliver(&delivery).await;
    };
    app.deliver(&meta::messages(
        "100",
        &[meta::text_by_user("wamid.1", "BR.1", AT, "one")],
    ))
    .await;
    let ids = json!({"user_id": {"previous": "BR.1", "current": "BR.2"}});
    deliver(json!({"user_id_update": [ids]}), "user_id_update").await;
    app.deliver(&meta::messages(
        "100",
        &[meta::text_by_user("wamid.2", "BR.2", AT + 1, "two")],
    ))
    .await;
    let mut note = message(
        "wamid.s",
        5,
        "system",
        json!({"type": "user_changed_user_id", "body": "x", "user_id": "BR.3"}),
    );
    note["from_user_id"] = json!("BR.2");
    note.as_object_mut().unwrap().remove("from");
    app.deliver(&meta::messages("100", &[note])).await;
    app.deliver(&meta::messages(
        "100",
        &[meta::text_by_user("wamid.3", "BR.3", AT + 9, "three")],
    ))
    .await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    assert_eq!(
        texts(&operator, &conversation["id"]).await,
        ["one", "two", "x", "three"]
    );
    assert_eq!(conversation["contact"]["userId"], "BR.3");

    let preference = |value: &str, at: i64| json!({"user_id": "BR.3", "detail": "x", "category": "marketing_messages", "value": value, "timestamp": at});
    let both = json!([preference("stop", AT + 20), preference("resume", AT + 10)]);
    deliver(json!({"user_preferences": both}), "user_preferences").await;
    deliver(json!({"user_preferences": [{"user_id": "BR.unknown", "category": "marketing_messages", "value": "stop"}]}), "user_preferences").await;
    let mut database = app.database().await;
    let kept = "SELECT marketing || ' ' || marketing_at FROM contacts";
    assert_eq!(
        database.texts(kept).await,
        [format!("STOP {}", (AT + 20) * 1000)]
    );
}
