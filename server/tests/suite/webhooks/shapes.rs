//! Bodies: how much one may hold, and how much of it may be unheard of.

use super::view::{conversations, inbox, only_conversation, texts, thread};
use crate::support::TestApp;
use crate::support::meta::{self, WABA};
use serde_json::{Value, json};
use std::time::Instant;

#[tokio::test]
async fn entries_changes_messages_and_statuses_may_all_be_several() {
    let app = TestApp::start().await;
    let second = &*app.acme.numbers[1].phone_number_id;
    let changes = |of: &str| {
        vec![
            meta::change(
                "100",
                json!({"messages": [
                meta::text(&format!("wamid.{of}.1"), "5511", 1_700_000_000, &format!("{of} one")),
                meta::text(&format!("wamid.{of}.2"), "5522", 1_700_000_001, &format!("{of} two"))]}),
            ),
            meta::change(
                second,
                json!({"messages": [meta::text(&format!("wamid.{of}.3"), "5511", 1_700_000_002, &format!("{of} three"))],
                "statuses": [meta::status("wamid.unknown", "sent", 1_700_000_003), meta::status("wamid.unknown", "read", 1_700_000_004)]}),
            ),
        ]
    };
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": WABA, "time": 1_700_000_000, "changes": changes("a")}, {"id": WABA, "changes": changes("b")}]});
    app.deliver(&body).await;
    let operator = app.operator().await;
    let all = conversations(&operator).await;
    assert_eq!(
        all.len(),
        3,
        "two people on one number, one of them also on the other"
    );
    for conversation in &all {
        assert_eq!(conversation["unread"], 2, "{conversation}");
    }
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM held_statuses").await,
        2,
        "each status once"
    );
    assert_eq!(database.number("SELECT count(*) FROM inspections").await, 0);
}

#[tokio::test]
async fn the_same_message_twice_is_one_message() {
    let app = TestApp::start().await;
    let message = meta::text("wamid.1", "5511", 1_700_000_000, "once");
    // Within one body, in one body again, and in another.
    app.deliver(&meta::messages("100", &[message.clone(), message.clone()]))
        .await;
    app.deliver(&meta::messages("100", &[message.clone(), message.clone()]))
        .await;
    app.deliver(&meta::envelope(vec![
        meta::change("100", json!({"messages": [message.clone()]})),
        meta::change("100", json!({"messages": [message]})),
    ]))
    .await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    assert_eq!(
        (
            &conversation["unread"],
            texts(&operator, &conversation["id"]).await
        ),
        (&json!(1), vec!["once".into()])
    );
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM events").await,
        1,
        "one event for all of it"
    );
    // The id belongs to a number: on another one it is another message.
    app.deliver(&meta::one_text(
        &app.acme.numbers[1].phone_number_id,
        "wamid.1",
        "5511",
        1_700_000_000,
        "elsewhere",
    ))
    .await;
    assert_eq!(conversations(&operator).await.len(), 2);
}

#[tokio::test]
async fn the_same_delivery_many_times_at_once_is_one_delivery() {
    let app = TestApp::start().await;
    let body = meta::one_text("100", "wamid.1", "5511", 1_700_000_000, "once");
    futures::future::join_all((0..100).map(|_| app.deliver(&body))).await;
    let conversation = only_conversation(&app.operator().await).await;
    assert_eq!(conversation["unread"], 1);
}

#[tokio::test]
async fn an_album_from_somebody_new_is_one_conversation() {
    let app = TestApp::start().await;
    let deliveries = (0..30).map(|index| {
        let image = json!({"id": format!("wamid.{index}"), "from": "5511999", "from_user_id": "BR.album", "timestamp": "1700000000",
            "type": "image", "image": {"id": index.to_string(), "mime_type": "image/jpeg", "sha256": "x"}});
        let body = meta::delivery("100", json!({"contacts": [{"wa_id": "5511999", "profile": {"name": "Ana"}}], "messages": [image]}));
        let app = &app;
        async move { app.deliver(&body).await }
    });
    futures::future::join_all(deliveries).await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    assert_eq!(conversation["unread"], 30);
    assert_eq!(thread(&operator, &conversation["id"]).await.len(), 30);
    let mut database = app.database().await;
    assert_eq!(database.number("SELECT count(*) FROM contacts").await, 1);
}

