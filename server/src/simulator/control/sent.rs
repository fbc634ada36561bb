//! `GET /sent`, `GET /calls`: what the product did, and `POST /sent/{id}/status`: what comes of it.

use axum::Json;
use axum::extract::{Path, State as Extract};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Input, Query, Refusal};
use crate::simulator::customer::Address;
use crate::simulator::lifecycle::Step;
use crate::simulator::sent::{Call, Sent};
use crate::simulator::{Simulator, unix_now};

/// Narrows a list; all that are given must match.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Filter {
    phone_number_id: Option<String>,
    /// Phone or BSUID of the recipient.
    to: Option<String>,
    callback_data: Option<String>,
    text: Option<String>,
}

/// All accepted sends that match, oldest first.
pub(in crate::simulator) async fn list(
    Extract(simulator): Extract<Simulator>,
    Query(filter): Query<Filter>,
) -> Json<Value> {
    let state = simulator.state();
    let to = filter.to.as_deref().and_then(Address::parse);
    let customer = to.as_ref().and_then(|to| state.customers.find(to.as_str()));
    let matches = |sent: &&Sent| {
        let same =
            |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        same(&filter.phone_number_id, Some(&sent.phone_number_id))
            && (filter.to.is_none() || customer == Some(sent.customer))
            && same(&filter.callback_data, sent.callback_data.as_deref())
            && same(&filter.text, Some(&sent.text))
    };
    let found: Vec<_> = state.sent.iter().filter(matches).collect();
    Json(json!({"total": found.len(), "items": found}))
}

/// One accepted send.
pub(in crate::simulator) async fn get(
    Extract(simulator): Extract<Simulator>,
    Path(id): Path<String>,
) -> Result<Json<Sent>, Refusal> {
    let sent = simulator.state().sent.get(&id).cloned();
    sent.map(Json).ok_or_else(|| unknown(&id))
}

/// A status to send at once, whatever went before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::simulator) struct NewStatus {
    status: String,
    /// With `failed`.
    code: Option<i64>,
}

/// Makes a status happen and waits until its webhook was tried once.
pub(in crate::simulator) async fn status(
    Extract(simulator): Extract<Simulator>,
    Path(id): Path<String>,
    Input(new): Input<NewStatus>,
) -> Result<Json<Sent>, Refusal> {
    let accepted_at = simulator
        .state()
        .sent
        .get(&id)
        .map(|sent| sent.accepted_at)
        .ok_or_else(|| unknown(&id))?;
    let elapsed = u64::try_from(unix_now() - accepted_at).unwrap_or(0) * 1000;
    let step = Step {
        status: new.status.into(),
        code: new.code,
        happens_ms: elapsed,
        posted_ms: elapsed,
        before_answer: false,
        lost: false,
        twice: false,
    };
    let receipt = simulator.happen(&id, &step);
    if let Some(receipt) = receipt {
        receipt.first_attempt().await;
    }
    get(Extract(simulator), Path(id)).await
}

/// Requests to the messages endpoint, whatever became of them, oldest first.
pub(in crate::simulator) async fn calls(
    Extract(simulator): Extract<Simulator>,
    Query(filter): Query<CallFilter>,
) -> Json<Value> {
    let state = simulator.state();
    let matches = |call: &&Call| {
        filter
            .phone_number_id
            .as_ref()
            .is_none_or(|id| *id == call.phone_number_id)
    };
    let found: Vec<_> = state.calls.iter().filter(matches).collect();
    Json(json!({"total": found.len(), "items": found}))
}

/// Narrows the list of calls.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct CallFilter {
    phone_number_id: Option<String>,
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(format!("nothing was sent with the id {id}"))
}
