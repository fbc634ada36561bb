//! What people do with their phones and with Meta's windows: scan a code, unlink, sign up.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Input, Refusal};
use crate::simulator::linked::{LinkedState, random_word};
use crate::simulator::wamid::random_digits;
use crate::simulator::{Change, SimulatedNumber, Simulator};

/// `GET /linked`: the sessions, oldest first.
pub(in crate::simulator) async fn list(Extract(simulator): Extract<Simulator>) -> Json<Value> {
    let state = simulator.state();
    let items = state.linked.iter().map(|session| {
        let is_waiting = session.state() == LinkedState::Connecting;
        json!({
            "sessionId": session.id,
            "number": session.number,
            "name": session.name,
            "state": session.state(),
            "qr": is_waiting.then_some(&session.qr),
            "pairingCode": is_waiting.then_some(&session.pairing_code),
            "phoneNumberId": session.linked.as_ref().map(|number| &number.phone_number_id),
            "phone": session.linked.as_ref().map(|number| &number.display_phone_number),
        })
    });
    Json(json!({"items": items.collect::<Vec<_>>()}))
}

/// A phone and the code that it sees.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Scan {
    qr: Option<String>,
    pairing_code: Option<String>,
    /// Digits; the one that the code is for if left out.
    phone: Option<String>,
}

/// `POST /linked/scan`.
pub(in crate::simulator) async fn scan(
    Extract(simulator): Extract<Simulator>,
    Input(scan): Input<Scan>,
) -> Result<Json<Value>, Refusal> {
    let phone = scan
        .phone
        .as_deref()
        .map(|phone| phone.trim_start_matches('+'));
    if phone.is_some_and(|phone| phone.len() < 5 || !phone.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Refusal::invalid("phone is digits with country code"));
    }
    let mut state = simulator.state();
    let mut waiting = state.linked.iter_mut();
    let session = waiting
        .find(|it| it.has_code(scan.qr.as_deref(), scan.pairing_code.as_deref()))
        .ok_or_else(|| Refusal::not_found("no code like this waits; it may be over"))?;
    let number = SimulatedNumber {
        phone_number_id: random_digits(),
        display_phone_number: phone.unwrap_or(&session.number).to_owned(),
        verified_name: session.name.clone(),
        waba_id: None,
    };
    session.open(number.clone());
    let answer = json!({"sessionId": session.id, "phoneNumberId": number.phone_number_id, "phone": number.display_phone_number});
    state.add_number(number);
    drop(state);
    simulator.announce(Change::People);
    Ok(Json(answer))
}

/// A session, by its id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct Which {
    session_id: String,
}

/// `POST /linked/unlink`: somebody takes the device away on the phone.
pub(in crate::simulator) async fn unlink(
    Extract(simulator): Extract<Simulator>,
    Input(which): Input<Which>,
) -> Result<StatusCode, Refusal> {
    let mut state = simulator.state();
    let mut known = state.linked.iter_mut();
    let session = known
        .find(|it| it.id == which.session_id)
        .ok_or_else(|| Refusal::not_found("there is no such session"))?;
    session.close();
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /linked/expire`: the code is over before its time.
pub(in crate::simulator) async fn expire(
    Extract(simulator): Extract<Simulator>,
    Input(which): Input<Which>,
) -> Result<StatusCode, Refusal> {
    let mut state = simulator.state();
    let mut known = state.linked.iter_mut();
    let session = known
        .find(|it| it.id == which.session_id)
        .ok_or_else(|| Refusal::not_found("there is no such session"))?;
    session.expire();
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody who signs up in Meta's window.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::simulator) struct SignUp {
    /// Digits.
    phone: String,
    #[serde(default)]
    name: String,
}

/// `POST /signup`: a number that is not registered yet, in an account of its own; what the window gives to the page.
pub(in crate::simulator) async fn sign_up(
    Extract(simulator): Extract<Simulator>,
    Input(sign_up): Input<SignUp>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let phone = sign_up.phone.trim_start_matches('+').to_owned();
    if phone.len() < 5 || !phone.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::invalid("phone is digits with country code"));
    }
    let (phone_number_id, waba_id, code) = (random_digits(), random_digits(), random_word("AQ"));
    let mut state = simulator.state();
    state.add_number(SimulatedNumber {
        phone_number_id: phone_number_id.clone(),
        display_phone_number: phone,
        verified_name: sign_up.name,
        waba_id: Some(waba_id.clone()),
    });
    state.unregistered.insert(phone_number_id.clone());
    state.signup_codes.insert(code.clone());
    drop(state);
    simulator.announce(Change::People);
    let given = json!({"code": code, "wabaId": waba_id, "phoneNumberId": phone_number_id});
    Ok((StatusCode::CREATED, Json(given)))
}
