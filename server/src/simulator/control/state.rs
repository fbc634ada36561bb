//! `GET /state` and its parts: numbers, customers, chats, pending webhooks.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Input, Refusal};
use crate::simulator::chats::{Chat, Tick};
use crate::simulator::customer::{Address, Customer};
use crate::simulator::wamid::bsuid_of_phone;
use crate::simulator::{Change, SimulatedNumber, Simulator, unix_now};

/// All there is, without the messages themselves.
pub(in crate::simulator) async fn get(Extract(simulator): Extract<Simulator>) -> Json<Value> {
    let now = unix_now();
    let webhooks = simulator.inner.deliveries.summary();
    let state = simulator.state();
    let mut chats: Vec<_> = state
        .chats()
        .map(|(phone_number_id, customer, chat)| {
            let last = chat.messages.last();
            let unread = chat
                .messages
                .iter()
                .filter(|message| !message.from_customer && message.status != Tick::Read);
            let summary = json!({
                "phoneNumberId": phone_number_id,
                "customer": state.customers.get(customer).address(),
                "messages": chat.messages.len(),
                "unread": unread.count(),
                "lastText": last.map(|message| &message.text),
                "lastAt": last.map(|message| message.at),
                "windowOpen": chat.window_open(now),
            });
            (last.map(|message| message.at), customer, summary)
        })
        .collect();
    chats.sort_by_key(|(at, customer, _)| (std::cmp::Reverse(*at), *customer));
    let customers = state.customers.iter().map(|(_, customer)| {
        json!({
            "customer": customer.address(),
            "name": customer.name,
            "phone": customer.phone,
            "userId": customer.user_id,
            "username": customer.username,
        })
    });
    Json(json!({
        "numbers": state.numbers().collect::<Vec<_>>(),
        "customers": customers.collect::<Vec<_>>(),
        "chats": chats.into_iter().map(|(_, _, summary)| summary).collect::<Vec<_>>(),
        "sent": state.sent.iter().count(),
        "webhooks": webhooks,
    }))
}

/// One chat as the customer's phone shows it.
pub(in crate::simulator) async fn chat(
    Extract(simulator): Extract<Simulator>,
    Path((phone_number_id, address)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let state = simulator.state();
    let number = state
        .number(&phone_number_id)
        .ok_or_else(|| Refusal::not_found(format!("there is no number {phone_number_id}")))?;
    let customer = state
        .customers
        .find(&address)
        .ok_or_else(|| Refusal::not_found(format!("there is no customer {address}")))?;
    let chat = state.chat(&phone_number_id, customer);
    Ok(Json(json!({
        "number": number,
        "customer": state.customers.get(customer),
        "messages": chat.map(|chat| chat.messages.as_slice()).unwrap_or_default(),
        "typingMs": chat.map_or(0, Chat::typing_ms),
        "windowOpen": chat.is_some_and(|chat| chat.window_open(unix_now())),
    })))
}

/// Someone who has not written yet.
pub(in crate::simulator) async fn add_customer(
    Extract(simulator): Extract<Simulator>,
    Input(mut customer): Input<Customer>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    if let Some(phone) = &customer.phone {
        let Some(Address::Phone(digits)) = Address::parse(phone) else {
            return Err(Refusal::invalid(format!(
                "{phone:?} is not a phone number; use 5 to 15 digits"
            )));
        };
        customer.user_id = customer.user_id.or_else(|| Some(bsuid_of_phone(&digits)));
        customer.phone = Some(digits);
    }
    if customer.address().is_empty() {
        return Err(Refusal::invalid("give a phone or a userId"));
    }
    let address = customer.address().to_owned();
    simulator.state().customers.meet(customer);
    simulator.announce(Change::People);
    Ok((StatusCode::CREATED, Json(json!({"customer": address}))))
}

/// Another number of the business.
pub(in crate::simulator) async fn add_number(
    Extract(simulator): Extract<Simulator>,
    Input(number): Input<SimulatedNumber>,
) -> StatusCode {
    simulator.add_number(number);
    StatusCode::CREATED
}

/// Forgets everything but the numbers.
pub(in crate::simulator) async fn reset(Extract(simulator): Extract<Simulator>) -> StatusCode {
    simulator.reset();
    StatusCode::NO_CONTENT
}