#[tokio::test]
async fn a_thousand_updates_in_one_body_are_taken_at_once() {
    let app = TestApp::start().await;
    let messages: Vec<Value> = (0..1_000)
        .map(|i| {
            meta::text(
                &format!("wamid.{i}"),
                &format!("5511{:03}", i % 100),
                1_700_000_000 + i,
                &format!("text {i}"),
            )
        })
        .collect();
    let started = Instant::now();
    app.deliver(&meta::messages("100", &messages)).await;
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    let operator = app.operator().await;
    let first = operator
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": crate::support::app::ORIGIN, "open": null}),
        )
        .await;
    assert_eq!(
        (&first["unreadTotal"], &first["cursor"]),
        (&json!(1_000), &json!(1_000))
    );
    // The newest conversation is the one of the last message, with its ten texts in order.
    let newest = &first["conversations"]["items"][0];
    let expected: Vec<String> = (0..10).map(|i| format!("text {}", i * 100 + 99)).collect();
    assert_eq!(texts(&operator, &newest["id"]).await, expected);
    app.deliver(&meta::messages("100", &messages)).await;
    let again = operator
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": crate::support::app::ORIGIN, "open": null}),
        )
        .await;
    assert_eq!(again["cursor"], 1_000, "again it changes nothing");
}

#[tokio::test]
async fn what_is_unheard_of_does_no_harm() {
    let app = TestApp::start().await;
    let mut message = meta::text("wamid.1", "5511", 1_700_000_000, "with more than we know");
    message["from_galaxy"] = json!({"deep": [1, {"x": null}]});
    message["text"]["formatting"] = json!("bold");
    let mut body = meta::delivery(
        "100",
        json!({"messages": [message], "contacts": [{"profile": null}, 7, {"wa_id": 5511}], "future": 1}),
    );
    body["entry"][0]["changes"][0]["trace"] = json!([]);
    body["extra"] = json!("x");
    app.deliver(&body).await;
    // Fields that are not for an inbox, or that use our words for other things.
    for (field, value) in [
        ("account_update", json!({"event": "VERIFIED_ACCOUNT"})),
        (
            "message_template_status_update",
            json!({"message_template_id": 7, "event": "APPROVED"}),
        ),
        (
            "calls",
            json!({"metadata": {"phone_number_id": "100"}, "statuses": [meta::status("wamid.1", "failed", 1_700_000_000)],
            "messages": [meta::text("wamid.call", "5511", 1_700_000_000, "a call")]}),
        ),
        (
            "a_field_of_2030",
            json!({"messages": [meta::text("wamid.x", "5511", 1_700_000_000, "x")], "metadata": {"phone_number_id": "100"}}),
        ),
    ] {
        app.deliver(&meta::envelope(vec![
            json!({"field": field, "value": value}),
        ]))
        .await;
    }
    app.deliver(&json!({"object": "instagram", "entry": [{"id": "1", "changes": []}]}))
        .await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    assert_eq!(
        texts(&operator, &conversation["id"]).await,
        ["with more than we know"]
    );
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM inspections").await,
        0,
        "nothing of it is worth a person's time"
    );
    let raw = database.texts("SELECT raw FROM messages").await;
    assert!(
        raw[0].contains("from_galaxy"),
        "the object is kept as it came"
    );
}

#[tokio::test]
async fn every_type_becomes_a_row_with_what_can_be_read_of_it() {
    let app = TestApp::start().await;
    let types = [
        (
            "image",
            json!({"id": "1", "mime_type": "image/jpeg", "caption": "Look"}),
            Some("Look"),
        ),
        ("video", json!({"id": "1"}), None),
        (
            "audio",
            json!({"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": true}),
            None,
        ),
        (
            "document",
            json!({"id": "1", "filename": "<b>.pdf"}),
            Some("<b>.pdf"),
        ),
        ("sticker", json!({"id": "1", "animated": false}), None),
        (
            "location",
            json!({"latitude": -23.5, "longitude": "-46.6", "name": "Here"}),
            Some("Here"),
        ),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Bo"}}]),
            Some("Bo"),
        ),
        (
            "button",
            json!({"text": "Yes", "payload": "y"}),
            Some("Yes"),
        ),
        (
            "interactive",
            json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "not json"}}),
            Some("Sent"),
        ),
        // It names no message.
        ("reaction", json!({"emoji": "👍"}), None),
        (
            "order",
            json!({"catalog_id": 7, "product_items": [{"quantity": "2"}]}),
            None,
        ),
        ("unsupported", json!({"type": "poll_creation"}), None),
        ("request_welcome", Value::Null, None),
        ("hologram_of_2030", json!({"anything": []}), None),
        ("", Value::Null, None),
    ];
    let mut messages = Vec::new();
    for (index, (kind, part, _)) in types.iter().enumerate() {
        let mut message = json!({"id": format!("wamid.{index}"), "from": "5511", "timestamp": 1_700_000_000 + index});
        if !kind.is_empty() {
            message["type"] = json!(kind);
            message[*kind] = part.clone();
        }
        messages.push(message);
    }
    app.deliver(&meta::messages("100", &messages)).await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    assert_eq!(conversation["unread"], types.len());
    for (message, (kind, _, text)) in thread(&operator, &conversation["id"])
        .await
        .iter()
        .zip(&types)
    {
        let kind = if kind.is_empty() { "unsupported" } else { kind };
        assert_eq!(
            (message["kind"].as_str().unwrap(), message["text"].as_str()),
            (kind, *text)
        );
    }
    let mut database = app.database().await;
    assert_eq!(
        database
            .number("SELECT count(*) FROM messages WHERE raw IS NOT NULL")
            .await,
        i64::try_from(types.len()).unwrap()
    );
}

