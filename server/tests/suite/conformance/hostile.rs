//! Every leaf of every documented payload taken away, retyped, emptied, blown up and turned against us: nothing breaks, and what stands
//! beside it is stored all the same.

use super::shapes::inbound;
use super::{AT, message};
use crate::support::TestApp;
use crate::support::meta;
use serde_json::{Value, json};

/// Where something stands in a body.
type Path = Vec<String>;

fn leaves(value: &Value, at: &Path, found: &mut Vec<Path>) {
    let below = |name: &str| {
        let mut path = at.clone();
        path.push(name.to_owned());
        path
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(below(name));
                leaves(value, &below(name), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                found.push(below(&index.to_string()));
                leaves(value, &below(&index.to_string()), found);
            }
        }
        _ => {}
    }
}

/// The value with what stands at the path replaced, or removed.
fn changed(value: &Value, path: &[String], with: Option<&Value>) -> Value {
    let mut changed = value.clone();
    let (last, way) = path.split_last().unwrap();
    let mut place = &mut changed;
    for step in way {
        place = match place {
            Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
            other => &mut other[step.as_str()],
        };
    }
    match (place, with) {
        (Value::Object(fields), None) => {
            fields.remove(last);
        }
        (Value::Array(items), None) => {
            items.remove(last.parse().unwrap());
        }
        (Value::Array(items), Some(with)) => items[last.parse::<usize>().unwrap()] = with.clone(),
        (other, Some(with)) => other[last.as_str()] = with.clone(),
        (_, None) => unreachable!("a leaf stands in an object or a list"),
    }
    changed
}

fn evil() -> Vec<Option<Value>> {
    let mut deep = json!("bottom");
    for _ in 0..60 {
        deep = json!([deep]);
    }
    vec![
        None,
        Some(Value::Null),
        Some(json!("")),
        Some(json!(0)),
        Some(json!(-1)),
        Some(json!(1e308)),
        Some(json!(u64::MAX)),
        Some(json!(true)),
        Some(json!([])),
        Some(json!({})),
        Some(json!([[{"id": {}}]])),
        Some(deep),
        Some(json!("\u{0}")),
        Some(json!("x".repeat(70_000))),
        Some(json!(
            "'; DROP TABLE messages; -- <script>alert(1)</script> ../../x {{7*7}} \u{202e}"
        )),
        Some(json!("javascript:alert(1)")),
        Some(json!("99999999999999999999999999")),
    ]
}

/// Everything that is done to a message in one body with a good one on either side, so that a lost sibling is seen.
async fn survives(app: &TestApp, field: &str, list: &str, item: &Value, round: usize) {
    let mut paths = Vec::new();
    leaves(item, &Vec::new(), &mut paths);
    let mut items = Vec::new();
    for path in &paths {
        for with in evil() {
            items.push(changed(item, path, with.as_ref()));
        }
    }
    let mut database = app.database().await;
    for (part, items) in items.chunks(200).enumerate() {
        let good =
            |place: &str| meta::text(&format!("good.{round}.{part}.{place}"), "5599", AT, "good");
        let mut value = json!({});
        value[list] = items.into();
        let hostile = {
            let mut change = meta::change("100", value);
            change["field"] = json!(field);
            change
        };
        let body = meta::envelope(vec![
            meta::change("100", json!({"messages": [good("before")]})),
            hostile,
            meta::change("100", json!({"messages": [good("after")]})),
        ]);
        app.deliver(&body).await;
        let there =
            format!("SELECT count(*) FROM messages WHERE provider_id LIKE 'good.{round}.{part}.%'");
        assert_eq!(database.number(&there).await, 2, "{item}");
    }
}

#[tokio::test]
async fn no_leaf_of_a_message_breaks_anything() {
    let app = TestApp::start().await;
    let target = message("wamid.target", 0, "text", json!({"body": "target"}));
    app.deliver(&meta::messages("100", &[target])).await;
    let mut messages: Vec<Value> = inbound().into_iter().map(|shape| shape.message).collect();
    let inner = json!({"type": "image", "image": {"id": "1", "caption": "x"}, "context": {"id": "wamid.text=="}});
    messages.extend([
        message("r", 1, "reaction", json!({"message_id": "wamid.target", "emoji": "👍"})),
        message("e", 2, "edit", json!({"original_message_id": "wamid.target", "message": inner})),
        message("v", 3, "revoke", json!({"original_message_id": "wamid.gone"})),
        message("s", 4, "system", json!({"type": "user_changed_number", "wa_id": "5511777", "user_id": "BR.7", "body": "x"})),
    ]);
    for (round, message) in messages.iter().enumerate() {
        survives(&app, "messages", "messages", message, round).await;
    }
    let operator = app.operator().await;
    // All of it can be shown, and looked for.
    for conversation in crate::webhooks::view::conversations(&operator).await {
        crate::webhooks::view::thread(&operator, &conversation["id"]).await;
    }
    let mut database = app.database().await;
    let addresses = "SELECT count(*) FROM messages WHERE content LIKE '%\"url\":\"javascript%'";
    assert_eq!(database.number(addresses).await, 0);
}

