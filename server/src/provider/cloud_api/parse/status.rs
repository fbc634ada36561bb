//! How far messages of ours got.

use super::super::errors;
use super::super::fields::{id_of, integer_of, text_of};
use super::content::line_of;
use super::{Read, timestamp_of};
use crate::ingest::{Callback, Change, Pricing, StatusReport};
use app::messages::DeliveryStatus;
use serde_json::Value;

pub(super) fn read_status(_: &Value, item: &Value) -> Read {
    let provider_id = id_of(item, "id")?.ok_or("a status has no `id`")?;
    let status = match item.get("status").and_then(Value::as_str) {
        Some("sent") => DeliveryStatus::Sent,
        Some("delivered") => DeliveryStatus::Delivered,
        Some("read") => DeliveryStatus::Read,
        Some("played") => DeliveryStatus::Played,
        Some("failed") => DeliveryStatus::Failed,
        Some(_) => return Ok(Vec::new()),
        None => return Err("a status has no `status`"),
    };
    let failure = (status == DeliveryStatus::Failed).then(|| {
        let error = item
            .get("errors")
            .and_then(|errors| errors.get(0))
            .unwrap_or(&Value::Null);
        errors::failure(
            integer_of(error, "code").unwrap_or(131_000),
            &text_of(error, "title").unwrap_or_default(),
            details_of(error).as_deref(),
        )
    });
    Ok(vec![Change::Status(Box::new(StatusReport {
        provider_id,
        callback: text_of(item, "biz_opaque_callback_data").and_then(|text| Callback::parse(&text)),
        status,
        timestamp: timestamp_of(item),
        failure,
        pricing: pricing(item),
    }))])
}

/// What an error says beyond its title. Some bodies put `details` directly in the error.
pub(super) fn details_of(error: &Value) -> Option<String> {
    error
        .get("error_data")
        .and_then(|data| text_of(data, "details"))
        .or_else(|| text_of(error, "details"))
        .or_else(|| text_of(error, "message"))
}

fn pricing(item: &Value) -> Option<Box<Pricing>> {
    let of = |field: &str| item.get(field).unwrap_or(&Value::Null);
    let (price, conversation) = (of("pricing"), of("conversation"));
    let pricing = Pricing {
        // Written with a hyphen as well.
        category: line_of(price, "category").map(|category| category.replace('-', "_")),
        kind: line_of(price, "type"),
        model: line_of(price, "pricing_model"),
        billable: price.get("billable").and_then(Value::as_bool),
        conversation: line_of(conversation, "id"),
        origin: conversation
            .get("origin")
            .and_then(|origin| line_of(origin, "type"))
            .map(|origin| origin.replace('-', "_")),
        ends_at: integer_of(conversation, "expiration_timestamp")
            .and_then(|seconds| seconds.checked_mul(1000)),
    };
    (pricing != Pricing::default()).then(|| Box::new(pricing))
}
