//! `POST /messages` (a customer writes) and `POST /read` (a customer opens the chat).

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::{Duration, timeout};

use super::{Input, Query, Refusal};
use crate::simulator::Simulator;
use crate::simulator::customer::{Address, Customer};
use crate::simulator::inbound::Written;
use crate::simulator::wamid::bsuid_of_phone;

/// What a customer writes. Members not named here are taken as the object of the type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct Writing {
    /// Phone, or BSUID of someone who hides the phone.
    from: String,
    name: Option<String>,
    username: Option<String>,
    phone_number_id: Option<String>,
    #[serde(default)]
    user_id: UserId,
    text: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Which form of the type's example.
    variant: Option<String>,
    /// The business writes to `from`, on its own phone.
    #[serde(default)]
    by_business: bool,
    raw: Option<Map<String, Value>>,
    timestamp: Option<Value>,
    reply_to: Option<String>,
    /// So many messages; their texts are numbered.
    count: Option<usize>,
    /// All in one webhook.
    #[serde(default)]
    batch: bool,
    #[serde(flatten)]
    objects: Map<String, Value>,
}

/// The BSUID of someone who writes from a phone.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Option<String>")]
enum UserId {
    /// Left out: the one known for the phone, else one derived from it.
    #[default]
    OfPhone,
    /// This one, or with null none at all, as before April 2026.
    Given(Option<String>),
}

impl From<Option<String>> for UserId {
    fn from(given: Option<String>) -> Self {
        Self::Given(given)
    }
}

/// Most messages of one request.
const MOST: usize = 10_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct Patience {
    #[serde(default)]
    wait: bool,
    /// At most so many milliseconds.
    #[serde(default = "half_a_minute")]
    wait_ms: u64,
}

/// Sends the customer's messages; answers 202, or 200 once all are acknowledged (`wait=true`).
pub(in crate::simulator) async fn write(
    Extract(simulator): Extract<Simulator>,
    Query(patience): Query<Patience>,
    Input(writing): Input<Writing>,
) -> Result<Response, Refusal> {
    let batch = writing.batch;
    let phone_number_id = simulator
        .state()
        .number_or_default(writing.phone_number_id.as_deref())
        .map(|number| number.phone_number_id.clone())
        .ok_or_else(|| Refusal::not_found("there is no such number; add it with POST /numbers"))?;
    let all = writing.messages(&simulator, &phone_number_id)?;
    let address = all[0].customer.address().to_owned();
    let per_webhook = if batch { all.len() } else { 1 };
    let (mut ids, mut ticks) = (Vec::new(), Vec::new());
    for messages in all.chunks(per_webhook) {
        let posted = simulator
            .customer_writes(messages)
            .map_err(Refusal::invalid)?;
        if let Some(posted) = posted {
            ids.extend(posted.ids.iter().cloned());
            ticks.push(simulator.tick_when_acknowledged(&phone_number_id, &address, posted));
        }
    }
    let mut answer = json!({
        "id": ids.first(),
        "ids": ids,
        "from": address,
        "phoneNumberId": phone_number_id,
    });
    if !patience.wait {
        return Ok((StatusCode::ACCEPTED, Json(answer)).into_response());
    }
    let all_ticks = timeout(
        Duration::from_millis(patience.wait_ms),
        futures::future::join_all(ticks),
    )
    .await;
    let acknowledged =
        all_ticks.is_ok_and(|ticks| ticks.iter().all(|tick| matches!(tick, Ok(true))));
    answer["acknowledged"] = acknowledged.into();
    if acknowledged {
        return Ok(Json(answer).into_response());
    }
    answer["error"] = "the webhook was not acknowledged in time; it is still being retried".into();
    answer["code"] = "NOT_ACKNOWLEDGED".into();
    Ok((StatusCode::GATEWAY_TIMEOUT, Json(answer)).into_response())
}

