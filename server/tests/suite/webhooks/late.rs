//! Deliveries that come late, again, and in any order.

use super::view::{conversations, inbox, texts};
use crate::support::meta::{self, failed, status, text, text_by_both, text_by_user};
use crate::support::{TestApp, shuffled};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

const AT: i64 = 1_700_000_000;

#[tokio::test]
async fn what_comes_late_finds_its_place_and_leaves_the_list_as_it_is() {
    let app = TestApp::start().await;
    for (id, from, at, body) in [
        ("1", "5511", AT, "ana first"),
        ("2", "5511", AT + 200, "ana second"),
        ("3", "5522", AT + 300, "bo"),
    ] {
        app.deliver(&meta::one_text(
            "100",
            &format!("wamid.{id}"),
            from,
            at,
            body,
        ))
        .await;
    }
    let operator = app.operator().await;
    let before = conversations(&operator).await;
    // Retried for days: written between Ana's two.
    app.deliver(&meta::one_text(
        "100",
        "wamid.late",
        "5511",
        AT + 100,
        "ana between",
    ))
    .await;
    let after = conversations(&operator).await;
    let order = |list: &[Value]| {
        list.iter()
            .map(|c| c["contact"]["phone"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&before), ["+5522", "+5511"]);
    assert_eq!(order(&before), order(&after));
    let ana = &after[1];
    assert_eq!(
        (&ana["preview"]["text"], &ana["lastMessageAt"]),
        (&json!("ana second"), &json!((AT + 200) * 1000))
    );
    assert_eq!(
        ana["lastInboundAt"],
        (AT + 200) * 1000,
        "the window is as open as the newest message makes it"
    );
    assert_eq!(ana["unread"], 3, "it waits to be read all the same");
    assert_eq!(
        texts(&operator, &ana["id"]).await,
        ["ana first", "ana between", "ana second"]
    );
}

#[tokio::test]
async fn messages_of_one_second_stay_in_order_of_arrival() {
    let app = TestApp::start().await;
    for index in 0..20 {
        app.deliver(&meta::one_text(
            "100",
            &format!("wamid.{}", 99 - index),
            "5511",
            AT,
            &index.to_string(),
        ))
        .await;
    }
    let operator = app.operator().await;
    let conversation = &conversations(&operator).await[0];
    let expected: Vec<String> = (0..20).map(|index| index.to_string()).collect();
    assert_eq!(texts(&operator, &conversation["id"]).await, expected);
    assert_eq!(conversation["preview"]["text"], "19");
}

#[tokio::test]
async fn an_answer_on_the_phone_says_that_what_came_before_was_seen() {
    let app = TestApp::start().await;
    let echo = |id: &str, at: i64| {
        let echo = json!({"id": id, "to": "5511", "timestamp": at, "type": "text", "text": {"body": "from the phone"}});
        let value = json!({"metadata": {"phone_number_id": "100"}, "message_echoes": [echo]});
        meta::envelope(vec![json!({"field": "smb_message_echoes", "value": value})])
    };
    for index in 0..3 {
        app.deliver(&meta::one_text(
            "100",
            &format!("wamid.{index}"),
            "5511",
            AT + index,
            "hello",
        ))
        .await;
    }
    // Late, from before the question: it answers nothing.
    app.deliver(&echo("wamid.early", AT - 100)).await;
    let operator = app.operator().await;
    assert_eq!(conversations(&operator).await[0]["unread"], 3);
    app.deliver(&echo("wamid.answer", AT + 10)).await;
    assert_eq!(conversations(&operator).await[0]["unread"], 0);
    assert_log_is_sound(&app).await;
}

#[tokio::test]
async fn times_that_cannot_be_are_not_believed() {
    let app = TestApp::start().await;
    let now = pilot_inbox::clock::now_ms();
    for (index, at) in [
        json!("0"),
        json!(-1),
        json!("soon"),
        json!(null),
        json!(i64::MAX),
        json!("99999999999"),
        json!(now),
        json!(1.5),
    ]
    .iter()
    .enumerate()
    {
        let mut message = text(
            &format!("wamid.{index}"),
            &format!("55{index}"),
            AT,
            "when?",
        );
        message["timestamp"] = at.clone();
        app.deliver(&meta::messages("100", &[message])).await;
    }
    for conversation in conversations(&app.operator().await).await {
        let at = conversation["lastMessageAt"].as_i64().unwrap();
        assert!((now - 2_000..=now + 60_000).contains(&at), "{conversation}");
    }
}

/// A conversation's worth of everything, each thing in a delivery of its own, no two messages in the same second.
fn a_busy_day(app: &TestApp) -> Vec<Value> {
    let second = &*app.acme.numbers[1].phone_number_id;
    // Known by phone, by user id, by both: one person.
    let mut items: Vec<(&str, &str, Value)> = vec![
        ("100", "messages", text("wamid.1", "5511", AT, "by phone")),
        (
            "100",
            "messages",
            text_by_user("wamid.2", "BR.ana", AT + 10, "by user id"),
        ),
        (
            "100",
            "messages",
            text_by_both("wamid.3", "BR.ana", "5511", AT + 20, "by both"),
        ),
        (
            second,
            "messages",
            text("wamid.4", "5511", AT + 30, "on the other number"),
        ),
    ];
    // Somebody else.
    for index in 0..3 {
        items.push((
            "100",
            "messages",
            text(&format!("wamid.bo{index}"), "5522", AT + 100 + index, "bo"),
        ));
    }
    items.push(("100", "messages", json!({"id": "wamid.sys", "from": "5522", "timestamp": AT + 110, "type": "system", "system": {"body": "note"}})));
    for (message, names) in [
        ("a", &["sent", "delivered", "read"][..]),
        ("b", &["sent", "failed"]),
        ("c", &["failed", "delivered"]),
        ("d", &[]),
    ] {
        for name in names {
            let id = format!("wamid.echo{message}");
            items.push((
                "100",
                "statuses",
                if *name == "failed" {
                    failed(&id, AT + 300, 131_026)
                } else {
                    status(&id, name, AT + 300)
                },
            ));
        }
    }
    let mut deliveries: Vec<Value> = items
        .into_iter()
        .map(|(number, list, item)| meta::delivery(number, json!({list: [item]})))
        .collect();
    for (index, message) in ["a", "b", "c", "d"].iter().enumerate() {
        // To somebody who never writes: an answer on the phone means that what came before it was seen, and what came before depends
        // on the order of arrival.
        let echo = json!({"id": format!("wamid.echo{message}"), "from": "551130000100", "to": "5533", "type": "text",
            "timestamp": (AT + 200 + i64::try_from(index).unwrap()).to_string(), "text": {"body": message}});
        let value = json!({"metadata": {"phone_number_id": "100"}, "message_echoes": [echo]});
        deliveries.push(meta::envelope(vec![
            json!({"field": "smb_message_echoes", "value": value}),
        ]));
    }
    deliveries
}

/// Several deliveries as one body.
fn together(deliveries: &[Value]) -> Value {
    let entries: Vec<Value> = deliveries
        .iter()
        .map(|body| body["entry"][0].clone())
        .collect();
    json!({"object": "whatsapp_business_account", "entry": entries})
}

/// The inbox with the numbers' own names in place of their ids, which differ between two programs.
async fn comparable(app: &TestApp) -> String {
    let seen = serde_json::to_string_pretty(&inbox(app).await).unwrap();
    app.acme.numbers.iter().fold(seen, |seen, number| {
        seen.replace(number.id.as_str(), &number.phone_number_id)
    })
}

#[tokio::test]
async fn everything_five_times_in_any_order_is_everything_once() {
    let app = TestApp::start().await;
    for delivery in a_busy_day(&app) {
        app.deliver(&delivery).await;
    }
    let expected = comparable(&app).await;
    for seed in 0..6 {
        let app = TestApp::start().await;
        let five_times: Vec<Value> = (0..5).flat_map(|_| a_busy_day(&app)).collect();
        let deliveries = shuffled(&five_times, seed);
        if seed % 2 == 0 {
            for delivery in &deliveries {
                app.deliver(delivery).await;
            }
        } else {
            // All at once: what waits together is worked through together.
            futures::future::join_all(deliveries.iter().map(|delivery| app.deliver(delivery)))
                .await;
        }
        assert_eq!(comparable(&app).await, expected, "seed {seed}");
        let mut database = app.database().await;
        assert_eq!(
            database.number("SELECT count(*) FROM held_statuses").await,
            0,
            "every status found its message"
        );
        assert_log_is_sound(&app).await;
    }
}

/// Positions without a gap, and counters that are what their rows add up to.
async fn assert_log_is_sound(app: &TestApp) {
    let mut database = app.database().await;
    let tenant = app.acme.id.as_str();
    let gaps = format!(
        "SELECT (SELECT seq FROM tenants WHERE id = '{tenant}') - (SELECT count(*) FROM events WHERE tenant_id = '{tenant}')"
    );
    assert_eq!(database.number(&gaps).await, 0, "the log has no gap");
    assert_eq!(
        database
            .number(&format!(
                "SELECT min(seq) FROM events WHERE tenant_id = '{tenant}'"
            ))
            .await,
        1
    );
    let counters = "SELECT count(*) FROM numbers n WHERE n.unread <> (SELECT coalesce(sum(c.unread), 0) FROM conversations c WHERE c.number_id = n.id)";
    assert_eq!(database.number(counters).await, 0, "counters add up");
    let previews = "SELECT count(*) FROM conversations c WHERE c.last_message_id IS DISTINCT FROM (SELECT m.id FROM messages m \
        WHERE m.conversation_id = c.id ORDER BY m.second DESC, m.id DESC LIMIT 1)";
    assert_eq!(
        database.number(previews).await,
        0,
        "the list shows the last message"
    );
}

/// Any order, any repetition, and any way of putting them into bodies.
#[test]
fn any_interleaving_ends_in_the_same_inbox() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (length, expected) = runtime.block_on(async {
        let app = TestApp::start().await;
        let day = a_busy_day(&app);
        for delivery in &day {
            app.deliver(delivery).await;
        }
        (day.len(), comparable(&app).await)
    });
    let order = proptest::collection::vec(0..length, 0..length * 2);
    let strategy = (
        order,
        proptest::collection::vec(1_usize..8, length * 3),
        any::<u64>(),
    );
    let config = Config {
        cases: 16,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&strategy, |(repeated, sizes, seed)| {
            // Each at least once.
            let all: Vec<usize> = (0..length).chain(repeated).collect();
            let order = shuffled(&all, seed);
            let seen = runtime.block_on(async {
                let app = TestApp::start().await;
                let day = a_busy_day(&app);
                let mut rest = &order[..];
                for size in sizes {
                    let (body, later) = rest.split_at(size.min(rest.len()));
                    rest = later;
                    if !body.is_empty() {
                        let body: Vec<Value> =
                            body.iter().map(|index| day[*index].clone()).collect();
                        app.deliver(&together(&body)).await;
                    }
                }
                assert!(rest.is_empty(), "everything was delivered");
                assert_log_is_sound(&app).await;
                comparable(&app).await
            });
            prop_assert_eq!(&seen, &expected);
            Ok(())
        })
        .unwrap();
}
