//! The one template of the account.

use axum::Json;
use serde_json::{Value, json};

/// Its name.
pub const TEMPLATE: &str = "order_shipped";

/// What it says of an order.
pub fn filled(order: &str) -> String {
    format!("Your order {order} is on its way.")
}

/// All templates of an account.
pub async fn list() -> Json<Value> {
    Json(
        json!({"data": [{"id": "1", "name": TEMPLATE, "language": "en", "category": "UTILITY", "status": "APPROVED",
        "parameter_format": "POSITIONAL", "components": [{"type": "BODY", "text": filled("{{1}}")}]}]}),
    )
}