impl Writing {
    fn messages(
        mut self,
        simulator: &Simulator,
        phone_number_id: &str,
    ) -> Result<Vec<Written>, Refusal> {
        let customer = self.customer(simulator)?;
        let raw_kind = self
            .raw
            .as_ref()
            .and_then(|raw| raw.get("type"))
            .and_then(Value::as_str);
        let kind = raw_kind
            .or(self.kind.as_deref())
            .unwrap_or("text")
            .to_owned();
        let timestamp = self.timestamp.as_ref().map(seconds).transpose()?;
        let object = self.objects.remove(&kind);
        if let Some(unknown) = self.objects.keys().next() {
            return Err(Refusal::invalid(format!(
                "there is no member {unknown:?} in a message of type {kind}"
            )));
        }
        let has_raw_text = self
            .raw
            .as_ref()
            .is_some_and(|raw| raw.contains_key("text"));
        if kind == "text" && self.text.is_none() && !has_raw_text {
            return Err(Refusal::invalid("give the text, or another type"));
        }
        let count = self.count.unwrap_or(1);
        if !(1..=MOST).contains(&count) {
            return Err(Refusal::invalid(format!("count is from 1 to {MOST}")));
        }
        let text = self.text.take();
        let one = |index: usize| Written {
            phone_number_id: phone_number_id.to_owned(),
            customer: customer.clone(),
            kind: kind.clone(),
            variant: self.variant.clone(),
            by_business: self.by_business,
            object: match (&text, kind.as_str()) {
                (Some(text), "text") if self.count.is_some() => {
                    Some(json!({"body": format!("{text} {}", index + 1)}))
                }
                (Some(text), "text") => Some(json!({"body": text})),
                _ => object.clone(),
            },
            raw: self.raw.clone(),
            timestamp,
            reply_to: self.reply_to.clone(),
        };
        Ok((0..count).map(one).collect())
    }

    fn customer(&self, simulator: &Simulator) -> Result<Customer, Refusal> {
        let address = Address::parse(&self.from).ok_or_else(|| {
            Refusal::invalid(format!(
                "from is a phone or a user id like PT.1A2B, not {:?}",
                self.from
            ))
        })?;
        let (phone, user_id) = match address {
            Address::Phone(phone) => {
                let user_id = match &self.user_id {
                    UserId::Given(given) => given.clone(),
                    UserId::OfPhone => {
                        known_user_id(simulator, &phone).or_else(|| Some(bsuid_of_phone(&phone)))
                    }
                };
                (Some(phone), user_id)
            }
            Address::UserId(id) => (None, Some(id)),
        };
        Ok(Customer {
            name: self.name.clone(),
            phone,
            user_id,
            username: self.username.clone(),
        })
    }
}

/// The BSUID that came with this phone before.
fn known_user_id(simulator: &Simulator, phone: &str) -> Option<String> {
    let state = simulator.state();
    let customer = state.customers.find(phone)?;
    state.customers.get(customer).user_id.clone()
}

/// Who opened which chat.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Reading {
    phone_number_id: Option<String>,
    from: String,
}

/// The customer reads all that is there; what is still under way is read on arrival.
pub(in crate::simulator) async fn read(
    Extract(simulator): Extract<Simulator>,
    Input(reading): Input<Reading>,
) -> Result<Json<Value>, Refusal> {
    let phone_number_id = simulator
        .state()
        .number_or_default(reading.phone_number_id.as_deref())
        .map(|number| number.phone_number_id.clone())
        .ok_or_else(|| Refusal::not_found("there is no such number"))?;
    let ids = simulator
        .customer_reads(&phone_number_id, &reading.from)
        .ok_or_else(|| {
            Refusal::not_found(format!(
                "nobody with {} has written or been written to",
                reading.from
            ))
        })?;
    Ok(Json(json!({"ids": ids})))
}

/// Which voice note was heard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::simulator) struct Playing {
    id: String,
}

/// The customer plays a voice note; WhatsApp tells it the first time.
pub(in crate::simulator) async fn play(
    Extract(simulator): Extract<Simulator>,
    Input(playing): Input<Playing>,
) -> Json<Value> {
    Json(json!({"told": simulator.customer_plays(&playing.id)}))
}

/// Unix seconds from a number or a string of digits.
fn seconds(value: &Value) -> Result<i64, Refusal> {
    let seconds = value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    seconds.ok_or_else(|| Refusal::invalid("timestamp is in Unix seconds"))
}

fn half_a_minute() -> u64 {
    30_000
}
