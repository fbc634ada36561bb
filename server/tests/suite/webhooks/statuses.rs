//! How far our messages got, reported in any order.

use super::view::{only_conversation, thread};
use crate::support::meta::{self, failed, status, status_of};
use crate::support::recently;
use crate::support::{Client, TestApp};
use app::ids::MessageId;
use pilot_inbox::store::{Claim, Settlement};
use serde_json::{Value, json};

/// A message of ours that WhatsApp knows as `wamid.out`, written on the phone.
async fn with_echo() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let echo = json!({"id": "wamid.out", "from": "551130000100", "to": "5511", "timestamp": recently().to_string(), "type": "text",
        "text": {"body": "ours"}});
    let value = json!({"metadata": {"phone_number_id": "100"}, "message_echoes": [echo]});
    app.deliver(&meta::envelope(vec![
        json!({"field": "smb_message_echoes", "value": value}),
    ]))
    .await;
    let operator = app.operator().await;
    (app, operator)
}

/// The last message of the only conversation.
async fn last(operator: &Client) -> Value {
    let conversation = only_conversation(operator).await;
    let message = thread(operator, &conversation["id"]).await.pop().unwrap();
    assert_eq!(
        conversation["preview"]["status"], message["status"],
        "the list shows the same"
    );
    message
}

/// A reply that was queued, and the worker's claim on it.
async fn with_claim() -> (TestApp, Client, Claim) {
    let app = TestApp::start().await;
    app.deliver(&meta::one_text(
        "100",
        "wamid.in",
        "5511",
        recently(),
        "hello",
    ))
    .await;
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    operator
        .ask(
            "/api/messages/send",
            &json!({"conversation_id": conversation["id"], "client_id": "c-1", "text": "ours"}),
        )
        .await;
    let claim = claim(&app).await;
    (app, operator, claim)
}

async fn claim(app: &TestApp) -> Claim {
    let mut claims = app
        .state
        .store
        .claim_outbox(i64::MAX / 2, i64::MAX / 2, 10)
        .await
        .unwrap();
    assert_eq!(claims.len(), 1);
    claims.remove(0)
}

async fn accept(app: &TestApp, claim: &Claim, wamid: &str) {
    let accepted = Settlement::Accepted {
        provider_id: wamid.into(),
    };
    app.state.store.settle(claim, accepted).await.unwrap();
}

#[tokio::test]
async fn the_highest_status_counts_whatever_the_order() {
    let orders: &[(&[&str], &str)] = &[
        (&["sent", "delivered", "read"], "READ"),
        (&["read", "delivered", "sent"], "READ"),
        (&["delivered", "read", "sent"], "READ"),
        (&["read"], "READ"),
        (&["played", "read"], "PLAYED"),
        (&["delivered", "sent", "delivered"], "DELIVERED"),
        (&["sent", "failed"], "FAILED"),
        (&["failed", "sent"], "FAILED"),
        (&["failed", "delivered"], "DELIVERED"),
        (&["delivered", "failed"], "DELIVERED"),
        (&["failed", "read", "failed"], "READ"),
        (
            &["deleted", "warning", "held_for_quality_assessment"],
            "SENT",
        ),
    ];
    for (order, expected) in orders {
        let (app, operator) = with_echo().await;
        for (index, name) in order.iter().enumerate() {
            let report = if *name == "failed" {
                failed("wamid.out", recently() + 1, 131_026)
            } else {
                status(
                    "wamid.out",
                    name,
                    recently() + 10 - i64::try_from(index).unwrap(),
                )
            };
            app.deliver(&meta::statuses("100", &[report])).await;
        }
        let message = last(&operator).await;
        assert_eq!(message["status"], *expected, "{order:?}");
        assert_eq!(
            message["failure"].is_null(),
            *expected != "FAILED",
            "{order:?}: {message}"
        );
    }
}

