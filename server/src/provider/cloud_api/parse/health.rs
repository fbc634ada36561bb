//! Fields about numbers and accounts: quality, limits, names, restrictions.

use super::super::fields::{integer_of, text_of};
use super::content::line_of;
use crate::clock::now_ms;
use crate::ingest::{Alert, HealthNote, HealthReport};
use serde_json::Value;

/// What a change of such a field says; `None` if the field is none, or says nothing.
pub(super) fn report(
    entry: &Value,
    waba_id: &str,
    field: &str,
    change: &Value,
) -> Option<HealthReport> {
    let value = change.get("value").unwrap_or(&Value::Null);
    let of = |path: &str| {
        value.pointer(path).and_then(|part| match part {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                // As a field of something, which is how texts are read.
                let shown = line_of(&serde_json::json!({ "it": part }), "it");
                shown.map(|text| text.chars().take(200).collect::<String>())
            }
            _ => None,
        })
    };
    let first = |paths: &[&str]| paths.iter().find_map(|path| of(path));
    let (about, event, detail) = match field {
        "phone_number_quality_update" => (
            "QUALITY",
            of("/event"),
            first(&["/current_limit", "/max_daily_conversations_per_business"]),
        ),
        "phone_number_name_update" => (
            "NAME",
            of("/decision"),
            first(&["/rejection_reason", "/requested_verified_name"]),
        ),
        "account_update" => (
            "ACCOUNT",
            of("/event"),
            first(&[
                "/ban_info/waba_ban_state",
                "/ban_info/waba_ban_state/0",
                "/violation_info/violation_type",
                "/restriction_info/0/restriction_type",
            ]),
        ),
        "account_review_update" => ("REVIEW", of("/decision"), None),
        "account_alerts" => (
            "ALERT",
            first(&["/alert_info/alert_type", "/alert_type"]),
            first(&["/alert_info/alert_description", "/alert_description"]),
        ),
        "business_capability_update" => (
            "LIMIT",
            first(&[
                "/max_daily_conversations_per_business",
                "/max_daily_conversation_per_phone",
            ]),
            None,
        ),
        "security" => ("SECURITY", of("/event"), None),
        _ => return None,
    };
    let event = event?;
    let phone = ["display_phone_number", "phone_number"]
        .iter()
        .find_map(|name| text_of(value, name))
        .map(|phone| phone.chars().filter(char::is_ascii_digit).collect())
        .filter(|digits: &String| !digits.is_empty() && digits.len() <= 40);
    let alert = (about == "ALERT").then(|| Alert {
        code: event.clone(),
        sentence: detail.clone().unwrap_or_else(|| event.clone()),
    });
    // Seconds; the time of the entry, for these fields have none of their own.
    let now = now_ms();
    let at = integer_of(entry, "time")
        .and_then(|at| at.checked_mul(1000))
        .filter(|at| (1..=now).contains(at))
        .unwrap_or(now);
    Some(HealthReport {
        waba_id: waba_id.to_owned(),
        phone,
        note: HealthNote {
            about: about.into(),
            event,
            detail,
            at,
        },
        alert,
    })
}
