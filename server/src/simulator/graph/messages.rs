//! `POST /{version}/{phone-number-id}/messages`.

use std::io;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use super::request::{Request, Send};
use super::{authorise, no_such_object};
use crate::simulator::behaviour::{When, Window};
use crate::simulator::customer::{Address, Customer, CustomerId};
use crate::simulator::error_codes::{GraphError, details};
use crate::simulator::lifecycle::{Fate, Step, plan};
use crate::simulator::sent::{Call, Outcome, Sent};
use crate::simulator::state::State;
use crate::simulator::wamid::{bsuid_of_phone, new_wamid};
use crate::simulator::{Simulator, unix_now};

/// Takes a message or a read receipt.
pub(in crate::simulator) async fn post(
    Extract(simulator): Extract<Simulator>,
    Path((_version, phone_number_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let parsed: Option<Value> = serde_json::from_slice(&body).ok();
    let call = |outcome, http_status, code, id| Call {
        at: unix_now(),
        phone_number_id: phone_number_id.clone(),
        outcome,
        http_status,
        code,
        id,
        body: parsed.clone().unwrap_or_default(),
    };
    let refuse = |error: GraphError| {
        let call = call(
            Outcome::Refused,
            Some(error.http_status),
            Some(error.code),
            None,
        );
        simulator.state().calls.push(call);
        error.into_response()
    };
    if let Err(error) = authorise(&simulator, &headers) {
        return refuse(error);
    }
    if simulator.state().number(&phone_number_id).is_none() {
        simulator
            .state()
            .calls
            .push(call(Outcome::Refused, Some(400), Some(100), None));
        return no_such_object(&phone_number_id);
    }
    let send = match Request::read(parsed.as_ref().unwrap_or(&Value::Null)) {
        Err(error) => return refuse(error),
        Ok(Request::MarkRead { message_id, typing }) => {
            simulator
                .state()
                .calls
                .push(call(Outcome::MarkedRead, Some(200), None, None));
            simulator.business_reads(&phone_number_id, &message_id, typing);
            return Json(json!({"success": true})).into_response();
        }
        Ok(Request::Send(send)) => send,
    };
    match simulator.obstacle(&send) {
        Some(Obstacle::Dropped) => {
            simulator
                .state()
                .calls
                .push(call(Outcome::Dropped, None, None, None));
            return hang_up();
        }
        Some(Obstacle::Unavailable) => {
            simulator
                .state()
                .calls
                .push(call(Outcome::Refused, Some(503), None, None));
            return unavailable();
        }
        Some(Obstacle::Error(error)) => return refuse(error),
        None => {}
    }
    let accepted = simulator.accept(&phone_number_id, &send, parsed.clone().unwrap_or_default());
    let drop_connection = accepted.drop_connection;
    let (outcome, http_status) = if drop_connection {
        (Outcome::AcceptedThenDropped, None)
    } else {
        (Outcome::Accepted, Some(200))
    };
    let record = call(outcome, http_status, None, Some(accepted.id.clone()));
    simulator.state().calls.push(record);

    // What follows must happen even if the product goes away while it waits for the answer.
    let answer = accepted.answer(&send);
    let work = tokio::spawn(async move {
        let (before, after): (Vec<_>, Vec<_>) = accepted
            .steps
            .into_iter()
            .partition(|step| step.before_answer);
        for step in &before {
            if let Some(receipt) = simulator.happen(&accepted.id, step) {
                receipt.first_attempt().await;
            }
        }
        simulator.live_through(accepted.id, after);
        sleep(accepted.answer_delay).await;
    });
    // It can only fail if the runtime is shutting down; then the answer does not matter.
    let _ = work.await;
    if drop_connection {
        hang_up()
    } else {
        Json(answer).into_response()
    }
}

/// Something that keeps a send from being accepted.
enum Obstacle {
    Dropped,
    Unavailable,
    Error(GraphError),
}

struct Accepted {
    id: String,
    customer: Customer,
    steps: Vec<Step>,
    answer_delay: Duration,
    drop_connection: bool,
}

impl Accepted {
    /// Graph's answer to a send.
    fn answer(&self, send: &Send) -> Value {
        let mut contact = json!({"input": send.input});
        match (&send.to, &self.customer.phone) {
            (Address::Phone(_), Some(phone)) => contact["wa_id"] = phone.clone().into(),
            (Address::Phone(digits), None) => contact["wa_id"] = digits.clone().into(),
            (Address::UserId(id), _) => contact["user_id"] = id.clone().into(),
        }
        json!({
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": self.id}],
        })
    }
}

impl Simulator {
    /// The next planned trouble, if any; uses it up.
    fn obstacle(&self, send: &Send) -> Option<Obstacle> {
        let mut state = self.state();
        if state.behaviour.drop_before_processing.take() {
            return Some(Obstacle::Dropped);
        }
        if state.behaviour.http5xx.take() {
            return Some(Obstacle::Unavailable);
        }
        let customer = known_addresses(&state, &send.to);
        let failure = state
            .behaviour
            .take_failure(When::Answer, &as_strs(&customer))?;
        let mut error = GraphError::of_code(failure.code, details(failure.code));
        error.http_status = failure.http_status.unwrap_or(error.http_status);
        Some(Obstacle::Error(error))
    }

    /// Records a send and decides what will become of it.
    fn accept(&self, phone_number_id: &str, send: &Send, body: Value) -> Accepted {
        let now = unix_now();
        let mut state = self.state();
        let customer_id = recipient(&mut state, &send.to);
        let addresses = known_addresses(&state, &send.to);
        let customer = state.customers.get(customer_id).clone();
        let window_shut = match state.behaviour.enforce_window {
            Window::Never => false,
            Window::Known => state
                .chat_mut(phone_number_id, customer_id)
                .window_shut(now),
            Window::Always => !state
                .chat_mut(phone_number_id, customer_id)
                .window_open(now),
        };
        let fate = if let Some(failure) = state
            .behaviour
            .take_failure(When::Status, &as_strs(&addresses))
        {
            Fate::Fails(failure.code)
        } else if window_shut && send.kind != "template" {
            Fate::Fails(131_047)
        } else if send.kind == "reaction" {
            Fate::Reaction
        } else {
            Fate::Arrives
        };
        let number = state.next_send();
        let accepted = Accepted {
            id: new_wamid(send.to.as_str(), false),
            steps: plan(&state.behaviour, number, fate),
            answer_delay: Duration::from_millis(state.behaviour.answer_delay_ms),
            drop_connection: state.behaviour.drop_connection.take(),
            customer,
        };
        state.sent.push(Sent {
            id: accepted.id.clone(),
            number,
            phone_number_id: phone_number_id.to_owned(),
            to: send.to.as_str().to_owned(),
            kind: send.kind.clone(),
            text: send.text.clone(),
            callback_data: send.callback_data.clone(),
            accepted_at: now,
            body,
            statuses: Vec::new(),
            customer: customer_id,
            by_phone: matches!(send.to, Address::Phone(_)),
            read_asked: false,
        });
        accepted
    }

    /// The product read a message, and may be typing an answer. Unknown ids are let pass: the
    /// product may know messages from before the simulator's start.
    fn business_reads(&self, phone_number_id: &str, message_id: &str, typing: bool) {
        let mut state = self.state();
        let Some(customer) = state.writers.get(message_id).copied() else {
            return;
        };
        let chat = state.chat_mut(phone_number_id, customer);
        chat.read_by_business(message_id);
        if typing {
            chat.business_types();
        }
        let address = state.customers.get(customer).address().to_owned();
        drop(state);
        self.announce_chat(phone_number_id, &address);
    }
}

/// Whoever is addressed; the business may write to someone who never wrote.
fn recipient(state: &mut State, to: &Address) -> CustomerId {
    state.customers.find(to.as_str()).unwrap_or_else(|| {
        state.customers.meet(match to {
            Address::Phone(phone) => Customer {
                phone: Some(phone.clone()),
                user_id: Some(bsuid_of_phone(phone)),
                ..Customer::default()
            },
            Address::UserId(id) => Customer {
                user_id: Some(id.clone()),
                ..Customer::default()
            },
        })
    })
}

/// The recipient's phone and BSUID, as far as known: a planned failure may name either.
fn known_addresses(state: &State, to: &Address) -> Vec<String> {
    let customer = state
        .customers
        .find(to.as_str())
        .map(|id| state.customers.get(id));
    let known = customer
        .into_iter()
        .flat_map(|customer| [&customer.phone, &customer.user_id]);
    let known = known.flatten().cloned();
    known.chain([to.as_str().to_owned()]).collect()
}

fn as_strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Closes the connection without an answer: a body that fails before its first byte keeps the
/// response head, too, from leaving.
fn hang_up() -> Response {
    let error = io::Error::new(
        io::ErrorKind::ConnectionAborted,
        "simulated connection loss",
    );
    let body = futures::stream::once(async { Err::<Bytes, _>(error) });
    Body::from_stream(body).into_response()
}

/// What a load balancer says when nothing behind it answers.
pub(super) fn unavailable() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html")];
    (
        StatusCode::SERVICE_UNAVAILABLE,
        headers,
        "<html><body>Service Unavailable</body></html>",
    )
        .into_response()
}
