//! Who else is at a conversation: told live to whom it concerns, and kept nowhere.

use crate::support::{TestApp, meta};
use crate::workflow::{list, operator};
use serde_json::{Value, json};

async fn with_a_conversation() -> (TestApp, String) {
    let app = TestApp::start().await;
    let text = meta::one_text(app.acme.first(), "wamid.1", "5511", 1_700_000_000, "Hi");
    app.deliver(&text).await;
    let ana = operator(&app, "Ana").await;
    let conversation = list(&ana, "all").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (app, conversation)
}

#[tokio::test]
async fn colleagues_hear_who_types_and_it_is_kept_nowhere() {
    let (app, conversation) = with_a_conversation().await;
    let ana = operator(&app, "Ana").await;
    let here = app.token_for(&app.acme, &app.acme.numbers[0].id).await;
    let elsewhere = app.token_for(&app.acme, &app.acme.numbers[1].id).await;
    let foreign = app.token(&app.globex).await;
    let mut here = app.stream(&here, None).await;
    let mut elsewhere = app.stream(&elsewhere, None).await;
    let mut foreign = app.stream(&foreign, None).await;
    for stream in [&mut here, &mut elsewhere, &mut foreign] {
        stream.ready().await;
    }
    let mut database = app.database().await;
    let before = database.everything().await;
    for doing in ["looking", "typing", "gone"] {
        let body = json!({"conversation_id": conversation, "doing": doing});
        assert_eq!(ana.ask("/api/presence/tell", &body).await, true);
        let frame = here.next().await.unwrap();
        assert_eq!((frame.event.as_deref(), &frame.id), (Some("here"), &None));
        let told: Value = serde_json::from_str(&frame.data).unwrap();
        assert_eq!(told["conversationId"], json!(conversation));
        assert_eq!(told["doing"], doing);
        assert_eq!(told["operator"]["name"], "Ana");
        assert_eq!(told["operator"]["email"], Value::Null);
    }
    assert_eq!(before, database.everything().await, "no row, no event");
    // The next thing that the others hear is of their own: a message, and no word before it.
    for (index, stream) in [(1, &mut elsewhere), (0, &mut foreign)] {
        let tenant = if index == 1 { &app.acme } else { &app.globex };
        let number = &tenant.numbers[index].phone_number_id;
        let text = meta::one_text(
            number,
            &format!("wamid.{index}.o"),
            "5512",
            1_700_000_001,
            "Own",
        );
        app.deliver(&text).await;
        let frame = stream.next().await.unwrap();
        assert_eq!(frame.event, None, "{frame:?}");
    }
}

#[tokio::test]
async fn who_only_looks_is_told_as_looking() {
    let (app, conversation) = with_a_conversation().await;
    let operator = json!({"operator": {"id": "lena", "name": "Lena", "role": "read-only"}});
    let token = app.token_with(&app.acme, operator).await;
    let lena = app.with_token(&token);
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    let body = json!({"conversation_id": conversation, "doing": "typing"});
    assert_eq!(lena.ask("/api/presence/tell", &body).await, true);
    let told: Value = serde_json::from_str(&stream.next().await.unwrap().data).unwrap();
    assert_eq!(
        (&told["operator"]["name"], &told["doing"]),
        (&json!("Lena"), &json!("looking"))
    );
}

#[tokio::test]
async fn who_has_not_the_number_tells_nothing() {
    let (app, conversation) = with_a_conversation().await;
    let elsewhere = json!({"whatsappNumberIds": [app.acme.numbers[1].id], "operator": {"id": "otto", "name": "Otto"}});
    let otto = app.with_token(&app.token_with(&app.acme, elsewhere).await);
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    let body = json!({"conversation_id": conversation, "doing": "typing"});
    let refused = otto.post("/api/presence/tell", &body).await;
    assert_eq!(refused.code(), "404 NOT_FOUND");
    let ana = operator(&app, "Ana").await;
    ana.ask("/api/presence/tell", &body).await;
    let told: Value = serde_json::from_str(&stream.next().await.unwrap().data).unwrap();
    assert_eq!(
        told["operator"]["name"], "Ana",
        "and nothing of Otto before"
    );
}

#[tokio::test]
async fn of_nobody_nothing_is_told_and_nonsense_is_refused() {
    let (app, conversation) = with_a_conversation().await;
    let nobody = app.with_token(&app.token(&app.acme).await);
    let body = json!({"conversation_id": conversation, "doing": "typing"});
    assert_eq!(nobody.ask("/api/presence/tell", &body).await, false);
    let ana = operator(&app, "Ana").await;
    for (body, code) in [
        (
            json!({"conversation_id": conversation, "doing": "sleeping"}),
            "400 BODY_INVALID",
        ),
        (json!({"conversation_id": conversation}), "400 BODY_INVALID"),
        (
            json!({"conversation_id": "conv_unknown", "doing": "typing"}),
            "404 NOT_FOUND",
        ),
    ] {
        let refused = ana.post("/api/presence/tell", &body).await;
        assert_eq!(refused.code(), code);
    }
}
