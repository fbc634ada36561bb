//! What an app does with a number that somebody brings: a code for a token, the account's webhooks, registration.

use axum::Json;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{authorise, no_such_object};
use crate::simulator::Simulator;
use crate::simulator::error_codes::GraphError;
use crate::simulator::linked::random_word;
use crate::simulator::wamid::fbtrace_id;

/// Meta's code for a PIN that is not that of two-step verification.
const PIN_MISMATCH: i64 = 133_005;

fn oauth_refusal(message: &str, code: i64) -> Response {
    let body = json!({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": fbtrace_id()}});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

#[derive(Deserialize)]
pub(in crate::simulator) struct Exchange {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    code: String,
}

/// `GET /{version}/oauth/access_token`: each code is good once, and to the app alone.
pub(in crate::simulator) async fn exchange(
    Extract(simulator): Extract<Simulator>,
    Query(exchange): Query<Exchange>,
) -> Response {
    if exchange.client_id.is_empty() {
        return oauth_refusal("Missing client_id parameter.", 101);
    }
    if exchange.client_secret != simulator.inner.config.app_secret {
        return oauth_refusal("Error validating client secret.", 1);
    }
    if !simulator.state().signup_codes.remove(&exchange.code) {
        return oauth_refusal("Invalid verification code format.", 100);
    }
    let token = simulator.inner.config.access_token.clone();
    let token = token.unwrap_or_else(|| random_word("EAAG"));
    Json(json!({"access_token": token, "token_type": "bearer", "expires_in": 5_183_944}))
        .into_response()
}

#[derive(Deserialize)]
pub(in crate::simulator) struct Debug {
    #[serde(default)]
    input_token: String,
}

/// `GET /{version}/debug_token`: a token that is taken is for every account.
pub(in crate::simulator) async fn debug(
    Extract(simulator): Extract<Simulator>,
    Query(debug): Query<Debug>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let expected = simulator.inner.config.access_token.as_deref();
    if debug.input_token.is_empty()
        || expected.is_some_and(|expected| expected != debug.input_token)
    {
        let said = json!({"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"});
        return Json(json!({"data": {"is_valid": false, "error": said, "scopes": []}}))
            .into_response();
    }
    let state = simulator.state();
    let mut accounts: Vec<&str> = state
        .numbers()
        .map(|number| simulator.waba_of(number))
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    let scopes = [
        "whatsapp_business_management",
        "whatsapp_business_messaging",
    ];
    let granular: Vec<Value> = scopes
        .iter()
        .map(|scope| json!({"scope": scope, "target_ids": accounts}))
        .collect();
    Json(json!({"data": {"type": "SYSTEM_USER", "is_valid": true, "scopes": scopes, "granular_scopes": granular}}))
        .into_response()
}

/// `POST /{version}/{waba-id}/subscribed_apps`.
pub(in crate::simulator) async fn subscribe(
    Extract(simulator): Extract<Simulator>,
    Path((_version, waba_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let mut state = simulator.state();
    let is_known = state
        .numbers()
        .any(|number| simulator.waba_of(number) == waba_id);
    if !is_known {
        return no_such_object(&waba_id);
    }
    state.subscribed.insert(waba_id);
    Json(json!({"success": true})).into_response()
}

/// `GET /{version}/{waba-id}/subscribed_apps`.
pub(in crate::simulator) async fn subscribed(
    Extract(simulator): Extract<Simulator>,
    Path((_version, waba_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let app = json!({"whatsapp_business_api_data": {"id": "1", "link": "https://app.example.com/", "name": "Inbox"}});
    let data: Vec<Value> = simulator
        .state()
        .subscribed
        .contains(&waba_id)
        .then_some(app)
        .into_iter()
        .collect();
    Json(json!({"data": data})).into_response()
}

/// `POST /{version}/{phone-number-id}/register`.
pub(in crate::simulator) async fn register(
    Extract(simulator): Extract<Simulator>,
    Path((_version, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response {
    if let Err(error) = authorise(&simulator, &headers) {
        return error.into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if body["messaging_product"] != "whatsapp" {
        return GraphError::parameter("The parameter messaging_product is required.")
            .into_response();
    }
    let pin = body["pin"].as_str().unwrap_or_default();
    if pin.len() != 6 || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return GraphError::parameter("Param pin must be 6 characters long.").into_response();
    }
    let mut state = simulator.state();
    if state.number(&id).is_none() {
        return no_such_object(&id);
    }
    let known = state.pins.get(&id).cloned();
    if known.as_deref().is_some_and(|known| known != pin) {
        return oauth_refusal("(#133005) Two step verification PIN Mismatch", PIN_MISMATCH);
    }
    state.pins.insert(id.clone(), pin.to_owned());
    state.unregistered.remove(&id);
    Json(json!({"success": true})).into_response()
}