#[tokio::test]
async fn no_leaf_of_anything_else_breaks_anything() {
    let app = TestApp::start().await;
    let status = json!({"id": "wamid.out", "status": "failed", "timestamp": AT.to_string(), "recipient_id": "5511", "recipient_user_id": "BR.1",
        "biz_opaque_callback_data": "msg_1.2", "conversation": {"id": "c", "expiration_timestamp": "1", "origin": {"type": "service"}},
        "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "service"},
        "errors": [{"code": 131_026, "title": "x", "message": "x", "error_data": {"details": "x"}, "href": "https://x"}]});
    let echo = json!({"id": "wamid.echo", "from": "551130000100", "to": "5511", "to_user_id": "BR.1", "timestamp": AT.to_string(),
        "type": "text", "text": {"body": "x"}});
    let error = json!({"code": 131_031, "title": "x", "message": "x", "error_data": {"details": "x"}, "href": "https://x"});
    let preference = json!({"wa_id": "5511", "user_id": "BR.1", "detail": "x", "category": "marketing_messages", "value": "stop", "timestamp": AT});
    let new_id = json!({"wa_id": "5511", "user_id": {"previous": "BR.1", "current": "BR.2"}});
    for (round, (field, list, item)) in [
        ("messages", "statuses", status),
        ("smb_message_echoes", "message_echoes", echo),
        ("messages", "errors", error),
        ("user_preferences", "user_preferences", preference),
        ("user_id_update", "user_id_update", new_id),
    ]
    .iter()
    .enumerate()
    {
        survives(&app, field, list, item, round).await;
    }
}

#[tokio::test]
async fn no_leaf_of_a_numbers_health_breaks_anything() {
    let app = TestApp::start().await;
    for (field, value) in [
        (
            "phone_number_quality_update",
            json!({"display_phone_number": "1", "event": "FLAGGED", "current_limit": "TIER_1K"}),
        ),
        (
            "account_update",
            json!({"event": "x", "ban_info": {"waba_ban_state": "DISABLE"}, "restriction_info": [{"restriction_type": "x"}]}),
        ),
        (
            "account_alerts",
            json!({"alert_info": {"alert_type": "x", "alert_description": "x"}}),
        ),
    ] {
        let mut paths = Vec::new();
        leaves(&value, &Vec::new(), &mut paths);
        for path in paths {
            for with in evil() {
                let value = changed(&value, &path, with.as_ref());
                let text = meta::text(
                    &format!("{field}{path:?}{with:?}")
                        .chars()
                        .take(200)
                        .collect::<String>(),
                    "5599",
                    AT,
                    "good",
                );
                app.deliver(&meta::envelope(vec![
                    json!({"field": field, "value": value}),
                    meta::change("100", json!({"messages": [text]})),
                ]))
                .await;
            }
        }
    }
    let listed = app.with_key(&app.acme.key).get("/v1/numbers").await;
    assert!(listed.json().is_array());
}

#[tokio::test]
async fn no_leaf_of_the_envelope_breaks_anything() {
    let app = TestApp::start().await;
    let person = json!({"wa_id": "5511", "user_id": "BR.1", "profile": {"name": "Ana", "username": "ana"}, "country_code": "BR"});
    let good = meta::change(
        "100",
        json!({"messages": [meta::text("good.0", "5599", AT, "good")]}),
    );
    let whole = meta::envelope(vec![meta::change(
        "100",
        json!({"contacts": [person], "messages": [meta::text_by_both("wamid.1", "BR.1", "5511", AT, "x")],
            "statuses": [meta::status("wamid.2", "sent", AT)], "errors": [{"code": 1}]}),
    )]);
    let mut paths = Vec::new();
    leaves(&whole, &Vec::new(), &mut paths);
    let mut database = app.database().await;
    for path in paths {
        for with in evil() {
            let mut body = changed(&whole, &path, with.as_ref());
            // A sibling entry, where there still is a list for it.
            if let Some(entries) = body["entry"].as_array_mut() {
                let mut good = good.clone();
                good["value"]["messages"][0]["id"] = json!(
                    format!("good.{path:?}.{with:?}")
                        .chars()
                        .take(200)
                        .collect::<String>()
                );
                let expected = database
                    .number("SELECT count(*) FROM messages WHERE text = 'good'")
                    .await;
                entries.push(json!({"id": meta::WABA, "changes": [good]}));
                let is_ours = body["object"] == "whatsapp_business_account";
                app.deliver(&body).await;
                let stored = database
                    .number("SELECT count(*) FROM messages WHERE text = 'good'")
                    .await;
                assert!(!is_ours || stored == expected + 1, "{path:?} {with:?}");
            } else {
                app.deliver(&body).await;
            }
        }
    }
}