#[tokio::test]
async fn a_failure_says_why() {
    let (app, operator) = with_echo().await;
    app.deliver(&meta::statuses(
        "100",
        &[failed("wamid.out", recently(), 131_047)],
    ))
    .await;
    let failure = last(&operator).await["failure"].clone();
    assert_eq!(
        (&failure["code"], &failure["retryable"]),
        (&json!("131047"), &json!(false))
    );
    assert!(
        failure["sentence"]
            .as_str()
            .unwrap()
            .contains("24-hour window"),
        "{failure}"
    );
    // Nothing is said about why, and in the words of something unknown.
    for errors in [
        json!(null),
        json!([]),
        json!([{}]),
        json!([{"code": "x"}]),
        json!("none"),
    ] {
        let (app, operator) = with_echo().await;
        let mut report = status("wamid.out", "failed", recently());
        report["errors"] = errors.clone();
        app.deliver(&meta::statuses("100", &[report])).await;
        let message = last(&operator).await;
        assert_eq!(message["status"], "FAILED", "{errors}");
        assert!(
            !message["failure"]["sentence"].as_str().unwrap().is_empty(),
            "{errors}"
        );
    }
}

#[tokio::test]
async fn each_step_is_one_event_and_a_repetition_is_none() {
    let (app, _) = with_echo().await;
    let mut stream = app.stream(&app.token(&app.acme).await, None).await;
    stream.ready().await;
    for name in ["sent", "delivered", "delivered", "sent", "read", "read"] {
        app.deliver(&meta::statuses(
            "100",
            &[status("wamid.out", name, recently())],
        ))
        .await;
    }
    app.deliver(&meta::one_text(
        "100",
        "wamid.end",
        "5511",
        recently() + 1,
        "the end",
    ))
    .await;
    let mut steps = Vec::new();
    loop {
        let event = stream.event().await;
        if event.text() == "the end" {
            break;
        }
        steps.push(event.json["message"]["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(steps, ["DELIVERED", "READ"]);
}

#[tokio::test]
async fn the_times_of_all_reports_are_kept() {
    let (app, _) = with_echo().await;
    for (name, at) in [
        ("read", recently() + 3),
        ("sent", recently() + 1),
        ("delivered", recently() + 2),
        ("sent", recently() + 9),
    ] {
        app.deliver(&meta::statuses("100", &[status("wamid.out", name, at)]))
            .await;
    }
    let mut database = app.database().await;
    let kept = database
        .texts("SELECT (reported_sent_at / 1000) || ' ' || (reported_delivered_at / 1000) || ' ' || (reported_read_at / 1000) FROM messages")
        .await;
    assert_eq!(
        kept,
        [format!(
            "{} {} {}",
            recently() + 1,
            recently() + 2,
            recently() + 3
        )]
    );
}

#[tokio::test]
async fn statuses_of_a_message_that_is_not_known_yet_wait_for_it() {
    // Our POST has not been answered yet, and Meta brings nothing of ours back.
    for order in [["delivered", "sent"], ["sent", "delivered"]] {
        let (app, operator, claim) = with_claim().await;
        for name in order {
            app.deliver(&meta::statuses(
                "100",
                &[status("wamid.out", name, recently())],
            ))
            .await;
        }
        assert_eq!(last(&operator).await["status"], "QUEUED");
        accept(&app, &claim, "wamid.out").await;
        assert_eq!(last(&operator).await["status"], "DELIVERED");
        let mut database = app.database().await;
        assert_eq!(
            database.number("SELECT count(*) FROM held_statuses").await,
            0,
            "they have found it"
        );
    }
}

#[tokio::test]
async fn a_status_before_its_message_in_one_body_finds_it() {
    let app = TestApp::start().await;
    let echo = json!({"id": "wamid.out", "to": "5511", "timestamp": recently(), "type": "text", "text": {"body": "ours"}});
    let value = json!({"metadata": {"phone_number_id": "100"}, "message_echoes": [echo]});
    app.deliver(&meta::envelope(vec![
        meta::change(
            "100",
            json!({"statuses": [status("wamid.out", "read", recently()), status("wamid.out", "sent", recently())]}),
        ),
        json!({"field": "smb_message_echoes", "value": value}),
    ]))
    .await;
    assert_eq!(last(&app.operator().await).await["status"], "READ");
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM held_statuses").await,
        0
    );
}

#[tokio::test]
async fn a_failure_that_waited_is_a_failure() {
    let (app, operator, claim) = with_claim().await;
    app.deliver(&meta::statuses(
        "100",
        &[
            failed("wamid.out", recently(), 131_026),
            status("wamid.out", "sent", recently()),
        ],
    ))
    .await;
    accept(&app, &claim, "wamid.out").await;
    let message = last(&operator).await;
    assert_eq!(
        (&message["status"], &message["failure"]["code"]),
        (&json!("FAILED"), &json!("131026"))
    );
}

#[tokio::test]
async fn what_we_sent_along_names_the_message_before_its_id_is_known() {
    let (app, operator, claim) = with_claim().await;
    app.deliver(&meta::statuses(
        "100",
        &[status_of(
            "wamid.out",
            claim.message.as_str(),
            "delivered",
            recently(),
        )],
    ))
    .await;
    assert_eq!(last(&operator).await["status"], "DELIVERED");
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM outbox").await,
        0,
        "nothing is left to send"
    );
    // The answer comes after all.
    accept(&app, &claim, "wamid.out").await;
    app.deliver(&meta::statuses(
        "100",
        &[status("wamid.out", "read", recently())],
    ))
    .await;
    assert_eq!(last(&operator).await["status"], "READ");
}

#[tokio::test]
async fn a_status_settles_what_nobody_was_sure_of() {
    let (app, operator, claim) = with_claim().await;
    app.state
        .store
        .settle(&claim, Settlement::Unconfirmed { deadline: 1 })
        .await
        .unwrap();
    app.deliver(&meta::statuses(
        "100",
        &[status_of(
            "wamid.out",
            claim.message.as_str(),
            "sent",
            recently(),
        )],
    ))
    .await;
    assert_eq!(
        app.state.store.expire_unconfirmed(i64::MAX).await.unwrap(),
        0,
        "it is settled"
    );
    assert_eq!(last(&operator).await["status"], "SENT");
}

#[tokio::test]
async fn nobody_elses_word_moves_a_message() {
    let (app, operator, claim) = with_claim().await;
    let ours = claim.message.as_str();
    // From another tenant's number, from another number of ours, about a message that is not ours, about what the customer wrote.
    for number in [app.globex.first(), &*app.acme.numbers[1].phone_number_id] {
        app.deliver(&meta::statuses(
            number,
            &[status_of("wamid.x", ours, "read", recently())],
        ))
        .await;
    }
    app.deliver(&meta::statuses(
        "100",
        &[status_of("wamid.y", "msg_unknown", "read", recently())],
    ))
    .await;
    app.deliver(&meta::statuses(
        "100",
        &[status_of(
            "wamid.z",
            "'; DROP TABLE messages; --",
            "read",
            recently(),
        )],
    ))
    .await;
    app.deliver(&meta::statuses("100", &[failed("wamid.in", recently(), 1)]))
        .await;
    let conversation = only_conversation(&operator).await;
    let messages = thread(&operator, &conversation["id"]).await;
    assert_eq!(
        messages[0]["status"], "DELIVERED",
        "what came in has come in"
    );
    assert_eq!(messages[1]["status"], "QUEUED");
    let mut database = app.database().await;
    assert_eq!(
        database.number("SELECT count(*) FROM outbox").await,
        1,
        "it still goes out"
    );
}

#[tokio::test]
async fn after_a_retry_reports_of_the_first_attempt_say_nothing_of_the_second() {
    let (app, operator, claim_of_first) = with_claim().await;
    let ours = claim_of_first.message.to_string();
    accept(&app, &claim_of_first, "wamid.first").await;
    let reports = [status_of("wamid.first", &ours, "sent", recently()), {
        let mut report = failed("wamid.first", recently() + 1, 131_026);
        report["biz_opaque_callback_data"] = json!(ours);
        report
    }];
    app.deliver(&meta::statuses("100", &reports)).await;
    assert_eq!(last(&operator).await["status"], "FAILED");
    operator
        .ask("/api/messages/retry", &json!({"message_id": ours}))
        .await;
    // Meta delivers at least once: the same reports come again while the second attempt waits.
    app.deliver(&meta::statuses("100", &reports)).await;
    assert_eq!(last(&operator).await["status"], "QUEUED");
    let second = claim(&app).await;
    assert_eq!(second.message, MessageId::parse(ours.clone()).unwrap());
    accept(&app, &second, "wamid.second").await;
    app.deliver(&meta::statuses("100", &reports)).await;
    app.deliver(&meta::statuses(
        "100",
        &[status_of(
            "wamid.second",
            &ours,
            "delivered",
            recently() + 9,
        )],
    ))
    .await;
    assert_eq!(last(&operator).await["status"], "DELIVERED");
}
