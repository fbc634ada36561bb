//! Who is who: a phone that is hidden, a phone that is handed on, and two contacts that turn out to be one person.

use super::view::{conversations, inbox, only_conversation, texts, thread};
use crate::support::meta::{self, text, text_by_both, text_by_user};
use crate::support::recently;
use crate::support::{Client, TestApp};
use serde_json::{Value, json};

const PHONE: &str = "5511999990001";
const USER: &str = "BR.1A2B3C";

async fn deliver(app: &TestApp, message: Value) {
    app.deliver(&meta::messages("100", &[message])).await;
}

/// The conversation of a contact whom the inbox knows by this id or phone.
async fn with(operator: &Client, field: &str, value: &str) -> Value {
    let all = conversations(operator).await;
    let mut found: Vec<&Value> = all
        .iter()
        .filter(|c| c["contact"][field] == *value)
        .collect();
    assert_eq!(found.len(), 1, "{field} {value} in {all:?}");
    found.remove(0).clone()
}

#[tokio::test]
async fn somebody_without_a_phone_is_somebody() {
    let app = TestApp::start().await;
    let contacts = json!([{"user_id": USER, "profile": {"name": "Ana", "username": "@ana"}}]);
    let value = json!({"contacts": contacts, "messages": [text_by_user("wamid.1", USER, recently(), "no phone here")]});
    app.deliver(&meta::delivery("100", value)).await;
    // In some bodies the id stands where the phone would.
    deliver(&app, text("wamid.2", USER, recently() + 1, "nor here")).await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    let contact = &conversation["contact"];
    assert_eq!(
        (&contact["userId"], &contact["name"], &contact["username"]),
        (&json!(USER), &json!("Ana"), &json!("ana"))
    );
    assert_eq!(contact.get("phone"), None);
    assert_eq!(
        texts(&operator, &conversation["id"]).await,
        ["no phone here", "nor here"]
    );
}

#[tokio::test]
async fn names_are_matched_by_id_and_never_by_place() {
    let app = TestApp::start().await;
    let contacts = json!([{"wa_id": "5522", "profile": {"name": "Bo"}}, {"wa_id": "5511", "profile": {"name": "Ana"}}, {"profile": {"name": "Nobody"}}]);
    let messages = [
        text("wamid.1", "5511", recently(), "a"),
        text("wamid.2", "5522", recently(), "b"),
        text("wamid.3", "5533", recently(), "c"),
    ];
    app.deliver(&meta::delivery(
        "100",
        json!({"contacts": contacts, "messages": messages}),
    ))
    .await;
    let operator = app.operator().await;
    assert_eq!(
        with(&operator, "phone", "+5511").await["contact"]["name"],
        "Ana"
    );
    assert_eq!(
        with(&operator, "phone", "+5522").await["contact"]["name"],
        "Bo"
    );
    assert_eq!(
        with(&operator, "phone", "+5533").await["contact"].get("name"),
        None
    );
    // A later message without a name takes none away; one with another name changes it.
    deliver(&app, text("wamid.4", "5511", recently() + 1, "again")).await;
    assert_eq!(
        with(&operator, "phone", "+5511").await["contact"]["name"],
        "Ana"
    );
    let renamed = json!({"contacts": [{"wa_id": "5511", "profile": {"name": "Ana Maria"}}], "messages": [text("wamid.5", "5511", recently() + 2, "x")]});
    app.deliver(&meta::delivery("100", renamed)).await;
    assert_eq!(
        with(&operator, "phone", "+5511").await["contact"]["name"],
        "Ana Maria"
    );
    for empty in [json!(""), json!("  "), json!(null), json!(7)] {
        let value = json!({"contacts": [{"wa_id": "5511", "profile": {"name": empty}}],
            "messages": [text(&format!("wamid.{empty}"), "5511", recently() + 3, "x")]});
        app.deliver(&meta::delivery("100", value)).await;
    }
    let name = with(&operator, "phone", "+5511").await["contact"]["name"].clone();
    assert!(name == "Ana Maria" || name == "7", "{name}");
}

#[tokio::test]
async fn learning_the_other_id_keeps_the_conversation() {
    for first_with_phone in [true, false] {
        let app = TestApp::start().await;
        let first = if first_with_phone {
            text("wamid.1", PHONE, recently(), "one")
        } else {
            text_by_user("wamid.1", USER, recently(), "one")
        };
        deliver(&app, first).await;
        let operator = app.operator().await;
        let before = only_conversation(&operator).await;
        deliver(
            &app,
            text_by_both("wamid.2", USER, PHONE, recently() + 1, "two"),
        )
        .await;
        let after = only_conversation(&operator).await;
        assert_eq!(before["id"], after["id"]);
        assert_eq!(
            (&after["contact"]["userId"], &after["contact"]["phone"]),
            (&json!(USER), &json!(format!("+{PHONE}")))
        );
        deliver(&app, text("wamid.3", PHONE, recently() + 2, "three")).await;
        deliver(&app, text_by_user("wamid.4", USER, recently() + 3, "four")).await;
        assert_eq!(
            texts(&operator, &after["id"]).await,
            ["one", "two", "three", "four"]
        );
    }
}

