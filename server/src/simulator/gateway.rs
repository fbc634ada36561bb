//! The gateway of linked phones, as the product calls it. What is linked is a number of the Graph API beside it.

use axum::Json;
use axum::extract::{OriginalUri, Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Simulator;
use super::control::{Input, Refusal};
use super::linked::{LinkedSession, LinkedState};

/// Most sessions that are remembered.
const SESSIONS: usize = 1_000;

/// Who is to be linked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Begin {
    number: String,
    #[serde(default)]
    name: String,
}

fn unauthorised(headers: &HeaderMap) -> Option<Response> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if bearer.is_some_and(|token| !token.trim().is_empty()) {
        return None;
    }
    let body = json!({"error": "Send the gateway's token as Authorization: Bearer.", "code": "UNAUTHORISED"});
    Some((StatusCode::UNAUTHORIZED, Json(body)).into_response())
}

/// `POST /gateway/sessions`.
pub(super) async fn begin(
    Extract(simulator): Extract<Simulator>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Input(begin): Input<Begin>,
) -> Response {
    if let Some(refused) = unauthorised(&headers) {
        return refused;
    }
    if begin.number.is_empty() || !begin.number.bytes().all(|b| b.is_ascii_digit()) {
        return Refusal::invalid("number is digits with country code").into_response();
    }
    let session = LinkedSession::begin(begin.number, begin.name);
    let said = described(&simulator, &session, &headers, uri.path());
    let mut state = simulator.state();
    if state.linked.len() >= SESSIONS {
        state.linked.remove(0);
    }
    state.linked.push(session);
    (StatusCode::CREATED, Json(said)).into_response()
}

/// `GET /gateway/sessions/{id}`.
pub(super) async fn show(
    Extract(simulator): Extract<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(refused) = unauthorised(&headers) {
        return refused;
    }
    let session = simulator
        .state()
        .linked
        .iter()
        .find(|it| it.id == id)
        .cloned();
    match session {
        Some(session) => {
            Json(described(&simulator, &session, &headers, uri.path())).into_response()
        }
        None => unknown(),
    }
}

/// `POST /gateway/sessions/{id}/refresh`.
pub(super) async fn refresh(
    Extract(simulator): Extract<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(refused) = unauthorised(&headers) {
        return refused;
    }
    let session = {
        let mut state = simulator.state();
        let Some(session) = state.linked.iter_mut().find(|it| it.id == id) else {
            return unknown();
        };
        session.renew();
        session.clone()
    };
    Json(described(&simulator, &session, &headers, uri.path())).into_response()
}

/// `DELETE /gateway/sessions/{id}`: the phone is logged out.
pub(super) async fn leave(
    Extract(simulator): Extract<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(refused) = unauthorised(&headers) {
        return refused;
    }
    let mut state = simulator.state();
    match state.linked.iter_mut().find(|it| it.id == id) {
        Some(session) => {
            session.close();
            StatusCode::NO_CONTENT.into_response()
        }
        None => unknown(),
    }
}

fn unknown() -> Response {
    Refusal::not_found("there is no such session").into_response()
}

/// `path` is that of the request: the Graph API is beside the gateway.
fn described(
    simulator: &Simulator,
    session: &LinkedSession,
    headers: &HeaderMap,
    path: &str,
) -> Value {
    let state = session.state();
    let mut said = json!({"sessionId": session.id, "state": state});
    if state == LinkedState::Connecting {
        said["qr"] = session.qr.as_str().into();
        said["pairingCode"] = session.pairing_code.as_str().into();
        said["codeExpiresAt"] = Timestamp::from_second(session.code_expires_at)
            .map_or_else(|_| Value::Null, |at| at.to_string().into());
    }
    if let (LinkedState::Open, Some(number)) = (state, &session.linked) {
        let host = headers
            .get(header::HOST)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("localhost");
        let (mounted, _) = path.split_once("/gateway/").unwrap_or_default();
        said["phone"] = number.display_phone_number.as_str().into();
        said["phoneNumberId"] = number.phone_number_id.as_str().into();
        said["accessToken"] = simulator
            .inner
            .config
            .access_token
            .clone()
            .unwrap_or_else(|| format!("linked-{}", session.id))
            .into();
        said["graphBaseUrl"] = format!("http://{host}{mounted}/graph/v25.0").into();
    }
    said
}
