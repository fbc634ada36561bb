//! What WhatsApp says of numbers and accounts.

use super::{AT, assert_has};
use crate::support::TestApp;
use crate::support::meta;
use serde_json::{Value, json};

async fn tell(app: &TestApp, field: &str, value: Value, at: Value) {
    let mut body = meta::envelope(vec![json!({"field": field, "value": value})]);
    body["entry"][0]["time"] = at;
    app.deliver(&body).await;
}

async fn numbers(app: &TestApp) -> Vec<Value> {
    let listed = app.with_key(&app.acme.key).get("/v1/numbers").await;
    listed.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn the_last_word_of_each_kind_is_with_the_number() {
    let app = TestApp::start().await;
    let phone = numbers(&app).await[0]["number"]
        .as_str()
        .unwrap()
        .to_owned();
    // Who writes to a number tells of which account it is.
    app.deliver(&meta::one_text("100", "wamid.1", "5511", AT, "x"))
        .await;
    let shown = format!("+{phone}");
    for (field, value, at) in [
        (
            "phone_number_quality_update",
            json!({"display_phone_number": shown, "event": "FLAGGED", "current_limit": "TIER_1K"}),
            json!(AT + 5),
        ),
        (
            "phone_number_quality_update",
            json!({"display_phone_number": shown, "event": "UNFLAGGED"}),
            json!(AT),
        ),
        (
            "phone_number_name_update",
            json!({"display_phone_number": shown, "decision": "REJECTED", "rejection_reason": "NAME_FORMAT"}),
            json!(AT.to_string()),
        ),
        (
            "account_update",
            json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}]}),
            json!(AT),
        ),
        (
            "account_review_update",
            json!({"decision": "APPROVED"}),
            json!(AT),
        ),
        (
            "business_capability_update",
            json!({"max_daily_conversations_per_business": 250, "max_phone_numbers_per_business": 2}),
            json!(AT),
        ),
        (
            "security",
            json!({"display_phone_number": shown, "event": "PIN_CHANGED"}),
            json!(AT),
        ),
        (
            "account_alerts",
            json!({"entity_type": "WABA", "alert_info": {"alert_type": "OBA_APPROVED", "alert_description": "It was approved."}}),
            json!(AT),
        ),
        // Of another account, of nobody, and of nothing.
        (
            "security",
            json!({"display_phone_number": "999", "event": "PIN_RESET_REQUEST"}),
            json!(AT + 9),
        ),
        ("security", json!({"event": {}}), json!(AT + 9)),
    ] {
        tell(&app, field, value.clone(), at.clone()).await;
        tell(&app, field, value, at).await;
    }
    let mut elsewhere = meta::envelope(vec![
        json!({"field": "account_review_update", "value": {"decision": "REJECTED"}}),
    ]);
    elsewhere["entry"][0]["id"] = json!("888");
    app.deliver(&elsewhere).await;
    let numbers = numbers(&app).await;
    let word = |about: &str, event: &str, detail: Value| json!({"about": about, "event": event, "detail": detail});
    assert_has(
        &numbers[0],
        &json!({"health": [
            word("QUALITY", "FLAGGED", json!("TIER_1K")),
            word("NAME", "REJECTED", json!("NAME_FORMAT")),
            word("ACCOUNT", "ACCOUNT_RESTRICTION", json!("RESTRICTED_BIZ_INITIATED_MESSAGING")),
            word("REVIEW", "APPROVED", Value::Null),
            word("LIMIT", "250", Value::Null),
            word("SECURITY", "PIN_CHANGED", Value::Null),
            word("ALERT", "OBA_APPROVED", json!("It was approved."))],
            "alerts": [{"code": "OBA_APPROVED", "sentence": "It was approved.", "reports": 1}]}),
        "the number",
    );
    assert_eq!(
        (&numbers[1]["health"], &numbers[1]["alerts"]),
        (&json!([]), &json!([]))
    );
}