/// Somebody known by phone, with three unread messages, and by user id, with two: nobody knows yet that it is one person.
async fn two_strangers(app: &TestApp) {
    for (index, body) in ["p1", "p2", "p3"].iter().enumerate() {
        deliver(
            app,
            text(
                &format!("wamid.{body}"),
                PHONE,
                recently() + 2 * i64::try_from(index).unwrap(),
                body,
            ),
        )
        .await;
    }
    for (index, body) in ["u1", "u2"].iter().enumerate() {
        deliver(
            app,
            text_by_user(
                &format!("wamid.{body}"),
                USER,
                recently() + 1 + 2 * i64::try_from(index).unwrap(),
                body,
            ),
        )
        .await;
    }
}

#[tokio::test]
async fn two_contacts_that_are_one_person_become_one() {
    let app = TestApp::start().await;
    two_strangers(&app).await;
    let operator = app.operator().await;
    let by_phone = with(&operator, "phone", &format!("+{PHONE}")).await;
    let by_user = with(&operator, "userId", USER).await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    deliver(
        &app,
        text_by_both("wamid.both", USER, PHONE, recently() + 10, "it is me"),
    )
    .await;
    let one = only_conversation(&operator).await;
    assert_eq!(
        texts(&operator, &one["id"]).await,
        ["p1", "u1", "p2", "u2", "p3", "it is me"],
        "history kept, in order of time"
    );
    assert_eq!(one["unread"], 6, "unread is added up");
    assert_eq!(one["preview"]["text"], "it is me");
    assert_eq!(
        (&one["contact"]["userId"], &one["contact"]["phone"]),
        (&json!(USER), &json!(format!("+{PHONE}")))
    );
    let first = operator
        .ask(
            "/api/bootstrap",
            &json!({"parent_origin": crate::support::app::ORIGIN, "open": null}),
        )
        .await;
    assert_eq!(first["unreadTotal"], 6);
    // Those who look on are told, in order.
    let merged = stream.event().await;
    assert_eq!(merged.json["type"], "conversationMerged");
    let (gone, kept) = (&merged.json["from"], &merged.json["into"]["id"]);
    assert_eq!((gone, kept), (&by_phone["id"], &by_user["id"]));
    assert_eq!(
        (kept, &merged.json["into"]["unread"]),
        (&one["id"], &json!(5))
    );
    let message = stream.event().await;
    assert_eq!(
        (message.seq, message.text().as_str()),
        (merged.seq + 1, "it is me")
    );
    // What is gone answers as if it had never been.
    let gone = json!({"conversation_id": gone, "page": {}});
    assert_eq!(
        operator.post("/api/messages/list", &gone).await.code(),
        "404 NOT_FOUND"
    );
    let mut database = app.database().await;
    assert_eq!(database.number("SELECT count(*) FROM contacts").await, 1);
}

#[tokio::test]
async fn one_person_on_two_numbers_is_merged_on_both() {
    let app = TestApp::start().await;
    let second = &*app.acme.numbers[1].phone_number_id;
    two_strangers(&app).await;
    // On the second number only the phone has written.
    app.deliver(&meta::one_text(
        second,
        "wamid.s",
        PHONE,
        recently(),
        "to the second",
    ))
    .await;
    deliver(
        &app,
        text_by_both("wamid.both", USER, PHONE, recently() + 10, "it is me"),
    )
    .await;
    let seen = inbox(&app).await;
    assert_eq!(seen.len(), 2, "{seen:?}");
    for (name, of) in seen
        .keys()
        .zip([&app.acme.numbers[0], &app.acme.numbers[1]])
    {
        assert_eq!(*name, format!("{} {USER} +{PHONE}", of.id));
    }
    let unread: Vec<&Value> = seen.values().map(|row| &row["unread"]).collect();
    assert_eq!(unread, [6, 1]);
}

