//! The payloads that Meta documents, each as it comes over the wire, and what the inbox's API makes of it. The shapes are written down
//! once, in `shapes`; what is asked of them here is asked of any that are added there.

mod amendments;
mod health;
mod hostile;
mod inbound;
mod people;
mod shapes;
mod statuses;

use crate::support::TestApp;
use crate::support::meta;
use crate::webhooks::view::{only_conversation, thread};
use serde_json::{Value, json};

/// 2023-11-14, when it is always in the past.
const AT: i64 = 1_700_000_000;
/// Who writes.
const PHONE: &str = "5511999";

/// Whether `actual` has everything of `expected`; a list must be as long.
pub fn assert_has(actual: &Value, expected: &Value, path: &str) {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            for (name, value) in expected {
                let there = actual.get(name).unwrap_or(&Value::Null);
                assert_has(there, value, &format!("{path}.{name}"));
            }
        }
        (Value::Array(actual), Value::Array(expected)) => {
            assert_eq!(actual.len(), expected.len(), "{path}: {actual:?}");
            for (index, value) in expected.iter().enumerate() {
                assert_has(&actual[index], value, &format!("{path}[{index}]"));
            }
        }
        _ => assert_eq!(actual, expected, "{path}"),
    }
}

/// Delivers messages in one body and returns the thread that they make.
async fn shown(app: &TestApp, messages: &[Value]) -> Vec<Value> {
    app.deliver(&meta::messages("100", messages)).await;
    thread_of(app).await
}

/// The thread of the only conversation.
async fn thread_of(app: &TestApp) -> Vec<Value> {
    let operator = app.operator().await;
    let conversation = only_conversation(&operator).await;
    thread(&operator, &conversation["id"]).await
}

/// A message of a type: the part stands under the type's name.
fn message(id: &str, second: i64, kind: &str, part: Value) -> Value {
    let mut message =
        json!({"id": id, "from": PHONE, "timestamp": (AT + second).to_string(), "type": kind});
    message[kind] = part;
    message
}