#[tokio::test]
async fn system_notes_neither_open_the_window_nor_wait_to_be_read() {
    let app = TestApp::start().await;
    app.deliver(&meta::one_text(
        "100",
        "wamid.1",
        "5511",
        1_700_000_000,
        "hello",
    ))
    .await;
    for (index, kind) in ["system", "revoke", "edit"].iter().enumerate() {
        let mut note = json!({"id": format!("wamid.{kind}"), "from": "5511", "timestamp": (1_700_000_100 + index).to_string(), "type": kind});
        note[*kind] = json!({"body": "a note", "type": "user_changed_number"});
        app.deliver(&meta::messages("100", &[note])).await;
    }
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    assert_eq!(
        (&conversation["unread"], &conversation["lastInboundAt"]),
        (&json!(1), &json!(1_700_000_000_000_i64))
    );
    let messages = thread(&operator, &conversation["id"]).await;
    assert_eq!(messages.len(), 4);
    // Seen up to the text: the notes after it are nothing that waits.
    let body = json!({"conversation_id": conversation["id"], "up_to": messages[0]["id"]});
    let marked = operator.ask("/api/conversations/mark_read", &body).await;
    assert_eq!(
        (&marked["conversation"]["unread"], &marked["unreadTotal"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn numbers_that_are_not_ours_leave_nothing_behind() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    let before = database.everything().await;
    app.deliver(&meta::one_text(
        "999",
        "wamid.1",
        "5511",
        1_700_000_000,
        "for somebody else",
    ))
    .await;
    app.deliver(&meta::statuses(
        "999",
        &[meta::status("wamid.1", "read", 1_700_000_000)],
    ))
    .await;
    app.deliver(&meta::delivery("100", json!({}))).await;
    app.deliver(&meta::delivery(
        "100",
        json!({"messages": [], "statuses": null}),
    ))
    .await;
    app.deliver(&meta::envelope(Vec::new())).await;
    assert_eq!(before, database.everything().await);
    // One of several in a body costs the others nothing.
    app.deliver(&meta::envelope(vec![
        meta::change(
            "999",
            json!({"messages": [meta::text("wamid.1", "5511", 1_700_000_000, "not ours")]}),
        ),
        meta::change(
            "100",
            json!({"messages": [meta::text("wamid.2", "5511", 1_700_000_000, "ours")]}),
        ),
    ]))
    .await;
    assert_eq!(database.texts("SELECT text FROM messages").await, ["ours"]);
    // A number that was taken away is not ours any more.
    app.state
        .store
        .remove_number(&app.acme.numbers[0].id)
        .await
        .unwrap();
    app.deliver(&meta::one_text(
        "100",
        "wamid.3",
        "5511",
        1_700_000_001,
        "too late",
    ))
    .await;
    assert_eq!(database.texts("SELECT text FROM messages").await, ["ours"]);
}

#[tokio::test]
async fn tenants_share_a_customer_and_nothing_else() {
    let app = TestApp::start().await;
    app.deliver(&meta::envelope(vec![
        meta::change(
            app.acme.first(),
            json!({"messages": [meta::text("wamid.1", "5511", 1_700_000_000, "to Acme")]}),
        ),
        meta::change(
            app.globex.first(),
            json!({"messages": [meta::text("wamid.1", "5511", 1_700_000_000, "to Globex")]}),
        ),
    ]))
    .await;
    for (tenant, expected) in [(&app.acme, "to Acme"), (&app.globex, "to Globex")] {
        let operator = app.with_token(&app.token(tenant).await);
        let conversation = only_conversation(&operator).await;
        assert_eq!(texts(&operator, &conversation["id"]).await, [expected]);
        assert_eq!(conversation["seq"], 1, "each tenant has a log of its own");
    }
    assert_eq!(inbox(&app).await.len(), 1);
}