#[tokio::test]
async fn a_merge_takes_along_what_waits_to_be_sent() {
    let app = TestApp::start().await;
    two_strangers(&app).await;
    let operator = app.operator().await;
    let mut sent = Vec::new();
    for conversation in conversations(&operator).await {
        // Two tabs may well have made the same id for a message of theirs.
        let body = json!({"conversation_id": conversation["id"], "client_id": "c-1", "text": format!("to {}", conversation["id"])});
        sent.push(operator.ask("/api/messages/send", &body).await);
    }
    deliver(
        &app,
        text_by_both("wamid.both", USER, PHONE, recently() + 10, "it is me"),
    )
    .await;
    let one = only_conversation(&operator).await;
    let ours: Vec<Value> = thread(&operator, &one["id"])
        .await
        .into_iter()
        .filter(|m| m["direction"] == "OUTBOUND")
        .collect();
    assert_eq!(ours.len(), 2);
    // They go out one after the other now, to the one person.
    for message in &ours {
        let claims = app
            .state
            .store
            .claim_outbox(i64::MAX / 2, i64::MAX / 2, 10)
            .await
            .unwrap();
        assert_eq!(claims.len(), 1, "one at a time");
        assert_eq!(claims[0].message.as_str(), message["id"].as_str().unwrap());
        assert_eq!(
            (claims[0].to_phone.as_deref(), claims[0].to_bsuid.as_deref()),
            (Some(PHONE), Some(USER))
        );
        let accepted = pilot_inbox::store::Settlement::Accepted {
            provider_id: format!("wamid.{}", claims[0].message),
        };
        app.state.store.settle(&claims[0], accepted).await.unwrap();
    }
}

#[tokio::test]
async fn a_phone_that_was_handed_on_belongs_to_the_new_person() {
    let app = TestApp::start().await;
    deliver(
        &app,
        text_by_both("wamid.1", "BR.OLD", PHONE, recently(), "the old owner"),
    )
    .await;
    deliver(
        &app,
        text_by_both("wamid.2", "BR.NEW", PHONE, recently() + 1, "the new owner"),
    )
    .await;
    let operator = app.operator().await;
    let (old, new) = (
        with(&operator, "userId", "BR.OLD").await,
        with(&operator, "userId", "BR.NEW").await,
    );
    assert_eq!(
        old["contact"].get("phone"),
        None,
        "the old owner has it no more"
    );
    assert_eq!(new["contact"]["phone"], format!("+{PHONE}"));
    assert_eq!(
        texts(&operator, &old["id"]).await,
        ["the old owner"],
        "nothing of one is shown to the other"
    );
    assert_eq!(texts(&operator, &new["id"]).await, ["the new owner"]);
    deliver(
        &app,
        text("wamid.3", PHONE, recently() + 2, "by phone alone"),
    )
    .await;
    assert_eq!(
        texts(&operator, &new["id"]).await,
        ["the new owner", "by phone alone"]
    );
    deliver(
        &app,
        text_by_user("wamid.4", "BR.OLD", recently() + 3, "still here"),
    )
    .await;
    assert_eq!(
        texts(&operator, &old["id"]).await,
        ["the old owner", "still here"]
    );
}

#[tokio::test]
async fn phones_may_change_hands_within_one_body() {
    // One person takes a new phone, another takes the one that became free; and two people swap. In either order of telling.
    let (a, b) = ("BR.A", "BR.B");
    let moves: [&[(&str, &str)]; 4] = [
        &[(a, "5533"), (b, "5511")],
        &[(b, "5511"), (a, "5533")],
        &[(a, "5522"), (b, "5511")],
        &[(b, "5511"), (a, "5522")],
    ];
    for moved in moves {
        let app = TestApp::start().await;
        deliver(&app, text_by_both("wamid.a", a, "5511", recently(), "a")).await;
        deliver(&app, text_by_both("wamid.b", b, "5522", recently(), "b")).await;
        let messages: Vec<Value> = moved
            .iter()
            .map(|(user, phone)| {
                text_by_both(
                    &format!("wamid.{user}"),
                    user,
                    phone,
                    recently() + 1,
                    "moved",
                )
            })
            .collect();
        app.deliver(&meta::messages("100", &messages)).await;
        let operator = app.operator().await;
        for (user, phone) in moved {
            let conversation = with(&operator, "userId", user).await;
            assert_eq!(
                conversation["contact"]["phone"],
                format!("+{phone}"),
                "{moved:?}"
            );
            assert_eq!(conversation["unread"], 2, "{moved:?}");
        }
    }
}

#[tokio::test]
async fn the_same_user_id_in_another_account_is_somebody_else() {
    let app = TestApp::start().await;
    deliver(
        &app,
        text_by_user("wamid.1", USER, recently(), "one account"),
    )
    .await;
    let mut other = meta::messages(
        &app.acme.numbers[1].phone_number_id,
        &[text_by_user("wamid.2", USER, recently(), "another account")],
    );
    other["entry"][0]["id"] = json!("888");
    app.deliver(&other).await;
    let mut database = app.database().await;
    assert_eq!(database.number("SELECT count(*) FROM contacts").await, 2);
}
