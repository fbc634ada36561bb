//! What statuses say of the price, and problems that are nobody's message.

use super::{AT, message, shown};
use crate::support::TestApp;
use crate::support::meta;
use serde_json::{Value, json};

/// A message of ours, as an echo of the phone.
async fn sent(app: &TestApp) {
    let echo = json!({"id": "wamid.1", "from": "551130000100", "to": super::PHONE, "timestamp": AT.to_string(),
        "type": "audio", "audio": {"id": "1", "mime_type": "audio/ogg", "voice": true}});
    let mut delivery = meta::delivery("100", json!({"message_echoes": [echo]}));
    delivery["entry"][0]["changes"][0]["field"] = json!("smb_message_echoes");
    app.deliver(&delivery).await;
}

fn with(mut status: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        status[name] = value.clone();
    }
    status
}

#[tokio::test]
async fn a_voice_note_is_played_and_its_price_is_kept() {
    let app = TestApp::start().await;
    let early = with(
        meta::status("wamid.1", "sent", AT + 1),
        json!({"conversation": {"id": "c1", "expiration_timestamp": (AT + 86_400).to_string(), "origin": {"type": "authentication-international"}},
            "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "utility"},
            "parent_recipient_user_id": "BR.ENT.1", "recipient_user_id": "BR.1"}),
    );
    app.deliver(&meta::statuses("100", &[early])).await;
    sent(&app).await;
    let played = meta::status("wamid.1", "played", AT + 9);
    let late = meta::status("wamid.1", "delivered", AT + 3);
    app.deliver(&meta::statuses("100", &[played, late])).await;
    let thread = super::thread_of(&app).await;
    assert_eq!(thread[0]["status"], "PLAYED");
    let mut database = app.database().await;
    let pricing = database.texts("SELECT pricing FROM messages").await;
    let pricing: Value = serde_json::from_str(&pricing[0]).unwrap();
    assert_eq!(
        pricing,
        json!({"category": "utility", "kind": "regular", "model": "PMP", "billable": true, "conversation": "c1",
            "origin": "authentication_international", "endsAt": (AT + 86_400) * 1000})
    );
    let times = "SELECT reported_played_at - reported_delivered_at FROM messages";
    assert_eq!(database.number(times).await, 6_000);
}

#[tokio::test]
async fn a_problem_of_the_account_is_an_alert_and_no_message() {
    let app = TestApp::start().await;
    let error = json!({"code": 131_031, "title": "Account locked", "error_data": {"details": "Too many reports."}, "href": "https://x"});
    let spare =
        json!({"code": "131031", "title": "Account locked", "details": "Too many reports."});
    for error in [error, spare, json!({}), json!("odd")] {
        app.deliver(&meta::delivery("100", json!({"errors": [error]})))
            .await;
    }
    shown(&app, &[message("wamid.1", 0, "text", json!({"body": "x"}))]).await;
    let mut database = app.database().await;
    assert_eq!(
        database
            .texts(
                "SELECT code || ' ' || reports || ' ' || sentence FROM number_alerts ORDER BY code"
            )
            .await,
        [
            "131031 2 Account locked: Too many reports.",
            "unknown 1 WhatsApp reports a problem and does not say which."
        ]
    );
    assert_eq!(database.number("SELECT count(*) FROM messages").await, 1);
}

/// Lowest first. Whoever has got a message cannot be one whom it did not reach.
const RANKS: [&str; 5] = ["sent", "failed", "delivered", "read", "played"];

/// Every order of every set of these.
fn orders(of: &[&'static str]) -> Vec<Vec<&'static str>> {
    let mut found = Vec::new();
    for (index, first) in of.iter().enumerate() {
        let rest: Vec<&str> = [&of[..index], &of[index + 1..]].concat();
        found.push(vec![*first]);
        for mut order in orders(&rest) {
            order.insert(0, first);
            found.push(order);
        }
    }
    found
}

/// A report whose time is that of its rank, whenever it comes.
fn reported(id: &str, name: &str) -> Value {
    let rank = RANKS.iter().position(|known| *known == name).unwrap();
    let at = AT + 1 + i64::try_from(rank).unwrap();
    match name {
        "failed" => meta::failed(id, at, 131_026),
        _ => meta::status(id, name, at),
    }
}

#[tokio::test]
async fn every_order_of_every_set_of_statuses_ends_the_same() {
    let app = TestApp::start().await;
    let orders = orders(&RANKS);
    assert_eq!(orders.len(), 325);
    // One by one; one by one and all of them again; all in one body.
    let ways = ["single", "again", "body"];
    let id = |way: &str, order: &[&str]| format!("wamid.{way}.{}", order.join("."));
    let echoes: Vec<Value> = ways
        .iter()
        .flat_map(|way| orders.iter().map(|order| id(way, order)))
        .map(|id| {
            json!({"id": id, "from": "551130000100", "to": super::PHONE, "timestamp": AT.to_string(), "type": "text",
                "text": {"body": "ours"}})
        })
        .collect();
    let mut delivery = meta::delivery("100", json!({"message_echoes": echoes}));
    delivery["entry"][0]["changes"][0]["field"] = json!("smb_message_echoes");
    app.deliver(&delivery).await;
    for round in 0..2 * RANKS.len() {
        let mut reports = Vec::new();
        for order in &orders {
            if let Some(name) = order.get(round) {
                reports.push(reported(&id("single", order), name));
            }
            if round < 2 * order.len() {
                reports.push(reported(&id("again", order), order[round % order.len()]));
            }
        }
        app.deliver(&meta::statuses("100", &reports)).await;
    }
    let whole: Vec<Value> = orders
        .iter()
        .flat_map(|order| order.iter().map(|name| reported(&id("body", order), name)))
        .collect();
    app.deliver(&meta::statuses("100", &whole)).await;

    let mut database = app.database().await;
    let ends = database
        .texts(
            "SELECT provider_id || ' ' || status || ' ' || coalesce(failure_code, '-') || ' ' || coalesce(reported_sent_at, 0) || ' ' || \
               coalesce(reported_delivered_at, 0) || ' ' || coalesce(reported_read_at, 0) || ' ' || coalesce(reported_played_at, 0) FROM messages",
        )
        .await;
    assert_eq!(ends.len(), ways.len() * orders.len());
    let mut known = std::collections::BTreeMap::new();
    for end in ends {
        let (id, end) = end.split_once(' ').unwrap();
        let mut set: Vec<&str> = id.split('.').skip(2).collect();
        set.sort_by_key(|name| RANKS.iter().position(|rank| rank == name));
        let highest = set.last().unwrap().to_uppercase();
        assert!(end.starts_with(&highest), "{id}: {end}");
        let same = known.entry(set.join(".")).or_insert_with(|| end.to_owned());
        assert_eq!(end, same, "{id}");
    }
}
